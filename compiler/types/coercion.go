package types

// One table answers what may become what. Binding, the reference and the tests all read it.
//
// Implicit conversions never lose the meaning of a value: INTEGER → DECIMAL → FLOAT, DATE → TIMESTAMP, NULL → anything.
// Where a number is required, TIMESTAMP and INTERVAL read as milliseconds, so arithmetic on epoch milliseconds goes on
// working: whole milliseconds, rounded down, as INTEGER or DECIMAL(19,0); with their fraction as FLOAT.
//
// Literals are softer than values of their type; see Arg.Beside.

// Conversion says whether a cast exists and whether it can fail.
type Conversion uint8

// The conversions. A Checked one can meet a value that it must refuse: that is a record error, or NULL under TRY_CAST.
const (
	Never Conversion = iota
	Checked
	Total
)

func (c Conversion) String() string { return [...]string{"never", "checked", "total"}[c] }

// integerAsDecimal is what INTEGER is in DECIMAL arithmetic: every int64 has at most 19 digits.
var integerAsDecimal = TDecimal(19, 0)

// casts is the matrix of explicit CASTs between different kinds, by source and then target. Pairs that are absent do not
// exist. DECIMAL targets are refined by decimalCast.
//
// Everything has a text, and a JSON form: the one that sinks write. JSON and STRING become values made of others by being read as sources
// read them, and JSON becomes a scalar if it is one: a number, true, or a text in quotes.
var casts = map[Kind]map[Kind]Conversion{
	Boolean:   {Integer: Total, Float: Total, Decimal: Total, String: Total, JSON: Total},
	Integer:   {Boolean: Total, Float: Total, Decimal: Total, String: Total, Timestamp: Checked, Interval: Checked, YearMonth: Total, JSON: Total},
	Float:     {Boolean: Total, Integer: Checked, Decimal: Checked, String: Total, JSON: Total},
	Decimal:   {Boolean: Total, Integer: Total, Float: Total, String: Total, JSON: Total},
	Date:      {Timestamp: Checked, String: Total, JSON: Total},
	Time:      {String: Total, Interval: Total, JSON: Total},
	Timestamp: {Date: Total, Time: Total, Integer: Total, Float: Total, Decimal: Total, String: Total, JSON: Total},
	Interval:  {Integer: Total, Float: Total, Decimal: Total, String: Total, JSON: Total},
	YearMonth: {Integer: Total, String: Total, JSON: Total},
	Bytes:     {String: Checked, UUID: Checked, JSON: Total},
	UUID:      {String: Total, Bytes: Total, JSON: Total},
	Array:     {String: Total, JSON: Total},
	Map:       {String: Total, JSON: Total},
	Struct:    {String: Total, JSON: Total},
	JSON: {Boolean: Checked, Integer: Checked, Float: Checked, Decimal: Checked, String: Total, Date: Checked, Time: Checked,
		Timestamp: Checked, Interval: Checked, YearMonth: Checked, UUID: Checked, Bytes: Checked, Array: Checked, Map: Checked, Struct: Checked},
	String: {Boolean: Checked, Integer: Checked, Float: Checked, Decimal: Checked, Date: Checked, Time: Checked, Timestamp: Checked,
		Interval: Checked, YearMonth: Checked, UUID: Checked, JSON: Checked, Bytes: Total, Array: Checked, Map: Checked, Struct: Checked},
}

// Cast tells whether CAST(from AS to) exists and whether it can fail.
func Cast(from, to Type) Conversion {
	switch {
	case from.Kind == Null || from.Kind == Invalid || to.Kind == Invalid || from.Equal(to):
		return Total
	case to.Kind == Decimal:
		return decimalCast(from, to)
	case from.Kind == Decimal && to.Kind == Integer && from.Precision-from.Scale > MaxNarrow:
		return Checked
	case from.Kind == to.Kind && from.Nested():
		return nestedCast(from, to)
	}
	return casts[from.Kind][to.Kind]
}

// decimalCast: a DECIMAL target can be too small for the digits before the point. Rounding can carry into one digit more.
func decimalCast(from, to Type) Conversion {
	whole := to.Precision - to.Scale
	need := 0
	switch from.Kind {
	case Decimal:
		need = from.Precision - from.Scale
		if from.Scale > to.Scale {
			need++
		}
	case Boolean:
		need = 1
	case Integer, Timestamp, Interval:
		need = integerAsDecimal.Precision
	default:
		return casts[from.Kind][Decimal]
	}
	if need > whole {
		return Checked
	}
	return Total
}

