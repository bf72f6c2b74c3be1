package datagen

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// value is one cell. Whole numbers, decimals (mantissa), dates (days) and times (ns) are in whole; number is the same for expressions.
type value struct {
	whole  int64
	number float64
	text   string
	more   uint64 // UUID: its second half; the first is in whole
}

// column makes the values of one column.
type column struct {
	rt.GenColumn
	make  func(g *generator, row int64, cells []value, r *random) value
	uses  []int // columns that must be made before
	walks bool  // the value depends on earlier rows
	uuid  bool  // the text is a UUID
	json  bool  // the text is JSON
}

// unit is what one step of the column's whole number means: 10^-scale for DECIMAL.
func (c *column) unit() float64 {
	if c.Type == "DECIMAL" {
		return math.Pow(10, -float64(c.Scale))
	}
	return 1
}

// of turns a number into a value of the column's type.
func (c *column) of(f float64) value {
	if c.Type == "FLOAT" {
		return value{number: finite(f)}
	}
	whole := clampWhole(math.Round(f/c.unit()), c.limit())
	return value{whole: whole, number: float64(whole) * c.unit()}
}

// finite is f, or what text formats can write in its place.
func finite(f float64) float64 {
	if f != f {
		return 0
	}
	return math.Max(-math.MaxFloat64, math.Min(math.MaxFloat64, f))
}

// limit is the greatest whole number that the column takes.
func (c *column) limit() int64 {
	if c.Type != "DECIMAL" || c.Precision <= 0 || c.Precision > 18 {
		return 1 << 62
	}
	n := int64(1)
	for range c.Precision {
		n *= 10
	}
	return n - 1
}

// clampWhole turns f into an integer between -limit and limit; NaN becomes 0.
func clampWhole(f float64, limit int64) int64 {
	switch {
	case f != f:
		return 0
	case f >= float64(limit):
		return limit
	case f <= -float64(limit):
		return -limit
	}
	return int64(f)
}

