package oracle

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// event is a row of a stream.
type event struct {
	row  []any
	time any // event time in ns; nil: it has none, or one that cannot be read
	// watermark of the source as of this row, the row itself included.
	watermark int64
	maybe     bool // SQL leaves open whether the row fails or is there
}

// output is everything that a statement produces.
type output struct {
	events []event
	doubt  bool // a row that may or may not fail has gone into a group, DISTINCT or LIMIT: nothing can be said
}

// machine evaluates a job over whole inputs.
type machine struct {
	dir     string // where relative paths start
	now     int64
	zero    bool                    // dividing by zero fails the row
	needed  map[string]map[int]bool // source → columns that some statement reads; nil: all
	sources map[string][]event
	out     map[*plan.Statement]*output
}

func newMachine(dir string, now int64, needed map[string]map[int]bool) *machine {
	return &machine{dir: dir, now: now, needed: needed, sources: map[string][]event{}, out: map[*plan.Statement]*output{}}
}

// run evaluates the statements in order.
func (m *machine) run(job *plan.Job) {
	for _, st := range job.Statements {
		m.out[st] = m.node(st.Root)
	}
}

func (m *machine) node(n plan.Node) *output {
	switch n := n.(type) {
	case *plan.Scan:
		return m.scan(n)
	case *plan.Ref:
		return &output{events: m.out[n.Statement].events, doubt: m.out[n.Statement].doubt}
	case *plan.Values:
		return &output{events: []event{{}}}
	}
	in := m.node(n.Inputs()[0])
	switch n := n.(type) {
	case *plan.SetOp: // UNION ALL of what is shown at the end
		more := m.node(n.Right)
		return &output{events: slices.Concat(in.events, more.events), doubt: in.doubt || more.doubt}
	case *plan.Filter:
		return m.each(in, func(v *env, e *event) bool { return v.eval(n.Cond) == true })
	case *plan.Project:
		return m.each(in, func(v *env, e *event) bool {
			e.row = make([]any, len(n.Exprs))
			for i, x := range n.Exprs {
				e.row[i] = v.eval(x)
			}
			return true
		})
	case *plan.Aggregate:
		return m.aggregate(n, in)
	case *plan.Distinct:
		return distinct(in, n.Columns())
	case *plan.Limit:
		out := &output{events: in.events[:min(int(n.N), len(in.events))], doubt: in.doubt}
		for _, e := range in.events {
			out.doubt = out.doubt || e.maybe
		}
		return out
	}
	panic(fmt.Sprintf("bug: unhandled node %T", n))
}

func (m *machine) env(e event) *env {
	return &env{row: e.row, time: e.time, now: m.now, zeroFails: m.zero}
}

// each maps rows one by one; a row that fails is gone.
func (m *machine) each(in *output, f func(v *env, e *event) bool) *output {
	out := &output{doubt: in.doubt}
	for _, e := range in.events {
		v := m.env(e)
		keep, failed := attempt(func() any { return f(v, &e) })
		if !failed && keep.(bool) {
			e.maybe = e.maybe || v.doubt
			out.events = append(out.events, e)
		}
	}
	return out
}

func distinct(in *output, columns []int) *output {
	out := &output{doubt: in.doubt}
	seen := map[string]bool{}
	for _, e := range in.events {
		out.doubt = out.doubt || e.maybe
		key := make([]any, len(columns))
		for i, c := range columns {
			key[i] = e.row[c]
		}
		if id := identity(key); !seen[id] {
			seen[id] = true
			out.events = append(out.events, e)
		}
	}
	return out
}

func (m *machine) scan(n *plan.Scan) *output {
	rows, ok := m.sources[n.Source.Name]
	if !ok {
		rows = m.read(n.Source)
		m.sources[n.Source.Name] = rows
	}
	out := &output{}
	for _, e := range rows {
		full := e.row
		e.row = make([]any, len(n.Columns))
		for i, c := range n.Columns {
			e.row[i] = full[c]
		}
		out.events = append(out.events, e)
	}
	return out
}

