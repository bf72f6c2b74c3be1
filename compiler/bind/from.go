package bind

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// from binds what a SELECT reads: relations, and their joins from left to right.
func (b *binder) from(sel *grammar.Select, ctx queryContext) (plan.Node, *scope) {
	s := b.scope(ctx.outer)
	if sel.From == nil {
		return plan.NewValues(sel.Span()), s
	}
	f := &fromBinder{scope: s, sel: sel, ctx: ctx, several: len(sel.From.Joins) > 0}
	node := f.items(sel.From.First, sel.From.Joins)
	s.meta = true
	if t := node.Props().Time; t.EventTime {
		s.timeColumn = t.Column
	}
	return node, s
}

// scope is an empty scope inside of another, or of none.
func (b *binder) scope(outer *scope) *scope {
	return &scope{binder: b, clause: inSelect, timeColumn: -1, outer: outer, aggs: &aggregates{}, sets: &groupingSets{}, lets: &lets{}, overs: &overs{}, subs: &subqueries{}}
}

// fromBinder binds one FROM.
type fromBinder struct {
	*scope
	sel     *grammar.Select
	ctx     queryContext
	several bool // there is more than one relation
}

// items binds a relation and the joins behind it.
func (f *fromBinder) items(first *grammar.FromItem, joins []*grammar.Join) plan.Node {
	if first.AsOf != nil {
		f.report(diag.NotTemporal(first.AsOf.Span()))
	}
	node := f.add(first)
	for _, j := range joins {
		node = f.join(node, j)
	}
	return node
}

// add binds a relation and puts its columns behind those that the scope has.
func (f *fromBinder) add(item *grammar.FromItem) plan.Node {
	if j, ok := item.Relation.(*grammar.JoinedTable); ok {
		f.several = true
		if item.Alias != nil {
			f.report(diag.AliasOfJoin(item.Alias.Span()))
		}
		return f.items(j.First, j.Joins)
	}
	at := item.Relation.Span()
	node, name := f.relationOf(item)
	if item.Match != nil {
		f.report(diag.MatchRecognize(firstWord(item.Match.Span(), "MATCH_RECOGNIZE")))
		node = nil
	}
	if node == nil {
		f.broken = true
		node = plan.NewValues(at)
	}
	if item.Alias != nil && len(item.Alias.Columns) > 0 && !f.broken {
		node = f.renamed(node, item.Alias.Columns, name)
	}
	if name != "" && f.named(name) != nil {
		f.report(diag.DuplicateAlias(item.Span(), name))
	}
	return f.place(node, name)
}

// place adds an input for the columns of a node, with the system columns that the SELECT asks of it by name.
func (f *fromBinder) place(node plan.Node, name string) plan.Node {
	in := input{name: name, lo: len(f.schema)}
	in.hi = in.lo + len(node.Props().Schema)
	if wanted := f.systemColumnsOf(name, node.Props().Schema); len(wanted) > 0 && !f.broken {
		in.hidden = map[expr.MetaField]int{}
		columns := plan.Through(node)
		for _, w := range wanted {
			in.hidden[w.field] = in.lo + len(columns)
			columns = append(columns, plan.Named{Name: w.field.String(), E: &expr.Meta{Node: expr.Node{T: w.col, At: node.Span()}, Field: w.field}})
		}
		node = plan.NewProject(node, columns, node.Span())
	}
	schema := slices.Clone(node.Props().Schema)
	for i := range schema {
		schema[i].Qualifier = name
	}
	f.schema = append(f.schema, schema...)
	f.inputs = append(f.inputs, in)
	return node
}

// systemColumnsOf lists the system columns that the SELECT reads by the name of a relation: in a join each side has its own, and a
// subquery means those of the query around it.
func (f *fromBinder) systemColumnsOf(name string, schema plan.Schema) []systemColumn {
	if name == "" {
		return nil
	}
	var out []systemColumn
	depth := 0
	var visit func(n grammar.Node) bool
	visit = func(n grammar.Node) bool {
		if q, ok := n.(*grammar.Query); ok {
			depth++
			grammar.Walk(q.First, visit)
			for _, op := range q.Rest {
				grammar.Walk(op.Term, visit)
			}
			depth--
			return false
		}
		c, ok := n.(*grammar.Column)
		if !ok || len(c.Parts) < 2 || c.Parts[0].Name != name || !f.several && depth == 0 {
			return true
		}
		for _, w := range systemColumns {
			taken := slices.ContainsFunc(schema, func(x plan.Column) bool { return x.Name == c.Parts[1].Name })
			if strings.EqualFold(w.field.String(), c.Parts[1].Name) && !taken && !slices.ContainsFunc(out, func(o systemColumn) bool { return o.field == w.field }) {
				out = append(out, w)
			}
		}
		return true
	}
	grammar.Walk(f.sel, visit)
	return out
}

