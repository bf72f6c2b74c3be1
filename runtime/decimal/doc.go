// Package decimal is exact arithmetic on DECIMAL(precision, scale) values. A value is an integer mantissa; the scale, how many of
// its digits follow the point, is known when a job is compiled and passed where it is needed. Up to 18 digits are an int64, up
// to 38 an Int128. Because result types grow by the rules of compiler/types, most operations cannot overflow and are plain Go
// operators in generated code; what can fail returns an error that names the value and the type.
//
// In: mantissas and constant scales, or text. Out: mantissas, text appended to a buffer.
//
// Forbidden here: math/big (the tests use it as their oracle), floating-point shortcuts, allocation except for errors.
package decimal
