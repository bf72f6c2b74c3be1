package expr

import (
	"math/big"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// Expr is one node. The set is sealed: Column, Meta, Field, Element, Make, Lit, Unary, Binary, Logic, Compare, IsNull,
// IsBool, In, Like, Case, Cast, Call.
// Nodes are immutable; passes build new ones.
type Expr interface {
	Col() types.Col // type and nullability of the value
	Span() source.Span
	expr()
}

// Node is what every expression carries.
type Node struct {
	T  types.Col
	At source.Span
}

// Col is the node's type and nullability.
func (n Node) Col() types.Col { return n.T }

// Span is where the SQL says it.
func (n Node) Span() source.Span { return n.At }
func (n Node) expr()             {}

// Column reads column Index of the operator's input row. Name is for printing only.
type Column struct {
	Node
	Index int
	Name  string
}

// Meta reads what the source knows of a row besides its columns.
type Meta struct {
	Node
	Field MetaField
}

// MetaField names a system column.
type MetaField uint8

// The system columns. MetaTimestamp is the record's own time (Kafka timestamp; time of reading for files), MetaEventTime
// the time that windows use.
const (
	MetaTimestamp MetaField = iota
	MetaEventTime
	MetaPartition
	MetaOffset
	MetaKey
	MetaTopic
)

// Field reads field Index of a STRUCT; NULL if the STRUCT is. Name is the field's.
type Field struct {
	Node
	X     Expr
	Index int
	Name  string
}

// Element reads an element of an ARRAY, counted from 1, or the value of a key of a MAP: X[Index]. It is NULL where there is none.
type Element struct {
	Node
	X     Expr
	Index Expr // INTEGER, or of the MAP's key type
}

// Make builds a value of the node's type: an ARRAY of its elements, a MAP of its keys and values in turns, or a STRUCT of its fields. The
// parts have been converted to the types that they have there. A key that comes again takes the last value; a NULL key fails the record.
type Make struct {
	Node
	Parts []Expr
}

// Lit is a constant. Val is nil for NULL, else by kind: Boolean bool; Integer int64; Float float64; Decimal *big.Int (the
// mantissa at the type's scale); String and JSON string; UUID string, in lower case; Bytes []byte; Date int64 days; Time, Timestamp and
// Interval int64 nanoseconds; YearMonth int64 months. There are none of ARRAY, MAP and STRUCT: those are made by Make.
type Lit struct {
	Node
	Val any
}

// DecimalVal is the mantissa of a DECIMAL literal.
func (l *Lit) DecimalVal() *big.Int { return l.Val.(*big.Int) }

// Op is an arithmetic or text operator.
type Op uint8

// Operators of Unary and Binary.
const (
	Neg Op = iota
	Add
	Sub
	Mul
	Div
	Mod
	Concat
)

func (o Op) String() string { return [...]string{"-", "+", "-", "*", "/", "%", "||"}[o] }

// Unary is -x.
type Unary struct {
	Node
	Op Op
	X  Expr
}

// Binary is arithmetic or ||. Operands have been converted so that the kinds fit: INTEGER with INTEGER, FLOAT with FLOAT,
// DECIMAL with DECIMAL (scales may differ; INTEGER operands of DECIMAL arithmetic arrive as DECIMAL(19,0)), TIMESTAMP or
// DATE with INTERVAL, INTERVAL with INTERVAL or INTEGER, STRING with STRING. INTEGER / INTEGER arrives with both sides cast to FLOAT.
// Division and modulo by zero yield NULL (counted) or fail the record, as division.by.zero says.
type Binary struct {
	Node
	Op   Op
	L, R Expr
}

// LogicOp is a three-valued connective.
type LogicOp uint8

// The connectives.
const (
	And LogicOp = iota
	Or
	Not
)

func (o LogicOp) String() string { return [...]string{"AND", "OR", "NOT"}[o] }

// Logic is AND or OR over two or more operands, or NOT over one, in SQL's three-valued logic.
type Logic struct {
	Node
	Op   LogicOp
	Args []Expr
}

// CmpOp compares.
type CmpOp uint8

// Comparisons. IsDistinct and NotDistinct treat NULL as a value and never yield NULL.
const (
	Eq CmpOp = iota
	Ne
	Lt
	Le
	Gt
	Ge
	IsDistinct
	NotDistinct
)

func (o CmpOp) String() string {
	return [...]string{"=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"}[o]
}

// Compare compares two values of the same kind (DECIMAL scales may differ).
type Compare struct {
	Node
	Op   CmpOp
	L, R Expr
}

// IsNull is x IS [NOT] NULL; never NULL itself.
type IsNull struct {
	Node
	X   Expr
	Not bool
}

// IsBool is x IS [NOT] TRUE|FALSE; never NULL itself.
type IsBool struct {
	Node
	X    Expr
	Want bool
	Not  bool
}

// In is x [NOT] IN (list); list items have x's kind.
type In struct {
	Node
	X    Expr
	List []Expr
	Not  bool
}

// Like is x [NOT] LIKE pattern. Escape is 0 when none was given. Fold makes it ILIKE.
type Like struct {
	Node
	X       Expr
	Pattern Expr
	Escape  rune
	Fold    bool
	Not     bool
}

// When is one arm of a Case.
type When struct {
	Cond Expr // BOOLEAN; NULL counts as false
	Then Expr
}

// Case is CASE WHEN … THEN … ELSE … END (the simple form has been rewritten). All results have the node's type. Else is never
// nil: a missing ELSE is a NULL literal. COALESCE, NULLIF, IFNULL and IF are Calls, not Cases.
type Case struct {
	Node
	Whens []When
	Else  Expr
}

// Cast converts X to the node's type. Implicit casts were inserted by binding and always succeed or widen; explicit ones may fail
// the record, or yield NULL if Try.
type Cast struct {
	Node
	X        Expr
	Implicit bool
	Try      bool
}

// Call applies the builtin scalar function Name, overload Sig of its registry entry, to arguments already converted to the
// overload's parameter types.
type Call struct {
	Node
	Name string
	Sig  int
	Args []Expr
}
