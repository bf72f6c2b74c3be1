package types

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is the family of a Type.
type Kind uint8

// The kinds. Invalid absorbs: an expression of kind Invalid has been reported already, and whatever is built on it is
// Invalid too and reports nothing. Null is the type of a bare NULL before it meets a typed neighbour.
const (
	Invalid Kind = iota
	Null
	Boolean   // true, false
	Integer   // int64, checked
	Float     // IEEE 754 double
	Decimal   // exact, Precision digits of which Scale follow the point
	String    // UTF-8 text
	Bytes     // raw bytes
	Date      // days since 1970-01-01, UTC calendar
	Time      // nanoseconds since midnight
	Timestamp // nanoseconds since 1970-01-01T00:00:00Z
	Interval  // a span of days and less: nanoseconds
	YearMonth // a span of years and months: months
	UUID      // 16 bytes
	JSON      // JSON text
	Array
	Map
	Struct
)

// MaxPrecision is the largest number of digits a DECIMAL can have. Up to MaxNarrow digits fit an int64 mantissa.
const (
	MaxPrecision = 38
	MaxNarrow    = 18
)

// Type is a SQL type without its nullability. Types are compared with Equal.
type Type struct {
	Kind      Kind
	Precision int     // Decimal: digits in all
	Scale     int     // Decimal: digits after the point
	Elem      *Type   // Array and Map: element or value type
	NoNulls   bool    // Array and Map: elements or values are NOT NULL
	Key       *Type   // Map: key type; keys are never NULL
	Fields    []Field // Struct
}

// Field is a member of a STRUCT.
type Field struct {
	Name string
	Col  Col
}

// Col is a type together with whether NULL may appear.
type Col struct {
	Type     Type
	Nullable bool
}

// The simple types, ready to use.
var (
	TInvalid   = Type{Kind: Invalid}
	TNull      = Type{Kind: Null}
	TBoolean   = Type{Kind: Boolean}
	TInteger   = Type{Kind: Integer}
	TFloat     = Type{Kind: Float}
	TString    = Type{Kind: String}
	TBytes     = Type{Kind: Bytes}
	TDate      = Type{Kind: Date}
	TTime      = Type{Kind: Time}
	TTimestamp = Type{Kind: Timestamp}
	TInterval  = Type{Kind: Interval}
	TYearMonth = Type{Kind: YearMonth}
	TUUID      = Type{Kind: UUID}
	TJSON      = Type{Kind: JSON}
)

// TDecimal is DECIMAL(precision, scale).
func TDecimal(precision, scale int) Type {
	return Type{Kind: Decimal, Precision: precision, Scale: scale}
}

// TArray is ARRAY<elem>.
func TArray(elem Col) Type { return Type{Kind: Array, Elem: &elem.Type, NoNulls: !elem.Nullable} }

// TMap is MAP<key, value>.
func TMap(key Type, value Col) Type {
	return Type{Kind: Map, Key: &key, Elem: &value.Type, NoNulls: !value.Nullable}
}

// TStruct is STRUCT<fields>.
func TStruct(fields ...Field) Type { return Type{Kind: Struct, Fields: fields} }

// ElemCol is the element type of an ARRAY or the value type of a MAP, with its nullability.
func (t Type) ElemCol() Col { return Col{Type: *t.Elem, Nullable: !t.NoNulls} }

// Wide tells whether a DECIMAL needs a 128-bit mantissa.
func (t Type) Wide() bool { return t.Kind == Decimal && t.Precision > MaxNarrow }

// Numeric tells whether arithmetic is defined on t directly.
func (t Type) Numeric() bool { return t.Kind == Integer || t.Kind == Float || t.Kind == Decimal }

// Temporal tells whether t is a point in time or a calendar day.
func (t Type) Temporal() bool { return t.Kind == Timestamp || t.Kind == Date }

// Nested tells whether values of t are made of other values.
func (t Type) Nested() bool { return t.Kind == Array || t.Kind == Map || t.Kind == Struct }

