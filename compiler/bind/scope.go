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

// Positions in the virtual row beyond all input columns: the window's bounds, the aggregates, the calls over windows, the results of
// subqueries; and, above them all, the virtual row of the query around a subquery.
const (
	windowStartAt = 1 << 26
	windowEndAt   = windowStartAt + 1
	firstAggAt    = windowStartAt + 2
	groupingAt    = windowStartAt + 1<<25 // calls of GROUPING
	firstOverAt   = 1 << 27
	firstSubAt    = 1 << 28
	letAt         = firstSubAt + 1<<27 // values that are computed once
	outerAt       = 1 << 29
)

func isAggregateAt(i int) bool { return firstAggAt <= i && i < groupingAt }
func isGroupingAt(i int) bool  { return groupingAt <= i && i < firstOverAt }
func isOverAt(i int) bool      { return firstOverAt <= i && i < firstSubAt }
func isSubAt(i int) bool       { return firstSubAt <= i && i < letAt }
func isLetAt(i int) bool       { return letAt <= i && i < outerAt }

// clause says where an expression stands, which decides what it may use.
type clause string

const (
	inWhere   clause = "WHERE"
	inGroupBy clause = "GROUP BY"
	inWindow  clause = "WINDOW"
	inSelect  clause = "SELECT"
	inHaving  clause = "HAVING"
	inQualify clause = "QUALIFY"
	inOrderBy clause = "ORDER BY"
	inOn      clause = "ON"
	inFilter  clause = "FILTER"
	inMetric  clause = "an annotation"
	// inComputed is `name AS expression` in the declaration of a source.
	inComputed clause = "a computed column"
)

// scope is what names mean in one SELECT.
type scope struct {
	*binder
	inputs     []input // what FROM reads, in order; empty without FROM
	schema     plan.Schema
	merged     map[string]expr.Expr // columns that USING makes one of two
	skip       map[int]bool         // the second ones of them, which a bare name and * leave out
	meta       bool                 // rows come from a source, so that system columns exist
	broken     bool                 // the relation has been reported: unknown columns are silent
	badWhere   bool                 // WHERE has been reported
	unbounded  []source.Span        // joins of streams that no bound on time has been found for yet
	windowed   bool
	window     *windowSpec // if windowed
	timeColumn int         // of the input's event time, or -1
	outer      *scope      // of the query around this subquery; nil: none

	perhapsEmpty bool // one group over all rows, shown at the end even if there was none
	grouped      bool // rows are gathered
	sets         *groupingSets
	lets         *lets
	overs        *overs
	subs         *subqueries
	inOver       bool // the arguments or the specification of a call over a window are being bound

	aliases []alias                  // of the items bound so far
	defined map[string]*grammar.Item // aliases of all items, for explanations
	aggs    *aggregates
	clause  clause
	badKey  bool   // a GROUP BY expression has been reported
	inAgg   string // name of the aggregate whose argument is being bound
}

// input is one relation of FROM: the columns from lo to hi of the scope's row.
type input struct {
	name   string // alias or name; "" for a query without alias
	lo, hi int
	hidden map[expr.MetaField]int // positions of system columns that were asked for by the name of the relation
}

// alias is a name that SELECT gives to an expression over the virtual row.
type alias struct {
	name string
	e    expr.Expr
	size int // terms, its own aliases replaced
}

// maxTerms bounds expressions that aliases blow up: each alias may use the one before it twice.
const maxTerms = 10_000

// in is the scope for another clause of the same SELECT.
func (s *scope) in(c clause) *scope {
	t := *s
	t.clause = c
	return &t
}

// column resolves a name. Aliases come before input columns in SELECT and HAVING, after them in GROUP BY and inside of aggregates,
// and do not exist in WHERE, which runs before SELECT.
func (s *scope) column(c *grammar.Column) expr.Expr {
	at, parts := c.Span(), c.Parts
	if len(parts) == 1 {
		return s.simple(at, parts[0].Name)
	}
	first := parts[0]
	for q := s; q != nil; q = q.outer {
		if in := q.named(first.Name); in != nil {
			return s.fields(s.fromOuter(q, q.qualified(in, parts[1].Span(), parts[1].Name)), parts[1], parts[2:])
		}
		if e := q.find(first.Span(), first.Name); e != nil {
			return s.fields(s.fromOuter(q, e), first, parts[1:])
		}
		if q.broken {
			return invalid(at)
		}
	}
	s.report(diag.UnknownQualifier(first.Span(), first.Name, s.qualifiers()))
	return invalid(at)
}

