package bind

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// overs gathers the calls over windows of one SELECT.
type overs struct {
	list  []*over
	named map[string]*grammar.OverSpec // of the WINDOW clause
	used  map[string]bool
}

// over is one call over a window.
type over struct {
	call  plan.Call
	spec  plan.WindowSpec
	name  string
	below bool      // over the input's rows, although the query gathers rows
	after expr.Expr // the result over the row, once it has been placed
}

// namedWindows takes in the WINDOW clause: WINDOW w AS (…).
func (s *scope) namedWindows(sel *grammar.Select) {
	s.overs.named, s.overs.used = map[string]*grammar.OverSpec{}, map[string]bool{}
	for _, n := range sel.Named {
		if first := s.overs.named[n.Name.Name]; first != nil {
			s.report(diag.WindowNameTwice(n.Name.Span(), n.Name.Name, first.Span()))
			continue
		}
		s.overs.named[n.Name.Name] = n.Spec
	}
}

// unusedWindows warns of windows that no call is over; their expressions are bound for their own mistakes.
func (s *scope) unusedWindows(sel *grammar.Select) {
	for _, n := range sel.Named {
		if !s.overs.used[n.Name.Name] {
			s.report(diag.UnusedName(n.Name.Span(), "the window", n.Name.Name))
			t := s.in(inSelect)
			t.inOver = true
			t.windowSpec(n.Spec, "")
		}
	}
}

// overCall binds f(…) OVER (…).
func (s *scope) overCall(c *grammar.Call, name string) expr.Expr {
	at := c.Span()
	switch {
	case s.inOver:
		s.report(diag.NestedOver(at, name))
		return invalid(at)
	case s.clause != inSelect && s.clause != inQualify && s.clause != inOrderBy || s.inAgg != "" || len(s.inputs) == 0:
		where := string(s.clause)
		if s.inAgg != "" {
			where = s.inAgg + "(…)"
		}
		s.report(diag.OverNotHere(at, name, where))
		return invalid(at)
	}
	inside := *s
	inside.inOver = true
	args := inside.exprs(c.Args)
	spec, ok := inside.overSpec(c.Over, name)
	filter, okf := inside.overFilter(c)
	if !ok || !okf || anyInvalid(args) {
		return invalid(at)
	}
	call, ok := s.overFunction(c, name, args)
	if !ok {
		return invalid(at)
	}
	call.Filter = filter
	if filter != nil {
		call.Col.Nullable = true
	}
	if byPlace[call.Name] && len(spec.Order) == 0 && spec.Buffer == 0 {
		s.report(diag.OverWithoutOrder(at, call.Name))
	}
	if runs[call.Name] && spec.Buffer > 0 {
		s.report(diag.RunsOverBuffer(at, call.Name))
		return invalid(at)
	}
	if e, ok := s.spelled(call, spec); ok {
		return e
	}
	return s.addOver(call, spec, call.Name, at)
}

func (s *scope) overFilter(c *grammar.Call) (expr.Expr, bool) {
	if c.Filter == nil {
		return nil, true
	}
	cond := s.condition(c.Filter, "FILTER")
	return cond, !isInvalid(cond)
}

// overSpec binds OVER (…) or OVER name.
func (s *scope) overSpec(o *grammar.Over, name string) (plan.WindowSpec, bool) {
	if o.Name == nil {
		return s.windowSpec(o.Spec, name)
	}
	spec := s.overs.named[o.Name.Name]
	if spec == nil {
		s.unknownWindow(o.Name)
		return plan.WindowSpec{}, false
	}
	s.overs.used[o.Name.Name] = true
	return s.windowSpec(spec, name)
}

func (s *scope) unknownWindow(id *grammar.Ident) {
	var known []string
	for n := range s.overs.named {
		known = append(known, n)
	}
	slices.Sort(known)
	s.report(diag.UnknownWindow(id.Span(), id.Name, known))
}

// windowSpec binds the inside of OVER (…) for a function.
func (s *scope) windowSpec(o *grammar.OverSpec, function string) (plan.WindowSpec, bool) {
	o, ok := s.based(o, 0)
	if !ok {
		return plan.WindowSpec{}, false
	}
	var spec plan.WindowSpec
	for _, e := range o.PartitionBy {
		p := s.expr(e)
		if !isInvalid(p) && !p.Col().Type.Groupable() {
			s.report(diag.NotGroupable(e.Span(), "PARTITION BY", typeName(p)))
			ok = false
		}
		ok = ok && !isInvalid(p)
		spec.Partition = append(spec.Partition, p)
	}
	if o.OrderBy != nil {
		for _, k := range o.OrderBy.Keys {
			key, fine := s.sortKey(k, s.expr(k.Expr))
			ok = ok && fine
			spec.Order = append(spec.Order, key)
		}
	}
	if o.Buffer != "" {
		n, err := strconv.ParseInt(o.Buffer, 10, 64)
		if err != nil || n < 1 {
			s.report(diag.BadBuffer(o.Span(), o.Buffer))
			ok = false
		}
		spec.Buffer = n
	}
	frame, fine := s.frame(o, &spec, function)
	spec.Frame = frame
	s.overEmit(o, &spec)
	if e := o.Expire; e != nil && e.After != nil {
		spec.Expire = e.After.Value
	}
	return spec, ok && fine
}

