package oracle

import (
	"math"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// side is a row of one side of a join with what the join reads of it alone.
type side struct {
	event
	keys []any
	time any // of the time bound
	asOf any // left row of a temporal join
}

// joiner compares every row with every row.
type joiner struct {
	*machine
	n           *plan.Join
	left, right []side
	doubt       bool
}

// join is what a join holds when both sides have been read.
func (m *machine) join(n *plan.Join) *output {
	j := &joiner{machine: m, n: n}
	l, r := m.table(n.Left), m.right(n)
	out := bag(l, r)
	j.left = j.sides(l, n.LeftKeys, func(b *plan.TimeBound) expr.Expr { return b.Left }, n.Form == plan.TemporalJoin)
	j.right = j.sides(r, n.RightKeys, func(b *plan.TimeBound) expr.Expr { return b.Right }, false)
	late := n.Form == plan.StreamJoin && (behind(l) || behind(r))
	partners := make([][]int, len(j.left))
	met := make([]bool, len(j.right))
	unknown := make([]bool, len(j.left))
	for i := range j.left {
		for k := range j.right {
			switch j.meet(&j.left[i], &j.right[k]) {
			case true:
				partners[i] = append(partners[i], k)
			case nil:
				unknown[i] = true
			}
		}
		partners[i] = j.chosen(&j.left[i], partners[i], out)
		for _, k := range partners[i] {
			met[k] = true
		}
	}
	for i := range j.left {
		j.show(out, i, partners[i], unknown[i])
	}
	if n.Kind == plan.RightJoin || n.Kind == plan.FullJoin {
		for k, found := range met {
			if !found {
				e := j.right[k].event
				e.row = append(make([]any, len(n.Left.Props().Schema)), e.row...)
				out.add(e)
			}
		}
	}
	out.doubt = out.doubt || j.doubt || late
	return out
}

// right is what the left rows of a join can meet: of a temporal join every version that there ever was.
func (m *machine) right(n *plan.Join) *output {
	if n.Form == plan.TemporalJoin && n.Right.Props().Time.EventTime {
		return m.node(n.Right)
	}
	return m.table(n.Right)
}

// behind tells whether a row comes later than the watermark: what it would have met may have been forgotten.
func behind(o *output) bool {
	watermark := int64(math.MinInt64)
	for _, e := range o.events {
		at, ok := e.time.(int64)
		if !ok || watermark != math.MinInt64 && at < watermark {
			return true
		}
		watermark = max(watermark, e.watermark)
	}
	return false
}

// sides computes what the join reads of each row; a row for which that fails is gone.
func (j *joiner) sides(o *output, keys []expr.Expr, time func(*plan.TimeBound) expr.Expr, temporal bool) (out []side) {
	for _, e := range o.events {
		s := side{event: e}
		v := j.env(e)
		_, failed := attempt(func() any {
			for _, k := range keys {
				s.keys = append(s.keys, v.eval(k))
			}
			if b := j.n.Bound; b != nil {
				s.time = v.eval(time(b))
			}
			if temporal {
				s.asOf = v.eval(j.n.AsOf)
			}
			return nil
		})
		if failed {
			continue
		}
		if v.doubt || e.maybe {
			j.doubt = true
		}
		out = append(out, s)
	}
	return out
}

// meet tells whether two rows meet: true, false, or nil where a NULL makes it unknown.
func (j *joiner) meet(l, r *side) any {
	var result any = true
	and := func(x any) {
		if x == false || x == nil && result == true {
			result = x
		}
	}
	for i := range l.keys {
		and(comparison(expr.Eq, l.keys[i], r.keys[i]))
	}
	if b := j.n.Bound; b != nil {
		and(within(b, l.time, r.time))
	}
	if w := j.n.SameWindow; w != nil {
		and(share(w, l.event.time, r.event.time))
	}
	for _, cond := range []expr.Expr{j.n.Cond, j.condition()} {
		if cond == nil {
			continue
		}
		e := both(l.event, r.event)
		v := j.env(e)
		x, failed := attempt(func() any { return v.eval(cond) })
		if failed || v.doubt {
			j.doubt = true // which of the two rows is rejected, or neither
		}
		and(x)
	}
	if result == nil && !j.n.NullAware {
		return false
	}
	return result
}

// condition is the comparison of an as-of join.
func (j *joiner) condition() expr.Expr {
	if j.n.Form == plan.AsOfJoin {
		return j.n.AsOf
	}
	return nil
}

// within tells whether right - left is in the bound.
func within(b *plan.TimeBound, l, r any) any {
	if l == nil || r == nil {
		return nil
	}
	d := r.(int64) - l.(int64)
	return (!b.HasLower || d >= int64(b.Lower)) && (!b.HasUpper || d <= int64(b.Upper))
}

// share tells whether two times have a window in common.
func share(w *plan.Window, l, r any) any {
	if l == nil || r == nil {
		return nil
	}
	for _, a := range windowsOf(w, l.(int64)) {
		for _, b := range windowsOf(w, r.(int64)) {
			if a == b {
				return true
			}
		}
	}
	return false
}

// both is the joined row. Its time is the later one; the watermark when it is made lies between those of the two rows.
func both(l, r event) event {
	e := l
	e.rank = 0
	e.row = append(append([]any(nil), l.row...), r.row...)
	e.watermark, e.latest = min(l.watermark, r.watermark), max(l.latest, r.latest)
	a, okl := l.time.(int64)
	b, okr := r.time.(int64)
	switch {
	case okl && okr:
		e.time = max(a, b)
	case okr:
		e.time = nil
	}
	if l.at.before(r.at) {
		e.at = r.at
	}
	return e
}

// chosen are those partners of a left row that it meets: of a temporal join the last version of each key, of an as-of join the nearest row.
func (j *joiner) chosen(l *side, partners []int, out *output) []int {
	switch {
	case j.n.Form == plan.TemporalJoin && j.n.Right.Props().Time.EventTime:
		return j.asOf(l)
	case j.n.Form != plan.AsOfJoin || len(partners) == 0:
		return partners
	}
	cmp := j.n.AsOf.(*expr.Compare)
	value := func(k int) any {
		v := j.env(both(l.event, j.right[k].event))
		x, _ := attempt(func() any { return v.eval(j.ofRight(cmp)) })
		return x
	}
	greatest := cmp.Op == expr.Ge || cmp.Op == expr.Gt // left >= right
	if j.ofRight(cmp) == cmp.L {
		greatest = !greatest
	}
	best := partners[:1]
	for _, k := range partners[1:] {
		switch order, _ := compare(value(k), value(best[0])); {
		case order == 0:
			best = append(best[:len(best):len(best)], k)
		case (order > 0) == greatest:
			best = []int{k}
		}
	}
	if len(best) > 1 { // the standard leaves open which of them
		out.arrival, j.doubt = true, true
	}
	return best[len(best)-1:]
}

// ofRight is the operand of an as-of comparison that reads the right row.
func (j *joiner) ofRight(cmp *expr.Compare) expr.Expr {
	used := map[int]bool{}
	expr.Columns(cmp.L, used)
	for c := range used {
		if c >= len(j.n.Left.Props().Schema) {
			return cmp.L
		}
	}
	return cmp.R
}

// asOf are the rows of the right that a left row meets as they were at its time: of each key the last version that is not younger.
func (j *joiner) asOf(l *side) (out []int) {
	at, ok := l.asOf.(int64)
	if !ok {
		return nil
	}
	key := j.n.Right.Props().Key
	last := map[string]int{}
	for k, r := range j.right {
		id := identity(r.keys)
		if key != nil {
			id = identity(columnsOf(r.row, key))
		}
		t, ok := r.event.time.(int64)
		if !ok || t > at {
			continue
		}
		if old, known := last[id]; !known || t >= j.right[old].event.time.(int64) {
			last[id] = k
		}
	}
	for k, r := range j.right {
		id := identity(r.keys)
		if key != nil {
			id = identity(columnsOf(r.row, key))
		}
		if best, known := last[id]; known && best == k && j.meet(l, &j.right[k]) == true {
			out = append(out, k)
		}
	}
	return out
}

// show adds the rows that a left row makes.
func (j *joiner) show(out *output, i int, partners []int, unknown bool) {
	l := j.left[i].event
	l.rank = 0
	switch j.n.Kind {
	case plan.SemiJoin:
		if len(partners) > 0 {
			out.add(l)
		}
		return
	case plan.AntiJoin:
		if len(partners) == 0 && !unknown {
			out.add(l)
		}
		return
	case plan.MarkJoin:
		var mark any = len(partners) > 0
		if mark == false && unknown {
			mark = nil
		}
		l.row = append(append([]any(nil), l.row...), mark)
		out.add(l)
		return
	case plan.SingleJoin:
		if len(partners) > 1 {
			return // the row fails
		}
	}
	for _, k := range partners {
		e := both(l, j.right[k].event)
		if j.n.Form != plan.StreamJoin {
			e.time = l.time
		}
		out.add(e)
	}
	if len(partners) == 0 && (j.n.Kind == plan.LeftJoin || j.n.Kind == plan.FullJoin || j.n.Kind == plan.SingleJoin) {
		l.row = append(append([]any(nil), l.row...), make([]any, len(j.n.Right.Props().Schema))...)
		out.add(l)
	}
}

func (o *output) add(e event) {
	e.rank = 0
	if e.latest == 0 && e.watermark == 0 { // rows of VALUES
		e.watermark, e.latest = math.MinInt64, math.MinInt64
	}
	o.events = append(o.events, e)
}
