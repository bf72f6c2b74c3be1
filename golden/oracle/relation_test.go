package oracle

import (
	"fmt"
	"sort"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// place is where a row of a source stands among those of all sources: first the one whose greatest event time so far is least, of equal ones
// that of the source which the plan reads first.
type place struct {
	head       int64
	input, row int
}

func (a place) before(b place) bool {
	switch {
	case a.head != b.head:
		return a.head < b.head
	case a.input != b.input:
		return a.input < b.input
	}
	return a.row < b.row
}

// like is an output without rows about which the same is known.
func (o *output) like() *output {
	return &output{doubt: o.doubt, unordered: o.unordered, sorted: o.sorted, arrival: o.arrival}
}

// bag is an output that several others went into, and whose rows have no order.
func bag(in ...*output) *output {
	out := &output{unordered: true}
	for _, o := range in {
		out.doubt, out.arrival = out.doubt || o.doubt, out.arrival || o.arrival
	}
	return out
}

// table is what an operator holds when all input has been read: each row that has not been replaced or withdrawn.
func (m *machine) table(n plan.Node) *output {
	switch n := n.(type) {
	case *plan.Scan:
		out := m.scan(n)
		if n.Source.Role == "table" {
			return newest(out, n.Props().Key)
		}
		return out
	case *plan.Ref:
		if !n.Statement.Table {
			return m.node(n)
		}
		if m.tables[n.Statement] == nil {
			m.tables[n.Statement] = m.table(n.Statement.Root)
		}
		o := *m.tables[n.Statement]
		return &o
	case *plan.Values:
		return m.values(n)
	case *plan.Join:
		return m.join(n)
	case *plan.SetOp:
		return setOp(n, m.table(n.Left), m.table(n.Right))
	case *plan.Over:
		return m.windows(n, m.table(n.In))
	case *plan.Sort:
		return m.sort(n, m.table(n.In))
	case *plan.Aggregate:
		return m.aggregate(n, m.table(n.In), plan.EmitFinal)
	case *plan.Limit:
		in := m.table(n.In)
		out := limit(n, in)
		out.doubt = out.doubt || n.In.Props().Mode != plan.Append && !in.sorted // which rows were the first
		return out
	}
	return m.apply(n, m.table(n.Inputs()[0]))
}

// newest keeps the last row of each key; all of them if there is no key.
func newest(in *output, key []int) *output {
	if key == nil {
		return in
	}
	out := in.like()
	last := map[string]int{}
	for _, e := range in.events {
		id := identity(columnsOf(e.row, key))
		if i, ok := last[id]; ok {
			out.events[i] = e
			continue
		}
		last[id] = len(out.events)
		out.events = append(out.events, e)
	}
	return out
}

func columnsOf(row []any, at []int) []any {
	out := make([]any, len(at))
	for i, k := range at {
		out[i] = row[k]
	}
	return out
}

func (m *machine) values(n *plan.Values) *output {
	if n.Rows == nil {
		return &output{events: []event{{time: m.now}}}
	}
	out := &output{}
	for _, list := range n.Rows {
		v := m.env(event{time: m.now})
		row, failed := attempt(func() any {
			row := make([]any, len(list))
			for i, x := range list {
				row[i] = v.eval(x)
			}
			return row
		})
		if !failed {
			out.events = append(out.events, event{row: row.([]any), time: m.now, maybe: v.doubt})
		}
	}
	return out
}

// setTime gives a row the time that a column called _event_time says.
func setTime(n *plan.Project, e *event) {
	for i, c := range n.Props().Schema {
		if strings.EqualFold(c.Name, expr.MetaEventTime.String()) && c.Col.Type.Kind == types.Timestamp {
			e.time = e.row[i]
		}
	}
}

// limit is LIMIT … OFFSET. Of rows without order it is open which ones are the first.
func limit(n *plan.Limit, in *output) *output {
	out := in.like()
	first := min(int(n.Offset), len(in.events))
	end := len(in.events)
	if n.N >= 0 && n.N < int64(end-first) {
		end = first + int(n.N)
	}
	out.events = in.events[first:end]
	for _, e := range in.events {
		out.doubt = out.doubt || e.maybe
	}
	for _, cut := range []int{first, end} {
		if cut == 0 || cut == len(in.events) || n.N == 0 {
			continue
		}
		a, b := in.events[cut-1], in.events[cut]
		switch {
		case !in.sorted:
			out.arrival, out.doubt = true, out.doubt || in.unordered
		case a.rank == b.rank && identity(a.row) != identity(b.row):
			out.arrival, out.doubt = true, true
		}
	}
	return out
}

// sort orders rows. Those that are equal in order have one rank.
func (m *machine) sort(n *plan.Sort, in *output) *output {
	type ordered struct {
		event
		keys []any
	}
	out := in.like()
	var rows []ordered
	for _, e := range in.events {
		v := m.env(e)
		keys, failed := attempt(func() any { return sortKeys(v, n.Keys) })
		if failed {
			continue
		}
		e.maybe = e.maybe || v.doubt
		rows = append(rows, ordered{e, keys.([]any)})
	}
	less := func(a, b ordered) bool {
		if n.When == plan.PerWindow && a.time != b.time { // the results of one window stand together
			return a.time.(int64) < b.time.(int64)
		}
		return ordering(n.Keys, a.keys, b.keys) < 0
	}
	sort.SliceStable(rows, func(i, j int) bool { return less(rows[i], rows[j]) })
	for i, r := range rows {
		if r.rank = 0; i > 0 {
			r.rank = out.events[i-1].rank
			if less(rows[i-1], r) {
				r.rank++
			}
		}
		out.events = append(out.events, r.event)
	}
	out.sorted, out.unordered = true, false
	return out
}

func sortKeys(v *env, keys []plan.SortKey) []any {
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = v.eval(k.E)
	}
	return out
}