// named is the input of that name, or nil.
func (s *scope) named(name string) *input {
	for i := range s.inputs {
		if s.inputs[i].name == name && name != "" {
			return &s.inputs[i]
		}
	}
	return nil
}

// fromOuter is an expression over the row of q, a scope around s, as s sees it.
func (s *scope) fromOuter(q *scope, e expr.Expr) expr.Expr {
	levels := 0
	for t := s; t != q; t = t.outer {
		levels++
	}
	if levels > 0 && s.subs != nil {
		s.subs.correlated = true
	}
	return shifted(e, levels*outerAt)
}

// shifted moves all columns of e by n.
func shifted(e expr.Expr, n int) expr.Expr {
	if n == 0 {
		return e
	}
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok {
			return x
		}
		moved := *c
		moved.Index += n
		return &moved
	})
}

// qualifiers lists the names that may stand in front of a dot.
func (s *scope) qualifiers() []string {
	var out []string
	for q := s; q != nil; q = q.outer {
		for _, in := range q.inputs {
			if in.name != "" {
				out = append(out, in.name)
			}
		}
	}
	return out
}

// onlyInput is the name of the only input, or "".
func (s *scope) onlyInput() string {
	if len(s.inputs) == 1 {
		return s.inputs[0].name
	}
	return ""
}

// simple resolves an unqualified name.
func (s *scope) simple(at source.Span, name string) expr.Expr {
	for q := s; q != nil; q = q.outer {
		if e := q.find(at, name); e != nil {
			return s.fromOuter(q, e)
		}
		if e := q.system(at, name); e != nil {
			if _, isColumn := e.(*expr.Column); q == s || isColumn || isInvalid(e) {
				return s.fromOuter(q, e)
			}
		}
		if q.broken {
			return invalid(at)
		}
	}
	if item, ok := s.defined[name]; ok && (s.clause == inWhere || s.clause == inFilter) {
		s.report(diag.AliasInWhere(at, name, string(s.clause), item.Span(), parenthesised(item.Expr)))
		return invalid(at)
	}
	return s.unknown(at, name)
}

// parenthesised is the text of an expression, in parentheses unless it is a name, a literal or a call.
func parenthesised(e grammar.Expr) string {
	text := e.Span().Text()
	switch e.(type) {
	case *grammar.Column, *grammar.Number, *grammar.String, *grammar.Call, *grammar.Cast:
		return text
	}
	return "(" + text + ")"
}

func (s *scope) unknown(at source.Span, name string) expr.Expr {
	if s.broken {
		return invalid(at)
	}
	var columns, described []string
	for _, in := range s.inputs {
		prefix := ""
		if len(s.inputs) > 1 && in.name != "" {
			prefix = in.name + "."
		}
		for _, c := range s.schema[in.lo:in.hi] {
			columns = append(columns, c.Name)
			described = append(described, prefix+c.Name+" "+c.Col.Type.String())
		}
	}
	for _, a := range s.aliases {
		columns = append(columns, a.name)
	}
	s.report(s.withSchema(diag.UnknownColumn(at, name, s.onlyInput(), columns, described)))
	return invalid(at)
}

// find looks a name up among aliases and input columns in the order of the clause; nil if there is none.
func (s *scope) find(at source.Span, name string) expr.Expr {
	aliasFirst := (s.clause == inSelect || s.clause == inHaving || s.clause == inQualify || s.clause == inOrderBy) && s.inAgg == ""
	if aliasFirst {
		if e := s.alias(at, name); e != nil {
			return e
		}
	}
	if e := s.input(at, name); e != nil {
		return e
	}
	if !aliasFirst && s.clause != inWhere && s.clause != inFilter && s.clause != inWindow && s.clause != inOn {
		return s.alias(at, name)
	}
	return nil
}

