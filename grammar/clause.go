package grammar

import "strings"

// Query is a whole query: common table expressions, one or more terms joined by
// set operations, and what applies to the result.
//
// ORDER BY, LIMIT, EMIT, INTO and WITH may be written in any order after FROM;
// they are found here, never in a Select, because they are about the result of
// the query. Those of a term in the middle of a set operation are an error.
type Query struct {
	node
	Recursive bool     `parser:"( 'WITH' @'RECURSIVE'?"`
	CTEs      []*CTE   `parser:"  @@ ( ',' @@ )* )?"`
	First     Term     `parser:"@@"`
	Rest      []*SetOp `parser:"@@*"`

	// OrderBy, Limit and the fields below are nil when not written.
	OrderBy    *OrderBy
	Limit      *Limit
	Emit       *Emit
	Into       *Into
	Properties *Properties
}

// CTE is one `name [(columns)] AS (query)` of a WITH.
type CTE struct {
	node
	Name    *Ident   `parser:"@@"`
	Columns []*Ident `parser:"( '(' @@ ( ',' @@ )* ')' )?"`
	Query   *Query   `parser:"'AS' '(' @@ ')'"`
}

// Term is an operand of a set operation: *Select, *Values or *Nested.
type Term interface {
	Node
	// clauses are all clauses of the term, in source order.
	clauses() []*Clause
}

// Nested is a query in parentheses as an operand of a set operation.
type Nested struct {
	node
	Query *Query `parser:"'(' @@ ')'"`
	// Tail holds the clauses behind the parentheses; they are the outer query's.
	Tail []*Clause `parser:"@@*"`
}

// Values is VALUES (1, 'a'), (2, 'b').
type Values struct {
	node
	Rows []*Row    `parser:"'VALUES' @@ ( ',' @@ )*"`
	Tail []*Clause `parser:"@@*"`
}

// Row is one row of VALUES.
type Row struct {
	node
	Exprs []Expr `parser:"'(' @@ ( ',' @@ )* ')'"`
}

// SetOp joins the terms before it with Term. Operations are listed in source
// order; INTERSECT binds tighter than UNION and EXCEPT, and equals associate to
// the left, which the binder applies.
type SetOp struct {
	node
	// Op is UNION, EXCEPT or INTERSECT, in upper case.
	Op string `parser:"@( 'UNION' | 'EXCEPT' | 'INTERSECT' )"`
	// All is set by ALL; DISTINCT is the default.
	All  bool `parser:"( @'ALL' | 'DISTINCT' )?"`
	Term Term `parser:"@@"`
}

// Select is SELECT … FROM … with the clauses that shape rows.
type Select struct {
	node
	Distinct bool `parser:"'SELECT' ( @'DISTINCT' | 'ALL' )?"`
	// On are the expressions of DISTINCT ON (…), or nil.
	On    []Expr  `parser:"( (?= 'ON' '(' ) 'ON' '(' @@ ( ',' @@ )* ')' )?"`
	Items []*Item `parser:"@@ ( ',' @@ )*"`
	// Clauses are all clauses after the items, in source order.
	Clauses []*Clause `parser:"@@*"`

	// From and the fields below are nil when not written.
	From    *From
	Where   *Where
	GroupBy *GroupBy
	Having  *Having
	Window  *Window
	// Named are the windows of WINDOW name AS (…).
	Named   []*NamedWindow
	Qualify *Qualify
}

func (s *Select) clauses() []*Clause { return s.Clauses }
func (v *Values) clauses() []*Clause { return v.Tail }
func (n *Nested) clauses() []*Clause { return n.Tail }

// Clause is one clause of a query; exactly one field is set.
type Clause struct {
	node
	From       *From       `parser:"  @@"`
	Where      *Where      `parser:"| @@"`
	GroupBy    *GroupBy    `parser:"| @@"`
	Having     *Having     `parser:"| @@"`
	Named      *Named      `parser:"| @@"`
	Window     *Window     `parser:"| @@"`
	Qualify    *Qualify    `parser:"| @@"`
	OrderBy    *OrderBy    `parser:"| @@"`
	Limit      *Limit      `parser:"| @@"`
	Emit       *Emit       `parser:"| @@"`
	Into       *Into       `parser:"| @@"`
	Properties *Properties `parser:"| @@"`
}

