package bind

import (
	"slices"
	"strconv"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// query binds a query; nil when something has been reported that leaves no plan.
func (b *binder) query(q *grammar.Query, ctx queryContext) *output {
	before := b.diags.Count(diag.Error)
	names := b.pushCTEs(q, ctx)
	out := b.terms(q, ctx)
	b.popCTEs(names)
	if b.diags.Count(diag.Error) > before {
		return nil
	}
	return out
}

// terms binds the operands of set operations, INTERSECT before the others, equals from left to right.
func (b *binder) terms(q *grammar.Query, ctx queryContext) *output {
	if len(q.Rest) == 0 {
		return b.term(q, q.First, ctx, true)
	}
	type operand struct {
		out *output
		op  *grammar.SetOp // in front of it
	}
	list := []operand{{out: b.term(q, q.First, ctx, false)}}
	for _, op := range q.Rest {
		o := operand{b.term(q, op.Term, ctx, false), op}
		if last := &list[len(list)-1]; op.Op == "INTERSECT" {
			last.out = b.setOp(last.out, o.out, op)
			continue
		}
		list = append(list, o)
	}
	out := list[0].out
	for _, o := range list[1:] {
		out = b.setOp(out, o.out, o.op)
	}
	if out == nil {
		return nil
	}
	return b.tailOf(q, out, ctx)
}

// tailOf applies ORDER BY and LIMIT to the result of something that is no single SELECT: they see its columns.
func (b *binder) tailOf(q *grammar.Query, out *output, ctx queryContext) *output {
	s := b.scope(ctx.outer)
	s.schema = out.root.Props().Schema
	s.inputs = []input{{lo: 0, hi: len(s.schema)}}
	var order []*orderItem
	if q.OrderBy != nil {
		for _, k := range q.OrderBy.Keys {
			order = append(order, s.resultKey(k, len(s.schema)))
		}
	}
	out.root = b.sorted(out.root, q, order, false, len(s.schema), ctx)
	if q.Limit != nil {
		out.root = b.limit(out.root, q.Limit)
	}
	return out
}

// term binds one operand. Tail tells whether ORDER BY and LIMIT are its own.
func (b *binder) term(q *grammar.Query, t grammar.Term, ctx queryContext, tail bool) *output {
	var out *output
	switch t := t.(type) {
	case *grammar.Select:
		return b.selection(q, t, ctx, tail)
	case *grammar.Values:
		out = b.values(t, ctx)
	case *grammar.Nested:
		inner := ctx
		if q.Emit != nil {
			inner.emit = q.Emit
		}
		out = b.query(t.Query, inner)
	default:
		panic("bug: unhandled term")
	}
	if out == nil || !tail {
		return out
	}
	return b.tailOf(q, out, ctx)
}

// values binds VALUES (…), (…): columns column1, column2, … of the types that the rows have in common.
func (b *binder) values(v *grammar.Values, ctx queryContext) *output {
	s := b.scope(ctx.outer)
	width := len(v.Rows[0].Exprs)
	var rows [][]expr.Expr
	ok := true
	for _, r := range v.Rows {
		if len(r.Exprs) != width {
			b.report(diag.RowWidth(r.Span(), v.Rows[0].Span(), len(r.Exprs), width))
			ok = false
			continue
		}
		row := s.exprs(r.Exprs)
		ok = ok && !anyInvalid(row)
		rows = append(rows, row)
	}
	if len(s.subs.list) > 0 {
		b.report(diag.SubqueryNotHere(v.Span(), "VALUES"))
		ok = false
	}
	if len(s.aggs.list) > 0 {
		b.report(diag.AggregateNotHere(s.aggs.list[0].At, s.aggs.list[0].Name, "VALUES"))
		ok = false
	}
	if !ok {
		return nil
	}
	names := make([]string, width)
	for i := range width {
		names[i] = "column" + strconv.Itoa(i+1)
		column := make([]expr.Expr, len(rows))
		for k := range rows {
			column[k] = rows[k][i]
		}
		t, fine := s.common("the rows of VALUES", column)
		if !fine {
			return nil
		}
		if t.Kind == types.Null {
			t = types.TString
		}
		for k := range rows {
			rows[k][i] = s.convert(column[k], t)
			ok = ok && !isInvalid(rows[k][i])
		}
	}
	if !ok {
		return nil
	}
	return &output{root: plan.NewRows(rows, names, v.Span()), at: firstWord(v.Span(), "VALUES")}
}

var setOps = map[string]plan.SetOpKind{"UNION": plan.Union, "INTERSECT": plan.Intersect, "EXCEPT": plan.Except}

// setOp puts two results together. Columns correspond by position; those of one position get the type that both have in common.
func (b *binder) setOp(l, r *output, op *grammar.SetOp) *output {
	if l == nil || r == nil {
		return nil
	}
	ls, rs := l.root.Props().Schema, r.root.Props().Schema
	if len(ls) != len(rs) {
		b.report(diag.SetOpWidth(op.Term.Span(), op.Op, len(ls), len(rs)))
		return nil
	}
	lc, rc := plan.Through(l.root), plan.Through(r.root)
	convl, convr := false, false
	s := b.scope(nil)
	for i := range ls {
		t, ok := types.CommonOf([]types.Arg{types.ArgOf(ls[i].Col), types.ArgOf(rs[i].Col)})
		if !ok {
			b.report(diag.SetOpTypes(op.Term.Span(), op.Op, i+1, ls[i].Name, ls[i].Col.Type.String(), rs[i].Col.Type.String()))
			return nil
		}
		if (op.Op != "UNION" || !op.All) && !t.Groupable() {
			b.report(diag.NotGroupable(op.Span(), op.Op, t.String()))
			return nil
		}
		lc[i].E, rc[i].E = s.convert(lc[i].E, t), s.convert(rc[i].E, t)
		convl, convr = convl || !ls[i].Col.Type.Equal(t), convr || !rs[i].Col.Type.Equal(t)
	}
	left, right := l.root, r.root
	if convl {
		left = plan.NewProject(left, lc, l.at)
	}
	if convr {
		right = plan.NewProject(right, rc, r.at)
	}
	at := firstWord(op.Span(), op.Op)
	node := plan.NewSetOp(setOps[op.Op], op.All, left, right, at)
	return &output{root: node, at: l.at, marked: l.marked, markAt: l.markAt}
}

// orderItem is one key of ORDER BY: of an item, or of an expression that is no item (item -1).
type orderItem struct {
	key  plan.SortKey
	item int
}

// orderBy binds ORDER BY of a SELECT: a position, a name or an expression of the list, or an expression over its input.
func (s *scope) orderBy(q *grammar.Query, sel *grammar.Select, items []*item) []*orderItem {
	if q.OrderBy == nil {
		return nil
	}
	var out []*orderItem
	for _, k := range q.OrderBy.Keys {
		if n, ok := s.ordinal(k.Expr, "ORDER BY", len(items)); ok {
			if n < 0 {
				continue
			}
			key, _ := s.sortKey(k, items[n].e)
			out = append(out, &orderItem{key, n})
			continue
		}
		e := s.in(inOrderBy).expr(k.Expr)
		key, ok := s.sortKey(k, e)
		if !ok {
			continue
		}
		s.lets.share(items)
		at := slices.IndexFunc(items, func(it *item) bool { return expr.Equal(it.e, e) })
		if at < 0 && sel.Distinct && sel.On == nil {
			s.report(diag.OrderNotSelected(k.Expr.Span()))
			continue
		}
		out = append(out, &orderItem{key, at})
	}
	return out
}

// ordinal is a key that is written as a number: the position of an item, from 0; -1 after a report.
func (s *scope) ordinal(e grammar.Expr, clause string, items int) (int, bool) {
	num, ok := e.(*grammar.Number)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(num.Text)
	if err != nil || n < 1 || n > items {
		s.report(diag.OrdinalOutOfRange(e.Span(), clause, num.Text, items))
		return -1, true
	}
	return n - 1, true
}

// resultKey binds a key of ORDER BY over the columns of a result.
func (s *scope) resultKey(k *grammar.OrderKey, items int) *orderItem {
	if n, ok := s.ordinal(k.Expr, "ORDER BY", items); ok {
		if n < 0 {
			return nil
		}
		c := s.schema[n]
		key, _ := s.sortKey(k, &expr.Column{Node: expr.Node{T: c.Col, At: k.Expr.Span()}, Index: n, Name: c.Name})
		return &orderItem{key, n}
	}
	e := s.in(inOrderBy).expr(k.Expr)
	key, ok := s.sortKey(k, e)
	if !ok {
		return nil
	}
	if c, isColumn := e.(*expr.Column); isColumn && c.Index < items {
		return &orderItem{key, c.Index}
	}
	s.report(diag.OrderNotColumn(k.Expr.Span()))
	return nil
}

// sorted orders the rows of node by its columns.
func (b *binder) sorted(node plan.Node, q *grammar.Query, order []*orderItem, windowed bool, visible int, ctx queryContext) plan.Node {
	if q.OrderBy == nil {
		return node
	}
	at := q.OrderBy.Span()
	if ctx.nested && q.Limit == nil {
		b.report(diag.OrderWithoutEffect(at))
		return node
	}
	p := node.Props()
	var keys []plan.SortKey
	for _, o := range order {
		if o == nil {
			return node
		}
		c := p.Schema[o.item]
		o.key.E = &expr.Column{Node: expr.Node{T: c.Col, At: o.key.E.Span()}, Index: o.item, Name: c.Name}
		o.key.NullsFirst = o.key.NullsFirst && c.Col.Nullable
		keys = append(keys, o.key)
	}
	if len(keys) == 0 {
		return node
	}
	when := plan.AtInputEnd
	first, isColumn := keys[0].E.(*expr.Column)
	switch {
	case p.Bounded:
	case windowed:
		when = plan.PerWindow
	case p.Mode == plan.Append && p.Time.EventTime && isColumn && first.Index == p.Time.Column && !keys[0].Desc:
		when = plan.AsTimePasses
	case q.Limit != nil && q.Limit.Count != nil:
		when = plan.KeepTop
	default:
		b.report(diag.SortNeverEnds(at, inputName(node)))
	}
	return plan.NewSort(b.settled(node, at), keys, when, at)
}

// withoutSortColumns takes the columns away that only ORDER BY needed.
func (b *binder) withoutSortColumns(node plan.Node, visible int) plan.Node {
	if len(node.Props().Schema) == visible {
		return node
	}
	return plan.NewProject(node, plan.Through(node)[:visible], node.Span())
}

// cte is a common table expression.
type cte struct {
	name string
	node plan.Node // nil: it has been reported
	at   source.Span
	used bool
}

// cte finds a common table expression by its name; the innermost counts.
func (b *binder) cte(name string) *cte {
	for i := len(b.ctes) - 1; i >= 0; i-- {
		if b.ctes[i].name == name {
			return b.ctes[i]
		}
	}
	return nil
}

// pushCTEs binds the common table expressions of a query, each once, and returns how many there are.
func (b *binder) pushCTEs(q *grammar.Query, ctx queryContext) int {
	if q.Recursive {
		b.report(diag.RecursiveQuery(q.CTEs[0].Name.Span()))
	}
	for i, c := range q.CTEs {
		for _, earlier := range q.CTEs[:i] {
			if earlier.Name.Name == c.Name.Name {
				b.report(diag.DuplicateRelation(c.Name.Span(), c.Name.Name, earlier.Name.Span()))
			}
		}
		inner := queryContext{self: c.Name.Name, outer: ctx.outer, emit: q.Emit}
		if ctx.emit != nil && q.Emit == nil {
			inner.emit = ctx.emit
		}
		node := b.nested(c.Query, inner, c.Name.Name)
		if node != nil && len(c.Columns) > 0 {
			node = b.renamed(node, c.Columns, c.Name.Name)
		}
		b.ctes = append(b.ctes, &cte{name: c.Name.Name, node: node, at: c.Name.Span()})
	}
	return len(q.CTEs)
}

// popCTEs forgets the last n common table expressions and warns of those that nothing has read.
func (b *binder) popCTEs(n int) {
	keep := len(b.ctes) - n
	for _, c := range b.ctes[keep:] {
		if !c.used {
			b.report(diag.UnusedName(c.at, "the query", c.name))
		}
	}
	b.ctes = b.ctes[:keep]
}

// nested binds a query whose rows another one reads. What keeps state becomes a part of the statement with a name of its own, so that
// it runs once, however often it is read; the rest is put where it is read.
func (b *binder) nested(q *grammar.Query, ctx queryContext, name string) plan.Node {
	ctx.nested = true
	if q.Into != nil {
		b.report(diag.NestedTarget(q.Into.Span()))
	}
	out := b.query(q, ctx)
	if out == nil {
		return nil
	}
	if len(out.marked) > 0 {
		b.report(diag.NestedKey(out.markAt))
	}
	if !keepsState(out.root) || readsOuter(out.root) {
		return out.root
	}
	if name == "" {
		name = "query"
	}
	part := &plan.Statement{Name: b.freeName(name), Table: true, Part: true, Root: out.root, Key: out.root.Props().Key, At: out.at}
	b.keeps(part)
	b.job.Statements = append(b.job.Statements, part)
	return plan.NewRef(part, name, out.at)
}

// keepsState tells whether a plan has an operator that remembers rows.
func keepsState(n plan.Node) bool {
	found := false
	plan.Walk(n, func(n plan.Node) bool {
		switch n.(type) {
		case *plan.Aggregate, *plan.Distinct, *plan.Limit:
			found = true
		}
		return !found
	})
	return found
}

// freeName is a name that no statement and no source has.
func (b *binder) freeName(name string) string {
	taken := func(n string) bool {
		_, later := b.later[n]
		return later || b.cat.Source(n) != nil ||
			slices.ContainsFunc(b.job.Statements, func(st *plan.Statement) bool { return st.Name == n })
	}
	out := name
	for n := 2; taken(out); n++ {
		out = name + "_" + strconv.Itoa(n)
	}
	return out
}
