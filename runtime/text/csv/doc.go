// Package csv reads and writes rows as delimited text: the steps of generated decoders, the scanner that they fall back to for
// quotes and errors, and the writers of generated encoders.
//
// In: chunks of whole rows. A cell in double quotes may hold delimiters, newlines and doubled quotes; a quote elsewhere is an
// ordinary character. An empty cell is NULL, "" is the empty text. Bytes are passed through as they are: CSV has no encoding of
// its own to check. Out: values, views, and row errors that name the column and what stands there.
package csv