// input finds the column of that name among all inputs; two are reported.
func (s *scope) input(at source.Span, name string) expr.Expr {
	if e := s.merged[name]; e != nil {
		return standingAt(e, at)
	}
	found, of := -1, input{}
	for _, in := range s.inputs {
		i := s.position(in, name)
		if i < 0 || s.skip[i] {
			continue
		}
		if found >= 0 {
			s.report(diag.AmbiguousColumn(at, name, []string{of.name, in.name}))
			return invalid(at)
		}
		found, of = i, in
	}
	if found < 0 {
		return nil
	}
	return s.columnAt(at, found, of.name)
}

// position is where an input has the column of that name, or -1.
func (s *scope) position(in input, name string) int {
	i := slices.IndexFunc(s.schema[in.lo:in.hi], func(c plan.Column) bool { return c.Name == name })
	if i < 0 {
		return -1
	}
	return in.lo + i
}

func (s *scope) columnAt(at source.Span, i int, of string) expr.Expr {
	c := s.schema[i]
	s.uses(Use{At: at, Kind: InputColumn, Name: c.Name, Col: c.Col, Of: of, Declared: c.At})
	return &expr.Column{Node: expr.Node{T: c.Col, At: at}, Index: i, Name: plan.ColumnName(s.schema, i)}
}

// standingAt is e as if it stood at another place.
func standingAt(e expr.Expr, at source.Span) expr.Expr {
	if c, ok := e.(*expr.Column); ok {
		n := *c
		n.At = at
		return &n
	}
	return e
}

func (s *scope) alias(at source.Span, name string) expr.Expr {
	for i := len(s.aliases) - 1; i >= 0; i-- {
		if s.aliases[i].name != name {
			continue
		}
		if s.aliases[i].size > maxTerms {
			s.report(diag.TooLarge(at, name))
			return invalid(at)
		}
		s.usesAlias(at, name, s.aliases[i].e)
		call := s.perCall(s.aliases[i].e)
		switch {
		case call == "" || s.clause == inGroupBy: // a group's key is computed once
			return s.aliases[i].e
		case s.inAgg != "" || s.inOver:
			s.report(diag.AnotherValue(at, name, call))
			return invalid(at)
		}
		return s.lets.once(s.aliases[i].e, name, at)
	}
	return nil
}

// perCall names a function in e that gives something else at each call, such as RANDOM; "" if there is none.
func (s *scope) perCall(e expr.Expr) (name string) {
	expr.Walk(e, func(x expr.Expr) bool {
		if c, ok := x.(*expr.Call); ok && name == "" && s.fns.PerCall(c.Name) {
			name = c.Name
		}
		return name == ""
	})
	return name
}

// define adds an alias for the items to come.
func (s *scope) define(name string, e expr.Expr) {
	size := 0
	expr.Walk(e, func(expr.Expr) bool { size++; return true })
	s.aliases = append(s.aliases, alias{name: name, e: e, size: size})
}

// qualified resolves the name behind "t.".
func (s *scope) qualified(in *input, at source.Span, name string) expr.Expr {
	if i := s.position(*in, name); i >= 0 {
		return s.columnAt(at, i, in.name)
	}
	for field, i := range in.hidden {
		if strings.EqualFold(field.String(), name) {
			return s.columnAt(at, i, in.name)
		}
	}
	if e := s.system(at, name); e != nil {
		return e
	}
	if s.broken {
		return invalid(at)
	}
	only := *s
	only.inputs, only.aliases = []input{*in}, nil
	return only.unknown(at, name)
}

// fields follows a path into a STRUCT.
func (s *scope) fields(e expr.Expr, of *grammar.Ident, path []*grammar.Ident) expr.Expr {
	name := of.Name
	for _, p := range path {
		e = s.field(e, name, p)
		name += "." + p.Name
	}
	return e
}

// field reads one field of e, which the SQL calls name.
func (s *scope) field(e expr.Expr, name string, p *grammar.Ident) expr.Expr {
	return s.fieldNamed(e, name, p.Name, p.Span())
}

