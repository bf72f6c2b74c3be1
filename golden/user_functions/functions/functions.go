// Package functions holds what the job of this case declares with CREATE FUNCTION.
package functions

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
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

// Label is a code with its bid; it is called without a bid as well.
func Label(code string, bid *float64) string {
	if bid == nil {
		return code + " without bid"
	}
	return code + " at " + strconv.FormatFloat(*bid, 'f', -1, 64)
}

// Quote is the STRUCT of a bid, an ask and the price between them.
type Quote struct {
	Bid, Ask *float64
	MidPrice *big.Rat
}

// QuoteOf has a price in the middle if there are a bid and an ask.
func QuoteOf(bid, ask *float64) Quote {
	q := Quote{Bid: bid, Ask: ask}
	if bid != nil && ask != nil {
		q.MidPrice = new(big.Rat).SetFloat64((*bid + *ask) / 2)
	}
	return q
}

// Wider has the prices around a quote; none without a price in the middle.
func Wider(q Quote, by *big.Rat) (map[string]*big.Rat, bool) {
	if q.MidPrice == nil {
		return nil, false
	}
	return map[string]*big.Rat{"low": new(big.Rat).Sub(q.MidPrice, by), "high": new(big.Rat).Add(q.MidPrice, by)}, true
}

// Known has the prices that are there in front.
func Known(prices []*float64) []*float64 {
	slices.SortStableFunc(prices, func(a, b *float64) int {
		switch {
		case a != nil && b == nil:
			return -1
		case a == nil && b != nil:
			return 1
		}
		return 0
	})
	return prices
}

// Letters counts characters.
func Letters(words map[string]*string) map[string]*int64 {
	out := map[string]*int64{}
	for name, word := range words {
		if out[name] = nil; word != nil {
			n := int64(utf8.RuneCountInString(*word))
			out[name] = &n
		}
	}
	return out
}

// Missing counts the NULLs.
type Missing struct{ n int64 }

// Add takes one price in.
func (m *Missing) Add(x *float64) {
	if x == nil {
		m.n++
	}
}

// Merge takes the count of another state in.
func (m *Missing) Merge(other *Missing) { m.n += other.n }

// Result is the count.
func (m *Missing) Result() int64 { return m.n }

// Append appends the state to a snapshot.
func (m *Missing) Append(dst []byte) []byte { return binary.AppendVarint(dst, m.n) }

// Decode restores the state from what Append appended.
func (m *Missing) Decode(src []byte) error {
	n, k := binary.Varint(src)
	if k <= 0 {
		return errors.New("not a count")
	}
	m.n = n
	return nil
}
