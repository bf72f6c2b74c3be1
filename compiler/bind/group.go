package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
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

// gathers tells from the text whether a SELECT gathers rows: by GROUP BY, a window, or an aggregate. TUMBLE and its like in FROM make windows
// to gather rows in, but only if one of these says so: see assign.go.
func gathers(sel *grammar.Select, fns Functions) bool {
	if sel.GroupBy != nil || sel.Window != nil {
		return true
	}
	found := false
	look := func(n grammar.Node) bool {
		switch n := n.(type) {
		case *grammar.Query, *grammar.From:
			return false
		case *grammar.Call:
			name := upper(n.Name)
			if n.Over == nil && (name == "COUNT_DISTINCT" || fns.Aggregate(name) != nil && (n.Star || n.Distinct || fns.Scalar(name) == nil)) {
				found = true
			}
		}
		return !found
	}
	for _, it := range sel.Items {
		grammar.Walk(it, look)
	}
	if sel.Having != nil {
		grammar.Walk(sel.Having, look)
	}
	return found
}

// groups tells whether the query gathers rows at all.
func (a *aggregates) groups(sel *grammar.Select, w *plan.Window) bool {
	return sel.GroupBy != nil || w != nil || len(a.list) > 0
}

// groupKeys binds GROUP BY. A key is an expression over the input; the number of a SELECT item and an alias stand for theirs. The
// window's bounds, and TUMBLE(…) itself, group anyway and are left out. Grouping sets share their keys.
func (s *scope) groupKeys(sel *grammar.Select, items []*item) []plan.GroupKey {
	if sel.GroupBy == nil {
		return nil
	}
	sets := s.setsOf(sel.GroupBy)
	g := &groupKeys{scope: s, items: items, bound: map[grammar.Expr]int{}}
	for _, set := range sets {
		var keys []int
		for _, e := range set {
			if i := g.add(e); i >= 0 && !slices.Contains(keys, i) {
				keys = append(keys, i)
			}
		}
		s.sets.list = append(s.sets.list, keys)
	}
	if len(sets) == 1 {
		s.sets.list = nil
	}
	return g.keys
}

// groupKeys are the keys of GROUP BY in the making.
type groupKeys struct {
	*scope
	items []*item
	keys  []plan.GroupKey
	bound map[grammar.Expr]int // what has been bound: its key, or -1
}

// add finds the key that an expression is, and makes it if there is none; -1 for what groups anyway, and after a report.
func (g *groupKeys) add(e grammar.Expr) int {
	if i, known := g.bound[e]; known {
		return i
	}
	i := g.key(e)
	g.bound[e] = i
	return i
}

func (g *groupKeys) key(written grammar.Expr) int {
	if windowCall(written) != nil {
		return -1
	}
	e, name := g.groupKey(written, g.items)
	if isWindowBound(e) {
		return -1
	}
	if !g.canGroup(written, e) {
		g.badKey = true
		return -1
	}
	if i := slices.IndexFunc(g.keys, func(k plan.GroupKey) bool { return expr.Equal(k.E, e) }); i >= 0 {
		return i
	}
	for base, n := name, 2; slices.ContainsFunc(g.keys, func(k plan.GroupKey) bool { return k.Name == name }); n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	g.keys = append(g.keys, plan.GroupKey{Name: name, E: e})
	return len(g.keys) - 1
}

// canGroup reports what cannot be a grouping expression.
func (s *scope) canGroup(g grammar.Expr, e expr.Expr) bool {
	switch {
	case isInvalid(e):
	case readsAggregate(e):
		s.report(diag.AggregateNotHere(g.Span(), s.aggregateIn(e), "GROUP BY"))
	case readsOver(e):
		s.report(diag.OverNotHere(g.Span(), "a call over a window", "GROUP BY"))
	case !e.Col().Type.Groupable():
		s.report(diag.NotGroupable(g.Span(), "GROUP BY", typeName(e)))
	default:
		return true
	}
	return false
}

