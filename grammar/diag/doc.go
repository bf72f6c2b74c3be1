// Package diag describes what is wrong with a user's SQL and shows it.
//
// In come spans and facts, through one constructor per kind of mistake (one
// file per family: syntax.go, names.go, …); out come [Diagnostic] values,
// gathered in a [List], and their renderings: text with carets for people,
// JSON lines, SARIF and GitHub annotations for tools. Every code has a page,
// codes/VLxxxx.md, with prose, an example that fails and one that compiles.
//
// Forbidden here: knowledge of how a mistake was found, and message text at
// call sites. Whoever detects a mistake calls a constructor.
package diag
