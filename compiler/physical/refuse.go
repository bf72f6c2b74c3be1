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
		return joinName(n), ""
	case *plan.SetOp:
		name := strings.ToUpper(n.Kind.String())
		if n.All {
			name += " ALL"
		}
		if n.All && n.Kind == plan.Union {
			return name + " of rows that are gathered or read by other statements", "write each side as a statement of its own with the same target"
		}
		return name, "UNION ALL is"
	case *plan.Over:
		return n.Calls[0].Name + " OVER (…)", ""
	case *plan.Sort:
		return "ORDER BY", "rows come in the order of the input"
	case *plan.Unnest:
		return "UNNEST", ""
	case *plan.Limit:
		if n.Offset > 0 {
			return "LIMIT … OFFSET", "LIMIT alone is"
		}
	case *plan.Values:
		if n.Rows != nil {
			return "VALUES of many rows, or of rows that are gathered", "read the rows from a file"
		}
	case *plan.Aggregate:
		if w := n.Window; w != nil && (w.Kind != plan.Tumbling || w.Rows > 0) {
			return "a " + windowName(w) + " window", "WINDOW TUMBLING of a length of time is"
		}
		if n.In.Props().Mode != plan.Append {
			return "an aggregate of rows that replace earlier ones", "EMIT FINAL or a WINDOW in the query below shows each group once"
		}
	case *plan.Scan, *plan.Ref, *plan.Filter, *plan.Project, *plan.Distinct:
	default:
		panic(unhandled(n))
	}
	return "", ""
}

func windowName(w *plan.Window) string {
	if w.Rows > 0 {
		return "row-counting"
	}
	return w.Kind.String()
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