// Item is one item of a SELECT list: *, t.*, or an expression with an optional
// alias and an optional PRIMARY KEY mark.
type Item struct {
	node
	Star *Star  `parser:"( @@"`
	Expr Expr   `parser:"| @@"`
	As   *Label `parser:"  ( 'AS' (?! 'FROM' ) @@"`
	Bare *Ident `parser:"  | (?! 'PRIMARY' 'KEY' | 'STRATEGY' Ident ) @@ )? )"`
	// PrimaryKey marks a part of the record key of the result.
	PrimaryKey bool `parser:"@( 'PRIMARY' 'KEY' )?"`
}

// Alias is the name after the expression, with or without AS; "" when there is none.
func (i *Item) Alias() string {
	if i.As != nil {
		return i.As.Name
	}
	return i.Bare.String()
}

// Star is * or t.*, without the columns that EXCEPT or EXCLUDE takes out, and with those that REPLACE computes anew.
type Star struct {
	node
	// Of is the relation, or nil for all.
	Of      *StarOf        `parser:"( @@ )? '*'"`
	Except  []*Ident       `parser:"( ( 'EXCEPT' | 'EXCLUDE' ) '(' @@ ( ',' @@ )* ')' )?"`
	Replace []*Replacement `parser:"( 'REPLACE' '(' @@ ( ',' @@ )* ')' )?"`
}

// Replacement is one `expression AS column` of * REPLACE (…).
type Replacement struct {
	node
	Expr Expr   `parser:"@@ 'AS'"`
	Name *Ident `parser:"@@"`
}

// StarOf is the name before ".*".
type StarOf struct {
	node
	Name *Ident `parser:"(?= ( Ident | QuotedIdent ) '.' '*' ) @@ '.'"`
}

// From is FROM relation with its joins. Relations after a comma are joins of
// kind [CrossJoin].
type From struct {
	node
	First *FromItem `parser:"'FROM' @@"`
	Joins []*Join   `parser:"@@*"`
}

// FromItem is a relation with its alias and properties.
type FromItem struct {
	node
	Relation Relation `parser:"@@"`
	// AsOf is the time of FOR SYSTEM_TIME AS OF, or nil.
	AsOf *AsOf `parser:"@@?"`
	// Match is a MATCH_RECOGNIZE (…) behind the relation, or nil.
	Match *MatchRecognize `parser:"@@?"`
	Alias *TableAlias     `parser:"@@?"`
	// Properties is the WITH list that follows the relation, or nil. Directly
	// after FROM it configures the source or the whole statement: its keys say which.
	Properties *Properties `parser:"@@?"`
}

// Name is the alias, or else the last part of the relation's name, or "".
func (f *FromItem) Name() string {
	if f.Alias != nil {
		return f.Alias.Name.Name
	}
	if t, ok := f.Relation.(*NamedTable); ok {
		return t.Name.Parts[len(t.Name.Parts)-1].Name
	}
	return ""
}

// AsOf is FOR SYSTEM_TIME AS OF time.
type AsOf struct {
	node
	Time Expr `parser:"'FOR' ( 'SYSTEM_TIME' | 'SYSTEM' 'TIME' ) 'AS' 'OF' @@"`
}

// MatchRecognize is MATCH_RECOGNIZE (…), a search for a pattern of rows. What stands in it is kept as it is written: there is no code for
// it, and binding says what to use instead.
type MatchRecognize struct {
	node
	Text *Enclosed `parser:"'MATCH_RECOGNIZE' @@"`
}

// Enclosed is what stands in a pair of parentheses.
type Enclosed struct {
	node
	Parts []*EnclosedPart `parser:"'(' @@* ')'"`
}

// EnclosedPart is a token, or a pair of parentheses with what is in it.
type EnclosedPart struct {
	node
	Inner *Enclosed `parser:"  @@"`
	Word  *Word     `parser:"| (?! '(' | ')' ) @@"`
}

