// Package console prints rows to standard output: as they are (JSON lines, CSV), or as an aligned table for people.
//
// In: encoded rows; for tables CSV with commas and double quotes, an empty cell being NULL and "" the empty string. Out: bytes on
// standard output. When its reader goes away (veloc … | head), Write returns ErrReaderGone and the job ends without a message.
//
// Forbidden here: goroutines, the wall clock (a Clock is passed in), writing anything but rows to standard output.
package console
