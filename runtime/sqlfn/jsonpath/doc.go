// Package jsonpath holds the SQL functions that look into JSON text.
//
// In: JSON text (RFC 8259), and paths, compiled once when the program starts. Out: parts of the text, as views of it wherever they need no unescaping.
// Text that is no JSON has no parts, as far as it was looked at: a path is followed, and what stands behind its goal is not read.
//
// Forbidden here: decoding into maps, allocation per call.
package jsonpath
