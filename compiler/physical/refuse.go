package physical

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// Refuse finds the operators of a plan that there is no code for yet: VL0590. Everything else that is wrong with a job has been found
// before, so what is left would run. Lower takes no job for which it finds something.
func Refuse(job *plan.Job) diag.List {
	var out diag.List
	chosen := ways(job)
	for _, s := range job.Statements {
		plan.Walk(s.Root, func(n plan.Node) bool {
			what, instead := refusal(n)
			if j, ok := n.(*plan.Join); ok && j.Form == plan.AsOfJoin && (what != "" || chosen[j] == Temporal && !LooksBack(j)) {
				out.Add(diag.AsOfWithoutTime(n.Span(), inputName(j.Right)))
				return true
			}
			if j, ok := n.(*plan.Join); ok && what == "" && needsLookup(j) && WayOf(j) != chosen[j] {
				what, instead = joinName(j)+" whose source is also looked up by others", "a second declaration of the source, with a name of its own, is"
			}
			if what != "" {
				out.Add(diag.NotYetCompiled(n.Span(), what, instead))
			}
			if o, ok := n.(*plan.Over); ok {
				refuseOver(&out, o)
			}
			if a, ok := n.(*plan.Aggregate); ok {
				if a.Window != nil && a.In.Props().Mode != plan.Append {
					out.Add(diag.WindowOfChanges(a.Window.At, inputName(a.In)))
				}
				refuseCalls(&out, a)
			}
			return true
		})
	}
	out.Sort()
	return out
}

// refusal says what an operator is called if there is no code for it, and what to do instead.
func refusal(n plan.Node) (what, instead string) {
	switch n := n.(type) {
	case *plan.Join:
		if !compiledJoin(n) {
			return joinName(n), ""
		}
	case *plan.SetOp:
		if constant(n) {
			return strings.ToUpper(n.Kind.String()) + " with rows that no source has", "read the rows from a file"
		}
	case *plan.Sort:
		if n.When == plan.KeepTop {
			return "ORDER BY with LIMIT over input that does not end", "ORDER BY over a file is; ROW_NUMBER with a condition keeps the first rows up to date"
		}
		if n.In.Props().Mode != plan.Append {
			return "ORDER BY of rows that replace earlier ones", "over input that ends, EMIT FINAL shows each group once, and these in order"
		}
		if n.When != plan.AtInputEnd && n.In.Props().Delayed {
			return "ORDER BY time of rows that come later than their time", ""
		}
	case *plan.Values:
		if n.Rows != nil {
			return "VALUES of many rows, or of rows that are gathered", "read the rows from a file"
		}
	case *plan.Aggregate:
		if w := n.Window; w != nil && w.Kind == plan.Session && w.Late == plan.UpdateLate && n.Emit == plan.EmitFinal {
			return "update_previous for sessions that are shown when they end", "EMIT CHANGES shows each session after each row; or choose another 'late.data.strategy'"
		}
		if n.Window != nil && n.In.Props().Delayed {
			return "a window over rows that come later than their time, because OVER or ORDER BY lets them wait,", ""
		}
	case *plan.Limit:
		if n.In.Props().Mode == plan.Retract {
			return "LIMIT of rows that can be withdrawn", "ORDER BY … LIMIT keeps the first rows up to date"
		}
	case *plan.Distinct:
		if n.On != nil && n.In.Props().Mode != plan.Append {
			return "DISTINCT ON over rows that replace or withdraw earlier ones", "ROW_NUMBER() OVER (…) = 1 keeps one row of each"
		}
	case *plan.Scan, *plan.Ref, *plan.Filter, *plan.Project, *plan.Over, *plan.Unnest:
	default:
		panic(unhandled(n))
	}
	return "", ""
}

