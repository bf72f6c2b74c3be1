package datagen

import (
	"fmt"
	"math"
)

// ranged makes numbers, dates and times between two bounds, in one of the distributions.
func (c *column) ranged(h hints, o *Options, find func(string) (int, error)) error {
	low, high, err := c.bounds(h, o)
	if err != nil {
		return err
	}
	switch d := h.text("distribution"); d {
	case "", "uniform":
		c.uniform(low, high)
	case "normal":
		return c.normal(h, low.number, high.number)
	case "log_normal":
		return c.logNormal(h, low.number, high.number)
	case "zipf":
		return c.zipf(h, low, high)
	case "random_walk":
		return c.walk(h, low.number, high.number, find)
	default:
		return fmt.Errorf("there is no distribution %q; there are uniform, normal, log_normal, zipf and random_walk", d)
	}
	return nil
}

// bounds are the ends of the range; without one they are 0 and 1000, or the year 2024.
func (c *column) bounds(h hints, o *Options) (low, high value, err error) {
	ends := h.list("range")
	switch {
	case len(ends) == 0 && (c.Type == "DATE" || c.Type == "TIMESTAMP"):
		ends = []string{"2024-01-01", "2024-12-31"}
	case len(ends) == 0:
		top := 1000.0
		if c.Type == "DECIMAL" && c.Precision > 0 && c.Precision-c.Scale < 3 {
			top = math.Pow(10, float64(c.Precision-c.Scale)) - c.unit()
		}
		ends = []string{"0", fmt.Sprint(top)}
	case len(ends) != 2:
		return low, high, fmt.Errorf("a range has two ends, not %d", len(ends))
	}
	for i, key := range []string{"min", "max"} {
		if s := h.text(key); s != "" {
			ends[i] = s
		}
	}
	if low, err = c.parse(ends[0], o.Now); err == nil {
		high, err = c.parse(ends[1], o.Now)
	}
	if err == nil && (low.number > high.number || low.whole > high.whole) {
		err = fmt.Errorf("the range ends before it begins: %s is less than %s", ends[1], ends[0])
	}
	return low, high, err
}

// uniform draws from all values of the type between low and high, both included.
func (c *column) uniform(low, high value) {
	if c.Type == "FLOAT" {
		c.make = func(_ *generator, _ int64, _ []value, r *random) value {
			return value{number: finite(low.number + (high.number-low.number)*r.unit())}
		}
		return
	}
	n := uint64(high.whole-low.whole) + 1
	unit := c.unit()
	c.make = func(_ *generator, _ int64, _ []value, r *random) value {
		w := low.whole + int64(r.below(n))
		return value{whole: w, number: float64(w) * unit}
	}
}

func clamp(f, low, high float64) float64 { return math.Max(low, math.Min(high, f)) }

// normal draws are clamped to the range.
func (c *column) normal(h hints, low, high float64) error {
	mean, err := h.number("mean", (low+high)/2)
	if err != nil {
		return err
	}
	dev, err := h.number("std_dev", (high-low)/6)
	c.make = func(_ *generator, _ int64, _ []value, r *random) value {
		return c.of(clamp(mean+dev*r.normal(), low, high))
	}
	return err
}

// logNormal draws are clamped to the range.
func (c *column) logNormal(h hints, low, high float64) error {
	if high <= 0 {
		return fmt.Errorf("log_normal needs a range above 0")
	}
	mean, err := h.number("mean", math.Log(math.Sqrt(math.Max(low, high/1e4)*high)))
	if err != nil {
		return err
	}
	dev, err := h.number("std_dev", 0.5)
	c.make = func(_ *generator, _ int64, _ []value, r *random) value {
		return c.of(clamp(math.Exp(mean+dev*r.normal()), low, high))
	}
	return err
}

// zipf draws low values most often. FLOAT is cut into 1000 steps.
func (c *column) zipf(h hints, low, high value) error {
	s, err := h.number("exponent", 1.1)
	if err != nil {
		return err
	}
	if s <= 0 {
		return fmt.Errorf("exponent: %v is not above 0", s)
	}
	if c.Type == "FLOAT" {
		c.make = func(_ *generator, _ int64, _ []value, r *random) value {
			return value{number: finite(low.number + (high.number-low.number)*r.rank(1000, s)/999)}
		}
		return nil
	}
	n, unit := float64(high.whole-low.whole)+1, c.unit()
	c.make = func(_ *generator, _ int64, _ []value, r *random) value {
		w := low.whole + int64(r.rank(n, s))
		return value{whole: w, number: float64(w) * unit}
	}
	return nil
}

// walk makes each value from the one before in its group: v × (1 + drift + volatility × normal), reflected at the ends of the range.
// It starts in the middle.
func (c *column) walk(h hints, low, high float64, find func(string) (int, error)) error {
	volatility, err := h.number("volatility", 0.01)
	if err != nil {
		return err
	}
	drift, err := h.number("drift", 0)
	if err != nil {
		return err
	}
	group := -1
	if name := h.text("group_by"); name != "" {
		if group, err = find(name); err != nil {
			return err
		}
		c.uses = append(c.uses, group)
	}
	c.walks = true
	c.make = func(g *generator, _ int64, cells []value, r *random) value {
		key := walkKey{column: c}
		if group >= 0 {
			key.text, key.number, key.whole = cells[group].text, cells[group].number, cells[group].whole
		}
		v, known := g.walks[key]
		if !known {
			v = (low + high) / 2
		}
		v = clamp(reflect(v*(1+drift+volatility*r.normal()), low, high), low, high)
		g.walks[key] = v
		return c.of(v)
	}
	return nil
}

// walkKey identifies one walk: a column and the value of its group.
type walkKey struct {
	column *column
	text   string
	number float64
	whole  int64
}

func reflect(v, low, high float64) float64 {
	switch {
	case v < low:
		return 2*low - v
	case v > high:
		return 2*high - v
	}
	return v
}