// TableAlias is [AS] name [(columns)].
type TableAlias struct {
	node
	Name    *Ident   `parser:"'AS'? (?! 'STRATEGY' Ident | ( 'ASOF' | 'SEMI' | 'ANTI' ) ( 'LEFT' | 'INNER' | 'JOIN' ) | ( 'MATCH_CONDITION' | 'MATCH_RECOGNIZE' ) '(' | 'OFFSET' Number | 'FETCH' ( 'FIRST' | 'NEXT' ) ) @@"`
	Columns []*Ident `parser:"( '(' @@ ( ',' @@ )* ')' )?"`
}

// Relation is what FROM and JOIN read: *TableFunction, *NamedTable, *URITable,
// *DerivedTable or *JoinedTable.
type Relation interface {
	Node
	relation()
}

// NamedTable is a stream or table by name.
type NamedTable struct {
	node
	Name *Name `parser:"@@"`
}

// URITable is a source given by its address: 'file:///data/x.csv', in quotes or bare.
type URITable struct {
	node
	URI string `parser:"@( String | URI )"`
}

// DerivedTable is a query in parentheses.
type DerivedTable struct {
	node
	Lateral bool   `parser:"(?= 'LATERAL'? '('+ ( 'SELECT' | 'WITH' | 'VALUES' ) ) @'LATERAL'?"`
	Query   *Query `parser:"'(' @@ ')'"`
}

// TableFunction is a function in FROM: TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE),
// UNNEST(xs), TABLE(TUMBLE(…)).
type TableFunction struct {
	node
	Lateral bool      `parser:"(?= 'LATERAL'? ( Ident | QuotedIdent ) ( '.' ( Ident | QuotedIdent ) )* '(' ) @'LATERAL'?"`
	Func    TableCall `parser:"( (?= 'TABLE' '(' ) 'TABLE' '(' @@ ')' | @@ )"`
	// Ordinality is set by WITH ORDINALITY.
	Ordinality bool `parser:"@( 'WITH' 'ORDINALITY' )?"`

	Call *Call
}

// TableCall is the call of a [TableFunction]; it is always a *Call.
type TableCall interface {
	Node
	tableCall()
}

func (*Call) tableCall() {}

// JoinedTable is a join in parentheses.
type JoinedTable struct {
	node
	First *FromItem `parser:"(?! '('+ ( 'SELECT' | 'WITH' | 'VALUES' ) ) '(' @@"`
	Joins []*Join   `parser:"@@+ ')'"`
}

func (*NamedTable) relation()    {}
func (*URITable) relation()      {}
func (*DerivedTable) relation()  {}
func (*TableFunction) relation() {}
func (*JoinedTable) relation()   {}

// JoinKind is the kind of a join.
type JoinKind uint8

// The kinds of join.
const (
	InnerJoin JoinKind = iota
	LeftJoin
	RightJoin
	FullJoin
	CrossJoin
	SemiJoin
	AntiJoin
)

// String is the kind as SQL writes it: "LEFT JOIN".
func (k JoinKind) String() string {
	return [...]string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"}[k]
}

// Join is one join of a FROM, applied to everything left of it.
type Join struct {
	node
	Natural bool `parser:"( ',' | @'NATURAL'?"`
	// KindWords are the words before JOIN, joined without spaces.
	KindWords string    `parser:"  @( 'INNER' | 'CROSS' | 'SEMI' | 'ANTI' | 'ASOF' ( 'INNER' | 'LEFT' 'OUTER'? )? | ( 'LEFT' | 'RIGHT' | 'FULL' ) ( 'OUTER' | 'SEMI' | 'ANTI' )? )? 'JOIN' )"`
	Right     *FromItem `parser:"@@"`
	// Before is a WITHIN written before ON.
	Before *Within `parser:"@@?"`
	// Match is the MATCH_CONDITION (…) of an ASOF join: which row of the right is the nearest; nil when ON says it.
	Match Expr     `parser:"( 'MATCH_CONDITION' '(' @@ ')' )?"`
	On    Expr     `parser:"( 'ON' @@"`
	Using []*Ident `parser:"| 'USING' '(' @@ ( ',' @@ )* ')' )?"`
	After *Within  `parser:"@@?"`

	Kind JoinKind
	// AsOf is set for ASOF JOIN.
	AsOf bool
	// Within is the time bound, or nil.
	Within *Within
}

// Within is WITHIN duration, or WITHIN (before, after).
type Within struct {
	node
	First  *DurationArg `parser:"'WITHIN' ( @@"`
	Before *DurationArg `parser:"| '(' @@ ','"`
	After  *DurationArg `parser:"  @@ ')' )"`
}

