package physical

import (
	"strings"

	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// Refuse finds the operators of a plan that there is no code for yet: VL0590. Everything else that is wrong with a job has been found
// before, so what is left would run. Lower takes no job for which it finds something.
func Refuse(job *plan.Job) diag.List {
	var out diag.List
	for _, s := range job.Statements {
		plan.Walk(s.Root, func(n plan.Node) bool {
			if what, instead := refusal(n); what != "" {
				out.Add(diag.NotYetCompiled(n.Span(), what, instead))
			}
			if a, ok := n.(*plan.Aggregate); ok {
				refuseCalls(&out, a)
			}
			return true
		})
		if s.Root.Props().Mode == plan.Retract && len(out) == 0 {
			out.Add(diag.NotYetCompiled(s.At, "a result whose rows can be withdrawn", ""))
		}
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
		if n.Kind == plan.Union && n.All && !constant(n) {
			return "", ""
		}
		name := strings.ToUpper(n.Kind.String())
		if n.All {
			name += " ALL"
		}
		if n.All && n.Kind == plan.Union {
			return name + " of rows that are gathered or read by other statements", "write each side as a statement of its own with the same target"
		}
		return name, "UNION ALL is"
	case *plan.Over:
		return refuseOver(n), ""
	case *plan.Sort:
		return "ORDER BY", "rows come in the order of the input"
	case *plan.Unnest:
		return "UNNEST", ""
	case *plan.Values:
		if n.Rows != nil {
			return "VALUES of many rows, or of rows that are gathered", "read the rows from a file"
		}
	case *plan.Aggregate:
		if w := n.Window; w != nil && w.Kind == plan.Session && (n.Emit == plan.EmitChanges || w.Late == plan.UpdateLate) {
			return "a session whose result is shown before it has closed", "EMIT FINAL shows each session once; 'late.data.strategy' can be drop, dead_letter or include_in_next"
		}
		if n.In.Props().Mode != plan.Append {
			return "an aggregate of rows that replace earlier ones", "EMIT FINAL or a WINDOW in the query below shows each group once"
		}
	case *plan.Scan, *plan.Ref, *plan.Filter, *plan.Project, *plan.Distinct, *plan.Limit:
	default:
		panic(unhandled(n))
	}
	return "", ""
}

// refuseOver says which OVER there is no code for.
func refuseOver(o *plan.Over) string {
	name := o.Calls[0].Name + " OVER (…)"
	when := o.When()
	switch {
	case when == plan.Unsettled && o.In.Props().Mode != plan.Append:
		return name + " of rows that replace earlier ones"
	case when == plan.Unsettled:
		return name + " whose order is not that of time, over input that does not end,"
	case o.Expire > 0 && when != plan.AtOnce && when != plan.FullBuffer && when != plan.SortedBuffer:
		return name + " with EXPIRE AFTER, where rows wait for others,"
	}
	return ""
}

// compiledJoin tells whether there is code for a join.
func compiledJoin(j *plan.Join) bool {
	switch {
	case j.Kind == plan.MarkJoin || j.Kind == plan.SingleJoin || j.NullAware || constant(j):
		return false
	case j.Form != plan.StreamJoin && j.Form != plan.TableJoin && j.Form != plan.LookupJoin:
		return false
	case j.SameWindow != nil && j.SameWindow.Kind != plan.Tumbling:
		return false
	}
	return WayOf(j) != Update && j.Left.Props().Mode == plan.Append && j.Right.Props().Mode == plan.Append
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
		if keepsNulls := g.Name == "FIRST" || g.Name == "LAST" || g.Name == "NTH"; g.RespectNulls && !keepsNulls {
			out.Add(diag.NotYetCompiled(g.At, g.Name+" with RESPECT NULLS", "FIRST, LAST and NTH see NULLs"))
		}
	}
}