// groupKey binds one grouping expression and names its column: by the item that selects it, if there is one.
func (s *scope) groupKey(g grammar.Expr, items []*item) (expr.Expr, string) {
	if num, ok := g.(*grammar.Number); ok {
		n, _ := s.ordinal(num, "GROUP BY", len(items))
		if n < 0 {
			return invalid(g.Span()), ""
		}
		return items[n].e, items[n].name
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

// isWindowBound tells whether an expression reads nothing but the bounds of the window, which group anyway.
func isWindowBound(e expr.Expr) bool {
	some, all := sides(e, func(i int) bool { return i == windowStartAt || i == windowEndAt })
	return some && all
}

// readsAggregate tells whether an expression over the virtual row contains an aggregate.
func readsAggregate(e expr.Expr) bool {
	found := false
	expr.Walk(e, func(x expr.Expr) bool {
		c, ok := x.(*expr.Column)
		found = found || ok && isAggregateAt(c.Index)
		return !found
	})
	return found
}

// aggregateIn names the first aggregate in e.
func (s *scope) aggregateIn(e expr.Expr) string {
	name := ""
	expr.Walk(e, func(x expr.Expr) bool {
		if c, ok := x.(*expr.Column); ok && isAggregateAt(c.Index) && name == "" {
			name = s.aggs.list[c.Index-firstAggAt].Name
		}
		return name == ""
	})
	return name
}

// group puts the aggregate on the tree and lifts what follows it onto the groups.
//
// A call over a window sees groups if it reads nothing but keys and aggregates, as standard SQL has it. One that reads other columns of
// the input sees the input's rows, and each group shows the value that its last row got.
func (t *tree) group(sel *grammar.Select, w *plan.Window, keys []plan.GroupKey, emit plan.Emit) {
	s := t.scope
	s.nameAfterItems(t.items)
	t.node = s.placeSubs(t.node, func(q *subquery) bool { return q.early }, nil)
	for i := range keys {
		keys[i].E = s.resolveSubs(keys[i].E, 0)
	}
	t.oversOfRows(keys)
	s.checkGroupings(keys)
	l := &lifter{scope: s, keys: keys, windowed: w != nil, first: map[int]int{}}
	t.each(func(e expr.Expr) expr.Expr { return l.lift(s.resolveSubs(e, 0)) })
	for _, o := range s.overs.list {
		if o.after == nil {
			o.spec, o.call = o.spec.Map(l.lift), plan.MapCalls([]plan.Call{o.call}, l.lift)[0]
		}
	}
	for _, q := range s.subs.list {
		if q.after == nil {
			for i, c := range q.conds {
				q.conds[i] = liftOuter(c, l)
			}
		}
	}
	s.overUpdates(sel, t.node)
	if w == nil && len(keys) == 0 && len(s.aggs.list) > 0 && sel.GroupBy == nil {
		s.note(diag.NoteRunningAggregate(s.aggs.list[0].At))
	}
	at := sel.Span()
	if sel.GroupBy != nil {
		at = sel.GroupBy.Span()
	}
	for i, g := range s.aggs.list {
		s.aggs.list[i] = mapAgg(g, func(e expr.Expr) expr.Expr { return s.resolveOvers(s.resolveSubs(e, 0)) })
	}
	aggregate := func(keys []plan.GroupKey) *plan.Aggregate {
		return plan.NewAggregate(t.node, keys, w, s.aggs.list, uniqueNames(keys, s.aggs.names), emit, at)
	}
	if s.sets.list == nil {
		t.node = aggregate(keys)
	} else {
		t.node = s.union(keys, aggregate, at)
	}
	schema := t.node.Props().Schema
	t.each(func(e expr.Expr) expr.Expr { return plan.Renamed(e, schema) })
}

func mapAgg(g plan.Agg, f func(expr.Expr) expr.Expr) plan.Agg {
	args := make([]expr.Expr, len(g.Args))
	for i, a := range g.Args {
		args[i] = f(a)
	}
	g.Args = args
	if g.Filter != nil {
		g.Filter = f(g.Filter)
	}
	g.OrderBy = plan.MapKeys(g.OrderBy, f)
	return g
}

// liftOuter lifts the parts of a subquery's condition that are about the row around it.
func liftOuter(e expr.Expr, l *lifter) expr.Expr {
	if some, all := sides(e, func(i int) bool { return outerAt <= i && i < 2*outerAt }); some && all {
		return shifted(l.lift(shifted(e, -outerAt)), outerAt)
	}
	kids := expr.Children(e)
	for i, k := range kids {
		kids[i] = liftOuter(k, l)
	}
	return expr.WithChildren(e, kids)
}

// oversOfRows finds the calls over windows that read input columns, computes them before rows are gathered, and takes the last value of
// each group.
func (t *tree) oversOfRows(keys []plan.GroupKey) {
	s := t.scope
	found := false
	for _, o := range s.overs.list {
		if o.below = ofRows(o, keys); o.below {
			found = true
			s.report(diag.OverOfRows(o.call.At, o.call.Name))
		}
	}
	if !found {
		return
	}
	t.node = s.placeOvers(t.node, func(o *over) bool { return o.below }, nil)
	for _, o := range s.overs.list {
		if !o.below {
			continue
		}
		g, ok := s.resolveAggregate("LAST", []expr.Expr{o.after}, o.call.At)
		if !ok {
			o.after = invalid(o.call.At)
			continue
		}
		o.after = s.aggs.add(g, o.name)
	}
	t.each(s.resolveOvers)
}

// ofRows tells whether a call reads a column that is neither part of a key nor an aggregate.
func ofRows(o *over, keys []plan.GroupKey) bool {
	found := false
	var look func(e expr.Expr)
	look = func(e expr.Expr) {
		if e == nil || found || slices.ContainsFunc(keys, func(k plan.GroupKey) bool { return expr.Equal(k.E, e) }) {
			return
		}
		switch x := e.(type) {
		case *expr.Column:
			found = x.Index < windowStartAt
		case *expr.Meta:
			found = true
		}
		for _, k := range expr.Children(e) {
			look(k)
		}
	}
	visit := func(e expr.Expr) expr.Expr { look(e); return e }
	o.spec.Map(visit)
	plan.MapCalls([]plan.Call{o.call}, visit)
	return found
}

func readsOver(e expr.Expr) bool {
	some, _ := sides(e, isOverAt)
	return some
}

// nameAfterItems calls an aggregate what the item calls it that is nothing but the aggregate.
func (s *scope) nameAfterItems(items []*item) {
	for _, it := range items {
		if c, ok := it.e.(*expr.Column); ok && isAggregateAt(c.Index) {
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
			return l.key(e, i, k.Name)
		}
	}
	switch x := e.(type) {
	case *expr.Column:
		return l.liftColumn(x)
	case *expr.Meta:
		return l.firstOf(x, -1-int(x.Field), x.Field.String())
	}
	kids := expr.Children(e)
	widened := false
	for i, k := range kids {
		kids[i] = l.lift(k)
		widened = widened || kids[i].Col().Nullable && !k.Col().Nullable
	}
	out := expr.WithChildren(e, kids)
	if widened && !e.Col().Nullable && expr.CanBeNull(out, l.fns.Scalar) {
		return expr.WithCol(out, types.Col{Type: e.Col().Type, Nullable: true})
	}
	return out
}

func (l *lifter) liftColumn(c *expr.Column) expr.Expr {
	switch {
	case c.Index >= firstOverAt: // calls over windows, subqueries, and what is around the query
		return c
	case isAggregateAt(c.Index):
		i := c.Index - firstAggAt
		return l.at(c, l.firstAgg()+i, l.aggs.names[i])
	case isGroupingAt(c.Index) && l.sets.list == nil:
		return literal(c.At, types.TInteger, int64(0)) // every key is in the only set
	case isGroupingAt(c.Index):
		return l.at(c, l.firstAgg()-len(l.sets.calls)+c.Index-groupingAt, c.Name)
	case c.Index >= windowStartAt:
		return l.at(c, len(l.keys)+c.Index-windowStartAt, c.Name)
	}
	return l.firstOf(c, c.Index, c.Name)
}

// firstAgg is where the aggregates begin: behind keys, the window's bounds, and calls of GROUPING over several sets.
func (l *lifter) firstAgg() int {
	n := len(l.keys)
	if l.windowed {
		n += 2
	}
	if l.sets.list != nil {
		n += len(l.sets.calls)
	}
	return n
}

// key reads a key, which is NULL in the rows of sets without it.
func (l *lifter) key(e expr.Expr, index int, name string) expr.Expr {
	c := l.at(e, index, name)
	if !l.sets.everywhere(index) {
		return expr.WithCol(c, types.Col{Type: e.Col().Type, Nullable: true})
	}
	return c
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