// based is a specification together with the named one that it extends.
func (s *scope) based(o *grammar.OverSpec, depth int) (*grammar.OverSpec, bool) {
	if o.Base == nil {
		return o, true
	}
	base := s.overs.named[o.Base.Name]
	if base == nil || depth > len(s.overs.named) {
		s.unknownWindow(o.Base)
		return o, false
	}
	s.overs.used[o.Base.Name] = true
	base, ok := s.based(base, depth+1)
	out := *o
	out.Base = nil
	switch {
	case len(o.PartitionBy) > 0:
		s.report(diag.WindowOverridden(o.Span(), o.Base.Name, "PARTITION BY"))
		return o, false
	case o.OrderBy != nil && base.OrderBy != nil:
		s.report(diag.WindowOverridden(o.Span(), o.Base.Name, "ORDER BY"))
		return o, false
	}
	out.PartitionBy = base.PartitionBy
	if o.OrderBy == nil {
		out.OrderBy = base.OrderBy
	}
	if o.Frame == nil {
		out.Frame = base.Frame
	}
	if o.Buffer == "" {
		out.Buffer = base.Buffer
	}
	if o.Emit == nil {
		out.Emit = base.Emit
	}
	if o.Expire == nil {
		out.Expire = base.Expire
	}
	return &out, ok
}

// overEmit resolves EMIT in OVER. CHANGES is every record and FINAL a full buffer.
func (s *scope) overEmit(o *grammar.OverSpec, spec *plan.WindowSpec) {
	if o.Emit == nil {
		return
	}
	if o.Buffer == "" {
		s.report(diag.BufferOnly(o.Emit.Span(), "EMIT"))
		return
	}
	if o.Emit.OnBufferFull || o.Emit.Final {
		spec.Emit = plan.OnBufferFull
	}
}

// frame binds a frame. Without one it reaches from the first row to the current row, with those that are equal to it in order; without
// an order, over the whole partition, or what a buffer holds of it.
func (s *scope) frame(o *grammar.OverSpec, spec *plan.WindowSpec, function string) (plan.Frame, bool) {
	f := o.Frame
	if f == nil {
		out := plan.Frame{Unit: plan.FrameRange, Start: plan.FrameBound{Unbounded: true}}
		if len(spec.Order) == 0 && spec.Buffer == 0 {
			out.End = plan.FrameBound{Unbounded: true, Following: true}
		}
		if spec.Buffer > 0 {
			out.Unit = plan.FrameRows
		}
		return out, true
	}
	if byPlace[function] {
		s.report(diag.FrameWithoutEffect(f.Span(), function))
	}
	out := plan.Frame{Unit: map[string]plan.FrameUnit{"ROWS": plan.FrameRows, "RANGE": plan.FrameRange, "GROUPS": plan.FrameGroups}[f.Unit]}
	var oks, oke bool
	out.Start, oks = s.frameBound(f.Start, out.Unit, spec)
	oke = true
	if f.End != nil {
		out.End, oke = s.frameBound(f.End, out.Unit, spec)
	}
	if !oks || !oke {
		return out, false
	}
	if rankOf(out.Start) > rankOf(out.End) || out.Start.Unbounded && out.Start.Following || f.End != nil && out.End.Unbounded && !out.End.Following {
		s.report(diag.FrameBackwards(f.Span()))
		return out, false
	}
	if out.Unit == plan.FrameGroups && len(spec.Order) == 0 {
		s.report(diag.FrameNeedsOrder(f.Span(), "GROUPS"))
		return out, false
	}
	return out, true
}

// rankOf orders the bounds of a frame: unbounded preceding, preceding, current row, following, unbounded following.
func rankOf(b plan.FrameBound) int {
	r := 0
	switch {
	case b.Unbounded:
		r = 2
	case b.Offset != nil:
		r = 1
	}
	if !b.Following {
		return -r
	}
	return r
}

// frameBound binds one end of a frame. Its offset is a constant: a number of rows or groups, or a distance of the ORDER BY value.
func (s *scope) frameBound(b *grammar.FrameBound, unit plan.FrameUnit, spec *plan.WindowSpec) (plan.FrameBound, bool) {
	out := plan.FrameBound{Unbounded: b.Unbounded, Following: b.Following}
	if b.Offset == nil {
		return out, true
	}
	e := s.expr(b.Offset)
	lit, ok := e.(*expr.Lit)
	switch {
	case isInvalid(e):
		return out, false
	case !ok || lit.Val == nil:
		s.report(diag.FrameOffset(b.Offset.Span(), "it must be a constant"))
		return out, false
	}
	out.Offset = lit
	n, whole := lit.Val.(int64)
	switch {
	case whole && n < 0:
		s.report(diag.FrameOffset(b.Offset.Span(), "it must not be negative"))
		return out, false
	case unit != plan.FrameRange && lit.T.Type.Kind != types.Integer:
		s.report(diag.FrameOffset(b.Offset.Span(), unit.String()+" counts whole rows; RANGE takes a distance"))
		return out, false
	case unit != plan.FrameRange:
		return out, true
	case len(spec.Order) != 1:
		s.report(diag.FrameNeedsOrder(b.Span(), "RANGE with a distance"))
		return out, false
	}
	order := spec.Order[0].E
	if isInvalid(order) {
		return out, false
	}
	if _, _, _, ok := types.Arith(types.Sub, order.Col().Type, lit.T.Type); !ok || order.Col().Type.Temporal() != (lit.T.Type.Kind == types.Interval) {
		s.report(diag.FrameOffset(b.Offset.Span(), "rows are ordered by "+typeName(order)+", and the distance is "+lit.T.Type.String()))
		return out, false
	}
	return out, true
}

