// Package file reads rows from files and standard input, and writes them to files.
//
// In: a path, a pattern or "-"; the framing of rows (lines, CSV with quoted newlines, a JSON array); optionally codecs for
// compressed content. Out: rt.Chunk, each a run of whole rows in file order, and for the sink a file that appears under its name
// when it is complete.
//
// Large regular files are mapped into memory and cut into blocks that workers take from a common counter; everything else (small
// files, pipes, compressed content, JSON arrays) is read in order under a lock, while the rows are decoded outside of it.
//
// What decoders can rely on, besides the contract of rt.Chunk:
//   - rows end with '\n'; a '\r' before it belongs to the row: JSON decoders see white space, CSV decoders must drop it;
//   - a byte order mark, skipped lines and the CSV header are never part of a chunk;
//   - CSV: a quote opens a quoted field only where a field starts, a doubled quote inside stands for one quote, and newlines
//     between the quotes belong to the field. Quotes elsewhere are plain characters for framing;
//   - JSON array: each element is one row without line breaks in it; elements may be anything, not only objects.
//
// A file that another process truncates while it is mapped makes reads of its missing pages fault. Poll answers such faults with an
// error; whoever scans chunks must call debug.SetPanicOnFault(true) in the goroutine, recover, and ask Source.Fault for the error.
//
// Forbidden here: goroutines, the wall clock (a Clock is passed in), and importing codecs: a job that reads no compressed file
// must not link them, so packages file/gzip and file/zstd each export a Codec that is passed in the options.
package file
