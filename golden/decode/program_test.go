package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	csvjob "github.com/velostream/veloc/golden/all_types_csv/gen"
	jsonjob "github.com/velostream/veloc/golden/all_types_json/gen"
	rt "github.com/velostream/veloc/runtime"
)

// kind is a column's type.
type kind uint8

const (
	integer kind = iota
	float
	exact // DECIMAL
	str
	boolean
	timestamp
	date
	unread
)

// column is a column of the source, in the order of its declaration.
type column struct {
	name, out        string
	kind             kind
	notNull          bool
	precision, scale int
}

var columns = []column{
	{name: "i", kind: integer}, {name: "i0", kind: integer, notNull: true}, {name: "unread_text", kind: unread},
	{name: "f", kind: float}, {name: "f0", kind: float, notNull: true},
	{name: "n", kind: exact, precision: 5, scale: 2}, {name: "n0", kind: exact, precision: 12, scale: 4, notNull: true}, {name: "unread_number", kind: unread},
	{name: "w", kind: exact, precision: 30, scale: 6}, {name: "w0", kind: exact, precision: 38, notNull: true},
	{name: "s", kind: str}, {name: "s0", kind: str, notNull: true}, {name: "b", kind: boolean}, {name: "b0", kind: boolean, notNull: true},
	{name: "t", kind: timestamp}, {name: "t0", kind: timestamp, notNull: true}, {name: "d", kind: date}, {name: "d0", kind: date, notNull: true},
	{name: `an "odd" key`, out: "odd", kind: str},
}

func (c *column) output() string {
	if c.out != "" {
		return c.out
	}
	return c.name
}

// program is a generated task without an engine around it.
type program struct {
	task rt.Mergeable
	buf  []byte
}

func newProgram(t testing.TB, job *rt.Job) *program {
	t.Helper()
	task, err := job.Pipelines[0].Task(&rt.Env{})
	if err != nil {
		t.Fatal(err)
	}
	return &program{task: task.(rt.Mergeable)}
}

func jsonProgram(t testing.TB) *program { return newProgram(t, jsonjob.New()) }
func csvProgram(t testing.TB) *program  { return newProgram(t, csvjob.New()) }

// run feeds rows, the last of which is ended by a newline, as one chunk. junk fills the padding: what stands there must not matter. It
// returns the lines written, and the rejected rows by their index.
func (p *program) run(t testing.TB, rows string, junk byte) (written []string, rejected map[int64]rt.Reject) {
	t.Helper()
	p.buf = append(p.buf[:0], rows...)
	p.buf = append(p.buf, bytes.Repeat([]byte{junk}, rt.Pad)...)
	data := p.buf[:len(rows)]
	tally := p.task.Tally()
	*tally = rt.Tally{KeepReject: math.MaxInt}
	c := &rt.Chunk{Data: data, Line: 1, File: "in", Others: math.MaxInt64}
	if err := p.task.Process(c); err != nil {
		t.Fatalf("%.700q: %v", rows, err)
	}
	if string(data) != rows {
		t.Fatalf("the decoder changed its input %q", rows)
	}
	out := p.task.Outputs()[0]
	written = lines(string(out.Buf))
	if int64(len(written)) != out.Rows || tally.Out != out.Rows {
		t.Fatalf("%.700q: %d lines, %d rows, counted %d", rows, len(written), out.Rows, tally.Out)
	}
	out.Reset()
	rejected = map[int64]rt.Reject{}
	for _, r := range tally.Rejects {
		if _, ok := r.Err.(*rt.RowError); !ok || rejected[r.Row].Err != nil {
			t.Fatalf("%.700q: row %d is rejected twice, or with %T", rows, r.Row, r.Err)
		}
		rejected[r.Row] = r
	}
	if tally.In != tally.Out+tally.Rejected {
		t.Fatalf("%.700q: %d rows read, %d written and %d rejected", rows, tally.In, tally.Out, tally.Rejected)
	}
	if int64(len(rejected)) != tally.Rejected {
		t.Fatalf("%.700q: %d rejected rows kept, %d counted", rows, len(rejected), tally.Rejected)
	}
	return written, rejected
}

// want is what a row must give: one value per column, nil for NULL and for columns that are not read; or why it must be rejected.
type want struct {
	blank  bool
	values []any // int64, float64, *big.Rat, string, bool; time.Time for TIMESTAMP and DATE
	reject string
}

func reject(format string, args ...any) want { return want{reject: fmt.Sprintf(format, args...)} }

// compare runs rows and reports the first row that is not as it must be.
func (p *program) compare(t testing.TB, rows string, wants []want) {
	t.Helper()
	written, rejected := p.run(t, rows, '"')
	for i, w := range wants {
		r, refused := rejected[int64(i)]
		switch {
		case w.blank:
			if refused {
				t.Fatalf("%.700q: row %d is blank and was rejected: %v", rows, i, r.Err)
			}
			continue
		case w.reject != "":
			if !refused {
				t.Fatalf("%.700q: row %d must be rejected (%s), but was accepted: %s", rows, i, w.reject, first(written))
			}
			continue
		case refused:
			t.Fatalf("%.700q: row %d was rejected: %v", rows, i, r.Err)
		case len(written) == 0:
			t.Fatalf("%.700q: row %d is missing", rows, i)
		}
		if err := same(written[0], w.values); err != nil {
			t.Fatalf("%.700q: row %d: %v\n%s", rows, i, err, written[0])
		}
		written = written[1:]
	}
	if len(written) > 0 {
		t.Fatalf("%.700q: rows too many: %s", rows, written)
	}
	again, refused := p.run(t, rows, 0)
	if len(again) != len(wants)-blanks(wants)-len(rejected) || len(refused) != len(rejected) {
		t.Fatalf("%.700q: what stands behind the rows matters", rows)
	}
}

func blanks(ws []want) (n int) {
	for _, w := range ws {
		if w.blank {
			n++
		}
	}
	return n
}

func first(s []string) string {
	if len(s) == 0 {
		return "(and nothing was written)"
	}
	return s[0]
}

// same compares a line of output with the values that it must have.
func same(line string, values []any) error {
	got := map[string]any{}
	d := json.NewDecoder(bytes.NewReader([]byte(line)))
	d.UseNumber()
	if err := d.Decode(&got); err != nil {
		return fmt.Errorf("the output is no JSON: %w", err)
	}
	for i, v := range values {
		c := &columns[i]
		if c.kind == unread {
			continue
		}
		have, ok := got[c.output()]
		if !ok {
			return fmt.Errorf("column %s is missing", c.name)
		}
		if text := shown(have); text != written(c, v) {
			return fmt.Errorf("column %s is %s, want %s", c.name, text, written(c, v))
		}
	}
	return nil
}

func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return strconv.Quote(v)
	}
	return fmt.Sprint(v)
}

// written is how a value must be written, as shown shows it.
func written(c *column, v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case *big.Rat:
		return v.FloatString(c.scale)
	case float64:
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(b)
	case string:
		return strconv.Quote(v)
	case time.Time:
		if c.kind == date {
			return strconv.Quote(v.Format("2006-01-02"))
		}
		return strconv.Quote(v.Format("2006-01-02T15:04:05.000Z"))
	}
	return fmt.Sprint(v)
}

// lines cuts text into lines without their newlines.
func lines(s string) (out []string) {
	for l := range strings.Lines(s) {
		out = append(out, strings.TrimSuffix(l, "\n"))
	}
	return out
}
