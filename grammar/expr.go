package grammar

import "time"

// Expr is an expression. The set of types is sealed; [AllExprs] lists one of
// each. Parentheses leave no node: they are in the shape of the tree.
type Expr interface {
	Node
	expr()
}

// AllExprs returns one empty value of each expression type, for tests that
// check that a switch handles all of them.
func AllExprs() []Expr {
	return []Expr{
		&Column{}, &Number{}, &String{}, &Bool{}, &Null{}, &Interval{}, &TypedLiteral{},
		&Unary{}, &Binary{}, &IsTest{}, &IsDistinct{}, &Between{}, &InList{}, &InQuery{}, &Like{},
		&Case{}, &Cast{}, &Extract{}, &Call{}, &Scalar{}, &Exists{}, &Quantified{},
		&ArrayLit{}, &MapLit{}, &RowLit{}, &Subscript{}, &Field{}, &AtTimeZone{},
		&NamedArg{}, &TableArg{},
	}
}

// Column is a name in an expression: price, t.price, t.address.city. Which part
// is a relation, a column or a field is for the binder to find out.
type Column struct {
	node
	Parts []*Ident
}

// String joins the parts with dots.
func (c *Column) String() string { return (&Name{Parts: c.Parts}).String() }

// Number is a numeric literal. Text is exactly as written ("1.50", ".5", "1e3"), so
// that decimals stay exact.
type Number struct {
	node
	Text string
}

// String is a string literal; 'it”s' and "it's" have the same Value.
type String struct {
	node
	// Value is the content, without quotes and with doubled quotes made single.
	Value string `parser:"@String"`
}

// Bool is TRUE or FALSE.
type Bool struct {
	node
	Value bool
}

// Null is NULL.
type Null struct{ node }

// Interval is INTERVAL '5' MINUTE, INTERVAL 5 MINUTES, or 5m.
type Interval struct {
	node
	// Text is the number as written, without quotes; for 5m the whole of it.
	Text string
	// Unit is the unit as written ("MINUTES"); "" for 5m.
	Unit string
	// To is the second unit of INTERVAL '1:30' HOUR TO MINUTE, or "".
	To string
	// Value is the length of time; 0 when Months is set.
	Value time.Duration
	// Months is the length of an interval of months or years, which have no
	// fixed length of time.
	Months int64
}

// TypedLiteral is DATE '2024-01-31', TIMESTAMP '2024-01-31 10:00:00' or TIME '10:00:00'.
type TypedLiteral struct {
	node
	// Type is DATE, TIMESTAMP, TIME, UUID or JSON, in upper case; BYTES for X'01ff'.
	Type  string
	Value string
}

// UnaryOp is a prefix operator.
type UnaryOp uint8

// The prefix operators.
const (
	Neg UnaryOp = iota // -x
	Pos                // +x
	Not                // NOT x
)

// String is the operator as SQL writes it.
func (o UnaryOp) String() string { return [...]string{"-", "+", "NOT"}[o] }

// Unary is -x, +x or NOT x.
type Unary struct {
	node
	Op UnaryOp
	X  Expr
}

// BinaryOp is an infix operator.
type BinaryOp uint8

// The infix operators, from the loosest to the tightest.
const (
	Or BinaryOp = iota
	And
	Eq     // =, ==
	NotEq  // <>, !=
	Less   // <
	LessEq // <=
	Greater
	GreaterEq
	Concat // ||
	Add
	Sub
	Mul
	Div
	Mod // %
	Pow // ^
)

// String is the operator as SQL writes it.
func (o BinaryOp) String() string {
	return [...]string{"OR", "AND", "=", "<>", "<", "<=", ">", ">=", "||", "+", "-", "*", "/", "%", "^"}[o]
}

// IsComparison reports whether the operator is one of = <> < <= > >=.
func (o BinaryOp) IsComparison() bool { return Eq <= o && o <= GreaterEq }

// Binary is x op y.
type Binary struct {
	node
	Op BinaryOp
	// OpNode is the place of the operator.
	OpNode *Operator
	X, Y   Expr
}

// Operator is the place of an operator sign or word.
type Operator struct{ node }

// Test is what IS tests for.
type Test uint8

// The tests of IS.
const (
	IsNull Test = iota
	IsTrue
	IsFalse
	IsUnknown
)

// String is NULL, TRUE, FALSE or UNKNOWN.
func (t Test) String() string { return [...]string{"NULL", "TRUE", "FALSE", "UNKNOWN"}[t] }

// IsTest is x IS [NOT] NULL|TRUE|FALSE|UNKNOWN.
type IsTest struct {
	node
	X    Expr
	Not  bool
	Test Test
}

// IsDistinct is x IS [NOT] DISTINCT FROM y.
type IsDistinct struct {
	node
	X   Expr
	Not bool
	Y   Expr
}

// Between is x [NOT] BETWEEN low AND high.
type Between struct {
	node
	X         Expr
	Not       bool
	Low, High Expr
}

// InList is x [NOT] IN (a, b, …).
type InList struct {
	node
	X    Expr
	Not  bool
	List []Expr
}

