package bind

import (
	"errors"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// call binds a function call: the window's bounds, an aggregate, or a scalar function.
func (s *scope) call(c *grammar.Call) expr.Expr {
	name := upper(c.Name)
	if name == "COUNT_DISTINCT" { // Velostream's spelling of COUNT(DISTINCT x)
		distinct := *c
		distinct.Distinct = true
		c, name = &distinct, "COUNT"
	}
	s.uses(Use{At: c.Name.Span(), Kind: Function, Name: name})
	if s.namedArguments(c) {
		return invalid(c.Span())
	}
	if e, ok := s.constructor(c, name); ok {
		return e
	}
	switch {
	case c.Over != nil:
		return s.overCall(c, name)
	case name == "PROCTIME" && len(c.Args) == 0: // Flink's name for the time at which a row is processed
		return s.scalar(c.Span(), "NOW", nil)
	case name == "TIMESTAMP" && len(c.Args) == 0: // Velostream's other spelling of _timestamp
		return s.simple(c.Span(), expr.MetaTimestamp.String())
	case name == "GROUPING" || name == "GROUPING_ID":
		return s.grouping(c, name)
	case isWindowFunction(name):
		return s.windowFunction(c)
	case s.fns.Aggregate(name) != nil && (c.Star || c.Distinct || s.fns.Scalar(name) == nil):
		return s.aggregate(c, name)
	case s.fns.Scalar(name) == nil:
		for _, a := range c.Args {
			s.expr(a) // its own mistakes are worth knowing
		}
		if s.fns.Window(name) != nil {
			s.report(diag.OverMissing(c.Span(), name))
			return invalid(c.Span())
		}
		s.report(diag.UnknownFunction(c.Name.Span(), name, s.fns.Names()))
		return invalid(c.Span())
	}
	if what := aggregateOnly(c); what != "" {
		s.report(diag.NotAnAggregate(c.Span(), name, what))
		return invalid(c.Span())
	}
	return s.scalar(c.Span(), name, s.exprs(c.Args))
}

// aggregateOnly names what a call has that only aggregates may have.
func aggregateOnly(c *grammar.Call) string {
	switch {
	case c.Star:
		return "`*`"
	case c.Distinct:
		return "DISTINCT"
	case c.Filter != nil:
		return "FILTER"
	case c.OrderBy != nil && c.WithinGroup:
		return "WITHIN GROUP"
	case c.OrderBy != nil:
		return "ORDER BY"
	case c.Nulls != "":
		return c.Nulls + " NULLS"
	}
	return ""
}

func (s *scope) exprs(list []grammar.Expr) []expr.Expr {
	out := make([]expr.Expr, len(list))
	for i, e := range list {
		out[i] = s.expr(e)
	}
	return out
}

// scalar applies a scalar function to bound arguments.
func (s *scope) scalar(at source.Span, name string, args []expr.Expr) expr.Expr {
	if anyInvalid(args) {
		return invalid(at)
	}
	sigs := s.fns.Scalar(name)
	if sigs == nil {
		s.report(diag.UnknownFunction(at, name, s.fns.Names()))
		return invalid(at)
	}
	i, args, col, ok := s.choose(at, sigs, args)
	if !ok {
		return invalid(at)
	}
	if sigs[i].Name == "LENGTH" {
		s.note(diag.NoteCharacterLength(at, name))
	}
	return &expr.Call{Node: expr.Node{T: col, At: at}, Name: sigs[i].Name, Sig: i, Args: args}
}

func anyInvalid(args []expr.Expr) bool {
	for _, a := range args {
		if isInvalid(a) {
			return true
		}
	}
	return false
}

// choose resolves the overload and converts the arguments.
func (s *scope) choose(at source.Span, sigs []*types.Signature, args []expr.Expr) (int, []expr.Expr, types.Col, bool) {
	given := make([]types.Arg, len(args))
	for i, a := range args {
		given[i] = arg(a)
	}
	i, params, col, err := types.Choose(sigs, given)
	if err != nil {
		s.mismatch(at, args, err)
		return 0, nil, col, false
	}
	out := make([]expr.Expr, len(args))
	for k, a := range args {
		out[k] = s.convert(a, params[k])
	}
	return i, out, col, !anyInvalid(out)
}

func (s *scope) mismatch(at source.Span, args []expr.Expr, err error) {
	var m *types.Mismatch
	if !errors.As(err, &m) {
		panic("bug: " + err.Error())
	}
	if m.Arg >= 0 && m.Arg < len(args) {
		at = args[m.Arg].Span()
	}
	var sigs []string
	for _, sig := range m.Signatures {
		sigs = append(sigs, sig.String())
	}
	s.report(diag.NoOverload(at, m.Message, sigs))
}

// aggregate binds an aggregate call and returns its column of the virtual row.
func (s *scope) aggregate(c *grammar.Call, name string) expr.Expr {
	at := c.Span()
	switch {
	case s.inAgg != "":
		s.report(diag.NestedAggregate(at, name, s.inAgg))
		return invalid(at)
	case s.aggs == nil || s.clause != inSelect && s.clause != inHaving:
		s.report(diag.AggregateNotHere(at, name, string(s.clause)))
		return invalid(at)
	case c.Star && name != "COUNT":
		s.report(diag.StarArgument(at, name))
		return invalid(at)
	}
	inside := *s
	inside.inAgg = name
	args := inside.exprs(c.Args)
	filter, ok := s.filter(c)
	for i, a := range args {
		if readsAggregate(a) {
			s.report(diag.NestedAggregate(c.Args[i].Span(), s.aggregateIn(a), name))
			ok = false
		}
	}
	if !ok || anyInvalid(args) {
		return invalid(at)
	}
	order, ok := inside.aggregateOrder(c)
	if !ok {
		return invalid(at)
	}
	g, ok := s.resolveOrdered(name, args, order, c)
	if !ok {
		return invalid(at)
	}
	g.IgnoreNulls, g.RespectNulls = c.Nulls == "IGNORE", c.Nulls == "RESPECT"
	if c.Distinct && len(args) == 0 {
		s.report(diag.StarArgument(at, name+"(DISTINCT …)"))
		return invalid(at)
	}
	if c.Distinct && !args[0].Col().Type.Groupable() {
		s.report(diag.NotGroupable(args[0].Span(), name+"(DISTINCT …)", typeName(args[0])))
		return invalid(at)
	}
	if c.Distinct {
		switch g.Name {
		case "COUNT":
			g.Distinct = true
		case "MIN", "MAX": // equal values change nothing
		default:
			g.Distinct = true
		}
	}
	if filter != nil {
		g.Filter = filter
		g.Col.Nullable = g.Col.Nullable || !s.neverNull(g)
	}
	return s.aggs.add(g, strings.ToLower(name))
}

// aggregateOrder binds ORDER BY inside of an aggregate, or WITHIN GROUP.
func (s *scope) aggregateOrder(c *grammar.Call) ([]plan.SortKey, bool) {
	if c.OrderBy == nil {
		return nil, true
	}
	var out []plan.SortKey
	all := true
	for _, k := range c.OrderBy.Keys {
		key, ok := s.sortKey(k, s.expr(k.Expr))
		all = all && ok
		out = append(out, key)
	}
	return out, all
}

// resolveOrdered finds the overload of an aggregate with an order. WITHIN GROUP (ORDER BY x) of PERCENTILE_CONT and its like is about the
// values of x, which their signature may name as a second argument.
func (s *scope) resolveOrdered(name string, args []expr.Expr, order []plan.SortKey, c *grammar.Call) (plan.Agg, bool) {
	args, order = s.orderAsArgument(name, args, order, c)
	g, ok := s.resolveAggregate(name, args, c.Span())
	g.OrderBy = order
	return g, ok
}

// orderAsArgument makes an argument of the key of WITHIN GROUP where the signature names one for it, and returns the order that is left.
func (s *scope) orderAsArgument(name string, args []expr.Expr, order []plan.SortKey, c *grammar.Call) ([]expr.Expr, []plan.SortKey) {
	if !c.WithinGroup || len(order) != 1 || s.takes(name, len(args)) || !s.takes(name, len(args)+1) {
		return args, order
	}
	args = append(args, order[0].E)
	if order[0].Desc && s.takes(name, len(args)+1) { // from the other end
		args = append(args, literal(c.Span(), types.TBoolean, true))
	}
	return args, nil // the aggregate is about the order of its values
}

// takes tells whether some overload of an aggregate has so many parameters.
func (s *scope) takes(name string, n int) bool {
	for _, sig := range s.fns.Aggregate(name) {
		least, most := 0, len(sig.Params)
		for _, p := range sig.Params {
			if !p.Optional && !p.Variadic {
				least++
			}
			if p.Variadic {
				most = n
			}
		}
		if least <= n && n <= most {
			return true
		}
	}
	return false
}

// filter binds FILTER (WHERE …).
func (s *scope) filter(c *grammar.Call) (expr.Expr, bool) {
	if c.Filter == nil {
		return nil, true
	}
	inside := s.in(inFilter)
	inside.inAgg = "FILTER"
	cond := inside.condition(c.Filter, "FILTER")
	return cond, !isInvalid(cond)
}

// resolveAggregate finds the overload of an aggregate.
func (s *scope) resolveAggregate(name string, args []expr.Expr, at source.Span) (plan.Agg, bool) {
	sigs := s.fns.Aggregate(name)
	i, args, col, ok := s.choose(at, sigs, args)
	if !ok {
		return plan.Agg{}, false
	}
	if (sigs[i].Name == "SUM" || sigs[i].Name == "AVG") && col.Type.Kind == types.Decimal {
		s.note(diag.NoteExactSum(at, sigs[i].Name))
	}
	if s.perhapsEmpty && sigs[i].Nulls != types.NeverNull {
		col.Nullable = true
	}
	return plan.Agg{Name: sigs[i].Name, Sig: i, Args: args, Col: col, At: at}, true
}

// neverNull tells whether an aggregate has a value even over no rows, as COUNT has.
func (s *scope) neverNull(g plan.Agg) bool {
	return s.fns.Aggregate(g.Name)[g.Sig].Nulls == types.NeverNull
}

// namedArguments binds the arguments of a call that gives some by name, which only functions in FROM take.
func (s *scope) namedArguments(c *grammar.Call) bool {
	for _, a := range c.Args {
		if _, named := a.(*grammar.NamedArg); named {
			s.exprs(c.Args)
			return true
		}
	}
	return false
}
