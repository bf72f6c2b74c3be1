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

// queryContext is what surrounds a query.
type queryContext struct {
	self   string        // the name that the result will have
	outer  *scope        // of the query around a subquery
	nested bool          // the result is an input of another query
	emit   *grammar.Emit // EMIT of the query around it, which is about this one's groups if that one has none
}

// pass is the EMIT that queries in FROM inherit: that of the query, unless it gathers rows itself.
func (c queryContext) pass(sel *grammar.Select, b *binder) *grammar.Emit {
	if c.emit == nil || gathers(sel, b.fns) {
		return nil
	}
	return c.emit
}

// selection binds SELECT … LIMIT in the order in which it runs: FROM, WHERE, grouping, HAVING, windows, QUALIFY, items, DISTINCT,
// ORDER BY, LIMIT. Tail tells whether ORDER BY and what follows are this SELECT's rather than a set operation's.
func (b *binder) selection(q *grammar.Query, sel *grammar.Select, ctx queryContext, tail bool) *output {
	if q.Emit != nil {
		ctx.emit = q.Emit
	}
	in, s := b.from(sel, ctx)
	s.defined = definedAliases(sel)
	s.grouped = gathers(sel, b.fns)
	s.namedWindows(sel)
	in = s.whereClause(in, sel)
	w := s.findWindow(sel, in)
	emit := s.emit(q, in, w, ctx)
	s.perhapsEmpty = w == nil && emit == plan.EmitFinal && groupsAll(sel)
	items := s.items(sel)
	if w != nil && sel.GroupBy == nil && len(s.aggs.list) == 0 {
		b.report(diag.WindowWithoutAggregate(w.At))
	}
	keys := s.groupKeys(sel, items)
	if w != nil {
		keys = s.sessionKeys(keys)
	}
	having := s.having(sel)
	if sel.Having != nil && !s.aggs.groups(sel, w) && !isInvalid(having) {
		b.report(diag.HavingWithoutGroups(sel.Having.Span()))
	}
	qualify := s.qualify(sel)
	var order []*orderItem
	if tail {
		order = s.orderBy(q, sel, items)
	}
	on := s.distinctOn(q, sel, items, order)
	s.unusedWindows(sel)

	s.lets.share(items)
	out := &output{at: firstWord(sel.Span(), "SELECT")}
	t := &tree{scope: s, node: in, items: items, having: having, qualify: qualify, order: order, on: on}
	if s.aggs.groups(sel, w) {
		if q.Emit != nil || w != nil || !in.Props().Bounded {
			s.checkFinal(q, in, w, emit)
		}
		t.group(sel, w, keys, emit)
	} else {
		b.emitWithoutGroups(q, sel, ctx)
		s.groupingWithoutGroups()
	}
	if s.broken || isBroken(items) {
		return nil
	}
	t.finishRows(sel)
	b.duplicates(items)
	node := t.project(sel, tail)
	out.keys(items, keys)
	ordered := true
	switch {
	case sel.On != nil:
		node = b.firstOf(node, sel, on, order)
		ordered = node.Props().Bounded // without an end, ORDER BY only chooses the row
	case sel.Distinct:
		node = b.distinct(node, sel, items)
	}
	if tail && ordered {
		node = b.sorted(node, q, order, w != nil && emit == plan.EmitFinal, len(items), ctx)
	}
	if tail && q.Limit != nil {
		node = b.limit(node, q.Limit)
	}
	out.root = b.withoutSortColumns(node, len(items))
	b.primaryKeys(out, items)
	return out
}

func isBroken(items []*item) bool {
	for _, it := range items {
		if isInvalid(it.e) {
			return true
		}
	}
	return false
}

// whereClause filters by WHERE, and by conditions of ON that only hold over the joined row. A condition of WHERE may bound the time of
// a join, as ON does.
func (s *scope) whereClause(in plan.Node, sel *grammar.Select) plan.Node {
	var conds []expr.Expr
	at := sel.Span()
	if sel.Where != nil {
		at = sel.Where.Span()
		cond := s.in(inWhere).condition(sel.Where.Cond, "WHERE")
		if isInvalid(cond) {
			s.badWhere = true
		}
		conds = expr.Conjuncts(cond)
	}
	for _, c := range s.subs.on {
		conds = append(conds, expr.Conjuncts(c)...)
	}
	if j, ok := in.(*plan.Join); ok && j.Kind == plan.InnerJoin && !s.badWhere && !s.broken {
		in, conds = s.joinedByWhere(j, conds)
	}
	for _, at := range s.unbounded {
		s.report(diag.UnboundedJoin(at))
	}
	s.crossProducts(in)
	if len(conds) == 0 || s.broken || s.badWhere {
		return in
	}
	return s.where(in, conds, at)
}