// ordering compares two rows by the values of their keys.
func ordering(keys []plan.SortKey, a, b []any) int {
	for i, k := range keys {
		c := 0
		switch x, y := a[i], b[i]; {
		case x == nil && y == nil:
		case x == nil:
			if c = 1; k.NullsFirst {
				c = -1
			}
		case y == nil:
			if c = -1; k.NullsFirst {
				c = 1
			}
		default:
			if c, _ = compare(x, y); k.Desc {
				c = -c
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// setOp is UNION, INTERSECT and EXCEPT, by counting equal rows on both sides.
func setOp(n *plan.SetOp, l, r *output) *output {
	out := bag(l, r)
	for _, e := range append(append([]event(nil), l.events...), r.events...) {
		if out.doubt = out.doubt || e.maybe && !(n.Kind == plan.Union && n.All); e.rank != 0 {
			e.rank = 0
		}
	}
	count := func(list []event) map[string]int {
		out := map[string]int{}
		for _, e := range list {
			out[identity(e.row)]++
		}
		return out
	}
	left, right := count(l.events), count(r.events)
	shown := map[string]int{}
	for _, e := range append(append([]event(nil), l.events...), r.events...) {
		id := identity(e.row)
		want := 0
		switch n.Kind {
		case plan.Union:
			want = left[id] + right[id]
		case plan.Intersect:
			want = min(left[id], right[id])
		case plan.Except:
			want = left[id] - right[id]
		}
		if !n.All {
			want = min(want, 1)
			if n.Kind == plan.Except && right[id] > 0 {
				want = 0
			}
		}
		if shown[id] < want {
			shown[id]++
			out.events = append(out.events, e)
		}
	}
	return out
}

// unnest adds to each row the elements of an array or the entries of a map, one row for each.
func (m *machine) unnest(n *plan.Unnest, in *output) *output {
	out := in.like()
	width := len(n.Names)
	for _, e := range in.events {
		v := m.env(e)
		x, failed := attempt(func() any { return v.eval(n.Array) })
		if failed {
			continue
		}
		e.maybe = e.maybe || v.doubt
		rows := elements(x, n, width)
		if len(rows) == 0 && n.Outer {
			rows = [][]any{make([]any, width)}
		}
		for _, add := range rows {
			one := e
			one.row = append(append([]any(nil), e.row...), add...)
			out.events = append(out.events, one)
		}
	}
	return out
}

func elements(x any, n *plan.Unnest, width int) (out [][]any) {
	t := n.Array.Col().Type
	list, _ := x.([]any)
	if entries, ok := x.(mapping); ok {
		for _, p := range entries {
			list = append(list, []any{p.key, p.value})
		}
	}
	for i, item := range list {
		var row []any
		switch {
		case t.Kind == types.Array && t.Elem.Kind != types.Struct:
			row = []any{item}
		case item == nil:
			row = make([]any, len(t.Elem.Fields))
		default:
			row = append(row, item.([]any)...)
		}
		if n.Ordinality {
			row = append(row, int64(i+1))
		}
		if len(row) != width {
			panic(fmt.Sprintf("bug: UNNEST makes %d columns of %d", len(row), width))
		}
		out = append(out, row)
	}
	return out
}
