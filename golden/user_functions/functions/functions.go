// Package functions holds what the job of this case declares with CREATE FUNCTION.
package functions

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"slices"
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

// WithTax adds a fifth.
func WithTax(price *big.Rat) *big.Rat { return new(big.Rat).Mul(price, big.NewRat(6, 5)) }

// FirstOfMonth is the day on which the month began; none on that day itself.
func FirstOfMonth(day time.Time) (time.Time, bool) {
	return day.AddDate(0, 0, 1-day.Day()), day.Day() > 1
}

// Rounded is a span in whole hours; it fails below zero.
func Rounded(span time.Duration) (time.Duration, error) {
	if span < 0 {
		return 0, errors.New("a negative span")
	}
	return span.Round(time.Hour), nil
}

// Fingerprint is the characters of a code in upper case.
func Fingerprint(code string) []byte { return []byte(strings.ToUpper(code)) }

// SpreadOf is the distance of the highest and the lowest price.
func SpreadOf(prices []float64) float64 { return slices.Max(prices) - slices.Min(prices) }

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

// Append appends the state to a snapshot.
func (h *Harmonic) Append(dst []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.AppendVarint(dst, int64(h.n)), math.Float64bits(h.sum))
}

// Decode restores the state from what Append appended.
func (h *Harmonic) Decode(src []byte) error {
	n, k := binary.Varint(src)
	if k <= 0 || len(src) != k+8 {
		return errors.New("not the state of a harmonic mean")
	}
	*h = Harmonic{int(n), math.Float64frombits(binary.LittleEndian.Uint64(src[k:]))}
	return nil
}
