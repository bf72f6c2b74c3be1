package oracle

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// group is the rows of one group, of one window if there are windows.
type group struct {
	id         string
	keys       []any
	start, end int64
	rows       []fed
	events     []event // that the rows are of
	closed     bool    // a session that the watermark has passed
	shown      bool
	times      [2]int64 // of the first and the last row, where windows count rows
}

// aggregate gathers rows. Over rows that are only ever added emit says what is shown; what a table holds in the end is EmitFinal's.
func (m *machine) aggregate(n *plan.Aggregate, in *output, emit plan.Emit) *output {
	if n.Window != nil && emit == n.Emit && !in.unordered {
		return m.inWindows(n, in)
	}
	out := &output{doubt: in.doubt, arrival: in.arrival || inArrivalOrder(n.Aggs)}
	out.doubt = out.doubt || in.unordered && inArrivalOrder(n.Aggs)
	g := &grouping{machine: m, n: n, groups: map[string]*group{}, counts: map[string]int64{}}
	if ttl := physical.TTL(m.st, n); ttl > 0 {
		g.known = &forgetful{ttl: ttl, last: map[string]int64{}}
	}
	g.own = &follower{bound: n.In.Props().Time.Bound, limit: m.now + int64(n.In.Props().Time.MaxFuture)}
	for _, e := range in.events {
		v := m.env(e)
		changed, failed := g.take(v, &e, in.unordered)
		out.doubt = out.doubt || e.maybe || v.doubt || g.doubt
		if failed || emit == plan.EmitFinal {
			continue
		}
		for _, c := range changed {
			out.show(n, c, e)
		}
	}
	if emit == plan.EmitChanges {
		return out
	}
	if n.Window == nil && len(n.Keys) == 0 && len(g.order) == 0 && (n.Emit == plan.EmitFinal || len(in.events) > 0) {
		g.order = append(g.order, &group{})
	}
	out.unordered = in.unordered || n.Window != nil && (n.Window.Kind != plan.Tumbling || n.Window.Rows > 0)
	sort.SliceStable(g.order, func(i, j int) bool { return g.order[i].start < g.order[j].start })
	for _, c := range g.order {
		e := event{watermark: math.MaxInt64, latest: math.MaxInt64}
		if n.Window != nil && n.Window.Rows == 0 { // shown just before the watermark passes
			e.watermark = c.end + int64(n.Window.Lateness) - 1
			e.latest = e.watermark
		}
		if len(c.events) > 0 {
			last := c.events[len(c.events)-1]
			e.at = last.at
			if n.Window == nil || n.Window.Rows > 0 {
				e.time = last.time
			}
		}
		out.show(n, c, e)
	}
	return out
}

// inArrivalOrder tells whether one of the aggregates depends on the order in which rows come.
func inArrivalOrder(aggs []plan.Agg) bool {
	for _, a := range aggs {
		switch a.Name {
		case "FIRST", "LAST", "NTH", "LAST_NOT_NULL", "ANY_VALUE", "STRING_AGG", "ARRAY_AGG", "DELTA", "ARG_MIN", "ARG_MAX", "MODE":
			return true
		}
	}
	return false
}

// follower is the watermark of a window whose time is not the event time that the source declares.
type follower struct {
	bound    time.Duration
	limit    int64
	greatest int64
	any      bool
}

func (f *follower) see(at int64) int64 {
	if at <= f.limit && (!f.any || at > f.greatest) {
		f.greatest, f.any = at, true
	}
	if !f.any {
		return math.MinInt64
	}
	return f.greatest - int64(f.bound)
}

// grouping puts rows into groups, and into windows if there are any.
type grouping struct {
	*machine
	n      *plan.Aggregate
	groups map[string]*group
	order  []*group
	own    *follower
	counts map[string]int64 // rows of a group so far, for windows of rows
	doubt  bool             // a row may or may not have been too late
	known  *forgetful       // groups that no row comes to for a time begin anew; nil: never
}

// take puts a row into the groups that it belongs to, and returns those. It fails if the row has no key, no time, or nothing to add.
func (g *grouping) take(v *env, e *event, unordered bool) (changed []*group, failed bool) {
	n := g.n
	_, failed = attempt(func() any {
		var at, watermark, latest int64
		if w := n.Window; w != nil && w.Rows == 0 {
			x, ok := v.eval(w.Time).(int64)
			if !ok {
				fail("the row has no time")
			}
			at, watermark, latest = x, e.watermark, e.latest
			if _, declared := w.Time.(*expr.Meta); !declared {
				watermark = g.own.see(at)
				if latest = watermark; unordered && watermark != math.MinInt64 {
					g.doubt = true
				}
			}
		}
		keys := g.keysOf(v)
		f := feed(v, n.Aggs)
		add := func(c *group) {
			c.rows, c.events = append(c.rows, f), append(c.events, *e)
			changed = append(changed, c)
		}
		switch w := n.Window; {
		case w == nil:
			g.forget(keys, e)
			add(g.find(keys, 0, 0))
		case w.Rows > 0:
			for _, c := range g.ofRows(keys, e) {
				add(c)
			}
		case w.Kind == plan.Session:
			if c := g.session(keys, at, watermark, latest); c != nil {
				add(c)
			}
		default:
			for _, s := range windowsOf(w, at) {
				if !g.late(s.end, watermark, latest) {
					add(g.find(keys, s.start, s.end))
				}
			}
		}
		return nil
	})
	return changed, failed
}

