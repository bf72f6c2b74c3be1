package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// aggregates gathers the aggregate calls of one SELECT.
type aggregates struct {
	list  []plan.Agg
	names []string
}

// add appends a call and returns its column in the virtual row.
func (a *aggregates) add(g plan.Agg, name string) *expr.Column {
	a.list = append(a.list, g)
	a.names = append(a.names, name)
	return &expr.Column{Node: expr.Node{T: g.Col, At: g.At}, Index: firstAggAt + len(a.list) - 1, Name: name}
}

// groups tells whether the query gathers rows at all.
func (a *aggregates) groups(sel *grammar.Select, w *plan.Window) bool {
	return sel.GroupBy != nil || w != nil || len(a.list) > 0
}

// groupKeys binds GROUP BY. A key is an expression over the input; the number of a SELECT item and an alias stand for theirs. The
// window's bounds, and TUMBLE(…) itself, group anyway and are left out.
func (s *scope) groupKeys(sel *grammar.Select, items []*item) []plan.GroupKey {
	if sel.GroupBy == nil {
		return nil
	}
	var keys []plan.GroupKey
	for _, g := range sel.GroupBy.Exprs {
		if windowCall(g) != nil {
			continue
		}
		e, name := s.groupKey(g, items)
		if isWindowBound(e) {
			continue
		}
		if !s.canGroup(g, e) {
			s.badKey = true
			continue
		}
		if slices.ContainsFunc(keys, func(k plan.GroupKey) bool { return expr.Equal(k.E, e) }) {
			continue
		}
		for base, n := name, 2; slices.ContainsFunc(keys, func(k plan.GroupKey) bool { return k.Name == name }); n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		keys = append(keys, plan.GroupKey{Name: name, E: e})
	}
	return keys
}

// canGroup reports what cannot be a grouping expression.
func (s *scope) canGroup(g grammar.Expr, e expr.Expr) bool {
	switch {
	case isInvalid(e):
	case readsAggregate(e):
		s.report(diag.AggregateNotHere(g.Span(), s.aggregateIn(e), "GROUP BY"))
	case !groupable(e.Col().Type):
		s.report(diag.NotGroupable(g.Span(), "GROUP BY", typeName(e)))
	default:
		return true
	}
	return false
}

// groupKey binds one grouping expression and names its column: by the item that selects it, if there is one.
func (s *scope) groupKey(g grammar.Expr, items []*item) (expr.Expr, string) {
	if num, ok := g.(*grammar.Number); ok {
		n, err := strconv.Atoi(num.Text)
		if err != nil || n < 1 || n > len(items) {
			s.report(diag.OrdinalOutOfRange(g.Span(), num.Text, len(items)))
			return invalid(g.Span()), ""
		}
		return items[n-1].e, items[n-1].name
	}
	e := s.in(inGroupBy).expr(g)
	for _, it := range items {
		if expr.Equal(it.e, e) {
			return e, it.name
		}
	}
	name, _ := autoName(g, 1)
	return e, strings.Replace(name, "expr_1", "key", 1)
}

func isWindowBound(e expr.Expr) bool {
	c, ok := e.(*expr.Column)
	return ok && (c.Index == windowStartAt || c.Index == windowEndAt)
}

// readsAggregate tells whether an expression over the virtual row contains an aggregate.
func readsAggregate(e expr.Expr) bool {
	found := false
	expr.Walk(e, func(x expr.Expr) bool {
		c, ok := x.(*expr.Column)
		found = found || ok && c.Index >= firstAggAt
		return !found
	})
	return found
}

// aggregateIn names the first aggregate in e.
func (s *scope) aggregateIn(e expr.Expr) string {
	name := ""
	expr.Walk(e, func(x expr.Expr) bool {
		if c, ok := x.(*expr.Column); ok && c.Index >= firstAggAt && name == "" {
			name = s.aggs.list[c.Index-firstAggAt].Name
		}
		return name == ""
	})
	return name
}

