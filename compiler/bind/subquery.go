package bind

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// subqueries gathers the subqueries of one SELECT. Each becomes a join that adds its answer to the row.
type subqueries struct {
	list       []*subquery
	on         []expr.Expr // conditions of inner joins that read subqueries
	correlated bool        // this query itself reads columns of the query around it
}

// subquery is a query in an expression.
type subquery struct {
	kind  plan.JoinKind // Mark: a truth; Single: a value
	node  plan.Node
	conds []expr.Expr // over the columns of node, and those of the query around it at outerAt
	asked int         // the first so many of conds compare with the rows of node; the others say which rows it has
	value expr.Expr   // Single: over the columns of node
	col   types.Col
	nulls bool // a NULL on either side makes the truth unknown
	at    source.Span
	early bool      // its answer is needed before rows are gathered
	after expr.Expr // the answer over the row, once it has been placed
}

// add makes a subquery a column of the virtual row.
func (s *scope) addSub(q *subquery) expr.Expr {
	q.early = s.inAgg != "" || s.clause == inGroupBy || s.clause == inWhere || s.clause == inWindow || s.clause == inOn
	s.subs.list = append(s.subs.list, q)
	return &expr.Column{Node: expr.Node{T: q.col, At: q.at}, Index: firstSubAt + len(s.subs.list) - 1, Name: "subquery"}
}

// bindSub binds the query of a subquery, whose columns outer names may mean; nil after a report.
func (s *scope) bindSub(q *grammar.Query, at source.Span) plan.Node {
	if s.subs == nil || s.clause == inMetric {
		s.report(diag.SubqueryNotHere(at, string(s.clause)))
		return nil
	}
	out := s.binder.query(q, queryContext{outer: s, nested: true})
	if out == nil {
		return nil
	}
	if name := streamBelow(out.root); name != "" {
		s.report(diag.SubqueryOverStream(at, name))
		return nil
	}
	return out.root
}

// streamBelow names an input of a subquery that never ends and is no table, or "".
func streamBelow(n plan.Node) string {
	if n.Props().Bounded || isTable(n) {
		return ""
	}
	return inputName(n)
}

// scalarQuery is (SELECT …) as a value.
func (s *scope) scalarQuery(e *grammar.Scalar) expr.Expr {
	node := s.bindSub(e.Query, e.Span())
	if node == nil {
		return invalid(e.Span())
	}
	if n := len(node.Props().Schema); n != 1 {
		s.report(diag.SubqueryColumns(e.Span(), 1, n))
		return invalid(e.Span())
	}
	d := decorrelation{}
	node, conds, ok := d.pull(node)
	if !ok || readsOuter(node) {
		s.report(diag.CorrelatedTooDeep(e.Span()))
		return invalid(e.Span())
	}
	c := node.Props().Schema[0]
	value := &expr.Column{Node: expr.Node{T: types.Col{Type: c.Col.Type, Nullable: true}, At: e.Span()}, Index: 0, Name: c.Name}
	q := &subquery{kind: plan.SingleJoin, node: node, conds: conds, col: value.T, at: e.Span(), value: value}
	if d.matched >= 0 && d.empty != nil {
		q.value = ofEmptyGroup(value, d.matched, node, d.empty)
		q.col.Nullable = true
	}
	return s.addSub(q)
}

// ofEmptyGroup is a value that is another where no row was gathered: COUNT is 0 then.
func ofEmptyGroup(value expr.Expr, key int, node plan.Node, empty expr.Expr) expr.Expr {
	k := node.Props().Schema[key]
	absent := &expr.IsNull{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: value.Span()},
		X: &expr.Column{Node: expr.Node{T: types.Col{Type: k.Col.Type, Nullable: true}, At: value.Span()}, Index: key, Name: k.Name}}
	return &expr.Case{Node: expr.Node{T: value.Col(), At: value.Span()}, Whens: []expr.When{{Cond: absent, Then: empty}}, Else: value}
}