// sortKey is one bound key of an ORDER BY. NULL comes last, and first when descending, unless the SQL says otherwise.
func (s *scope) sortKey(k *grammar.OrderKey, e expr.Expr) (plan.SortKey, bool) {
	key := plan.SortKey{E: e, Desc: k.Desc, NullsFirst: k.Desc}
	if k.Nulls != "" {
		key.NullsFirst = k.Nulls == "FIRST"
	}
	if isInvalid(e) {
		return key, false
	}
	if e.Col().Type.Kind == types.Null {
		key.E = s.convert(e, types.TString)
	}
	if !e.Col().Type.Ordered() {
		s.report(diag.NotOrdered(k.Span(), "ORDER BY", typeName(e)))
		return key, false
	}
	key.NullsFirst = key.NullsFirst && nullable(e)
	return key, true
}

// placeOvers adds the calls of the chosen kind to node, those over one window together.
func (s *scope) placeOvers(node plan.Node, which func(*over) bool, f func(expr.Expr) expr.Expr) plan.Node {
	if f == nil {
		f = func(e expr.Expr) expr.Expr { return e }
	}
	var groups []*overGroup
	for _, o := range s.overs.list {
		if o.after != nil || !which(o) {
			continue
		}
		spec := o.spec.Map(f)
		i := slices.IndexFunc(groups, func(g *overGroup) bool { return sameWindow(g.spec, spec) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, &overGroup{spec: spec})
		}
		groups[i].list = append(groups[i].list, o)
	}
	// Calls that let rows wait come last, so that the others have the rows in the order of their time.
	slices.SortStableFunc(groups, func(a, b *overGroup) int { return cmp.Compare(a.waits(), b.waits()) })
	for _, g := range groups {
		width := len(node.Props().Schema)
		var calls []plan.Call
		var names []string
		for _, o := range g.list {
			calls = append(calls, plan.MapCalls([]plan.Call{o.call}, f)[0])
			names = append(names, s.overName(node, names, o.name))
		}
		node = plan.NewOver(s.settled(node, calls[0].At), g.spec, calls, names, calls[0].At)
		for i, o := range g.list {
			o.after = &expr.Column{Node: expr.Node{T: node.Props().Schema[width+i].Col, At: o.call.At}, Index: width + i, Name: names[i]}
		}
	}
	return node
}

// overGroup are calls over one window.
type overGroup struct {
	spec plan.WindowSpec
	list []*over
}

// waits is 1 if a row has to wait for rows behind it, else 0.
func (g *overGroup) waits() int {
	end := g.spec.Frame.End
	for _, o := range g.list {
		if n, known := o.call.Distance(); o.call.Name == "LAG" && n < 0 || o.call.Name == "LEAD" && (!known || n < 0) || o.call.Framed() && end.Following && end.Offset != nil {
			return 1
		}
	}
	return 0
}

// overName numbers the columns of calls with one name.
func (s *scope) overName(node plan.Node, taken []string, base string) string {
	name := base
	for n := 2; slices.Contains(taken, name) || slices.ContainsFunc(node.Props().Schema, func(c plan.Column) bool { return c.Name == name }); n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	return name
}

func sameWindow(a, b plan.WindowSpec) bool {
	sameKey := func(x, y plan.SortKey) bool {
		return x.Desc == y.Desc && x.NullsFirst == y.NullsFirst && expr.Equal(x.E, y.E)
	}
	sameBound := func(x, y plan.FrameBound) bool {
		return x.Unbounded == y.Unbounded && x.Following == y.Following && expr.Equal(x.Offset, y.Offset)
	}
	return slices.EqualFunc(a.Partition, b.Partition, expr.Equal) && slices.EqualFunc(a.Order, b.Order, sameKey) &&
		a.Frame.Unit == b.Frame.Unit && sameBound(a.Frame.Start, b.Frame.Start) && sameBound(a.Frame.End, b.Frame.End) &&
		a.Buffer == b.Buffer && a.Emit == b.Emit && a.Expire == b.Expire
}

// resolveOvers replaces calls over windows by the columns that hold their results.
func (s *scope) resolveOvers(e expr.Expr) expr.Expr {
	if e == nil || len(s.overs.list) == 0 {
		return e
	}
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok || !isOverAt(c.Index) {
			return x
		}
		if o := s.overs.list[c.Index-firstOverAt]; o.after != nil {
			return o.after
		}
		return x
	})
}
