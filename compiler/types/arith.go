package types

// Op is an arithmetic operator.
type Op byte

// The operators, named by their SQL sign.
const (
	Add Op = '+'
	Sub Op = '-'
	Mul Op = '*'
	Div Op = '/'
	Mod Op = '%'
)

func (o Op) String() string { return string(o) }

// MinWholeDigits is how many digits before the point a product or quotient keeps when its exact type would need more than 38:
// its scale is cut, and the value rounded half away from zero, so that this many remain.
const MinWholeDigits = 10

// Arith is the type of a op b and what the operands convert to first.
//
//	INTEGER  + - * %  INTEGER    INTEGER, checked            INTEGER / INTEGER   FLOAT
//	FLOAT    any      number     FLOAT
//	DECIMAL  + -      DECIMAL    max scale, one digit more   INTEGER counts as DECIMAL(19,0)
//	DECIMAL  *        DECIMAL    sum of scales, sum of digits
//	DECIMAL  /        DECIMAL    max scale + 4, rounded half away from zero
//	DECIMAL  %        DECIMAL    max scale
//	TIMESTAMP - TIMESTAMP        INTERVAL                    DATE counts as TIMESTAMP
//	TIMESTAMP + - INTERVAL       TIMESTAMP                   INTERVAL + TIMESTAMP as well
//	INTERVAL + - % INTERVAL      INTERVAL                    INTERVAL / INTERVAL: FLOAT
//	INTERVAL *        number     INTERVAL                    number * INTERVAL as well
//
// An INTERVAL YEAR TO MONTH has no fixed length, so it meets its like and points in time only; a day that the month does not have becomes
// its last one. It multiplies with INTEGER.
//
//	DATE      + - YEAR TO MONTH  DATE                        YEAR TO MONTH + DATE as well
//	TIMESTAMP + - YEAR TO MONTH  TIMESTAMP                   YEAR TO MONTH + TIMESTAMP as well
//	YEAR TO MONTH + -  its like  INTERVAL YEAR TO MONTH
//
// Everything else that has a TIMESTAMP or INTERVAL beside a number reads it as milliseconds: (NOW() - ts) / 1000.0 is seconds.
// Results of more than 38 digits are held in 38 and checked. A NULL operand takes the other's type.
func Arith(op Op, a, b Type) (result, left, right Type, ok bool) {
	switch {
	case a.Kind == Invalid || b.Kind == Invalid:
		return TInvalid, TInvalid, TInvalid, true
	case a.Kind == Null && b.Kind == Null:
		return TNull, TNull, TNull, true
	case a.Kind == Null:
		a = nullBeside(op, b)
	case b.Kind == Null:
		b = nullBeside(op, a)
	}
	if result, left, right, ok = arithTime(op, a, b); ok {
		return result, left, right, true
	}
	if !a.Numeric() && !b.Numeric() {
		return TInvalid, TInvalid, TInvalid, false
	}
	a, oka := AsNumber(a)
	b, okb := AsNumber(b)
	if !oka || !okb {
		return TInvalid, TInvalid, TInvalid, false
	}
	switch t := commonNumber(a, b); {
	case t.Kind == Float, t.Kind == Integer && op == Div:
		return TFloat, TFloat, TFloat, true
	case t.Kind == Integer:
		return TInteger, TInteger, TInteger, true
	}
	a, b = toDecimal(a), toDecimal(b)
	return arithDecimal(op, a, b), a, b, true
}

// nullBeside is what NULL counts as beside t: t, except that ts ± NULL is a TIMESTAMP like ts ± INTERVAL.
func nullBeside(op Op, t Type) Type {
	switch {
	case t.Temporal() && (op == Add || op == Sub):
		return TInterval
	case (t.Kind == Interval || t.Kind == YearMonth) && op == Mul:
		return TInteger
	}
	return t
}

// arithTime is Arith where points in time and spans of time keep their meaning.
func arithTime(op Op, a, b Type) (result, left, right Type, ok bool) {
	point := func(t Type) bool { return t.Temporal() }
	span := func(t Type) bool { return t.Kind == Interval }
	if a.Kind == YearMonth || b.Kind == YearMonth {
		return arithMonths(op, a, b)
	}
	switch {
	case point(a) && point(b) && op == Sub:
		return TInterval, TTimestamp, TTimestamp, true
	case point(a) && span(b) && (op == Add || op == Sub):
		return TTimestamp, TTimestamp, TInterval, true
	case span(a) && point(b) && op == Add:
		return TTimestamp, TInterval, TTimestamp, true
	case span(a) && span(b) && (op == Add || op == Sub || op == Mod):
		return TInterval, TInterval, TInterval, true
	case span(a) && span(b) && op == Div:
		return TFloat, TFloat, TFloat, true
	case span(a) && b.Numeric() && op == Mul:
		return TInterval, TInterval, factor(b), true
	case a.Numeric() && span(b) && op == Mul:
		return TInterval, factor(a), TInterval, true
	}
	return TInvalid, TInvalid, TInvalid, false
}

// arithMonths is Arith where an operand is an INTERVAL YEAR TO MONTH.
func arithMonths(op Op, a, b Type) (result, left, right Type, ok bool) {
	switch {
	case a.Kind == YearMonth && b.Kind == YearMonth && (op == Add || op == Sub):
		return TYearMonth, TYearMonth, TYearMonth, true
	case a.Temporal() && (op == Add || op == Sub):
		return a, a, TYearMonth, true
	case b.Temporal() && op == Add:
		return b, TYearMonth, b, true
	case b.Kind == Integer && op == Mul:
		return TYearMonth, TYearMonth, TInteger, true
	case a.Kind == Integer && op == Mul:
		return TYearMonth, TInteger, TYearMonth, true
	}
	return TInvalid, TInvalid, TInvalid, false
}

// factor is what a number converts to when it multiplies an INTERVAL.
func factor(t Type) Type {
	if t.Kind == Integer {
		return TInteger
	}
	return TFloat
}

// arithDecimal is the type of DECIMAL arithmetic. As long as 38 digits suffice, no result of these types can overflow.
func arithDecimal(op Op, a, b Type) Type {
	wholeA, wholeB := a.Precision-a.Scale, b.Precision-b.Scale
	scale := max(a.Scale, b.Scale)
	switch op {
	case Mul:
		return limited(wholeA+wholeB, a.Scale+b.Scale, scale)
	case Div:
		return limited(wholeA+b.Scale, scale+4, scale)
	case Mod:
		return TDecimal(max(1, min(wholeA, wholeB)+scale), scale)
	}
	return TDecimal(min(max(wholeA, wholeB)+scale+1, MaxPrecision), scale)
}

// limited is DECIMAL(whole+scale, scale), cut to 38 digits. The scale gives way, but not below keep, while fewer than
// MinWholeDigits would remain before the point.
func limited(whole, scale, keep int) Type {
	if whole+scale > MaxPrecision {
		room := MaxPrecision - min(whole, MinWholeDigits)
		scale = min(scale, max(room, keep))
	}
	return TDecimal(max(1, min(whole+scale, MaxPrecision)), scale)
}

// Negate is the type of -x and what the operand converts to.
func Negate(t Type) (Type, bool) {
	if t.Kind == Interval || t.Kind == YearMonth {
		return t, true
	}
	return AsNumber(t)
}