// late tells whether a window that ends at end has closed. Where the watermark is only known to lie between two, and it depends on which of
// them it is, nothing can be said.
func (g *grouping) late(end, watermark, latest int64) bool {
	passed := func(w int64) bool { return w != math.MinInt64 && end+int64(g.n.Window.Lateness) <= w }
	if passed(watermark) != passed(latest) {
		g.doubt = true
	}
	return passed(watermark)
}

func (g *grouping) keysOf(v *env) (keys []any) {
	for _, k := range g.n.Keys {
		x := v.eval(k)
		if f, ok := x.(float64); ok && f == 0 {
			x = 0.0 // -0 is in the group of 0
		}
		keys = append(keys, x)
	}
	return keys
}

// forget lets the group of a row begin anew that has had none for so long.
func (g *grouping) forget(keys []any, e *event) {
	if g.known == nil {
		return
	}
	id := identity(append([]any{int64(0), int64(0)}, keys...))
	known, timed := g.known.come(id, e)
	switch {
	case !timed:
		fail("the row has no time")
	case !known:
		delete(g.groups, id)
		g.order = slices.DeleteFunc(g.order, func(c *group) bool { return identity(append([]any{c.start, c.end}, c.keys...)) == id })
	}
}

func (g *grouping) find(keys []any, start, end int64) *group {
	id := identity(append([]any{start, end}, keys...))
	if g.groups[id] == nil {
		g.groups[id] = &group{keys: keys, start: start, end: end}
		g.order = append(g.order, g.groups[id])
	}
	return g.groups[id]
}

// span is [start, end).
type span struct{ start, end int64 }

// windowsOf are the windows of a length of time that a moment is in, the earliest first.
func windowsOf(w *plan.Window, at int64) (out []span) {
	size, step := int64(w.Size), int64(w.Size)
	if w.Advance > 0 {
		step = int64(w.Advance)
	}
	if w.Kind == plan.Cumulate {
		start := floorDiv(at, size) * size
		for end := start + step; end <= start+size; end += step {
			if at < end {
				out = append(out, span{start, end})
			}
		}
		return out
	}
	for start := floorDiv(at, step) * step; start > at-size; start -= step {
		out = append([]span{{start, start + size}}, out...)
	}
	return out
}

// ofRows are the windows of so many rows of a group that its next row is in.
func (g *grouping) ofRows(keys []any, e *event) (out []*group) {
	w := g.n.Window
	id := identity(keys)
	i := g.counts[id]
	g.counts[id]++
	step := max(w.RowsStep, 1)
	for first := i / step * step; first >= 0 && first > i-w.Rows; first -= step {
		wid := identity(append([]any{"rows", first}, keys...))
		c := g.groups[wid]
		at, _ := e.time.(int64)
		if c == nil {
			c = &group{keys: keys, start: at}
			g.groups[wid] = c
			g.order = append(g.order, c)
		}
		c.end = at
		out = append([]*group{c}, out...)
	}
	return out
}

// session is the session of a row; nil if it is late. A row exactly one gap after the last one extends it, and a row between two sessions
// makes one of them.
func (g *grouping) session(keys []any, at, watermark, latest int64) *group {
	gap := int64(g.n.Window.Size)
	id := identity(keys)
	c := &group{keys: keys, start: at, end: at + gap}
	var rest []*group
	for _, o := range g.order {
		if identity(o.keys) != id || o.closed {
			rest = append(rest, o)
			continue
		}
		if o.closed = g.late(o.end, watermark, latest); o.closed || o.start > c.end || c.start > o.end {
			rest = append(rest, o)
			continue
		}
		c.start, c.end = min(c.start, o.start), max(c.end, o.end)
		c.rows, c.events = append(c.rows, o.rows...), append(c.events, o.events...)
	}
	if g.late(c.end, watermark, latest) {
		return nil
	}
	g.order = append(rest, c)
	return c
}

// show adds the group's result, unless an aggregate has none.
func (o *output) show(n *plan.Aggregate, g *group, e event) {
	_, failed := attempt(func() any {
		e.row = append([]any(nil), g.keys...)
		if n.Window != nil {
			e.row = append(e.row, g.start, g.end)
			if e.time = g.end - 1; n.Window.Rows > 0 {
				e.time = g.end
			}
		}
		e.row = append(e.row, finals(n.Aggs, g.rows)...)
		return nil
	})
	if !failed {
		o.events = append(o.events, e)
	}
}
