package emit

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// Precedence of Go operators, for parentheses only where Go needs them.
const (
	PrecOr      = 1 // ||
	PrecAnd     = 2 // &&
	PrecCompare = 3 // == < …
	PrecAdd     = 4 // + - | ^
	PrecMul     = 5 // * / % << &
	PrecUnary   = 6 // -x !x, calls, selectors, names, literals
)

// Value is Go code for a SQL value. Code is meaningless, but safe to evaluate, where Valid is false.
type Value struct {
	Type  types.Type
	Code  *jen.Statement // an expression of type GoType(Type)
	Valid *jen.Statement // a Go bool of precedence PrecAnd or higher; nil: never NULL
	Prec  int            // precedence of Code
	Plain bool           // a name, selector or literal: repeating it costs nothing
	// View tells that memory can be read behind a text: a view into the current chunk, or one that text.Keep made.
	View  bool
	Const any // for constants the value as in expr.Lit.Val; see IsConst
	// IsConst tells whether Const holds the value (Const nil and IsConst: NULL).
	IsConst bool
}

// Of is a value that is never NULL.
func Of(t types.Type, prec int, code *jen.Statement) Value {
	return Value{Type: t, Code: code, Prec: prec}
}

// Named is a value held by a variable or field.
func Named(t types.Type, code *jen.Statement) Value {
	return Value{Type: t, Code: code, Prec: PrecUnary, Plain: true}
}

// With returns v with another nullability.
func (v Value) With(valid *jen.Statement) Value {
	v.Valid = valid
	return v
}

// Expr is a fresh copy of the code, in parentheses if it binds weaker than prec. Jennifer statements are mutable and shared;
// always build on a copy.
func (v Value) Expr(prec int) *jen.Statement {
	return Paren(v.Code, v.Prec, prec)
}

// Arg is a fresh copy of the code for use as an argument, operand of an assignment or return value.
func (v Value) Arg() *jen.Statement { return jen.Add(v.Code) }

// Paren copies code of precedence have, in parentheses if the context binds stronger.
func Paren(code *jen.Statement, have, want int) *jen.Statement {
	if have < want {
		return jen.Parens(jen.Add(code))
	}
	return jen.Add(code)
}

// AllValid is the condition under which all of vs are not NULL; nil if always.
func AllValid(vs ...Value) *jen.Statement {
	var conds []Cond
	for _, v := range vs {
		if v.Valid != nil {
			conds = append(conds, Holds(v.Valid))
		}
	}
	if len(conds) == 0 {
		return nil
	}
	return And(conds...).Code
}

// Import paths of the runtime, as generated code names them.
const (
	Runtime = "github.com/velostream/veloc/runtime"
	Decimal = Runtime + "/decimal"
	SQLFn   = Runtime + "/sqlfn"
	State   = Runtime + "/state"
	WindowP = Runtime + "/window"
	Over    = Runtime + "/over"
	Join    = Runtime + "/join"
	Metric  = Runtime + "/metric"
	JSON    = Runtime + "/text/json"
	CSV     = Runtime + "/text/csv"
	Text    = Runtime + "/text"
	Engine  = Runtime + "/engine"
)

// RT names a symbol of the runtime's root package.
func RT(name string) *jen.Statement { return jen.Qual(Runtime, name) }

// GoType is the Go type that holds a non-NULL value of t.
func GoType(t types.Type) *jen.Statement {
	switch t.Kind {
	case types.Boolean:
		return jen.Bool()
	case types.Float:
		return jen.Float64()
	case types.String, types.JSON, types.Bytes:
		return jen.String()
	case types.UUID:
		return RT("UUID")
	case types.Array:
		return jen.Index().Add(FieldType(t.ElemCol()))
	case types.Map:
		return jen.Index().Add(EntryType(t))
	case types.Decimal:
		if t.Wide() {
			return jen.Qual(Decimal, "Int128")
		}
		return jen.Int64()
	case types.Integer, types.Date, types.Time, types.Timestamp, types.Interval, types.YearMonth:
		return jen.Int64()
	case types.Struct:
		return jen.StructFunc(func(g *jen.Group) {
			for i, f := range t.Fields {
				g.Id(FieldName(t, i)).Add(FieldType(f.Col))
			}
		})
	case types.Null:
		return jen.Bool() // a column that is always NULL; its value is never read
	}
	panic("bug: no Go type for " + t.String())
}

// EntryType is the Go type of an entry of a MAP.
func EntryType(t types.Type) *jen.Statement {
	return RT("Entry").Types(GoType(*t.Key), FieldType(t.ElemCol()))
}

// FieldName is the Go name of field i of a STRUCT.
func FieldName(t types.Type, i int) string {
	names := NewNames()
	for _, f := range t.Fields[:i] {
		names.Unique(Exported(f.Name))
	}
	return names.Unique(Exported(t.Fields[i].Name))
}

// FieldType is the Go type of a struct field that holds a column: GoType, or rt.Null of it.
func FieldType(c types.Col) *jen.Statement {
	if c.Nullable {
		return RT("Null").Types(GoType(c.Type))
	}
	return GoType(c.Type)
}

// Zero is the zero value of t's Go type.
func Zero(t types.Type) *jen.Statement {
	switch t.Kind {
	case types.Boolean, types.Null:
		return jen.False()
	case types.String, types.JSON, types.Bytes:
		return jen.Lit("")
	case types.Array, types.Map:
		return GoType(t).Parens(jen.Nil())
	case types.UUID:
		return jen.Parens(RT("UUID").Values())
	}
	if t.Wide() {
		return jen.Qual(Decimal, "Wide").Call(jen.Lit(0))
	}
	if t.Kind == types.Struct {
		return jen.Parens(GoType(t).Values())
	}
	return jen.Lit(0)
}

// GoText spells a text constant: in back quotes where that reads better.
func GoText(s string) *jen.Statement {
	if strings.ContainsAny(s, "\"\\") && strconv.CanBackquote(s) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// Field reads column c kept in the struct field that code selects.
func Field(c types.Col, code *jen.Statement) Value {
	if !c.Nullable {
		return Named(c.Type, code)
	}
	return Value{
		Type: c.Type, Prec: PrecUnary, Plain: true,
		Code:  jen.Add(code).Dot("V"),
		Valid: jen.Add(code).Dot("Valid"),
	}
}
