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

// Positions in the virtual row beyond all input columns: the window's bounds, then the aggregates.
const (
	windowStartAt = 1 << 30
	windowEndAt   = windowStartAt + 1
	firstAggAt    = windowStartAt + 2
)

// clause says where an expression stands, which decides what it may use.
type clause string

const (
	inWhere   clause = "WHERE"
	inGroupBy clause = "GROUP BY"
	inWindow  clause = "WINDOW"
	inSelect  clause = "SELECT"
	inHaving  clause = "HAVING"
	inFilter  clause = "FILTER"
	inMetric  clause = "an annotation"
)

// scope is what names mean in one SELECT.
type scope struct {
	*binder
	relation   string // alias or name of what FROM reads; "" without FROM
	schema     plan.Schema
	meta       bool // rows come from a source, so that system columns exist
	broken     bool // the relation has been reported: unknown columns are silent
	windowed   bool
	window     *windowSpec // if windowed
	timeColumn int         // of the input's event time, or -1

	perhapsEmpty bool // one group over all rows, shown at the end even if there was none

	aliases []alias                  // of the items bound so far
	defined map[string]*grammar.Item // aliases of all items, for explanations
	aggs    *aggregates
	clause  clause
	badKey  bool   // a GROUP BY expression has been reported
	inAgg   string // name of the aggregate whose argument is being bound
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
	if first.Name == s.relation {
		return s.fields(s.qualified(parts[1].Span(), parts[1].Name), parts[1], parts[2:])
	}
	if e := s.find(first.Span(), first.Name); e != nil {
		return s.fields(e, first, parts[1:])
	}
	if !s.broken {
		s.report(diag.UnknownQualifier(first.Span(), first.Name, s.qualifiers()))
	}
	return invalid(at)
}

func (s *scope) qualifiers() []string {
	if s.relation == "" {
		return nil
	}
	return []string{s.relation}
}

// simple resolves an unqualified name.
func (s *scope) simple(at source.Span, name string) expr.Expr {
	if e := s.find(at, name); e != nil {
		return e
	}
	if e := s.system(at, name); e != nil {
		return e
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
	for _, c := range s.schema {
		columns = append(columns, c.Name)
		described = append(described, c.Name+" "+c.Col.Type.String())
	}
	for _, a := range s.aliases {
		columns = append(columns, a.name)
	}
	s.report(s.withSchema(diag.UnknownColumn(at, name, s.relation, columns, described)))
	return invalid(at)
}

// find looks a name up among aliases and input columns in the order of the clause; nil if there is none.
func (s *scope) find(at source.Span, name string) expr.Expr {
	aliasFirst := (s.clause == inSelect || s.clause == inHaving) && s.inAgg == ""
	if aliasFirst {
		if e := s.alias(at, name); e != nil {
			return e
		}
	}
	if e := s.input(at, name); e != nil {
		return e
	}
	if !aliasFirst && s.clause != inWhere && s.clause != inFilter && s.clause != inWindow {
		return s.alias(at, name)
	}
	return nil
}

func (s *scope) input(at source.Span, name string) expr.Expr {
	i := slices.IndexFunc(s.schema, func(c plan.Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	s.uses(Use{At: at, Kind: InputColumn, Name: name, Col: s.schema[i].Col, Of: s.relation, Declared: s.schema[i].At})
	return &expr.Column{Node: expr.Node{T: s.schema[i].Col, At: at}, Index: i, Name: name}
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
		return s.aliases[i].e
	}
	return nil
}

// define adds an alias for the items to come.
func (s *scope) define(name string, e expr.Expr) {
	size := 0
	expr.Walk(e, func(expr.Expr) bool { size++; return true })
	s.aliases = append(s.aliases, alias{name: name, e: e, size: size})
}

// qualified resolves the name behind "t.".
func (s *scope) qualified(at source.Span, name string) expr.Expr {
	if e := s.input(at, name); e != nil {
		return e
	}
	if e := s.system(at, name); e != nil {
		return e
	}
	return s.unknown(at, name)
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
	t := e.Col().Type
	at := e.Span().To(p.Span())
	switch t.Kind {
	case types.Invalid:
		return e
	case types.Struct:
	default:
		s.report(diag.NotAStruct(p.Span(), p.Name, name, t.String()))
		return invalid(at)
	}
	i := slices.IndexFunc(t.Fields, func(f types.Field) bool { return f.Name == p.Name })
	if i < 0 {
		var names []string
		for _, f := range t.Fields {
			names = append(names, f.Name)
		}
		s.report(diag.UnknownField(p.Span(), p.Name, name, t.String(), names))
		return invalid(at)
	}
	c := t.Fields[i].Col
	c.Nullable = c.Nullable || e.Col().Nullable
	s.uses(Use{At: p.Span(), Kind: StructField, Name: p.Name, Col: c, Of: name})
	return &expr.Field{Node: expr.Node{T: c, At: at}, X: e, Index: i, Name: p.Name}
}

// systemColumns are the columns that every row of a source has besides its own, with their types.
var systemColumns = []struct {
	field expr.MetaField
	col   types.Col
}{
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
			if s.clause == inMetric {
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
	case !s.windowed:
		s.report(diag.WindowColumnOutside(at, written))
		return invalid(at)
	case s.clause != inSelect && s.clause != inHaving && s.clause != inGroupBy || s.inAgg != "":
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