// Ordered tells whether <, MIN and ORDER BY are defined on t. ARRAYs and STRUCTs are ordered by the first parts in which they differ; MAPs have no first part.
func (t Type) Ordered() bool {
	switch t.Kind {
	case JSON, Map, Invalid:
		return false
	case Array:
		return t.Elem.Ordered()
	case Struct:
		return !slices.ContainsFunc(t.Fields, func(f Field) bool { return !f.Col.Type.Ordered() })
	}
	return true
}

// Groupable tells whether = is defined on t, and with it GROUP BY, DISTINCT and IN. JSON has too many texts for one value: a number, the
// order of keys. Values made of others are equal where these are, as GROUP BY sees them: NULL equals NULL there, and the order of a MAP's
// entries does not matter.
func (t Type) Groupable() bool {
	switch t.Kind {
	case JSON:
		return false
	case Array, Map:
		return t.Elem.Groupable()
	case Struct:
		for _, f := range t.Fields {
			if !f.Col.Type.Groupable() {
				return false
			}
		}
	}
	return true
}

// MapKey tells whether values of t can be keys of a MAP: they have one text each, which is what they are in JSON.
func (t Type) MapKey() bool {
	switch t.Kind {
	case String, Integer, Decimal, Boolean, Date, Time, Timestamp, UUID:
		return true
	}
	return false
}

// Equal tells whether both are the same type, parameters included. Nullability inside nested types counts.
func (t Type) Equal(u Type) bool {
	if t.Kind != u.Kind || t.Precision != u.Precision || t.Scale != u.Scale || t.NoNulls != u.NoNulls || len(t.Fields) != len(u.Fields) {
		return false
	}
	if (t.Elem == nil) != (u.Elem == nil) || (t.Key == nil) != (u.Key == nil) {
		return false
	}
	if t.Elem != nil && !t.Elem.Equal(*u.Elem) || t.Key != nil && !t.Key.Equal(*u.Key) {
		return false
	}
	for i, f := range t.Fields {
		g := u.Fields[i]
		if f.Name != g.Name || f.Col.Nullable != g.Col.Nullable || !f.Col.Type.Equal(g.Col.Type) {
			return false
		}
	}
	return true
}

var kindNames = [...]string{
	Invalid: "INVALID", Null: "NULL", Boolean: "BOOLEAN", Integer: "INTEGER", Float: "FLOAT", Decimal: "DECIMAL",
	String: "STRING", Bytes: "BYTES", Date: "DATE", Time: "TIME", Timestamp: "TIMESTAMP", Interval: "INTERVAL",
	YearMonth: "INTERVAL YEAR TO MONTH",
	UUID:      "UUID", JSON: "JSON", Array: "ARRAY", Map: "MAP", Struct: "STRUCT",
}

func (k Kind) String() string { return kindNames[k] }

// String spells the type as SQL does: DECIMAL(18,4), ARRAY<STRING>, STRUCT<a INTEGER, b STRING>.
func (t Type) String() string {
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case Array:
		return "ARRAY<" + t.ElemCol().String() + ">"
	case Map:
		return "MAP<" + t.Key.String() + ", " + t.ElemCol().String() + ">"
	case Struct:
		var b strings.Builder
		b.WriteString("STRUCT<")
		for i, f := range t.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(fieldName(f.Name) + " " + f.Col.String())
		}
		return b.String() + ">"
	}
	return t.Kind.String()
}

// fieldName spells the name of a field, in backticks where it is no plain word.
func fieldName(name string) string {
	plain := name != ""
	for i, r := range name {
		plain = plain && (r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f || i > 0 && r >= '0' && r <= '9')
	}
	if plain && !strings.EqualFold(name, "NOT") {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// String spells the column type; NOT NULL is written, nullable is the default and is not.
func (c Col) String() string {
	if c.Nullable || c.Type.Kind == Null {
		return c.Type.String()
	}
	return c.Type.String() + " NOT NULL"
}
