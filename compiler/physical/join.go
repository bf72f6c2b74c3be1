package physical

import (
	"cmp"
	"slices"
	"time"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// JoinWay is how a join is run.
type JoinWay uint8

// The ways. Wait: rows of both sides wait for partners, for a time or until the inputs end; what is shown stays true. Update: rows of both
// sides are kept as long as they are part of their input, and results are withdrawn when they stop being true. Lookup: rows of the left meet
// what the right holds when they come. Temporal: what it held at their time.
const (
	Wait JoinWay = iota
	Update
	Lookup
	Temporal
)

// WayOf chooses how a join is run. One of inputs that end, and of which the right comes first, is a lookup: what it shows for a row of the left
// is final then. Right rows without partner are known at the end only, so a join that shows them lets both sides wait.
func WayOf(j *plan.Join) JoinWay {
	l, r := j.Left.Props(), j.Right.Props()
	_, _, limited := Waits(j)
	switch {
	case j.Form == plan.TemporalJoin:
		return Temporal
	case j.Form == plan.LookupJoin:
		return Lookup
	case j.Form == plan.AsOfJoin && (!r.Bounded || shareSource(j.Left, j.Right)):
		return Temporal
	case j.Form == plan.AsOfJoin:
		return Lookup
	case l.Mode != plan.Append || r.Mode != plan.Append:
		return Update
	case j.Form == plan.TableJoin && !limited && r.Bounded && l.Bounded && !shareSource(j.Left, j.Right) && j.Kind != plan.RightJoin && j.Kind != plan.FullJoin:
		return Lookup
	case j.P.Mode == plan.Append:
		return Wait
	}
	return Update
}

// ways chooses how the joins of a job are run: as WayOf says, as long as no source would have to come before another and behind it. What a
// job reads once for several statements may be what one looks up and the left of another; then rows of both sides wait, which gives the same.
func ways(job *plan.Job) map[*plan.Join]JoinWay {
	var joins []*plan.Join
	for _, s := range job.Statements {
		at := len(joins)
		plan.Walk(s.Root, func(n plan.Node) bool {
			if j, ok := n.(*plan.Join); ok {
				joins = append(joins, j)
			}
			return true
		})
		slices.Reverse(joins[at:]) // those below first
	}
	slices.SortStableFunc(joins, func(a, b *plan.Join) int { // those that have no choice come first
		return cmp.Compare(need(b), need(a))
	})
	out := map[*plan.Join]JoinWay{}
	first, behind := map[*catalog.Source]bool{}, map[*catalog.Source]bool{}
	for _, j := range joins {
		way, fits := WayOf(j), true
		if way == Lookup && j.Form != plan.LookupJoin {
			eachSource(j.Right, func(s *catalog.Source) { fits = fits && !behind[s] })
			eachDriver(j.Left, out, func(s *catalog.Source) { fits = fits && !first[s] })
			switch {
			case fits:
			case j.Form == plan.AsOfJoin:
				way = Temporal
			default:
				way = Wait
			}
		}
		if way == Lookup {
			eachSource(j.Right, func(s *catalog.Source) { first[s] = true })
			eachDriver(j.Left, out, func(s *catalog.Source) { behind[s] = true })
		}
		out[j] = way
	}
	return out
}

// eachDriver visits the sources whose rows make the rows of a plan come, which those that are only looked up do not.
func eachDriver(n plan.Node, ways map[*plan.Join]JoinWay, visit func(*catalog.Source)) {
	switch n := n.(type) {
	case *plan.Scan:
		visit(n.Source)
	case *plan.Ref:
		eachDriver(n.Statement.Root, ways, visit)
	case *plan.Join:
		eachDriver(n.Left, ways, visit)
		if ways[n] != Lookup {
			eachDriver(n.Right, ways, visit)
		}
	default:
		for _, in := range n.Inputs() {
			eachDriver(in, ways, visit)
		}
	}
}

// need ranks joins by how much they need to be lookups: those that mean one, those for which there is code for nothing else, others.
func need(j *plan.Join) int {
	switch {
	case j.Form == plan.LookupJoin:
		return 2
	case needsLookup(j):
		return 1
	}
	return 0
}

// needsLookup tells whether there is no code that lets rows of both sides of a join wait.
func needsLookup(j *plan.Join) bool {
	return j.Kind == plan.MarkJoin || j.Kind == plan.SingleJoin || j.NullAware
}

// LooksBack tells whether an as-of join asks for the last row of the right that is not younger than the left one, or that is older, by the event
// times of both: then it can run as rows come, for event time says when no row is missing.
func LooksBack(j *plan.Join) bool {
	cmp, ok := j.AsOf.(*expr.Compare)
	if !ok || j.Cond != nil || j.Right.Props().Delayed || j.Right.Props().Mode != plan.Append {
		return false
	}
	width := len(j.Left.Props().Schema)
	left, right, _ := AsOfSides(j)
	back := cmp.Op == expr.Ge || cmp.Op == expr.Gt
	if left == cmp.R {
		back = cmp.Op == expr.Le || cmp.Op == expr.Lt
	}
	own := expr.Map(right, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok {
			return x
		}
		n := *c
		n.Index -= width
		return &n
	})
	return back && IsEventTime(left, j.Left) && IsEventTime(own, j.Right)
}

// AsOfSides are the operands of the comparison of an as-of join that read the left row and the right one, both over the columns of both, and
// whether the nearest row is the one with the greatest value.
func AsOfSides(j *plan.Join) (left, right expr.Expr, greatest bool) {
	cmp := j.AsOf.(*expr.Compare)
	used := map[int]bool{}
	expr.Columns(cmp.L, used)
	greatest = cmp.Op == expr.Ge || cmp.Op == expr.Gt
	for c := range used {
		if c >= len(j.Left.Props().Schema) {
			return cmp.R, cmp.L, !greatest
		}
	}
	return cmp.L, cmp.R, greatest
}

// shareSource tells whether two plans read the same source, so that rows of neither can come first.
func shareSource(a, b plan.Node) bool {
	sources := map[*catalog.Source]bool{}
	eachSource(a, func(s *catalog.Source) { sources[s] = true })
	found := false
	eachSource(b, func(s *catalog.Source) { found = found || sources[s] })
	return found
}

// eachSource visits the sources of a plan, those of statements that it reads included.
func eachSource(n plan.Node, visit func(*catalog.Source)) {
	plan.Walk(n, func(n plan.Node) bool {
		switch n := n.(type) {
		case *plan.Scan:
			visit(n.Source)
		case *plan.Ref:
			eachSource(n.Statement.Root, visit)
		}
		return true
	})
}

// Waits tells how long rows of each side of a join wait for partners after their own time; limited is false where they wait for the end of the
// input. A time bound limits the wait only if it is about event time: of other columns nobody knows when they have passed.
func Waits(j *plan.Join) (left, right time.Duration, limited bool) {
	if j.Bound.Closed() && IsEventTime(j.Bound.Left, j.Left) && IsEventTime(j.Bound.Right, j.Right) {
		return j.Bound.Upper, -j.Bound.Lower, true
	}
	if j.TTL > 0 {
		return j.TTL, j.TTL, true
	}
	return 0, 0, false
}

// IsEventTime tells whether an expression over the rows of n is their event time.
func IsEventTime(e expr.Expr, n plan.Node) bool {
	t := n.Props().Time
	switch e := e.(type) {
	case *expr.Meta:
		return e.Field == expr.MetaEventTime || e.Field == expr.MetaTimestamp && !t.EventTime
	case *expr.Column:
		return t.EventTime && e.Index == t.Column
	}
	return false
}