// InQuery is x [NOT] IN (query).
type InQuery struct {
	node
	X     Expr
	Not   bool
	Query *Query
}

// LikeOp is a pattern operator.
type LikeOp uint8

// The pattern operators.
const (
	LikeLike    LikeOp = iota // LIKE: % and _ stand for any text and any character
	LikeILike                 // ILIKE: LIKE without regard to case
	LikeRLike                 // RLIKE, REGEXP: a regular expression
	LikeSimilar               // SIMILAR TO: a regular expression of the SQL standard, for the whole text
)

// String is the operator as SQL writes it.
func (o LikeOp) String() string { return [...]string{"LIKE", "ILIKE", "RLIKE", "SIMILAR TO"}[o] }

// Like is x [NOT] LIKE pattern [ESCAPE c].
type Like struct {
	node
	Op      LikeOp
	X       Expr
	Not     bool
	Pattern Expr
	Escape  Expr // nil when not written
}

// Case is CASE [operand] WHEN … THEN … [ELSE …] END.
type Case struct {
	node
	Operand Expr // nil in the searched form
	Whens   []*When
	Else    Expr // nil means NULL
}

// When is one branch of a CASE.
type When struct {
	node
	Cond Expr
	Then Expr
}

// Cast is CAST(x AS type), TRY_CAST(x AS type) or x::type.
type Cast struct {
	node
	X    Expr
	Type *Type
	// Try gives NULL where CAST fails.
	Try bool
}

// Extract is EXTRACT(part FROM x) or EXTRACT('part', x).
type Extract struct {
	node
	// Part is the part in upper case: YEAR, EPOCH.
	Part     string
	PartNode *Operator
	X        Expr
}

// Call is a function call. Names of functions are case-insensitive; Name is as
// written.
type Call struct {
	node
	Name     *Name
	Distinct bool
	// Star is set for COUNT(*).
	Star bool
	Args []Expr
	// OrderBy is the ORDER BY inside of the parentheses, or that of
	// WITHIN GROUP (ORDER BY …), in which case WithinGroup is set.
	OrderBy     *OrderBy
	WithinGroup bool
	// Nulls is IGNORE or RESPECT for IGNORE NULLS and RESPECT NULLS, or "".
	Nulls string
	// Filter is the condition of FILTER (WHERE …), or nil.
	Filter Expr
	// Over is nil for a call without a window.
	Over *Over
	// Bare is set for CURRENT_TIMESTAMP and its like without parentheses.
	Bare bool
}

// Scalar is a query in parentheses as a value.
type Scalar struct {
	node
	Query *Query
}

// Exists is EXISTS (query); NOT EXISTS is a Unary around it.
type Exists struct {
	node
	Query *Query
}

// Quantified is x op ANY|ALL (query), or x op ANY|ALL (array). SOME is ANY.
type Quantified struct {
	node
	X   Expr
	Op  BinaryOp
	All bool
	// Query and Array hold what x is compared with; one of them is nil.
	Query *Query
	Array Expr
}

// ArrayLit is ARRAY[a, b] or [a, b].
type ArrayLit struct {
	node
	Elems []Expr
}

// MapLit is MAP['a', 1, 'b', 2] or {'a': 1, 'b': 2}: Keys and Values go in pairs.
type MapLit struct {
	node
	Keys, Values []Expr
}

// RowLit is (a, b), ROW(a, b) or STRUCT(a AS x, b AS y): a value with several fields.
type RowLit struct {
	node
	Elems []Expr
	// Names holds nil for fields without a name.
	Names []*Label
}

// Subscript is x[index].
type Subscript struct {
	node
	X, Index Expr
}

// Field is x.name where x is not itself a name: f(y).name, xs[1].name.
type Field struct {
	node
	X    Expr
	Name *Ident
}

// AtTimeZone is x AT TIME ZONE zone.
type AtTimeZone struct {
	node
	X, Zone Expr
}

// NamedArg is name => value in a call.
type NamedArg struct {
	node
	Name  *Ident
	Value Expr
}

// TableArg is TABLE t [PARTITION BY keys] in the call of a table function.
type TableArg struct {
	node
	Name        *Name
	PartitionBy []Expr
}

func (*Column) expr()       {}
func (*Number) expr()       {}
func (*String) expr()       {}
func (*Bool) expr()         {}
func (*Null) expr()         {}
func (*Interval) expr()     {}
func (*TypedLiteral) expr() {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*IsTest) expr()       {}
func (*IsDistinct) expr()   {}
func (*Between) expr()      {}
func (*InList) expr()       {}
func (*InQuery) expr()      {}
func (*Like) expr()         {}
func (*Case) expr()         {}
func (*Cast) expr()         {}
func (*Extract) expr()      {}
func (*Call) expr()         {}
func (*Scalar) expr()       {}
func (*Exists) expr()       {}
func (*Quantified) expr()   {}
func (*ArrayLit) expr()     {}
func (*MapLit) expr()       {}
func (*RowLit) expr()       {}
func (*Subscript) expr()    {}
func (*Field) expr()        {}
func (*AtTimeZone) expr()   {}
func (*NamedArg) expr()     {}
func (*TableArg) expr()     {}
