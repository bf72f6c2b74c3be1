// Package json reads and writes rows as JSON lines: the steps of generated decoders, the scanner that they fall back to when a row
// does not look as expected, and the writers of generated encoders.
//
// In: chunks whose rows end with '\n'. Out: values, views, and row errors that name the column and what stands there. The
// fallback accepts exactly what encoding/json accepts, but for text that is not valid UTF-8, which is an error here (the fuzz
// tests hold both against each other); the generated fast path accepts only rows that the fallback would accept.
package json