// exists is EXISTS (SELECT …).
func (s *scope) exists(e *grammar.Exists) expr.Expr {
	node := s.bindSub(e.Query, e.Span())
	if node == nil {
		return invalid(e.Span())
	}
	return s.mark(node, nil, e.Span(), false)
}

// inQuery is x [NOT] IN (SELECT …); x may be a row (a, b).
func (s *scope) inQuery(e *grammar.InQuery) expr.Expr {
	list := []grammar.Expr{e.X}
	if row, ok := e.X.(*grammar.RowLit); ok {
		list = row.Elems
	}
	left := s.exprs(list)
	node := s.bindSub(e.Query, e.Span())
	if node == nil || anyInvalid(left) {
		return invalid(e.Span())
	}
	mark := s.compared(node, left, expr.Eq, e.Span())
	if e.Not {
		return s.logic(e.Span(), expr.Not, mark)
	}
	return mark
}

// compared is the truth of: some row of node has values that left compares with.
func (s *scope) compared(node plan.Node, left []expr.Expr, op expr.CmpOp, at source.Span) expr.Expr {
	schema := node.Props().Schema
	if len(schema) != len(left) {
		s.report(diag.SubqueryColumns(at, len(left), len(schema)))
		return invalid(at)
	}
	var conds []expr.Expr
	nulls := false
	for i, l := range left {
		r := &expr.Column{Node: expr.Node{T: schema[i].Col, At: at}, Index: i, Name: schema[i].Name}
		c := s.compare(at, op, shifted(l, outerAt), r)
		if isInvalid(c) {
			return c
		}
		nulls = nulls || c.Col().Nullable
		conds = append(conds, expr.Conjuncts(c)...)
	}
	return s.mark(node, conds, at, nulls)
}

// mark adds the truth of: node has a row for which conds hold.
func (s *scope) mark(node plan.Node, conds []expr.Expr, at source.Span, nulls bool) expr.Expr {
	d := decorrelation{exists: true}
	node, pulled, ok := d.pull(node)
	if !ok || readsOuter(node) {
		s.report(diag.CorrelatedTooDeep(at))
		return invalid(at)
	}
	return s.addSub(&subquery{
		kind: plan.MarkJoin, node: node, conds: append(conds, pulled...), asked: len(conds), nulls: nulls, at: at,
		col: types.Col{Type: types.TBoolean, Nullable: nulls},
	})
}

// readsOuter tells whether a plan reads columns of a query around it.
func readsOuter(n plan.Node) bool {
	found := false
	plan.Walk(n, func(n plan.Node) bool {
		plan.EachExpr(n, func(e expr.Expr) { found = found || isCorrelated(e) })
		return !found
	})
	return found
}

func isCorrelated(e expr.Expr) bool { return readsFrom(e, outerAt) }

// placeSubs joins to node the subqueries of a kind that have not been joined yet. Lift turns expressions over the virtual row into ones
// over node's; nil leaves them.
func (s *scope) placeSubs(node plan.Node, which func(*subquery) bool, lift func(expr.Expr) expr.Expr) plan.Node {
	for _, q := range s.subs.list {
		if q.after != nil || !which(q) {
			continue
		}
		width := len(node.Props().Schema)
		node = s.joinSub(node, q, q.kind, lift)
		if q.kind == plan.MarkJoin {
			q.after = &expr.Column{Node: expr.Node{T: node.Props().Schema[width].Col, At: q.at}, Index: width, Name: node.Props().Schema[width].Name}
			continue
		}
		q.after = shifted(q.value, width)
	}
	return node
}