// relationOf binds what a FROM item names, without its joins: the node, nil after a report, and the name that it has in the query.
func (f *fromBinder) relationOf(item *grammar.FromItem) (plan.Node, string) {
	as := item.Name()
	switch r := item.Relation.(type) {
	case *grammar.NamedTable:
		return f.relation(r.Name.String(), r.Span(), item.Span(), as, f.ctx.self), as
	case *grammar.URITable:
		if src := f.cat.Source(r.URI); as == "" && src != nil { // an address is called what its source is called
			as = src.Name
		}
		return f.relation(r.URI, r.Span(), item.Span(), as, f.ctx.self), as
	case *grammar.DerivedTable:
		return f.derived(r, as), as
	case *grammar.TableFunction:
		if t := tableArgument(r.Call); t != nil && windowCall(r.Call) != nil {
			if as == "" {
				as = t.Name.Parts[len(t.Name.Parts)-1].Name
			}
			return f.assigned(r.Call, f.relation(t.Name.String(), t.Span(), item.Span(), as, f.ctx.self), as), as
		}
		if q := queryArgument(r.Call); q != nil {
			return f.assigned(r.Call, f.nested(q, queryContext{emit: f.ctx.pass(f.sel, f.binder)}, as), as), as
		}
		if strings.EqualFold(r.Call.Name.String(), "UNNEST") {
			return f.unnestAlone(r, item), as
		}
		f.report(diag.UnknownTableFunction(r.Call.Name.Span(), r.Call.Name.String()))
		return nil, as
	}
	panic("bug: unhandled relation")
}

// derived binds a query in FROM. LATERAL lets it see the relations left of it.
func (f *fromBinder) derived(d *grammar.DerivedTable, as string) plan.Node {
	return f.nested(d.Query, queryContext{outer: f.outer, emit: f.ctx.pass(f.sel, f.binder)}, as)
}

// tableArgument is the TABLE t of TUMBLE(TABLE t, …), by position or as DATA => TABLE t; or nil.
func tableArgument(c *grammar.Call) *grammar.TableArg {
	for _, a := range c.Args {
		if n, ok := a.(*grammar.NamedArg); ok {
			a = n.Value
		}
		if t, ok := a.(*grammar.TableArg); ok {
			return t
		}
	}
	return nil
}

// queryArgument is the query of TUMBLE((SELECT …), …), or nil.
func queryArgument(c *grammar.Call) *grammar.Query {
	if _, isWindow := windowCalls[upper(c.Name)]; !isWindow || len(c.Args) == 0 {
		return nil
	}
	if q, ok := c.Args[0].(*grammar.Scalar); ok {
		return q.Query
	}
	return nil
}

// renamed gives the first columns of a node other names: t (a, b).
func (b *binder) renamed(node plan.Node, names []*grammar.Ident, of string) plan.Node {
	columns := plan.Through(node)
	if len(names) != len(columns) {
		b.report(diag.ColumnCount(names[0].Span().To(names[len(names)-1].Span()), of, len(names), len(columns)))
	}
	for i := range columns[:min(len(names), len(columns))] {
		columns[i].Name, columns[i].At = names[i].Name, names[i].Span()
	}
	return plan.NewProject(node, columns, names[0].Span())
}

// relation finds a common table expression, a statement above, a view, or a source; nil after reporting that there is none.
func (b *binder) relation(name string, at, item source.Span, as, self string) plan.Node {
	node := b.findRelation(name, at, item, as, self)
	b.usesRelation(at, name, as, node)
	return node
}

func (b *binder) findRelation(name string, at, item source.Span, as, self string) plan.Node {
	if c := b.cte(name); c != nil {
		c.used = true
		return c.node
	}
	if r, ok := b.relations[name]; ok {
		switch {
		case r.view != nil:
			return r.view
		case r.st == nil:
			return nil
		}
		return plan.NewRef(r.st, as, item)
	}
	if src := b.cat.Source(name); src != nil {
		if len(src.Schema) == 0 {
			return nil // the catalog has said that its columns are not known
		}
		return b.computed(plan.NewScan(src, as, nil, item), name)
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

// unnestAlone is UNNEST as the first relation: its array cannot depend on columns.
func (f *fromBinder) unnestAlone(r *grammar.TableFunction, item *grammar.FromItem) plan.Node {
	one := plan.NewValues(r.Span())
	node := f.unnest(one, f.binder.scope(f.outer), r, item, false)
	return node
}

// unnest adds the elements of an array to the rows of node.
func (f *fromBinder) unnest(node plan.Node, over *scope, r *grammar.TableFunction, item *grammar.FromItem, outer bool) plan.Node {
	if len(r.Call.Args) != 1 {
		f.report(diag.UnnestArgument(r.Call.Span(), "it takes one argument"))
		return nil
	}
	e := over.in(inOn).expr(r.Call.Args[0])
	if isInvalid(e) {
		return nil
	}
	t := e.Col().Type
	if t.Kind != types.Array && t.Kind != types.Map {
		f.report(diag.UnnestArgument(r.Call.Args[0].Span(), "it is "+t.String()))
		return nil
	}
	added := len(plan.ElementColumns(t, r.Ordinality))
	return plan.NewUnnest(node, e, elementNames(t, r.Ordinality, item.Name(), added), r.Ordinality, outer, r.Span())
}

func elementNames(t types.Type, ordinality bool, alias string, n int) []string {
	var names []string
	switch {
	case t.Kind == types.Map:
		names = []string{"key", "value"}
	case t.Elem.Kind == types.Struct:
		for _, field := range t.Elem.Fields {
			names = append(names, field.Name)
		}
	case alias != "":
		names = []string{alias}
	default:
		names = []string{"element"}
	}
	if ordinality {
		names = append(names, "ordinality")
	}
	return names[:n]
}