// nestedCast converts element by element, and the fields of a STRUCT by position: the names are those of the target.
func nestedCast(from, to Type) Conversion {
	if from.Kind == Struct {
		if len(from.Fields) != len(to.Fields) {
			return Never
		}
		c := Total
		for i, f := range from.Fields {
			c = min(c, columnCast(f.Col, to.Fields[i].Col))
		}
		return c
	}
	c := columnCast(from.ElemCol(), to.ElemCol())
	if from.Kind == Map {
		c = min(c, Cast(*from.Key, *to.Key))
	}
	return c
}

// columnCast can also meet a NULL where none may be.
func columnCast(from, to Col) Conversion {
	c := Cast(from.Type, to.Type)
	if from.Nullable && !to.Nullable {
		c = min(c, Checked)
	}
	return c
}

// implicitColumn is Implicit for what stands in a value made of others.
func implicitColumn(from, to Col) bool {
	return Implicit(from.Type, to.Type) && (to.Nullable || !from.Nullable)
}

// Implicit tells whether a value of type from becomes type to without being asked. It never fails, except that DECIMAL
// results at the limit of 38 digits are checked, and it never rounds a DECIMAL. DATE beyond the years that TIMESTAMP can
// hold (1677–2262) becomes the nearest TIMESTAMP, which keeps comparisons right.
func Implicit(from, to Type) bool {
	switch {
	case from.Kind == Null || from.Kind == Invalid || to.Kind == Invalid || from.Equal(to):
		return true
	case from.Kind == Array && to.Kind == Array:
		return implicitColumn(from.ElemCol(), to.ElemCol())
	case from.Kind == Map && to.Kind == Map:
		return Implicit(*from.Key, *to.Key) && implicitColumn(from.ElemCol(), to.ElemCol())
	case from.Kind == Struct && to.Kind == Struct:
		return implicitStruct(from, to)
	case from.Kind == Decimal && to.Kind == Decimal:
		return to.Scale >= from.Scale && (to.Precision-to.Scale >= from.Precision-from.Scale || to.Precision == MaxPrecision)
	case from.Kind == to.Kind:
		return true
	}
	switch from.Kind {
	case Integer:
		return to.Kind == Float || to.Kind == Decimal && to.Precision-to.Scale >= integerAsDecimal.Precision
	case Decimal:
		return to.Kind == Float
	case Date:
		return to.Kind == Timestamp
	}
	return false
}

// implicitStruct: the fields are those of the target, by name and order.
func implicitStruct(from, to Type) bool {
	if len(from.Fields) != len(to.Fields) {
		return false
	}
	for i, f := range from.Fields {
		if f.Name != to.Fields[i].Name || !implicitColumn(f.Col, to.Fields[i].Col) {
			return false
		}
	}
	return true
}

// AsNumber is what t is where a number is required: itself, or INTEGER for TIMESTAMP and INTERVAL, which read as milliseconds.
func AsNumber(t Type) (Type, bool) {
	switch t.Kind {
	case Integer, Float, Decimal, Null, Invalid:
		return t, true
	case Timestamp, Interval:
		return TInteger, true
	}
	return TInvalid, false
}

// Common is the type that values of types a and b share, for the arms of CASE and COALESCE, the items of IN and the branches
// of UNION: the narrower is widened, nothing is rounded. STRING and INTEGER, for example, have none.
func Common(a, b Type) (Type, bool) {
	switch {
	case a.Kind == Invalid || b.Kind == Invalid:
		return TInvalid, true
	case a.Kind == Null:
		return b, true
	case b.Kind == Null || a.Equal(b):
		return a, true
	case a.Numeric() && b.Numeric():
		return commonNumber(a, b), true
	case a.Temporal() && b.Temporal():
		return TTimestamp, true
	case a.Kind == b.Kind && a.Nested():
		return commonNested(a, b)
	}
	return TInvalid, false
}

// commonNested is the common type of two values of one kind that are made of others.
func commonNested(a, b Type) (Type, bool) {
	if a.Kind == Struct {
		return commonStruct(a, b)
	}
	e, ok := commonColumn(a.ElemCol(), b.ElemCol())
	if !ok {
		return TInvalid, false
	}
	if a.Kind == Array {
		return TArray(e), true
	}
	k, ok := Common(*a.Key, *b.Key)
	if !ok || !k.MapKey() {
		return TInvalid, false
	}
	return TMap(k, e), true
}

