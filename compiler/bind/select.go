package bind

import (
	"strconv"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// query binds a query; nil when something has been reported that leaves no plan. Self is the name that its result will have.
func (b *binder) query(q *grammar.Query, self string) *output {
	if b.refuse(q) {
		return nil
	}
	before := b.diags.Count(diag.Error)
	out := b.selection(q, q.First.(*grammar.Select), self)
	if b.diags.Count(diag.Error) > before {
		return nil
	}
	return out
}

// selection binds SELECT … LIMIT in the order in which it runs: FROM, WHERE, grouping, HAVING, items, DISTINCT, LIMIT.
func (b *binder) selection(q *grammar.Query, sel *grammar.Select, self string) *output {
	in, s := b.from(sel, self)
	s.defined = definedAliases(sel)
	s.aggs = &aggregates{}
	if sel.Where != nil {
		cond := s.in(inWhere).condition(sel.Where.Cond, "WHERE")
		in = plan.NewFilter(in, cond, false, sel.Where.Span())
	}
	w := s.findWindow(sel, in)
	s.perhapsEmpty = w == nil && sel.GroupBy == nil && q.Emit != nil && q.Emit.Final
	items := s.items(sel)
	if w != nil && sel.GroupBy == nil && len(s.aggs.list) == 0 {
		b.report(diag.WindowWithoutAggregate(w.At))
	}
	keys := s.groupKeys(sel, items)
	having := s.having(sel)
	if sel.Having != nil && !s.aggs.groups(sel, w) && !isInvalid(having) {
		b.report(diag.HavingWithoutGroups(sel.Having.Span()))
	}

	out := &output{at: firstWord(sel.Span(), "SELECT")}
	node := in
	if s.aggs.groups(sel, w) {
		node = s.group(q, sel, in, w, keys, items, having)
	} else {
		b.emitWithoutGroups(q)
	}
	b.duplicates(items)
	node = plan.NewProject(node, named(items), sel.Span())
	out.keys(items, keys)
	if sel.Distinct {
		node = b.distinct(node, q, sel, items)
	}
	if q.Limit != nil {
		node = b.limit(node, q.Limit)
	}
	out.root = node
	b.primaryKeys(out, items)
	if s.broken {
		return nil
	}
	return out
}

// from binds what a SELECT reads.
func (b *binder) from(sel *grammar.Select, self string) (plan.Node, *scope) {
	s := &scope{binder: b, clause: inSelect, timeColumn: -1}
	if sel.From == nil {
		return plan.NewValues(sel.Span()), s
	}
	item := sel.From.First
	name, at := relationName(item.Relation)
	s.relation, s.meta = item.Name(), true
	if s.relation == "" { // an address is called what its source is called
		s.relation = name
		if src := b.cat.Source(name); src != nil {
			s.relation = src.Name
		}
	}
	node := b.relation(item, name, at, s.relation, self)
	b.usesRelation(at, name, s.relation, node)
	if node == nil {
		s.broken = true
		return plan.NewValues(at), s
	}
	s.schema = node.Props().Schema
	if t := node.Props().Time; t.EventTime {
		s.timeColumn = t.Column
	}
	return node, s
}

// relationName is the name of what FROM reads: that of a stream, a URI, or the TABLE argument of TUMBLE.
func relationName(r grammar.Relation) (string, source.Span) {
	switch r := r.(type) {
	case *grammar.NamedTable:
		return r.Name.String(), r.Span()
	case *grammar.URITable:
		return r.URI, r.Span()
	case *grammar.TableFunction:
		if t, ok := r.Call.Args[0].(*grammar.TableArg); ok {
			return t.Name.String(), t.Span()
		}
	}
	panic("bug: a relation that refuse lets through")
}

// relation finds a statement above, or a source; nil after reporting that there is none.
func (b *binder) relation(item *grammar.FromItem, name string, at source.Span, as, self string) plan.Node {
	if r, ok := b.relations[name]; ok {
		if r.st == nil {
			return nil
		}
		return plan.NewRef(r.st, as, item.Span())
	}
	if src := b.cat.Source(name); src != nil {
		if len(src.Schema) == 0 {
			return nil // the catalog has said that its columns are not known
		}
		return plan.NewScan(src, as, nil, item.Span())
	}
	made, later := b.later[name]
	switch {
	case name == self:
		b.report(diag.SelfReference(at, name))
	case later:
		b.report(diag.LaterRelation(at, name, made))
	default:
		b.report(diag.UnknownRelation(at, name, b.known()))
	}
	return nil
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

func (b *binder) distinct(in plan.Node, q *grammar.Query, sel *grammar.Select, items []*item) plan.Node {
	for _, it := range items {
		if t := it.e.Col().Type; !groupable(t) {
			b.report(diag.NotGroupable(it.at, "DISTINCT", t.String()))
		}
	}
	at := firstWord(sel.Span(), "DISTINCT")
	if !in.Props().Bounded && q.Limit == nil {
		b.report(diag.GrowingState(at, "DISTINCT", inputName(in)))
	}
	return plan.NewDistinct(in, at)
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
	num, ok := l.Count.(*grammar.Number)
	if ok {
		if n, err := strconv.ParseInt(num.Text, 10, 64); err == nil {
			return plan.NewLimit(in, n, l.Span())
		}
	}
	b.report(diag.BadLimit(l.Count.Span()))
	return in
}
