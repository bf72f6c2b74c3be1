package nexmark

import (
	"fmt"
	"strconv"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/datagen"
)

// NewSource makes a source of events of which a job declares columns. Limited sources deliver events at their rate.
func NewSource(o Options, declared []rt.GenColumn, limited bool, clock rt.Clock) (rt.Source, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	columns, err := columnsOf(declared)
	if err != nil {
		return nil, err
	}
	d := datagen.Options{Rows: o.Events, Clock: clock}
	if limited {
		d.RowsPerSecond = o.FirstRate
	}
	return datagen.SourceOf(d, newGenerator(o, columns).rows), nil
}

// ConnectSource makes the source that a built job names, from its properties.
func ConnectSource(env *rt.Env, name string, props rt.Props, layout rt.Layout) (rt.Source, rt.Ledger, error) {
	o := Defaults
	read := func(key string, into *int64) {
		*into = env.Int(name+"."+key, props.Get(key, strconv.FormatInt(*into, 10)))
	}
	size := func(key string, into *int) {
		*into = int(env.Size(name+"."+key, props.Get(key, strconv.Itoa(*into))))
	}
	var problem error
	rate := func(key string, into *float64) {
		text := env.String(name+"."+key, props.Get(key, strconv.FormatFloat(*into, 'f', -1, 64)))
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			problem = fmt.Errorf("property '%s.%s' = '%s': expected a number of events in a second", name, key, text)
		}
		*into = f
	}
	read("events.num", &o.Events)
	read("seed", &o.Seed)
	rate("first-event.rate", &o.FirstRate)
	rate("next-event.rate", &o.NextRate)
	o.Shape = env.String(name+".rate.shape", props.Get("rate.shape", o.Shape))
	o.Period = env.Duration(name+".rate.period", props.Get("rate.period", "600s"))
	read("base-time", &o.Base)
	read("out-of-order.group-size", &o.Group)
	read("person.proportion", &o.PersonProportion)
	read("auction.proportion", &o.AuctionProportion)
	read("bid.proportion", &o.BidProportion)
	read("bid.hot-ratio.auctions", &o.HotAuctions)
	read("bid.hot-ratio.bidders", &o.HotBidders)
	read("auction.hot-ratio.sellers", &o.HotSellers)
	size("person.avg-size", &o.PersonSize)
	size("auction.avg-size", &o.AuctionSize)
	size("bid.avg-size", &o.BidSize)
	if problem != nil {
		return nil, nil, problem
	}
	limited := env.Bool(name+".rate.limited", props.Get("rate.limited", "false"))
	s, err := NewSource(o, layout.Generate, limited, env.Clock)
	if err != nil {
		return nil, nil, err
	}
	return s, nil, nil
}
