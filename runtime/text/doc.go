// Package text reads and writes rows as text: cursors over chunks, number parsers and writers that work on eight bytes at once,
// and the arena for text that must be unescaped.
//
// In: memory that keeps the padding contract of rt.Chunk. Out: int64 mantissas, views, bytes. All unsafe loads of the project's
// hot path are here and in the packages below; each is a few lines, fuzzed against the standard library, and small enough to be
// inlined. The word-at-a-time tricks are from Hacker's Delight (H. Warren) and from D. Lemire's work on parsing.
//
// Forbidden here: types of SQL, allocation per row.
package text