// joinSub joins one subquery.
func (s *scope) joinSub(node plan.Node, q *subquery, kind plan.JoinKind, lift func(expr.Expr) expr.Expr) plan.Node {
	width := len(node.Props().Schema)
	p := &joinParts{scope: s, width: width, at: q.at, spec: plan.JoinSpec{Kind: kind, NullAware: q.nulls && kind != plan.SemiJoin, Name: "found"}}
	for i, c := range q.conds {
		c = localised(s.resolveSubs(c, outerAt), width, lift)
		if p.spec.NullAware && i >= q.asked && c.Col().Nullable { // a row of which it is not known whether the query has it is none of its rows
			c = &expr.IsBool{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: c.Span()}, X: c, Want: true}
		}
		p.condition(c)
	}
	p.finish()
	if b := p.spec.Bound; b != nil { // times are compared as values here
		p.spec.Cond = expr.Conjunction(append(p.rest, p.written(b)...))
		p.spec.Bound = nil
	}
	p.spec.Form = plan.LookupJoin
	if isTable(node) || node.Props().Bounded && q.node.Props().Bounded {
		p.spec.Form = plan.TableJoin
	}
	return plan.NewJoin(node, q.node, p.spec, q.at)
}

// localised turns a condition of a subquery into one of the join: columns of the query around it come first, lifted, then its own.
func localised(e expr.Expr, width int, lift func(expr.Expr) expr.Expr) expr.Expr {
	some, all := sides(e, func(i int) bool { return outerAt <= i && i < 2*outerAt })
	if some && all {
		e = shifted(e, -outerAt)
		if lift != nil {
			e = lift(e)
		}
		return e
	}
	if c, ok := e.(*expr.Column); ok {
		if c.Index >= outerAt {
			return shifted(c, -outerAt)
		}
		return shifted(c, width)
	}
	kids := expr.Children(e)
	for i, k := range kids {
		kids[i] = localised(k, width, lift)
	}
	return expr.WithChildren(e, kids)
}

// resolveSubs replaces the answers of subqueries, at a shift, by what they are over the row.
func (s *scope) resolveSubs(e expr.Expr, shift int) expr.Expr {
	if e == nil || s.subs == nil || len(s.subs.list) == 0 {
		return e
	}
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok || !isSubAt(c.Index-shift) {
			return x
		}
		q := s.subs.list[c.Index-shift-firstSubAt]
		if q.after == nil {
			return x
		}
		return shifted(q.after, shift)
	})
}

// whereSubs filters by the conditions of WHERE and of ON: plain ones first, then EXISTS and IN as semi joins, then the others.
func (s *scope) where(node plan.Node, conds []expr.Expr, at source.Span) plan.Node {
	var plain, rest []expr.Expr
	type half struct {
		q    *subquery
		kind plan.JoinKind
	}
	var semi []half
	for _, c := range conds {
		readsSub := false
		expr.Walk(c, func(x expr.Expr) bool {
			col, ok := x.(*expr.Column)
			readsSub = readsSub || ok && isSubAt(col.Index)
			return !readsSub
		})
		if !readsSub {
			plain = append(plain, c)
			continue
		}
		if q, negated := s.markOf(c); q != nil && q.after == nil {
			kind := plan.SemiJoin
			if negated {
				kind = plan.AntiJoin
			}
			semi = append(semi, half{q, kind})
			q.after = c // joined without a column
			continue
		}
		rest = append(rest, c)
	}
	if len(plain) > 0 {
		node = plan.NewFilter(node, expr.Conjunction(plain), false, at)
	}
	for _, h := range semi {
		node = s.joinSub(node, h.q, h.kind, nil)
	}
	if len(rest) == 0 {
		return node
	}
	node = s.placeSubs(node, func(*subquery) bool { return true }, nil)
	cond := s.resolveSubs(expr.Conjunction(rest), 0)
	return plan.NewFilter(node, cond, false, at)
}

// markOf is the subquery whose truth, or whose negated truth, a condition is.
func (s *scope) markOf(c expr.Expr) (q *subquery, negated bool) {
	if l, ok := c.(*expr.Logic); ok && l.Op == expr.Not {
		c, negated = l.Args[0], true
	}
	col, ok := c.(*expr.Column)
	if !ok || !isSubAt(col.Index) {
		return nil, false
	}
	q = s.subs.list[col.Index-firstSubAt]
	if q.kind != plan.MarkJoin {
		return nil, false
	}
	return q, negated
}
