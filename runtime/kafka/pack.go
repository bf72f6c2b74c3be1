package kafka

import (
	"bytes"
	"math"
	"unsafe"

	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// nullRow is the row of a record without a value.
const nullRow = "null"

// eventTime is the header in which a job hands a record's event time on, as decimal epoch milliseconds.
const eventTime = "_EVENT_TIME"

// pack copies the values of recs into c, each ended by a newline, and says in c.Meta where each comes from. It returns the bytes
// of the values, and gives the records' memory back (see recordPool). A row is always one line:
//
//   - a newline inside a value becomes a space. In legal JSON it is white space; inside a string it is an error either way, and the
//     reject shows the original, which c.Odd keeps;
//   - a record without a value (a tombstone), or with a blank one, is the row `null`, and c.Odd says which. A blank line would be
//     passed over in silence; this row is rejected, or understood as a deletion.
func (s *Source) pack(c *rt.Chunk, recs []*kgo.Record) int64 {
	buf := c.Buf[:0]
	if want := s.o.ChunkBytes + s.o.ChunkBytes/8 + rt.Pad; cap(buf) < want {
		buf = make([]byte, 0, want)
	}
	meta := c.Meta[:0]
	if cap(meta) < len(recs) {
		meta = make([]rt.Meta, 0, len(recs)+len(recs)/4)
	}
	meta = meta[:len(recs)]
	for i, r := range recs {
		v := r.Value
		if need := len(buf) + len(v) + len(nullRow) + 1 + rt.Pad; need > cap(buf) {
			buf = append(make([]byte, 0, 2*need), buf...)
		}
		at := len(buf)
		buf = append(buf, v...)
		if len(v) == 0 || v[0] <= ' ' && len(bytes.TrimSpace(v)) == 0 {
			buf = append(buf[:at], nullRow...)
			c.SetOdd(int64(i), rt.Odd{Value: v, Null: v == nil})
		} else if bytes.IndexByte(v, '\n') >= 0 {
			oneLine(buf[at:])
			c.SetOdd(int64(i), rt.Odd{Value: v})
		}
		buf = append(buf, '\n')
		m := &meta[i]
		stamp := r.Timestamp.UnixNano()
		m.Offset, m.Time, m.Stamp, m.Key, m.Headers = r.Offset, recordTime(r, stamp), stamp, nil, nil
		if s.o.NeedKeys {
			m.Key = r.Key
		}
		if s.o.NeedHeaders && len(r.Headers) > 0 {
			m.Headers = headersOf(r)
		}
		r.Recycle()
	}
	c.Data, c.Buf, c.Meta = buf, buf, meta
	return int64(len(buf) - len(recs))
}

func oneLine(row []byte) {
	for i, b := range row {
		if b == '\n' {
			row[i] = ' '
		}
	}
}

// recordTime is the record's event time: what the _EVENT_TIME header says, else the record's timestamp.
func recordTime(r *kgo.Record, stamp int64) int64 {
	for i := range r.Headers {
		if r.Headers[i].Key == eventTime {
			if ms, ok := parseMillis(r.Headers[i].Value); ok {
				return ms * 1e6
			}
		}
	}
	return stamp
}

// parseMillis reads a decimal number of milliseconds that fits into nanoseconds.
func parseMillis(b []byte) (int64, bool) {
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 13 {
		return 0, false
	}
	var n int64
	for _, d := range b {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = n*10 + int64(d-'0')
	}
	if n > math.MaxInt64/1_000_000 {
		return 0, false
	}
	if neg {
		n = -n
	}
	return n, true
}

// A Header of ours and of the client's are the same in memory; this line does not compile otherwise.
var _ = rt.Header(kgo.RecordHeader{})

// headersOf returns the record's headers without copying.
func headersOf(r *kgo.Record) []rt.Header {
	return unsafe.Slice((*rt.Header)(unsafe.Pointer(unsafe.SliceData(r.Headers))), len(r.Headers))
}