// joinedByWhere moves conditions on both sides of an inner join from WHERE into it: equalities that make keys, and bounds on time where
// it needs some.
func (s *scope) joinedByWhere(j *plan.Join, conds []expr.Expr) (plan.Node, []expr.Expr) {
	p := &joinParts{scope: s, width: len(j.Left.Props().Schema), spec: j.JoinSpec}
	bounds := j.Form == plan.StreamJoin && !j.Bound.Closed()
	if b := j.Bound; b != nil {
		copied := *b
		p.spec.Bound = &copied
	}
	var rest, limits []expr.Expr
	for _, c := range conds {
		switch {
		case p.key(c):
		case bounds && p.bound(c):
			limits = append(limits, c)
		default:
			rest = append(rest, c)
		}
	}
	if len(limits) > 0 && !p.spec.Bound.Closed() {
		p.spec.Bound, rest = j.Bound, append(rest, limits...)
		limits = nil
	}
	if len(rest) == len(conds) {
		return j, conds
	}
	if len(limits) > 0 {
		s.unbounded = s.unbounded[:max(len(s.unbounded)-1, 0)]
	}
	return plan.NewJoin(j.Left, j.Right, p.spec, j.At), rest
}

// crossProducts warns of joins of streams in which every row meets every row.
func (s *scope) crossProducts(in plan.Node) {
	plan.Walk(in, func(n plan.Node) bool {
		if j, ok := n.(*plan.Join); ok && j.Form == plan.StreamJoin && len(j.LeftKeys) == 0 && j.Cond == nil {
			s.report(diag.CrossProduct(j.At))
		}
		_, isRef := n.(*plan.Ref)
		return !isRef
	})
}

func (s *scope) qualify(sel *grammar.Select) expr.Expr {
	if sel.Qualify == nil {
		return nil
	}
	cond := s.in(inQualify).condition(sel.Qualify.Cond, "QUALIFY")
	if !isInvalid(cond) && len(s.overs.list) == 0 {
		s.report(diag.QualifyWithoutOver(sel.Qualify.Span()))
	}
	return cond
}

// tree is a SELECT while its operators are put on each other.
type tree struct {
	*scope
	node    plan.Node
	items   []*item
	having  expr.Expr
	qualify expr.Expr
	order   []*orderItem
	on      []*orderItem // of DISTINCT ON
}

// each replaces every expression of the SELECT list and of what follows it.
func (t *tree) each(f func(expr.Expr) expr.Expr) {
	for _, it := range t.items {
		it.e = f(it.e)
	}
	for _, o := range t.hidden() {
		o.key.E = f(o.key.E)
	}
	for _, l := range t.lets.list {
		if l.after == nil {
			l.e = f(l.e)
		}
	}
	if t.having != nil {
		t.having = f(t.having)
	}
	if t.qualify != nil {
		t.qualify = f(t.qualify)
	}
}

// hidden are the keys of ORDER BY and DISTINCT ON that are no items.
func (t *tree) hidden() []*orderItem {
	return slices.DeleteFunc(slices.Concat(t.order, t.on), func(o *orderItem) bool { return o.item >= 0 })
}

// finishRows adds subqueries, HAVING, calls over windows and QUALIFY.
func (t *tree) finishRows(sel *grammar.Select) {
	t.node = t.placeSubs(t.node, func(*subquery) bool { return true }, nil)
	resolve := func(e expr.Expr) expr.Expr { return t.resolveSubs(e, 0) }
	t.each(resolve)
	t.node = t.lets.place(t.node, func(e expr.Expr) bool { return !readsOver(e) })
	t.each(t.lets.resolve)
	if t.having != nil {
		t.node = plan.NewFilter(t.node, plan.Renamed(t.having, t.node.Props().Schema), true, sel.Having.Span())
	}
	t.node = t.placeOvers(t.node, func(*over) bool { return true }, resolve)
	t.each(t.resolveOvers)
	t.node = t.lets.place(t.node, func(expr.Expr) bool { return true })
	t.each(t.lets.resolve)
	if t.qualify != nil {
		t.node = plan.NewFilter(t.node, plan.Renamed(t.qualify, t.node.Props().Schema), false, sel.Qualify.Span())
	}
}