// group builds the aggregate and HAVING, and lifts the items onto its output.
func (s *scope) group(q *grammar.Query, sel *grammar.Select, in plan.Node, w *plan.Window, keys []plan.GroupKey, items []*item, having expr.Expr) plan.Node {
	s.nameAfterItems(items)
	l := &lifter{scope: s, keys: keys, windowed: w != nil, first: map[int]int{}}
	for _, it := range items {
		it.e = l.lift(it.e)
	}
	if having != nil {
		having = l.lift(having)
	}
	emit := s.emit(q, in, w)
	s.overUpdates(sel, in)
	if w == nil && len(keys) == 0 && len(s.aggs.list) > 0 && sel.GroupBy == nil {
		s.note(diag.NoteRunningAggregate(s.aggs.list[0].At))
	}
	at := sel.Span()
	if sel.GroupBy != nil {
		at = sel.GroupBy.Span()
	}
	var node plan.Node = plan.NewAggregate(in, keys, w, s.aggs.list, uniqueNames(keys, s.aggs.names), emit, at)
	for _, it := range items {
		it.e = plan.Renamed(it.e, node.Props().Schema)
	}
	if having != nil {
		node = plan.NewFilter(node, plan.Renamed(having, node.Props().Schema), true, sel.Having.Span())
	}
	return node
}

// nameAfterItems calls an aggregate what the item calls it that is nothing but the aggregate.
func (s *scope) nameAfterItems(items []*item) {
	for _, it := range items {
		if c, ok := it.e.(*expr.Column); ok && c.Index >= firstAggAt {
			s.aggs.names[c.Index-firstAggAt] = it.name
		}
	}
}

// uniqueNames numbers aggregate columns that are called like a key, the window's bounds, or each other.
func uniqueNames(keys []plan.GroupKey, names []string) []string {
	taken := map[string]bool{plan.WindowStart: true, plan.WindowEnd: true}
	for _, k := range keys {
		taken[k.Name] = true
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = name
		for n := 2; taken[out[i]]; n++ {
			out[i] = name + "_" + strconv.Itoa(n)
		}
		taken[out[i]] = true
	}
	return out
}

// lifter turns expressions over the virtual row into expressions over an aggregate's output.
type lifter struct {
	*scope
	keys     []plan.GroupKey
	windowed bool
	first    map[int]int // input column, or -1 - system column, → FIRST aggregate that holds it
}

func (l *lifter) lift(e expr.Expr) expr.Expr {
	for i, k := range l.keys {
		if expr.Equal(k.E, e) {
			return l.at(e, i, k.Name)
		}
	}
	switch x := e.(type) {
	case *expr.Column:
		return l.liftColumn(x)
	case *expr.Meta:
		return l.firstOf(x, -1-int(x.Field), x.Field.String())
	}
	kids := expr.Children(e)
	for i, k := range kids {
		kids[i] = l.lift(k)
	}
	return expr.WithChildren(e, kids)
}

func (l *lifter) liftColumn(c *expr.Column) expr.Expr {
	switch {
	case c.Index >= firstAggAt:
		i := c.Index - firstAggAt
		return l.at(c, l.firstAgg()+i, l.aggs.names[i])
	case c.Index >= windowStartAt:
		return l.at(c, len(l.keys)+c.Index-windowStartAt, c.Name)
	}
	return l.firstOf(c, c.Index, c.Name)
}

func (l *lifter) firstAgg() int {
	if l.windowed {
		return len(l.keys) + 2
	}
	return len(l.keys)
}

func (l *lifter) at(e expr.Expr, index int, name string) expr.Expr {
	return &expr.Column{Node: expr.Node{T: e.Col(), At: e.Span()}, Index: index, Name: name}
}

// firstOf reads the value that e has in the group's first row.
func (l *lifter) firstOf(e expr.Expr, id int, name string) expr.Expr {
	if isInvalid(e) {
		return e
	}
	i, known := l.first[id]
	if !known && l.badKey {
		return invalid(e.Span()) // it may be what the key that could not be bound means
	}
	if !known {
		l.report(diag.FirstRowValue(e.Span(), e.Span().Text()))
		g, ok := l.resolveAggregate("FIRST", []expr.Expr{e}, e.Span())
		if !ok {
			return invalid(e.Span())
		}
		i = len(l.aggs.list)
		l.aggs.add(g, name)
		l.first[id] = i
	}
	return &expr.Column{
		Node:  expr.Node{T: l.aggs.list[i].Col, At: e.Span()},
		Index: l.firstAgg() + i, Name: name,
	}
}