// refuseOver finds what OVER cannot do over this input, and what there is no code for.
func refuseOver(out *diag.List, o *plan.Over) {
	c := o.Calls[0]
	when := o.When()
	switch {
	case when == plan.Unsettled && o.In.Props().Mode != plan.Append:
		out.Add(diag.OverOfChanges(c.At, c.Name, inputName(o)))
	case when == plan.Unsettled && o.In.Props().Delayed && o.In.Props().Time.EventTime:
		out.Add(diag.NotYetCompiled(o.At, c.Name+" OVER (…) behind an OVER that lets rows wait", "compute both with the same PARTITION BY and ORDER BY"))
	case when == plan.Unsettled:
		out.Add(diag.OverUnsettled(c.At, c.Name, inputName(o)))
	case when == plan.NeverWhole:
		out.Add(diag.OverNeverWhole(c.At, c.Name, inputName(o)))
	case o.Expire > 0 && when != plan.AtOnce && when != plan.FullBuffer && when != plan.SortedBuffer:
		out.Add(diag.NotYetCompiled(o.At, c.Name+" OVER (…) with EXPIRE AFTER, where rows wait for others,", ""))
	}
}

// inputName is what a plan reads first, for messages.
func inputName(n plan.Node) string {
	switch n := n.(type) {
	case *plan.Scan:
		return n.Source.Name
	case *plan.Ref:
		return n.Statement.Name
	}
	for _, in := range n.Inputs() {
		return inputName(in)
	}
	return "the input"
}

// compiledJoin tells whether there is code for a join.
func compiledJoin(j *plan.Join) bool {
	switch {
	case constant(j):
		return false
	case (j.Kind == plan.MarkJoin || j.NullAware) && WayOf(j) != Lookup:
		return false
	case j.Form == plan.AsOfJoin:
		return j.Left.Props().Mode == plan.Append && (WayOf(j) == Lookup && j.Right.Props().Mode == plan.Append || LooksBack(j))
	case j.Form == plan.TemporalJoin:
		return j.Left.Props().Mode == plan.Append && (j.Right.Props().Mode == plan.Append || j.Right.Props().Mode == plan.Upsert) && j.Right.Props().Time.EventTime
	case j.SameWindow != nil && j.SameWindow.Kind == plan.Hopping: // a pair belongs to the windows that both rows are in, not to all of the later one
		return false
	}
	left, right := j.Left.Props(), j.Right.Props()
	if WayOf(j) == Lookup { // a row of the left that is withdrawn must find what it found when it came
		return left.Mode == plan.Append && (right.Mode == plan.Append || right.Key != nil && !j.NullAware)
	}
	return true
}

// constant tells whether an operator has an input without a source.
func constant(n plan.Node) bool {
	found := false
	for _, in := range n.Inputs() {
		_, isValues := chain(in)[0].(*plan.Values)
		found = found || isValues
	}
	return found
}

func joinName(j *plan.Join) string {
	switch j.Kind {
	case plan.MarkJoin, plan.SingleJoin:
		return "a subquery"
	case plan.SemiJoin, plan.AntiJoin:
		return "a subquery or " + strings.ToUpper(j.Kind.String()) + " JOIN"
	}
	switch j.Form {
	case plan.LookupJoin:
		return "a join with a table"
	case plan.TemporalJoin:
		return "FOR SYSTEM_TIME AS OF"
	case plan.AsOfJoin:
		return "an ASOF join"
	case plan.TableJoin:
		return "a join of tables"
	}
	return "a join of streams"
}

// refuseCalls finds what single aggregate calls ask for.
func refuseCalls(out *diag.List, a *plan.Aggregate) {
	for _, g := range a.Aggs {
		if keepsNulls := slices.Contains([]string{"FIRST", "LAST", "NTH", "ARRAY_AGG"}, g.Name); g.RespectNulls && !keepsNulls {
			out.Add(diag.NotYetCompiled(g.At, g.Name+" with RESPECT NULLS", "FIRST, LAST and NTH see NULLs"))
		}
	}
}
