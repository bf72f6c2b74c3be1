// Package fast holds the low-level pieces that the hand-written benchmark programs share: a mapped
// input cut into blocks, workers with an ordered hand-over, eight-byte scans and number parsers, a
// key table, the checked slow path for irregular JSON lines, and formatting.
//
// What comes in: files of JSON lines with the nine trade fields. What goes out: rows of the fast
// path, which each program spells out itself for the columns it needs, and bytes for its output.
// Forbidden here: importing veloc's compiler or runtime. The programs are what veloc is measured
// against, so they share nothing with it, not even a mistake.
//
// # Padding contract
//
// Scans load eight bytes at a time and may read up to 32 bytes behind the end of a block. [Open] keeps
// a readable, zero-filled page behind the file, and [Slow] pads the strings that it unescapes. A zero
// byte ends every scan: it is a control character for [Stop] and no digit for [NonDigit].
//
// # What a row may look like
//
//   - a missing key and a null are NULL; of two equal keys the last counts; unknown keys are skipped
//   - DECIMAL(18,4) reads JSON numbers (and numbers in strings), rounds half away from zero at the
//     fifth decimal, and rejects values of more than 14 integer digits
//   - INTEGER reads JSON integers that fit int64; TIMESTAMP reads epoch milliseconds
//   - a line that is no JSON object, or has a value of another type in a column that the query uses,
//     is rejected and counted; lines of white space are skipped
package fast