// fieldNamed reads the field of e that is named at a place.
func (s *scope) fieldNamed(e expr.Expr, name, field string, span source.Span) expr.Expr {
	t := e.Col().Type
	at := e.Span().To(span)
	switch t.Kind {
	case types.Invalid:
		return e
	case types.Struct:
	default:
		s.report(diag.NotAStruct(span, field, name, t.String()))
		return invalid(at)
	}
	i := slices.IndexFunc(t.Fields, func(f types.Field) bool { return f.Name == field })
	if i < 0 {
		var names []string
		for _, f := range t.Fields {
			names = append(names, f.Name)
		}
		s.report(diag.UnknownField(span, field, name, t.String(), names))
		return invalid(at)
	}
	c := t.Fields[i].Col
	c.Nullable = c.Nullable || e.Col().Nullable
	s.uses(Use{At: span, Kind: StructField, Name: field, Col: c, Of: name})
	return &expr.Field{Node: expr.Node{T: c, At: at}, X: e, Index: i, Name: field}
}

type systemColumn struct {
	field expr.MetaField
	col   types.Col
}

// systemColumns are the columns that every row of a source has besides its own, with their types.
var systemColumns = []systemColumn{
	{expr.MetaTimestamp, types.Col{Type: types.TTimestamp}},
	{expr.MetaEventTime, types.Col{Type: types.TTimestamp}},
	{expr.MetaPartition, types.Col{Type: types.TInteger}},
	{expr.MetaOffset, types.Col{Type: types.TInteger}},
	{expr.MetaKey, types.Col{Type: types.TString, Nullable: true}},
	{expr.MetaTopic, types.Col{Type: types.TString, Nullable: true}},
}

// system resolves system columns, in any case; nil if name is none.
func (s *scope) system(at source.Span, name string) expr.Expr {
	if e := s.windowColumn(at, name); e != nil {
		return e
	}
	for _, c := range systemColumns {
		if !strings.EqualFold(c.field.String(), name) {
			continue
		}
		if !s.meta {
			if s.clause == inMetric || s.outer != nil {
				return nil // the output has the columns that SELECT gave it, and no others
			}
			s.report(diag.NoSystemColumn(at, name))
			return invalid(at)
		}
		s.uses(Use{At: at, Kind: SystemColumn, Name: c.field.String(), Col: c.col})
		return &expr.Meta{Node: expr.Node{T: c.col, At: at}, Field: c.field}
	}
	return nil
}

// windowColumn resolves _window_start and _window_end, in a windowed query also without the underscore, as Flink calls them.
func (s *scope) windowColumn(at source.Span, name string) expr.Expr {
	lower := strings.ToLower(name)
	index, full := windowStartAt, plan.WindowStart
	switch {
	case lower == plan.WindowStart || s.windowed && lower == plan.WindowStart[1:]:
	case lower == plan.WindowEnd || s.windowed && lower == plan.WindowEnd[1:]:
		index, full = windowEndAt, plan.WindowEnd
	case s.windowed && lower == windowTimeName:
		e := s.windowBound(at, windowEndAt, plan.WindowEnd, name)
		if e == nil || isInvalid(e) {
			return e
		}
		return s.lastMoment(e)
	default:
		return nil
	}
	return s.windowBound(at, index, full, name)
}

func (s *scope) windowBound(at source.Span, index int, full, written string) expr.Expr {
	if s.clause == inMetric {
		return nil
	}
	switch {
	case s.broken:
		return invalid(at)
	case !s.windowed && s.outer != nil:
		return nil
	case !s.windowed:
		s.report(diag.WindowColumnOutside(at, written))
		return invalid(at)
	case s.clause == inWhere || s.clause == inFilter || s.clause == inWindow || s.clause == inOn || s.inAgg != "":
		s.report(diag.WindowColumnTooEarly(at, written))
		return invalid(at)
	}
	s.uses(Use{At: at, Kind: SystemColumn, Name: full, Col: types.Col{Type: types.TTimestamp}})
	return &expr.Column{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: at}, Index: index, Name: full}
}

func invalid(at source.Span) expr.Expr {
	return &expr.Lit{Node: expr.Node{T: types.Col{Type: types.TInvalid}, At: at}}
}

func isInvalid(e expr.Expr) bool { return e.Col().Type.Kind == types.Invalid }