// read decodes a source and follows its watermark: the greatest event time so far, rows in the far future left out, minus the bound.
func (m *machine) read(src *catalog.Source) []event {
	greatest, known := int64(0), false
	var out []event
	for _, row := range m.rows(src) {
		e := event{row: row, watermark: math.MinInt64}
		switch et := src.EventTime; {
		case !et.Declared:
			e.time = m.now
		default:
			e.time, _ = attempt(func() any { return eventTime(src, row) })
			at, ok := e.time.(int64)
			if ok && at <= m.now+int64(et.MaxFuture) && (!known || at > greatest) {
				greatest, known = at, true
			}
			if known {
				e.watermark = greatest - int64(et.Bound)
			}
		}
		out = append(out, e)
	}
	return out
}

// rows are those of all files of a source.
func (m *machine) rows(src *catalog.Source) (out [][]any) {
	paths, err := filepath.Glob(filepath.Join(m.dir, src.Prop("path", "")))
	if err != nil || len(paths) == 0 {
		panic(fmt.Sprintf("bug: no file for %s: %v", src.Name, err))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err == nil && strings.HasSuffix(path, ".gz") {
			var r *gzip.Reader
			if r, err = gzip.NewReader(bytes.NewReader(data)); err == nil {
				data, err = io.ReadAll(r)
			}
		}
		if err != nil {
			panic(err)
		}
		out = append(out, decode(src, data, m.needed[src.Name])...)
	}
	return out
}

// group is the rows of one group, of one window if there are windows.
type group struct {
	keys       []any
	start, end int64
	rows       []fed
}

func (m *machine) aggregate(n *plan.Aggregate, in *output) *output {
	out := &output{doubt: in.doubt}
	groups := map[string]*group{}
	var order []*group
	own := &follower{bound: n.In.Props().Time.Bound, limit: m.now + int64(n.In.Props().Time.MaxFuture)}
	for _, e := range in.events {
		v := m.env(e)
		g, f, failed := m.place(n, v, &e, own)
		out.doubt = out.doubt || e.maybe || v.doubt
		if failed || g == nil {
			continue
		}
		id := identity(append([]any{g.start}, g.keys...))
		if groups[id] == nil {
			groups[id] = g
			order = append(order, g)
		}
		g = groups[id]
		g.rows = append(g.rows, f)
		if n.Emit == plan.EmitChanges {
			out.show(n, g, e)
		}
	}
	if n.Emit == plan.EmitChanges {
		return out
	}
	if n.Window == nil && len(n.Keys) == 0 && len(order) == 0 {
		order = append(order, &group{})
	}
	sort.SliceStable(order, func(i, j int) bool { return order[i].start < order[j].start })
	for _, g := range order {
		e := event{watermark: math.MaxInt64}
		if n.Window != nil { // shown just before the watermark passes
			e.watermark = g.end + int64(n.Window.Lateness) - 1
		}
		out.show(n, g, e)
	}
	return out
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

// place finds the group of a row and what it gives to it; no group if the row is late.
func (m *machine) place(n *plan.Aggregate, v *env, e *event, own *follower) (g *group, f fed, failed bool) {
	_, failed = attempt(func() any {
		g = &group{}
		late := false
		if w := n.Window; w != nil {
			at, ok := v.eval(w.Time).(int64)
			if !ok {
				fail("the row has no time")
			}
			g.start = floorDiv(at, int64(w.Size)) * int64(w.Size)
			g.end = g.start + int64(w.Size)
			watermark := e.watermark
			if _, declared := w.Time.(*expr.Meta); !declared {
				watermark = own.see(at)
			}
			late = watermark != math.MinInt64 && g.end+int64(w.Lateness) <= watermark
		}
		for _, k := range n.Keys {
			x := v.eval(k)
			if f, ok := x.(float64); ok && f == 0 {
				x = 0.0 // -0 is in the group of 0
			}
			g.keys = append(g.keys, x)
		}
		f = feed(v, n.Aggs)
		if late {
			g = nil
		}
		return nil
	})
	return g, f, failed
}

// show adds the group's result, unless an aggregate has none.
func (o *output) show(n *plan.Aggregate, g *group, e event) {
	_, failed := attempt(func() any {
		e.row = append([]any(nil), g.keys...)
		if n.Window != nil {
			e.row = append(e.row, g.start, g.end)
			e.time = g.end - 1
		}
		e.row = append(e.row, finals(n.Aggs, g.rows)...)
		return nil
	})
	if !failed {
		o.events = append(o.events, e)
	}
}
