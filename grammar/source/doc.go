// Package source holds SQL text and positions in it.
//
// In comes a name and the text of one file; out go [File], [Pos] and [Span],
// which every later phase carries unchanged so that a diagnostic raised deep
// in the compiler still points at the exact characters of the user's SQL.
//
// Nothing here knows SQL, and nothing here reads files: the text is passed in.
// It is a leaf package and imports only the standard library.
package source
