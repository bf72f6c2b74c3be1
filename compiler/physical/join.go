package physical

import (
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// JoinWay is how a join is run.
type JoinWay uint8

// The ways. Wait: rows of both sides wait for partners, for a time or until the inputs end; what is shown stays true. Update: rows of both
// sides are kept as long as they are part of their input, and results are withdrawn when they stop being true. Lookup: rows of the left meet
// what the right holds when they come.
const (
	Wait JoinWay = iota
	Update
	Lookup
)

// WayOf chooses how a join is run.
func WayOf(j *plan.Join) JoinWay {
	switch {
	case j.Form == plan.LookupJoin:
		return Lookup
	case j.P.Mode == plan.Append && j.Left.Props().Mode == plan.Append && j.Right.Props().Mode == plan.Append:
		return Wait
	}
	return Update
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
