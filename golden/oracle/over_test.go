package oracle

import (
	"math/big"
	"sort"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// framed is a row under OVER, with everything that is read of it.
type framed struct {
	event
	order []any
	args  [][]any // per call, FILTER's result behind the arguments
	calls []any   // results
	fails bool
}

// windows computes calls over windows, each row from the rows of its partition.
func (m *machine) windows(n *plan.Over, in *output) *output {
	out := in.like()
	if n.Buffer > 0 || len(n.Order) == 0 && n.Frame.Unit == plan.FrameRows {
		out.arrival, out.doubt = true, out.doubt || in.unordered
	}
	out.sorted, out.unordered = false, true
	if inTime(n) && behind(in) {
		out.doubt = true // its place in the order has passed
	}
	partitions := map[string][]*framed{}
	var names []string
	var rows []*framed
	for _, e := range in.events {
		f := &framed{event: e}
		v := m.env(e)
		var id string
		_, failed := attempt(func() any {
			var key []any
			for _, p := range n.Partition {
				x := v.eval(p)
				if z, ok := x.(float64); ok && z == 0 {
					x = 0.0
				}
				key = append(key, x)
			}
			id = identity(key)
			f.order = sortKeys(v, n.Order)
			for _, c := range n.Calls {
				f.args = append(f.args, argumentsOf(v, c))
			}
			return nil
		})
		if failed {
			continue
		}
		out.doubt = out.doubt || v.doubt || e.maybe
		if partitions[id] == nil {
			names = append(names, id)
		}
		partitions[id] = append(partitions[id], f)
		rows = append(rows, f)
	}
	for _, id := range names {
		p := &windowRows{n: n, rows: partitions[id]}
		if n.Buffer > 0 {
			p.buffered()
		} else {
			p.whole()
		}
		if p.ties {
			out.arrival, out.doubt = true, out.doubt || in.unordered
		}
		out.doubt = out.doubt || p.doubt
	}
	for _, f := range rows {
		if f.fails || f.calls == nil {
			continue
		}
		if n.Top > 0 && f.calls[0].(int64) > n.Top { // ROW_NUMBER
			continue
		}
		f.row = append(append([]any(nil), f.row...), f.calls...)
		f.rank = 0
		out.events = append(out.events, f.event)
	}
	return out
}

// inTime tells whether rows are ordered by their event time, so that they can come when their turn has passed.
func inTime(n *plan.Over) bool {
	if len(n.Order) == 0 {
		return false
	}
	switch e := n.Order[0].E.(type) {
	case *expr.Meta:
		return true
	case *expr.Column:
		return e.Index == n.In.Props().Time.Column
	}
	return false
}

func argumentsOf(v *env, c plan.Call) (out []any) {
	for _, a := range c.Args {
		out = append(out, v.eval(a))
	}
	if c.Filter != nil {
		return append(out, v.eval(c.Filter))
	}
	return append(out, true)
}

// windowRows are the rows of a partition, which see each other.
type windowRows struct {
	n     *plan.Over
	rows  []*framed
	ties  bool // rows are equal in order, and some result depends on which of them came first
	doubt bool
}

// whole computes the calls over a whole partition.
func (p *windowRows) whole() {
	sort.SliceStable(p.rows, func(i, j int) bool { return ordering(p.n.Order, p.rows[i].order, p.rows[j].order) < 0 })
	p.checkTies()
	for i := range p.rows {
		p.compute(p.rows, i)
	}
}

// buffered computes the calls over the last rows of the partition, as each comes or when so many have come.
func (p *windowRows) buffered() {
	size := int(p.n.Buffer)
	var kept []*framed
	for _, f := range p.rows {
		if p.n.Expire > 0 && len(kept) > 0 {
			a, oka := kept[len(kept)-1].event.time.(int64)
			b, okb := f.event.time.(int64)
			if p.doubt = p.doubt || !oka || !okb; oka && okb && b-a >= int64(p.n.Expire) {
				p.doubt = p.doubt || b-a == int64(p.n.Expire)
				kept = nil
			}
		}
		if kept = append(kept, f); len(kept) > size {
			kept = kept[1:]
		}
		sorted := append([]*framed(nil), kept...)
		sort.SliceStable(sorted, func(i, j int) bool { return ordering(p.n.Order, sorted[i].order, sorted[j].order) < 0 })
		if p.n.Emit == plan.OnBufferFull {
			if len(kept) == size {
				for i := range sorted {
					p.compute(sorted, i)
				}
				kept = nil
			}
			continue
		}
		for i := range sorted {
			if sorted[i] == f {
				p.compute(sorted, i)
			}
		}
	}
}

// checkTies finds out whether results depend on the order of rows that ORDER BY calls equal.
func (p *windowRows) checkTies() {
	sensitive := p.n.Frame.Unit == plan.FrameRows
	for _, c := range p.n.Calls {
		switch c.Name {
		case "ROW_NUMBER", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE", "CONDITIONAL_CHANGE_EVENT", "EXPONENTIAL_MOVING_AVERAGE":
			sensitive = true
		}
		sensitive = sensitive || c.Aggregate && inArrivalOrder([]plan.Agg{{Name: c.Name}})
	}
	for i := 1; i < len(p.rows) && sensitive; i++ {
		p.ties = p.ties || p.peers(p.rows[i-1], p.rows[i])
	}
}

func (p *windowRows) peers(a, b *framed) bool { return ordering(p.n.Order, a.order, b.order) == 0 }

// compute are the results of row i of rows that are in order.
func (p *windowRows) compute(rows []*framed, i int) {
	start, end := p.frame(rows, i)
	f := rows[i]
	f.calls = nil
	_, failed := attempt(func() any {
		for k, c := range p.n.Calls {
			f.calls = append(f.calls, p.call(rows, i, start, end, k, c))
		}
		return nil
	})
	f.fails = failed
}

// frame is the part [start, end) of rows that row i sees.
func (p *windowRows) frame(rows []*framed, i int) (start, end int) {
	f := p.n.Frame
	first, last := i, i
	for first > 0 && p.peers(rows[first-1], rows[i]) {
		first--
	}
	for last < len(rows)-1 && p.peers(rows[last+1], rows[i]) {
		last++
	}
	bound := func(b plan.FrameBound, isEnd bool) int {
		switch {
		case b.Unbounded && b.Following:
			return len(rows)
		case b.Unbounded:
			return 0
		case b.Offset == nil && f.Unit == plan.FrameRows:
			return i + btoi(isEnd)
		case b.Offset == nil && isEnd:
			return last + 1
		case b.Offset == nil:
			return first
		}
		sign := -1
		if b.Following {
			sign = 1
		}
		switch f.Unit {
		case plan.FrameRows:
			return i + sign*int(b.Offset.(*expr.Lit).Val.(int64)) + btoi(isEnd)
		case plan.FrameGroups:
			return p.groupBound(rows, i, sign*int(b.Offset.(*expr.Lit).Val.(int64)), isEnd)
		}
		return p.rangeBound(rows, i, sign, b.Offset.(*expr.Lit), isEnd, first, last)
	}
	start, end = bound(f.Start, false), bound(f.End, true)
	start, end = min(max(start, 0), len(rows)), min(end, len(rows))
	return start, max(end, start)
}

// groupBound is a bound that counts groups of rows that are equal in order.
func (p *windowRows) groupBound(rows []*framed, i, offset int, isEnd bool) int {
	number := make([]int, len(rows))
	for k := 1; k < len(rows); k++ {
		number[k] = number[k-1] + btoi(!p.peers(rows[k-1], rows[k]))
	}
	want := number[i] + offset
	for k := range rows {
		if !isEnd && number[k] >= want || isEnd && number[k] > want {
			return k
		}
	}
	return len(rows)
}

// rangeBound is a bound at a distance of the ORDER BY value. Of a NULL only other NULLs are at a distance.
func (p *windowRows) rangeBound(rows []*framed, i, sign int, offset *expr.Lit, isEnd bool, first, last int) int {
	key := p.n.Order[0]
	current := rows[i].order[0]
	if current == nil {
		if isEnd {
			return last + 1
		}
		return first
	}
	if key.Desc {
		sign = -sign
	}
	t := key.E.Col().Type
	d := new(big.Rat).Mul(magnitude((&env{}).eval(offset), offset.T.Type), rat(int64(sign)))
	limit := d.Add(d, magnitude(current, t))
	at := 0
	if !isEnd {
		at = len(rows)
	}
	for k, f := range rows {
		c := 1 // NULLs stand before all values, or behind them
		switch x := f.order[0]; {
		case x == nil && key.NullsFirst:
			c = -1
		case x != nil:
			if c = magnitude(x, t).Cmp(limit); key.Desc {
				c = -c
			}
		}
		if isEnd && c <= 0 {
			at = max(at, k+1)
		}
		if !isEnd && c >= 0 {
			at = min(at, k)
		}
	}
	return at
}

// magnitude is a value as a number; times in nanoseconds.
func magnitude(x any, t types.Type) *big.Rat {
	switch x := x.(type) {
	case float64:
		return new(big.Rat).SetFloat64(x)
	case *big.Rat:
		return x
	}
	n := rat(x.(int64))
	if t.Kind == types.Date {
		n.Mul(n, rat(86400e9))
	}
	return n
}

// call is the result of a call for row i, whose frame is [start, end).
func (p *windowRows) call(rows []*framed, i, start, end, k int, c plan.Call) any {
	arg := func(at, n int) any { return rows[at].args[k][n] }
	if c.Aggregate {
		return p.aggregate(rows[start:end], k, c)
	}
	first, last := i, i
	for first > 0 && p.peers(rows[first-1], rows[i]) {
		first--
	}
	for last < len(rows)-1 && p.peers(rows[last+1], rows[i]) {
		last++
	}
	size := int64(len(rows))
	switch c.Name {
	case "ROW_NUMBER":
		return int64(i + 1)
	case "RANK":
		return int64(first + 1)
	case "DENSE_RANK":
		n := int64(1)
		for at := 1; at <= first; at++ {
			n += int64(btoi(!p.peers(rows[at-1], rows[at])))
		}
		return n
	case "PERCENT_RANK":
		if size == 1 {
			return 0.0
		}
		return float64(first) / float64(size-1)
	case "CUME_DIST":
		return float64(last+1) / float64(size)
	case "NTILE":
		return tile(int64(i), size, arg(i, 0))
	case "LAG", "LEAD":
		return p.neighbour(rows, i, k, c)
	case "CONDITIONAL_CHANGE_EVENT", "EXPONENTIAL_MOVING_AVERAGE":
		var known []any // x of the rows up to this one
		for at := 0; at <= i; at++ {
			if x := arg(at, 0); x != nil {
				known = append(known, x)
			}
		}
		if c.Name == "EXPONENTIAL_MOVING_AVERAGE" {
			return weighted(known, arg(i, 1).(float64))
		}
		n := int64(0)
		for at := 1; at < len(known); at++ {
			order, _ := compare(known[at-1], known[at])
			n += int64(btoi(order != 0))
		}
		return n
	case "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE":
		var values []any
		for at := start; at < end; at++ {
			if x := arg(at, 0); x != nil || !c.IgnoreNulls {
				values = append(values, x)
			}
		}
		n := int64(1)
		switch c.Name {
		case "LAST_VALUE":
			n = int64(len(values))
		case "NTH_VALUE":
			x, ok := arg(i, 1).(int64)
			if !ok {
				return nil
			}
			if n = x; n < 1 {
				fail("NTH_VALUE counts from 1")
			}
		}
		if n < 1 || n > int64(len(values)) {
			return nil
		}
		return values[n-1]
	}
	panic("bug: unhandled function of windows " + c.Name)
}

// weighted is an average in which each value weighs w against all before it.
func weighted(values []any, w float64) any {
	if len(values) == 0 {
		return nil
	}
	average := values[0].(float64)
	for _, x := range values[1:] {
		average += w * (x.(float64) - average)
	}
	return average
}

// tile deals size rows into n groups; the first ones are larger by one where they cannot be equal.
func tile(i, size int64, n any) any {
	x, ok := n.(int64)
	if !ok || x < 1 {
		fail("NTILE needs at least one group")
	}
	small, larger := size/x, size%x
	if edge := larger * (small + 1); i >= edge {
		return larger + (i-edge)/small + 1
	}
	return i/(small+1) + 1
}

// neighbour is LAG and LEAD.
func (p *windowRows) neighbour(rows []*framed, i, k int, c plan.Call) any {
	n := int64(1)
	if len(c.Args) > 1 {
		x, ok := rows[i].args[k][1].(int64)
		if !ok {
			return nil
		}
		n = x
	}
	if c.Name == "LAG" {
		n = -n
	}
	step := int64(1)
	if n < 0 {
		step = -1
	}
	at := int64(i)
	for n != 0 {
		at += step
		if at < 0 || at >= int64(len(rows)) {
			if len(c.Args) > 2 {
				return rows[i].args[k][2]
			}
			return nil
		}
		if !c.IgnoreNulls || rows[at].args[k][0] != nil {
			n -= step
		}
	}
	return rows[at].args[k][0]
}

// aggregate is an aggregate over the rows of a frame.
func (p *windowRows) aggregate(frame []*framed, k int, c plan.Call) any {
	var rows []fed
	for _, f := range frame {
		args := f.args[k]
		if args[len(c.Args)] != true {
			rows = append(rows, fed{nil})
			continue
		}
		list := make([]any, len(c.Args))
		copy(list, args)
		rows = append(rows, fed{list})
	}
	return final(plan.Agg{Name: c.Name, Sig: c.Sig, Args: c.Args, Distinct: c.Distinct, IgnoreNulls: c.IgnoreNulls, Col: c.Col}, 0, rows)
}
