package bind

import (
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// joinParts sorts the conditions of a join into keys, a bound on time, and the rest.
type joinParts struct {
	*scope
	width int // columns of the left
	spec  plan.JoinSpec
	rest  []expr.Expr
	at    source.Span
}

func (p *joinParts) conjuncts(cond expr.Expr) {
	if isInvalid(cond) {
		return
	}
	for _, c := range expr.Conjuncts(cond) {
		p.condition(c)
	}
}

// condition sorts one condition in.
func (p *joinParts) condition(c expr.Expr) {
	if isInvalid(c) {
		return
	}
	if l, ok := c.(*expr.Lit); ok && l.Val == true {
		return
	}
	if p.key(c) || p.bound(c) {
		return
	}
	p.rest = append(p.rest, c)
}

// key takes left = right.
func (p *joinParts) key(c expr.Expr) bool {
	cmp, ok := c.(*expr.Compare)
	if !ok || cmp.Op != expr.Eq {
		return false
	}
	l, r := cmp.L, cmp.R
	if p.onRight(l) && p.onLeft(r) {
		l, r = r, l
	}
	if !p.onLeft(l) || !p.onRight(r) {
		return false
	}
	p.spec.LeftKeys = append(p.spec.LeftKeys, l)
	p.spec.RightKeys = append(p.spec.RightKeys, shifted(r, -p.width))
	return true
}

// onLeft tells whether e reads columns of the left and of nothing else.
func (p *joinParts) onLeft(e expr.Expr) bool {
	some, all := sides(e, func(i int) bool { return i < p.width })
	return some && all
}

func (p *joinParts) onRight(e expr.Expr) bool {
	some, all := sides(e, func(i int) bool { return i >= p.width && i < windowStartAt })
	return some && all
}

// sides tells whether some, and whether all, columns of e are on a side. System columns of the joined row are on none.
func sides(e expr.Expr, on func(int) bool) (some, all bool) {
	all = true
	expr.Walk(e, func(x expr.Expr) bool {
		switch c := x.(type) {
		case *expr.Column:
			some, all = some || on(c.Index), all && on(c.Index)
		case *expr.Meta:
			all = false
		}
		return true
	})
	return some, all
}

// readsFrom tells whether e reads a column at or behind a position.
func readsFrom(e expr.Expr, position int) bool {
	some, _ := sides(e, func(i int) bool { return i >= position })
	return some
}

// bound takes right.time <= left.time + 5m and its like as a limit on the distance of two times. All limits of a join are about the
// same two times.
func (p *joinParts) bound(c expr.Expr) bool {
	cmp, ok := c.(*expr.Compare)
	if !ok || cmp.Op < expr.Lt || cmp.Op > expr.Ge {
		return false
	}
	l, dl, okl := distance(cmp.L)
	r, dr, okr := distance(cmp.R)
	if !okl || !okr {
		return false
	}
	op := cmp.Op
	if p.onRight(l) && p.onLeft(r) {
		l, r, dl, dr = r, l, dr, dl
		op = map[expr.CmpOp]expr.CmpOp{expr.Lt: expr.Gt, expr.Le: expr.Ge, expr.Gt: expr.Lt, expr.Ge: expr.Le}[op]
	}
	if !p.onLeft(l) || !p.onRight(r) {
		return false
	}
	r = shifted(r, -p.width)
	b := p.spec.Bound
	if b == nil {
		b = &plan.TimeBound{Left: l, Right: r}
		p.spec.Bound = b
	} else if !expr.Equal(b.Left, l) || !expr.Equal(b.Right, r) {
		return false
	}
	// l + dl op r + dr, so r - l is limited by dl - dr.
	d := dl - dr
	switch op {
	case expr.Lt: // r - l > d
		limitLower(b, d+1)
	case expr.Le:
		limitLower(b, d)
	case expr.Gt:
		limitUpper(b, d-1)
	case expr.Ge:
		limitUpper(b, d)
	}
	return true
}

// distance takes x + INTERVAL '5' MINUTE apart; x must be a point in time.
func distance(e expr.Expr) (expr.Expr, time.Duration, bool) {
	if b, ok := e.(*expr.Binary); ok && (b.Op == expr.Add || b.Op == expr.Sub) {
		if l, ok := b.R.(*expr.Lit); ok && l.T.Type.Kind == types.Interval && l.Val != nil {
			x, d, ok := distance(b.L)
			if n := time.Duration(l.Val.(int64)); b.Op == expr.Add {
				return x, d + n, ok
			} else {
				return x, d - n, ok
			}
		}
	}
	return e, 0, e.Col().Type.Kind == types.Timestamp
}

// within is WITHIN: the times of the two rows are at most so far apart; in its second form, right after left and right before left.
func (p *joinParts) within(w *grammar.Within) {
	b := &plan.TimeBound{Left: eventTime(w.Span()), Right: eventTime(w.Span()), HasLower: true, HasUpper: true}
	if w.First != nil {
		b.Lower, b.Upper = -w.First.Value, w.First.Value
	} else {
		b.Lower, b.Upper = -w.Before.Value, w.After.Value
	}
	if old := p.spec.Bound; old != nil { // both may be said; the bound on columns remains a condition
		p.rest = append(p.rest, p.written(old)...)
	}
	p.spec.Bound = b
}

// written is a bound as conditions on the joined row.
func (p *joinParts) written(b *plan.TimeBound) []expr.Expr {
	right := shifted(b.Right, p.width)
	limit := func(op expr.CmpOp, d time.Duration) expr.Expr {
		at := b.Left.Span()
		l := &expr.Binary{Node: expr.Node{T: b.Left.Col(), At: at}, Op: expr.Add, L: b.Left, R: literal(at, types.TInterval, int64(d))}
		return p.compare(at, op, right, l)
	}
	var out []expr.Expr
	if b.HasLower {
		out = append(out, limit(expr.Ge, b.Lower))
	}
	if b.HasUpper {
		out = append(out, limit(expr.Le, b.Upper))
	}
	return out
}

// finish gathers the rest.
func (p *joinParts) finish() { p.spec.Cond = expr.Conjunction(p.rest) }

func limitLower(b *plan.TimeBound, d time.Duration) {
	if !b.HasLower || d > b.Lower {
		b.Lower, b.HasLower = d, true
	}
}

func limitUpper(b *plan.TimeBound, d time.Duration) {
	if !b.HasUpper || d < b.Upper {
		b.Upper, b.HasUpper = d, true
	}
}
