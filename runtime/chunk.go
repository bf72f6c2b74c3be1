package rt

import (
	"bytes"
	"math"
)

// Pad is how many bytes behind the end of Chunk.Data can be read (their values mean nothing). Scanners load whole words.
const Pad = 64

// Chunk is a run of whole encoded rows from one partition of one source, the unit of reading and of parallel work.
//
// Data is either empty or ends with '\n': every row is ended by one, and inside a row '\n' stands only within quoted CSV
// fields. That newline stops every scan, so scanners need no bounds check; Pad covers their over-reads.
type Chunk struct {
	Seq       int64         // place in the order of the source's chunks: 0, 1, 2, … without gaps
	Input     int           // place of the source among the inputs of the pipeline; the engine sets it
	Partition int32         // of the source; 0 where the source has only one
	Data      []byte        // rows
	Offset    int64         // files: byte offset of Data[0] in File, after decompression. Kafka: see Meta
	Line      int64         // files: number of the first line of Data (from 1), or 0 if unknown; see Source.Locate
	File      string        // files: path; else empty
	Meta      []Meta        // one per row for record-framed sources (Kafka); nil for files
	Odd       map[int64]Odd // record-framed sources: rows that stand in Data with other bytes than in their record, by index; mostly nil
	From      Position      // position of the first row; what a commit stores that wants the chunk read again
	Closed    int64         // event time up to which an earlier run had closed the windows of Partition's rows, ns; 0: unknown
	Unquoted  bool          // CSV: the source has seen that there is no double quote in Data; false tells nothing
	Next      Position      // where Partition is read on after this chunk: what a commit that includes the chunk stores (not of empty chunks)
	Lines     []int64       // line number of each row where newlines in Data do not tell (elements of a JSON array); else nil
	Ends      []Position    // position behind each row where bytes of Data do not tell (elements of a JSON array); else nil
	Numbered  bool          // positions are numbers of rows (generated data)
	Rejects   []Reject      // rows that the source refused itself (too long, quote never closed); they are not in Data
	Now       int64         // clock reading when the chunk was read, ns
	Others    int64         // watermark that all other active partitions, of all inputs, have reached, ns; MaxInt64 if there are none
	Until     int64         // Apply takes rows up to this head, ns; see Merging. MaxInt64 where the pipeline has one input
	Buf       []byte        // memory that the source may reuse for Data
	Release   func()        // if not nil, the engine calls it when the chunk's rows are no longer read
}

// LineOf is the line number of the row with index row, which starts at Data[offset], or 0 if the chunk does not know; then ask
// Source.Locate. It counts newlines in Data, so it is for rejected rows only, and while the chunk is not released.
func (c *Chunk) LineOf(row int64, offset int) int64 {
	switch {
	case int64(len(c.Lines)) > row && row >= 0:
		return c.Lines[row]
	case c.Line == 0 || len(c.Lines) > 0:
		return 0
	}
	return c.Line + int64(bytes.Count(c.Data[:offset], []byte{'\n'}))
}

// Behind is where Partition is read on behind the row that ends at Data[to]. It counts newlines where positions are not bytes: each row has
// one then. So it is for checkpoints, not for every row.
func (c *Chunk) Behind(to int) Position {
	rows := func() int { return bytes.Count(c.Data[:to], []byte{'\n'}) }
	switch {
	case c.Meta != nil:
		return Position(c.Meta[rows()-1].Offset + 1)
	case len(c.Ends) > 0:
		return c.Ends[rows()-1]
	case c.Numbered:
		return c.From + Position(rows())
	}
	return min(c.From+Position(to), c.Next) // the newline of the last row of a file may be the source's own
}

// Meta is what a record-framed source knows of a row besides its value.
type Meta struct {
	Offset  int64
	Time    int64 // event time that came with the record, else Stamp; ns
	Stamp   int64 // the record's own timestamp, ns
	Key     []byte
	Headers []Header
}

// Header is a record header.
type Header struct {
	Key   string
	Value []byte
}

// Watermark is how far event time has come for a row: the greatest event time of its partition minus the bound by which rows may be out of
// order, and no further than the others are.
func Watermark(max, bound, others int64) int64 {
	if max < math.MinInt64+bound {
		return math.MinInt64
	}
	return min(max-bound, others)
}

// Shift is a time moved by a distance; times beyond what a TIMESTAMP holds become its ends.
func Shift(t, by int64) int64 {
	switch s := t + by; {
	case by > 0 && s < t:
		return math.MaxInt64
	case by < 0 && s > t:
		return math.MinInt64
	default:
		return s
	}
}

// Odd is a record whose row in Chunk.Data is not its value byte for byte: its newlines became spaces (in JSON they are white space
// unless the row is wrong), or there is nothing but white space in it, or no value at all, and it stands as the row `null`, because a
// blank line would be no row.
type Odd struct {
	Value []byte // the record's value
	Null  bool   // a tombstone: the record has no value
}

// SetOdd notes that the row with index row is odd.
func (c *Chunk) SetOdd(row int64, o Odd) {
	if c.Odd == nil {
		c.Odd = map[int64]Odd{}
	}
	c.Odd[row] = o
}