// Where is WHERE condition.
type Where struct {
	node
	Cond Expr `parser:"'WHERE' @@"`
}

// GroupBy is GROUP BY expressions, or sets of them.
type GroupBy struct {
	node
	Elements []*Grouping `parser:"'GROUP' 'BY' @@ ( ',' @@ )*"`

	// Exprs are the expressions that stand by themselves; those of (a, b) are two.
	Exprs []Expr
}

// Grouping is an element of GROUP BY: an expression; or GROUPING SETS (…), ROLLUP (…) or CUBE (…); or (), the set of nothing.
type Grouping struct {
	node
	// Word is GROUPING SETS, ROLLUP, CUBE or "".
	Word string      `parser:"(  (?= ( 'GROUPING' 'SETS' | 'ROLLUP' | 'CUBE' ) '(' ) @( 'GROUPING' 'SETS' | 'ROLLUP' | 'CUBE' )"`
	Sets []*Grouping `parser:"   '(' @@ ( ',' @@ )* ')'"`
	// Empty is set for ().
	Empty bool `parser:"| @( '(' ')' )"`
	// Expr is an expression; a [RowLit] is a set of several.
	Expr Expr `parser:"| @@ )"`
}

// Exprs are the expressions of an element that is no list of sets.
func (g *Grouping) Exprs() []Expr {
	if g.Expr == nil {
		return nil
	}
	if row, ok := g.Expr.(*RowLit); ok && isUnnamedRow(row) {
		return row.Elems
	}
	return []Expr{g.Expr}
}

// isUnnamedRow tells whether a row is written (a, b) rather than ROW(a, b) or STRUCT(…).
func isUnnamedRow(r *RowLit) bool { return strings.HasPrefix(r.Span().Text(), "(") }

// Having is HAVING condition.
type Having struct {
	node
	Cond Expr `parser:"'HAVING' @@"`
}

// Qualify is QUALIFY condition.
type Qualify struct {
	node
	Cond Expr `parser:"'QUALIFY' @@"`
}

// OrderBy is ORDER BY keys.
type OrderBy struct {
	node
	Keys []*OrderKey `parser:"'ORDER' 'BY' @@ ( ',' @@ )*"`
}

// OrderKey is one key of an ORDER BY.
type OrderKey struct {
	node
	Expr Expr `parser:"@@"`
	Desc bool `parser:"( 'ASC' | @'DESC' )?"`
	// Nulls is FIRST, LAST or "".
	Nulls string `parser:"( 'NULLS' @( 'FIRST' | 'LAST' ) )?"`
}

// Limit is LIMIT n [OFFSET m], LIMIT ALL, or the standard's [OFFSET m ROWS] FETCH FIRST n ROWS ONLY. Count or Offset is nil
// when not written.
type Limit struct {
	node
	All    bool `parser:"( 'LIMIT' ( @'ALL'"`
	Count  Expr `parser:"           | @@ )"`
	Offset Expr `parser:"  ( 'OFFSET' @@ ( 'ROW' | 'ROWS' )? )?"`
	Skip   Expr `parser:"| 'OFFSET' @@ ( 'ROW' | 'ROWS' )?"`
	Fetch  Expr `parser:"  ( 'FETCH' ( 'FIRST' | 'NEXT' ) @@ ( 'ROW' | 'ROWS' ) 'ONLY' )?"`
	Only   Expr `parser:"| 'FETCH' ( 'FIRST' | 'NEXT' ) @@ ( 'ROW' | 'ROWS' ) 'ONLY' )"`
}

// Emit is EMIT CHANGES, EMIT FINAL, or EMIT FINAL AFTER duration INACTIVITY.
type Emit struct {
	node
	Final bool `parser:"'EMIT' ( 'CHANGES' | @'FINAL'"`
	// After is how long no row must have come for open windows to be shown, or nil.
	After *DurationArg `parser:"( 'AFTER' @@ 'INACTIVITY' )? )"`
}

// Into is INTO target [WITH (…)].
type Into struct {
	node
	Target     *Target     `parser:"'INTO' @@"`
	Properties *Properties `parser:"@@?"`
}
