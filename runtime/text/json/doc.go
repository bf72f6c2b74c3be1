// Package json reads and writes rows as JSON lines: the steps of generated decoders, what they fall back to when a row
// does not look as expected, and the writers of generated encoders.
//
// In: chunks whose rows end with '\n'. Out: values, views, and row errors that name the column and what stands there. A decoder
// goes through a row in steps, one for each key in the order in which keys were first seen; a [Finder] finds the step for any other key, so that
// keys in another order, missing, unknown, spaced or escaped cost a look into a table; the [Scanner] reads what is left: rows with values in unusual forms,
// and rows with errors, from their beginning. The scanner accepts exactly what encoding/json accepts, but for text that is not valid UTF-8,
// which is an error here (the fuzz tests hold both against each other); steps and finder accept only rows that the scanner would accept.
package json