// newColumn reads the hints of a column and chooses how to make its values.
func newColumn(gc rt.GenColumn, o *Options, find func(string) (int, error)) (*column, error) {
	c := &column{GenColumn: gc}
	h, err := readHints(&gc)
	if err != nil {
		return nil, err
	}
	var known []string // hints that have a meaning here
	switch {
	case h["derived"] != "":
		known, err = []string{"derived"}, c.derived(h, find)
	case h["enum"] != "":
		known, err = []string{"enum", "weights"}, c.enum(h)
	case c.Type == "STRING":
		known = []string{"uuid"}
		c.word(h)
	case c.Type == "BOOLEAN":
		c.make = func(_ *generator, _ int64, _ []value, r *random) value { return value{whole: int64(r.next() >> 63)} }
	case c.Type == "TIMESTAMP" && h["range"] == "":
		known, err = []string{"sequential", "time_start", "time_end"}, c.sequential(h, o)
	case slices.Contains([]string{"INTEGER", "FLOAT", "DECIMAL", "DATE", "TIMESTAMP"}, c.Type):
		known = append([]string{"range", "distribution", "min", "max"}, shape[h.text("distribution")]...)
		err = c.ranged(h, o, find)
	default:
		var known bool
		if known, err = c.further(o); err == nil && !known {
			err = fmt.Errorf("values of type %s cannot be made up", c.Type)
		}
	}
	for _, key := range settings {
		if err == nil && h[key] != "" && !slices.Contains(known, key) {
			err = fmt.Errorf("the hint `%s: %s` has no meaning here", key, h[key])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", c.Name, err)
	}
	return c, nil
}

// shape are the hints that shape a distribution.
var shape = map[string][]string{
	"normal":      {"mean", "std_dev"},
	"log_normal":  {"mean", "std_dev"},
	"zipf":        {"exponent"},
	"random_walk": {"volatility", "drift", "group_by"},
}

func (c *column) derived(h hints, find func(string) (int, error)) error {
	if c.Type != "INTEGER" && c.Type != "FLOAT" && c.Type != "DECIMAL" {
		return fmt.Errorf("only numbers can be derived, not %s", c.Type)
	}
	f, uses, err := parseFormula(h.text("derived"), find)
	c.uses = uses
	c.make = func(_ *generator, _ int64, cells []value, r *random) value { return c.of(f(cells, r)) }
	return err
}

// parse reads a literal of the column's type.
func (c *column) parse(s string, now int64) (value, error) {
	switch c.Type {
	case "STRING":
		return value{text: s}, nil
	case "BOOLEAN":
		b, err := strconv.ParseBool(s)
		if err != nil {
			return value{}, fmt.Errorf("%q is neither true nor false", s)
		}
		if b {
			return value{whole: 1}, nil
		}
		return value{}, nil
	case "DATE", "TIMESTAMP":
		t, err := moment(s, now)
		if c.Type == "DATE" {
			t = floorDiv(t, 86400e9)
		}
		return value{whole: t, number: float64(t)}, err
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return value{}, fmt.Errorf("%q is not a number", s)
	}
	if c.Type == "INTEGER" && f != math.Trunc(f) {
		return value{}, fmt.Errorf("%q is not a whole number", s)
	}
	return c.of(f), nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (c *column) enum(h hints) error {
	var values []value
	for _, s := range h.list("enum") {
		v, err := c.parse(s, 0)
		if err != nil {
			return err
		}
		values = append(values, v)
	}
	weights := h.list("weights")
	if len(values) == 0 || len(weights) > 0 && len(weights) != len(values) {
		return fmt.Errorf("there are %d values and %d weights", len(values), len(weights))
	}
	upTo, sum := make([]float64, len(values)), 0.0
	for i := range values {
		w := 1.0
		if len(weights) > 0 {
			var err error
			if w, err = strconv.ParseFloat(weights[i], 64); err != nil || !(w >= 0) || math.IsInf(w, 0) {
				return fmt.Errorf("%q is not a weight", weights[i])
			}
		}
		sum += w
		upTo[i] = sum
	}
	if sum == 0 {
		return fmt.Errorf("all weights are zero")
	}
	c.make = func(_ *generator, _ int64, _ []value, r *random) value {
		u := r.unit() * sum
		i := 0
		for i < len(upTo)-1 && u >= upTo[i] {
			i++
		}
		return values[i]
	}
	return nil
}

// word makes UUIDs, or texts of the column's name and a number below 100.
func (c *column) word(h hints) {
	if h.text("uuid") == "true" {
		c.uuid = true
		c.make = func(_ *generator, _ int64, _ []value, r *random) value {
			return value{whole: int64(r.next()), more: r.next()}
		}
		return
	}
	words := make([]value, 100)
	for i := range words {
		words[i].text = fmt.Sprintf("%s_%d", strings.ToLower(c.Name), i)
	}
	c.make = func(_ *generator, _ int64, _ []value, r *random) value { return words[r.below(100)] }
}

// appendUUID writes a UUID of version 4 (RFC 9562) made of two random numbers.
func appendUUID(buf []byte, a, b uint64) []byte {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], a&^0xf000|0x4000)
	binary.BigEndian.PutUint64(id[8:], b&^(3<<62)|2<<62)
	for _, part := range [][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if part[0] > 0 {
			buf = append(buf, '-')
		}
		buf = hex.AppendEncode(buf, id[part[0]:part[1]])
	}
	return buf
}

// defaultStart is where times begin: a fixed day, so that the same seed makes the same rows.
var defaultStart = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()

// defaultStep is the distance of two rows' times where nothing says more.
const defaultStep = 100 * time.Millisecond

// sequential makes ascending times: spread from start to end, or a step apart.
func (c *column) sequential(h hints, o *Options) (err error) {
	start, step := defaultStart, float64(defaultStep)
	if o.RowsPerSecond > 0 {
		step = 1e9 / o.RowsPerSecond
	}
	if s := h.text("time_start"); s != "" {
		if start, err = moment(s, o.Now); err != nil {
			return err
		}
	}
	if s := h.text("time_end"); s != "" && o.Rows > 0 {
		end, err := moment(s, o.Now)
		if err != nil {
			return err
		}
		if end < start {
			return fmt.Errorf("time_end %s is before time_start", s)
		}
		step = float64(end-start) / math.Max(1, float64(o.Rows-1))
	}
	c.make = func(_ *generator, row int64, _ []value, _ *random) value {
		t := start + int64(float64(row)*step)
		return value{whole: t, number: float64(t)}
	}
	return nil
}
