package bind

import (
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// byPlace are the functions whose result depends on the place of a row among all of its partition: they mean nothing without an order, and
// take no frame.
var byPlace = map[string]bool{"LAG": true, "LEAD": true, "RANK": true, "DENSE_RANK": true, "PERCENT_RANK": true, "CUME_DIST": true, "NTILE": true, "ROW_NUMBER": true,
	"LOCF": true, "CONDITIONAL_TRUE_EVENT": true, "CONDITIONAL_CHANGE_EVENT": true, "EXPONENTIAL_MOVING_AVERAGE": true}

// choosesValue are the functions of windows that take IGNORE NULLS: those that return a value of some row.
var choosesValue = map[string]bool{"LAG": true, "LEAD": true, "FIRST_VALUE": true, "LAST_VALUE": true, "NTH_VALUE": true}

// runs are the functions that go on from row to row, so that no row can leave.
var runs = map[string]bool{"CONDITIONAL_CHANGE_EVENT": true, "EXPONENTIAL_MOVING_AVERAGE": true}

// overFunction finds the function: one of windows, or an aggregate.
func (s *scope) overFunction(c *grammar.Call, name string, args []expr.Expr) (plan.Call, bool) {
	at := c.Span()
	call := plan.Call{Name: name, Args: args, Distinct: c.Distinct, IgnoreNulls: c.Nulls == "IGNORE", At: at}
	if c.Star && name != "COUNT" {
		s.report(diag.StarArgument(at, name))
		return call, false
	}
	sigs, aggregate := s.fns.Window(name), false
	if sigs == nil {
		sigs, aggregate = s.fns.Aggregate(name), true
	}
	switch what := aggregateOnly(c); {
	case sigs == nil && s.fns.Scalar(name) != nil:
		s.report(diag.NotOverFunction(c.Name.Span(), name))
		return call, false
	case sigs == nil:
		s.report(diag.UnknownFunction(c.Name.Span(), name, s.fns.Names()))
		return call, false
	case !aggregate && what != "" && c.Nulls == "":
		s.report(diag.NotAnAggregate(at, name, what))
		return call, false
	case c.Nulls != "" && (len(args) == 0 || !aggregate && !choosesValue[name]):
		s.report(diag.NoNullsToIgnore(at, name, c.Nulls))
		return call, false
	case c.OrderBy != nil && !c.WithinGroup:
		s.report(diag.OrderInsideOver(c.OrderBy.Span(), name))
		return call, false
	}
	if c.OrderBy != nil {
		var ok bool
		if args, ok = s.withinGroup(c, name, args); !ok {
			return call, false
		}
	}
	i, args, col, ok := s.choose(at, sigs, args)
	call.Name, call.Sig, call.Args, call.Col, call.Aggregate = sigs[max(i, 0)].Name, i, args, col, aggregate
	if ok && aggregate && sigs[i].Nulls != types.NeverNull {
		call.Col.Nullable = true // a frame can be empty
	}
	return call, ok
}

// withinGroup adds x of WITHIN GROUP (ORDER BY x) to the arguments of PERCENTILE_CONT and its like.
func (s *scope) withinGroup(c *grammar.Call, name string, args []expr.Expr) ([]expr.Expr, bool) {
	order, ok := s.aggregateOrder(c)
	if !ok {
		return nil, false
	}
	args, left := s.orderAsArgument(name, args, order, c)
	if left != nil {
		s.report(diag.OrderInsideOver(c.OrderBy.Span(), name))
	}
	return args, left == nil
}

// addOver notes a call over a window. The result stands for its value.
func (s *scope) addOver(call plan.Call, spec plan.WindowSpec, name string, at source.Span) expr.Expr {
	s.overs.list = append(s.overs.list, &over{call: call, spec: spec, name: strings.ToLower(name)})
	return &expr.Column{Node: expr.Node{T: call.Col, At: at}, Index: firstOverAt + len(s.overs.list) - 1, Name: strings.ToLower(name)}
}

// spelled resolves functions that are short for others; ok is false for the rest.
func (s *scope) spelled(call plan.Call, spec plan.WindowSpec) (e expr.Expr, ok bool) {
	name, at := call.Name, call.At
	upToHere := spec
	upToHere.Frame = plan.Frame{Unit: plan.FrameRows, Start: plan.FrameBound{Unbounded: true}}
	switch name {
	case "LOCF":
		call.Name, call.Sig, call.IgnoreNulls = "LAST_VALUE", 0, true
		return s.addOver(call, upToHere, name, at), true
	case "CONDITIONAL_TRUE_EVENT":
		call.Name, call.Sig, call.Aggregate = "COUNT_IF", 0, true
		return s.addOver(call, upToHere, name, at), true
	case "RATIO_TO_REPORT":
		return s.ratio(call, spec), true
	}
	return nil, false
}

// ratio is x / NULLIF(SUM(x), 0). The row's own x is LAG(x, 0), so that it stands where the sum does, also below a GROUP BY.
func (s *scope) ratio(call plan.Call, spec plan.WindowSpec) expr.Expr {
	x, at := call.Args[0], call.At
	own := plan.Call{Name: "LAG", Sig: 1, Args: []expr.Expr{x, literal(at, types.TInteger, int64(0))}, Col: x.Col(), At: at}
	i, args, col, _ := s.choose(at, s.fns.Aggregate("SUM"), []expr.Expr{x})
	col.Nullable = true
	sum := plan.Call{Name: "SUM", Sig: i, Args: args, Col: col, Aggregate: true, At: at}
	whole := s.scalar(at, "NULLIF", []expr.Expr{s.addOver(sum, spec, "sum", at), literal(at, types.TFloat, 0.0)})
	return s.arith(at, grammar.Div, s.addOver(own, spec, "value", at), whole)
}
