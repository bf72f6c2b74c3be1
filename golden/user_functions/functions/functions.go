// Package functions holds what the job of this case declares with CREATE FUNCTION.
package functions

import (
	"errors"
	"math"
	"strings"
	"time"
)

// BidAsk is the distance of two prices.
func BidAsk(bid, ask float64) float64 { return ask - bid }

// Market is the part of a code in front of its dot; none without one.
func Market(code string) (string, bool) {
	market, _, ok := strings.Cut(code, ".")
	return market, ok
}

// Root fails below zero.
func Root(x float64) (float64, error) {
	if x < 0 {
		return 0, errors.New("a negative number has no root")
	}
	return math.Sqrt(x), nil
}

// Tomorrow is the same time on the next day.
func Tomorrow(t time.Time) time.Time { return t.AddDate(0, 0, 1) }

// Harmonic is the harmonic mean of prices.
type Harmonic struct {
	n   int
	sum float64
}

// Add takes one price in.
func (h *Harmonic) Add(x float64) {
	h.n++
	h.sum += 1 / x
}

// Merge takes the prices of another state in.
func (h *Harmonic) Merge(other *Harmonic) {
	h.n += other.n
	h.sum += other.sum
}

// Result is there if any price was.
func (h *Harmonic) Result() (float64, bool) { return float64(h.n) / h.sum, h.n > 0 }