func commonStruct(a, b Type) (Type, bool) {
	if len(a.Fields) != len(b.Fields) {
		return TInvalid, false
	}
	t := Type{Kind: Struct}
	for i, f := range a.Fields {
		c, ok := commonColumn(f.Col, b.Fields[i].Col)
		if !ok || f.Name != b.Fields[i].Name {
			return TInvalid, false
		}
		t.Fields = append(t.Fields, Field{Name: f.Name, Col: c})
	}
	return t, true
}

func commonColumn(a, b Col) (Col, bool) {
	t, ok := Common(a.Type, b.Type)
	return Col{Type: t, Nullable: a.Nullable || b.Nullable}, ok
}

// commonNumber widens two numeric types. At the limit of 38 digits the scale is kept and the conversion is checked.
func commonNumber(a, b Type) Type {
	if a.Kind == Float || b.Kind == Float {
		return TFloat
	}
	if a.Kind == Integer && b.Kind == Integer {
		return TInteger
	}
	a, b = toDecimal(a), toDecimal(b)
	scale := max(a.Scale, b.Scale)
	whole := max(a.Precision-a.Scale, b.Precision-b.Scale)
	return TDecimal(min(whole+scale, MaxPrecision), scale)
}

func toDecimal(t Type) Type {
	if t.Kind == Integer {
		return integerAsDecimal
	}
	return t
}

// Comparable tells whether a and b can be compared with = and <, and what each side converts to. DECIMAL sides keep their own
// precision and scale: they are compared exactly as they are. A TIMESTAMP or INTERVAL beside a number reads as milliseconds.
func Comparable(a, b Type) (left, right Type, ok bool) {
	if c, ok := Common(a, b); ok {
		if c.Kind == Decimal {
			return toDecimal(a), toDecimal(b), true
		}
		return c, c, true
	}
	if a.Numeric() || b.Numeric() {
		na, oka := AsNumber(a)
		nb, okb := AsNumber(b)
		if oka && okb {
			return Comparable(na, nb)
		}
	}
	return TInvalid, TInvalid, false
}

// Arg is the type of an expression as it stands among others, with what is known of it if it is a literal.
type Arg struct {
	Col
	Digits int  // of an INTEGER literal: how many digits it has; 0 for anything else
	Text   bool // it is a STRING literal
	Value  any  // of a literal: its value, as in expr.Lit.Val
}

// CanBeNull tells whether the argument is nullable or NULL itself.
func (a Arg) CanBeNull() bool { return a.Nullable || a.Type.Kind == Null }

// ArgOf is an argument that is no literal.
func ArgOf(c Col) Arg { return Arg{Col: c} }

// Args are arguments that are no literals.
func Args(cols ...Col) []Arg {
	args := make([]Arg, len(cols))
	for i, c := range cols {
		args[i] = ArgOf(c)
	}
	return args
}

// Beside is the type that the argument has beside values of the other types. It is its own type, unless it is a literal: the 2
// of `price * 2` is DECIMAL(1,0) beside a DECIMAL, where an INTEGER column would be DECIMAL(19,0); and '2026-01-01' beside a
// DATE or TIMESTAMP is one. Binding then converts the literal at compile time, and a text that does not fit is an error there.
func (a Arg) Beside(others ...Type) Type {
	for _, o := range others {
		switch {
		case a.Digits > 0 && o.Kind == Decimal:
			return TDecimal(a.Digits, 0)
		case a.Text && TextLiteral(o):
			return o
		}
	}
	return a.Type
}

// TextLiteral tells whether a STRING literal may stand for a value of type t.
func TextLiteral(t Type) bool {
	switch t.Kind {
	case Date, Time, Timestamp, Interval, YearMonth, UUID:
		return true
	}
	return false
}

// CommonOf is the common type of several arguments, literals being softer than other values.
func CommonOf(args []Arg) (Type, bool) {
	t := TNull
	others := make([]Type, 0, len(args))
	for _, a := range args {
		others = append(others, a.Type)
	}
	for _, a := range args {
		var ok bool
		if t, ok = Common(t, a.Beside(others...)); !ok {
			return TInvalid, false
		}
	}
	return t, true
}
