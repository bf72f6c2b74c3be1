package nexmark

import (
	"fmt"
	"math"
	"time"
)

// Options say which events to make.
type Options struct {
	Events                                             int64 // 0: never ends
	Seed                                               int64
	FirstRate, NextRate                                float64 // events in a second of event time; the rate goes from one to the other and back
	Shape                                              string  // SQUARE or SINE: how it does
	Period                                             time.Duration
	Base                                               int64 // time of the first event, ms since 1970
	Group                                              int64 // events of a group of so many come in another order than that of their times
	PersonProportion, AuctionProportion, BidProportion int64
	HotAuctions, HotBidders, HotSellers                int64 // one of so many is not for, or of, the hot one
	PersonSize, AuctionSize, BidSize                   int   // average size of events in bytes, to which extra is filled up
}

// Defaults are those of the benchmark.
var Defaults = Options{
	Seed: 1, FirstRate: 10_000, NextRate: 10_000, Shape: "SQUARE", Period: 600 * time.Second, Base: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), Group: 1,
	PersonProportion: 1, AuctionProportion: 3, BidProportion: 46, HotAuctions: 2, HotBidders: 4, HotSellers: 4, PersonSize: 200, AuctionSize: 500, BidSize: 100,
}

func (o *Options) check() error {
	switch {
	case o.FirstRate <= 0 || o.NextRate <= 0:
		return fmt.Errorf("first-event.rate and next-event.rate must be greater than 0")
	case o.Period < time.Second:
		return fmt.Errorf("rate.period must be at least a second")
	case o.Events < 0 || o.PersonProportion < 1 || o.AuctionProportion < 1 || o.BidProportion < 0:
		return fmt.Errorf("there must be persons and auctions: person.proportion and auction.proportion are at least 1")
	case o.HotAuctions < 1 || o.HotBidders < 1 || o.HotSellers < 1 || o.Group < 1:
		return fmt.Errorf("hot ratios and out-of-order.group-size are at least 1")
	}
	return nil
}

// clock says when events are. Its rate changes in steps of equal length; all of them make a period.
type clock struct {
	base   float64   // ms
	step   float64   // length of a step, ms
	counts []float64 // events up to the end of each step
}

const sineSteps = 10

func newClock(o *Options) clock {
	rates := []float64{o.FirstRate}
	switch {
	case o.FirstRate == o.NextRate:
	case o.Shape == "SINE":
		rates = nil
		middle, swing := (o.FirstRate+o.NextRate)/2, (o.FirstRate-o.NextRate)/2
		for i := range sineSteps {
			rates = append(rates, middle+swing*math.Cos(2*math.Pi*float64(i)/sineSteps))
		}
	default:
		rates = append(rates, o.NextRate)
	}
	c := clock{base: float64(o.Base), step: float64(o.Period.Milliseconds()) / float64(len(rates))}
	sum := 0.0
	for _, r := range rates {
		sum += r * c.step / 1000
		c.counts = append(c.counts, sum)
	}
	return c
}

// at is the time of event n, ms since 1970.
func (c *clock) at(n int64) int64 {
	all := c.counts[len(c.counts)-1]
	periods := math.Floor(float64(n) / all)
	rest := float64(n) - periods*all
	t := c.base + periods*c.step*float64(len(c.counts))
	before := 0.0
	for _, upTo := range c.counts {
		if rest < upTo {
			return int64(t + (rest-before)/(upTo-before)*c.step)
		}
		before, t = upTo, t+c.step
	}
	return int64(t)
}
