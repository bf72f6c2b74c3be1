package json

import (
	"encoding/base64"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// The functions in this file append one value to a buffer, quotes included. They serve values within arrays and objects, whose number is not
// known when room for a row is reserved.

// AppendText appends a string.
func AppendText(b []byte, s string) []byte {
	o, b := text.Reserve(b, TextMax(s))
	return Text(o, s).Done(b)
}

// AppendFloat appends a FLOAT; NaN and the infinities, which JSON cannot say, become null.
func AppendFloat(b []byte, v float64) []byte {
	o, b := text.Reserve(b, text.FloatMax)
	return Number(o, v).Done(b)
}

// timeMax is more than any date, time or span needs, quotes included.
const timeMax = 64

// AppendDate appends days since 1970.
func AppendDate(b []byte, days int64) []byte {
	o, b := text.Reserve(b, timeMax)
	return o.Byte('"').Date(days).Byte('"').Done(b)
}

// AppendTimestamp appends ns since 1970, to the millisecond.
func AppendTimestamp(b []byte, ns int64) []byte {
	o, b := text.Reserve(b, timeMax)
	return o.Byte('"').Timestamp(ns).Byte('"').Done(b)
}

// AppendTime appends ns since midnight.
func AppendTime(b []byte, ns int64) []byte {
	o, b := text.Reserve(b, timeMax)
	return o.Byte('"').Clock(ns).Byte('"').Done(b)
}

// AppendSpan appends a span of time.
func AppendSpan(b []byte, ns int64) []byte {
	o, b := text.Reserve(b, timeMax)
	return o.Byte('"').Span(ns).Byte('"').Done(b)
}

// AppendMonths appends a span of months.
func AppendMonths(b []byte, months int64) []byte {
	o, b := text.Reserve(b, timeMax)
	return o.Byte('"').Months(months).Byte('"').Done(b)
}

// AppendPattern appends ns since 1970 in a compiled form.
func AppendPattern(b []byte, f interface {
	Append(b []byte, ns int64) []byte
}, ns int64) []byte {
	return append(f.Append(append(b, '"'), ns), '"')
}

// AppendUUID appends a UUID.
func AppendUUID(b []byte, u rt.UUID) []byte { return append(u.Append(append(b, '"')), '"') }

// AppendBytes appends BYTES in base64.
func AppendBytes(b []byte, s string) []byte {
	b = base64.StdEncoding.AppendEncode(append(b, '"'), unsafe.Slice(unsafe.StringData(s), len(s)))
	return append(b, '"')
}

// AppendDecimal appends a DECIMAL of up to 18 digits as a string.
func AppendDecimal(b []byte, m int64, scale int) []byte {
	return append(decimal.Append(append(b, '"'), m, scale), '"')
}

// AppendDecimalWide appends a DECIMAL of up to 38 digits as a string.
func AppendDecimalWide(b []byte, m decimal.Int128, scale int) []byte {
	return append(m.Append(append(b, '"'), scale), '"')
}