// project computes the items, and behind them the columns that only ORDER BY and DISTINCT ON need.
func (t *tree) project(sel *grammar.Select, tail bool) plan.Node {
	columns := named(t.items)
	for i := range columns {
		columns[i].E = plan.Renamed(columns[i].E, t.node.Props().Schema)
	}
	for _, o := range t.hidden() {
		o.item = len(columns)
		columns = append(columns, plan.Named{Name: "_order_" + strconv.Itoa(len(columns)-len(t.items)+1), E: plan.Renamed(o.key.E, t.node.Props().Schema)})
	}
	return plan.NewProject(t.node, columns, sel.Span())
}

func definedAliases(sel *grammar.Select) map[string]*grammar.Item {
	out := map[string]*grammar.Item{}
	for _, item := range sel.Items {
		if name := item.Alias(); name != "" && item.Expr != nil {
			out[name] = item
		}
	}
	return out
}

func (s *scope) having(sel *grammar.Select) expr.Expr {
	if sel.Having == nil {
		return nil
	}
	return s.in(inHaving).condition(sel.Having.Cond, "HAVING")
}

// condition binds a BOOLEAN.
func (s *scope) condition(e grammar.Expr, where string) expr.Expr {
	return s.boolean(e.Span(), s.expr(e), where)
}

// boolean checks that e, which stands at at, is a BOOLEAN; a bare NULL becomes one.
func (s *scope) boolean(at source.Span, e expr.Expr, where string) expr.Expr {
	switch e.Col().Type.Kind {
	case types.Boolean, types.Invalid:
		return e
	case types.Null:
		return s.convert(e, types.TBoolean)
	}
	s.report(diag.NotBoolean(at, where, typeName(e)))
	return invalid(at)
}

func named(items []*item) []plan.Named {
	out := make([]plan.Named, len(items))
	for i, it := range items {
		out[i] = plan.Named{Name: it.name, E: it.e, At: it.declared()}
	}
	return out
}

// keys finds the GROUP BY columns among the output columns.
func (o *output) keys(items []*item, keys []plan.GroupKey) {
	for k, key := range keys {
		at := -1
		for i, it := range items {
			if c, ok := it.e.(*expr.Column); ok && c.Index == k {
				at = i
				break
			}
		}
		if at < 0 {
			o.lost = append(o.lost, key.Name)
			continue
		}
		o.groups = append(o.groups, at)
	}
}

// primaryKeys gathers the PRIMARY KEY marks.
func (b *binder) primaryKeys(out *output, items []*item) {
	for i, it := range items {
		if !it.key {
			continue
		}
		if !it.namedByUser {
			b.report(diag.KeyWithoutName(it.at, it.name))
		}
		if len(out.marked) == 0 {
			out.markAt = it.at
		}
		out.marked = append(out.marked, i)
	}
}

func (b *binder) distinct(in plan.Node, sel *grammar.Select, items []*item) plan.Node {
	for _, it := range items {
		if t := it.e.Col().Type; !t.Groupable() {
			b.report(diag.NotGroupable(it.at, "DISTINCT", t.String()))
		}
	}
	return plan.NewDistinct(in, nil, firstWord(sel.Span(), "DISTINCT"))
}

// inputName is what the query reads, for messages.
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

func (b *binder) limit(in plan.Node, l *grammar.Limit) plan.Node {
	n, offset, ok := int64(-1), int64(0), true
	if l.Count != nil {
		n, ok = b.wholeNumber(l.Count)
	}
	if l.Offset != nil {
		var fine bool
		offset, fine = b.wholeNumber(l.Offset)
		ok = ok && fine
	}
	if !ok {
		return in
	}
	if in.Props().Mode == plan.Retract {
		in = b.settled(in, l.Span())
	}
	return plan.NewLimit(in, n, offset, l.Span())
}

func (b *binder) wholeNumber(e grammar.Expr) (int64, bool) {
	if num, ok := e.(*grammar.Number); ok {
		if n, err := strconv.ParseInt(num.Text, 10, 64); err == nil {
			return n, true
		}
	}
	b.report(diag.BadLimit(e.Span()))
	return 0, false
}
