// Package lsp is the language server: it tells editors over the Language Server Protocol what the compiler knows of a SQL file.
//
// In: JSON-RPC messages of an editor, on a stream. Out: diagnostics with their fixes, hovers, completions, declarations, formatted
// text, tokens by meaning, outlines. Documents are read from the editor, never from disk; what they name (configuration, schema files,
// the lock file, samples) is read from disk as the compiler does, and nothing is written.
//
// Forbidden here: knowledge of SQL. Names, types and documentation come from binding and from the registries.
package lsp
