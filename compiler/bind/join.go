package bind

import (
	"cmp"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

var joinKinds = map[grammar.JoinKind]plan.JoinKind{
	grammar.InnerJoin: plan.InnerJoin, grammar.CrossJoin: plan.InnerJoin, grammar.LeftJoin: plan.LeftJoin, grammar.RightJoin: plan.RightJoin,
	grammar.FullJoin: plan.FullJoin, grammar.SemiJoin: plan.SemiJoin, grammar.AntiJoin: plan.AntiJoin,
}

// join binds one join: what is left of it, bound to node, with the relation on its right.
func (f *fromBinder) join(node plan.Node, j *grammar.Join) plan.Node {
	if out := f.lateral(node, j); out != nil {
		return out
	}
	width, inputs := len(f.schema), len(f.inputs)
	right := f.add(j.Right)
	if len(f.schema) == width && !f.broken { // a relation in parentheses has added its inputs itself
		f.broken = true
	}
	if j.Right.AsOf != nil && f.broken {
		f.in(inOn).expr(j.Right.AsOf.Time)
	}
	p := &joinParts{scope: f.scope, width: width, spec: plan.JoinSpec{Kind: joinKinds[j.Kind]}, at: j.Span()}
	f.using(p, j, inputs)
	if j.On != nil {
		f.on(p, j)
	}
	f.checkCondition(p, j)
	if j.Within != nil {
		p.within(j.Within)
	}
	if j.Right.AsOf != nil && !f.broken {
		left := f.in(inOn)
		p.spec.AsOf = left.asTime(j.Right.AsOf.Time, left.expr(j.Right.AsOf.Time), "FOR SYSTEM_TIME AS OF")
		if readsFrom(p.spec.AsOf, width) {
			f.report(diag.NotTemporal(j.Right.AsOf.Span()))
		}
	}
	if f.broken {
		return plan.NewProject(plan.NewValues(j.Span()), placeholders(f.schema, j.Span()), j.Span())
	}
	return f.joined(node, right, p, j)
}

// placeholders are columns of NULL, for a plan that will not be used.
func placeholders(s plan.Schema, at source.Span) []plan.Named {
	out := make([]plan.Named, len(s))
	for i, c := range s {
		out[i] = plan.Named{Name: c.Name, E: &expr.Lit{Node: expr.Node{T: c.Col, At: at}}}
	}
	return out
}

// checkCondition reports a join without a condition, where one is needed, or with one where none may be.
func (f *fromBinder) checkCondition(p *joinParts, j *grammar.Join) {
	has := j.On != nil || len(j.Using) > 0 || j.Natural
	switch {
	case j.Kind == grammar.CrossJoin && has:
		f.report(diag.CrossJoinCondition(j.Span()))
	case j.Kind != grammar.CrossJoin && !has:
		f.report(diag.JoinWithoutCondition(j.Span(), j.Kind.String()))
	}
}

// using makes equal keys of the columns that USING or NATURAL name, and one column of each two.
func (f *fromBinder) using(p *joinParts, j *grammar.Join, inputs int) {
	if f.broken {
		return
	}
	left, right := f.side(0, inputs), f.side(inputs, len(f.inputs))
	names := j.Using
	if j.Natural {
		names = nil
		for _, in := range right.inputs {
			for _, c := range f.schema[in.lo:in.hi] {
				if left.has(c.Name) {
					id := &grammar.Ident{Name: c.Name}
					names = append(names, id)
				}
			}
		}
		if len(names) == 0 {
			f.report(diag.NothingInCommon(j.Span()))
		}
	}
	for _, id := range names {
		at := id.Span()
		if j.Natural {
			at = j.Span()
		}
		l, r := left.input(at, id.Name), right.input(at, id.Name)
		if l == nil || r == nil {
			if l == nil {
				left.unknown(at, id.Name)
			} else {
				right.unknown(at, id.Name)
			}
			continue
		}
		p.condition(f.compare(at, expr.Eq, l, r))
		rc, ok := r.(*expr.Column)
		if !ok || isInvalid(l) {
			continue
		}
		if f.skip == nil {
			f.skip, f.merged = map[int]bool{}, map[string]expr.Expr{}
		}
		f.skip[rc.Index] = true
		switch p.spec.Kind {
		case plan.RightJoin:
			f.merged[id.Name] = r
		case plan.FullJoin:
			f.merged[id.Name] = f.scalar(at, "COALESCE", []expr.Expr{asNullable(l), asNullable(r)})
		}
	}
}

func asNullable(e expr.Expr) expr.Expr {
	return expr.WithCol(e, types.Col{Type: e.Col().Type, Nullable: true})
}

// side is the scope with some of its inputs only.
func (f *fromBinder) side(from, to int) *scope {
	s := *f.scope
	s.inputs, s.aliases = f.inputs[from:to], nil
	return &s
}

func (s *scope) has(name string) bool {
	for _, in := range s.inputs {
		if i := s.position(in, name); i >= 0 && !s.skip[i] {
			return true
		}
	}
	return false
}

// on binds ON. A subquery in it is a condition on the joined row, which only an inner join can have.
func (f *fromBinder) on(p *joinParts, j *grammar.Join) {
	s := f.in(inOn)
	before := len(s.subs.list)
	cond := s.condition(j.On, "ON")
	if len(s.subs.list) > before {
		if p.spec.Kind != plan.InnerJoin {
			f.report(diag.SubqueryNotHere(j.On.Span(), "the ON of a "+j.Kind.String()))
			return
		}
		f.subs.on = append(f.subs.on, cond) // checked with WHERE, over the joined row
		return
	}
	p.conjuncts(cond)
}

// joined chooses the form of a join and builds it.
func (f *fromBinder) joined(left, right plan.Node, p *joinParts, j *grammar.Join) plan.Node {
	p.finish()
	spec := &p.spec
	leftTable, rightTable := isTable(left), isTable(right)
	bounded := left.Props().Bounded && right.Props().Bounded
	switch {
	case j.AsOf:
		spec.Form = plan.AsOfJoin
		f.nearest(p, j)
	case spec.AsOf != nil:
		spec.Form = plan.TemporalJoin
		if spec.Kind != plan.InnerJoin && spec.Kind != plan.LeftJoin {
			f.report(diag.LookupOuter(j.Span(), j.Kind.String()))
		}
	case bounded && !leftTable && !rightTable && !spec.Bound.Closed() && f.cat.JoinTTL(f.now) > 0: // files that a statement reads as streams
		f.streams(left, p, j)
	case (leftTable && rightTable || bounded) && (leftTable || missingOf(right) == nil):
		spec.Form = plan.TableJoin
	case rightTable || right.Props().Bounded && spec.Bound == nil:
		spec.Form = plan.LookupJoin
		if spec.Kind == plan.RightJoin || spec.Kind == plan.FullJoin {
			f.report(diag.LookupOuter(j.Span(), j.Kind.String()))
		}
	case leftTable || left.Props().Bounded && spec.Bound == nil:
		return f.swapped(left, right, p, j)
	default:
		f.streams(left, p, j)
	}
	f.missing(spec, right, j.Span())
	return f.narrowed(plan.NewJoin(left, right, *spec, j.Span()))
}

// narrowed takes over what the join says of NULL, and what columns of the right a semi join leaves.
func (f *fromBinder) narrowed(j *plan.Join) plan.Node {
	out := j.Props().Schema
	for i := range out {
		f.schema[i].Col = out[i].Col
	}
	for len(f.inputs) > 1 && f.inputs[len(f.inputs)-1].lo >= len(out) {
		f.inputs = f.inputs[:len(f.inputs)-1]
	}
	f.schema = f.schema[:len(out)]
	for name, e := range f.merged {
		if c, ok := e.(*expr.Column); ok {
			f.merged[name] = expr.WithCol(c, out[c.Index].Col)
		}
	}
	return j
}

// streams checks that rows of two streams need not be kept for ever.
func (f *fromBinder) streams(left plan.Node, p *joinParts, j *grammar.Join) {
	spec := &p.spec
	spec.Form = plan.StreamJoin
	if w := f.joinWindow(); w != nil && spec.Bound == nil {
		spec.SameWindow = w
		spec.Bound = &plan.TimeBound{Left: eventTime(j.Span()), Right: eventTime(j.Span()), Lower: -w.Size, Upper: w.Size, HasLower: true, HasUpper: true}
		return
	}
	if !spec.Bound.Closed() {
		if ttl := f.ctx.ttl(f.binder); ttl > 0 {
			spec.TTL, f.forgets = ttl, true
			return
		}
		if !f.cat.Grows(f.now) {
			f.unbounded = append(f.unbounded, p.at)
		}
	}
}

// joinWindow is the window that rows of two streams must share to meet, where the SELECT has one; its time is the joined row's.
func (f *fromBinder) joinWindow() *plan.Window {
	w := f.sel.Window
	if w == nil || w.Size == nil || w.Size.Months > 0 || w.Kind == grammar.Session || w.Rows > 0 {
		return nil
	}
	out := &plan.Window{Kind: windowKinds[w.Kind], Size: w.Size.Value, Time: eventTime(w.Span()), At: w.Span()}
	if w.Advance != nil {
		out.Advance = w.Advance.Value
	}
	return out
}

// swapped makes stream JOIN table of table JOIN stream.
func (f *fromBinder) swapped(left, right plan.Node, p *joinParts, j *grammar.Join) plan.Node {
	spec := p.spec
	spec.Form = plan.LookupJoin
	switch spec.Kind {
	case plan.InnerJoin:
	case plan.RightJoin:
		spec.Kind = plan.LeftJoin
	default:
		f.report(diag.LookupOuter(j.Span(), j.Kind.String()))
		return plan.NewJoin(left, right, p.spec, j.Span())
	}
	f.missing(&spec, left, j.Span())
	l, r := p.width, len(f.schema)-p.width
	spec.LeftKeys, spec.RightKeys = spec.RightKeys, spec.LeftKeys
	if spec.Cond != nil {
		spec.Cond = expr.Map(spec.Cond, func(e expr.Expr) expr.Expr {
			c, ok := e.(*expr.Column)
			if !ok || c.Index >= l+r {
				return e
			}
			n := *c
			n.Index = (c.Index + r) % (l + r)
			return &n
		})
	}
	join := plan.NewJoin(right, left, spec, j.Span())
	columns := plan.Through(join)
	columns = append(columns[r:len(columns):len(columns)], columns[:r]...)
	node := plan.NewProject(join, columns, j.Span())
	for i := range f.schema {
		f.schema[i].Col = node.Props().Schema[i].Col
	}
	return node
}

// nearest takes the comparison of an as-of join that says which row of the right is the nearest.
func (f *fromBinder) nearest(p *joinParts, j *grammar.Join) {
	if j.Match != nil {
		p.spec.AsOf = f.in(inOn).condition(j.Match, "MATCH_CONDITION")
	}
	var rest []expr.Expr
	for _, c := range expr.Conjuncts(p.spec.Cond) {
		cmp, ok := c.(*expr.Compare)
		if ok && p.spec.AsOf == nil && cmp.Op != expr.Eq && cmp.Op != expr.Ne {
			p.spec.AsOf = c
			continue
		}
		rest = append(rest, c)
	}
	p.spec.Cond = expr.Conjunction(rest)
	if b := p.spec.Bound; p.spec.AsOf == nil && b != nil && b.HasLower != b.HasUpper {
		p.spec.AsOf = f.limit(b, p.width, j.Span())
		p.spec.Bound = nil
	}
	cmp, ok := p.spec.AsOf.(*expr.Compare)
	if !ok || cmp.Op < expr.Lt || cmp.Op > expr.Ge {
		f.report(diag.AsOfCondition(j.Span()))
	}
}

// limit is a bound on one side as a comparison of the left row's time with the right row's, which the SQL may have said of times that are apart.
func (f *fromBinder) limit(b *plan.TimeBound, width int, at source.Span) expr.Expr {
	op, strict, d := expr.Ge, expr.Gt, b.Upper // right - left <= d
	if b.HasLower {
		op, strict, d = expr.Le, expr.Lt, b.Lower
	}
	left := b.Left
	switch {
	case d == 0:
	case b.HasUpper && d == -1, b.HasLower && d == 1:
		op = strict
	default:
		left = &expr.Binary{Node: expr.Node{T: left.Col(), At: at}, Op: expr.Add, L: left, R: literal(at, types.TInterval, int64(d))}
	}
	return f.compare(at, op, left, shifted(b.Right, width))
}

// lateral binds what may read the relations left of it: LATERAL (SELECT …) and UNNEST. Nil: the join is not of this kind.
func (f *fromBinder) lateral(node plan.Node, j *grammar.Join) plan.Node {
	name := j.Right.Name()
	switch r := j.Right.Relation.(type) {
	case *grammar.TableFunction:
		if upper(r.Call.Name) != "UNNEST" {
			return nil
		}
		if j.Kind != grammar.CrossJoin && j.Kind != grammar.InnerJoin && j.Kind != grammar.LeftJoin {
			f.report(diag.UnnestArgument(j.Span(), "only CROSS JOIN, JOIN … ON TRUE and LEFT JOIN … ON TRUE can follow it"))
		}
		out := f.unnest(node, f.scope, r, j.Right, j.Kind == grammar.LeftJoin)
		if out == nil {
			f.broken = true
			return node
		}
		f.addBehind(out, j.Right, name)
		if cond := f.lateralOn(j); cond != nil {
			out = plan.NewFilter(out, cond, false, j.On.Span())
		}
		return out
	case *grammar.DerivedTable:
		if !r.Lateral {
			return nil
		}
		return f.lateralQuery(node, r, j, name)
	}
	return nil
}

// addBehind adds the columns that a node has behind those of the scope as an input.
func (f *fromBinder) addBehind(node plan.Node, item *grammar.FromItem, name string) {
	lo := len(f.schema)
	added := node.Props().Schema[lo:]
	if item.Alias != nil && len(item.Alias.Columns) > 0 && len(item.Alias.Columns) != len(added) {
		f.report(diag.ColumnCount(item.Alias.Span(), name, len(item.Alias.Columns), len(added)))
	}
	for i, c := range added {
		c.Qualifier = name
		if item.Alias != nil && i < len(item.Alias.Columns) {
			c.Name = item.Alias.Columns[i].Name
		}
		f.schema = append(f.schema, c)
	}
	f.inputs = append(f.inputs, input{name: name, lo: lo, hi: len(f.schema)})
}

// lateralOn is the condition of a lateral join; nil for ON TRUE.
func (f *fromBinder) lateralOn(j *grammar.Join) expr.Expr {
	if j.On == nil {
		return nil
	}
	cond := f.in(inOn).condition(j.On, "ON")
	if l, ok := cond.(*expr.Lit); ok && l.Val == true {
		return nil
	}
	if j.Kind == grammar.LeftJoin {
		f.report(diag.UnnestArgument(j.On.Span(), "LEFT JOIN takes only ON TRUE here"))
		return nil
	}
	return cond
}

// isTable tells whether a join reads n as it is at a moment, rather than waiting for its rows.
func isTable(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Scan:
		return n.Source.Role == "table"
	case *plan.Ref:
		if n.Statement.Part {
			return isTable(n.Statement.Root)
		}
		return n.Statement.Table
	case *plan.Values:
		return true
	}
	return n.Props().Mode != plan.Append || isTable(n.Inputs()[0])
}

func eventTime(at source.Span) expr.Expr {
	return &expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: at}, Field: expr.MetaEventTime}
}

// ttl is how long the statement keeps rows of joins: the property join.ttl, or else state.ttl.
func (c queryContext) ttl(b *binder) time.Duration {
	return cmp.Or(b.cat.JoinTTL(b.now), b.cat.StateTTL(b.now))
}
