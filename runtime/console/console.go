package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	rt "github.com/velostream/veloc/runtime"
)

// Format is how rows are printed.
type Format string

const (
	// JSONLines prints the encoded rows as they are, which may be other lines than JSON.
	JSONLines Format = "jsonlines"
	// CSV prints a line with the column names and the encoded rows as they are.
	CSV Format = "csv"
	// Table prints an aligned table of rows that are encoded as CSV.
	Table Format = "table"
)

// ErrReaderGone means that nobody reads standard output any more. The job should end, and has not failed.
const ErrReaderGone = rt.ErrReaderGone

// Column describes a column of the output.
type Column struct {
	Name    string
	Numeric bool // tables align it to the right and never cut it
}

// Options describes a console sink. Clock is required for tables.
type Options struct {
	Format  Format
	Columns []Column // for CSV and Table
	Clock   rt.Clock

	Out   io.Writer // nil: standard output
	Width int       // columns of the terminal; 0: ask standard output if it is one, else rows may be of any width
	Color bool      // NULL is printed faint, headers bold; without, NULL is an empty cell
}

// Sink prints rows. It implements rt.Sink. Every Write goes out at once, so that a live stream is seen as it comes; only tables wait,
// for the first second or thousand rows, to find good column widths.
type Sink struct {
	opt   Options
	out   io.Writer
	own   *os.File // duplicate of standard output, to close
	table *table
	err   error
}

var _ rt.Sink = (*Sink)(nil)

// NewSink prepares a sink.
func NewSink(o Options) *Sink {
	if o.Format == Table && o.Clock == nil {
		panic("bug: console.Options for a table without a clock")
	}
	return &Sink{opt: o}
}

// Open finds standard output and prints the CSV header.
func (s *Sink) Open(context.Context) error {
	s.out = s.opt.Out
	width := func() int { return s.opt.Width }
	if s.out == nil {
		own, err := ownHandle(os.Stdout)
		if err != nil {
			return fmt.Errorf("cannot write to standard output: %w", err)
		}
		s.out, s.own = own, own
		if s.opt.Width == 0 {
			width = func() int { return terminalWidth(own) }
		}
	}
	switch s.opt.Format {
	case JSONLines:
	case CSV:
		if len(s.opt.Columns) > 0 {
			return s.print([]byte(csvHeader(s.opt.Columns)))
		}
	case Table:
		s.table = newTable(s.opt, width)
	default:
		return fmt.Errorf("output format %q: expected jsonlines, csv or table", s.opt.Format)
	}
	return nil
}

func csvHeader(cols []Column) string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
		if strings.ContainsAny(c.Name, ",\"\r\n") || c.Name == "" {
			names[i] = `"` + strings.ReplaceAll(c.Name, `"`, `""`) + `"`
		}
	}
	return strings.Join(names, ",") + "\n"
}

// print writes b out. The first error stays.
func (s *Sink) print(b []byte) error {
	if s.err != nil || len(b) == 0 {
		return s.err
	}
	if _, err := s.out.Write(b); errors.Is(err, syscall.EPIPE) {
		s.err = ErrReaderGone
	} else if err != nil {
		s.err = fmt.Errorf("cannot write to standard output: %w", err)
	}
	return s.err
}

// Write prints the rows of o.
func (s *Sink) Write(_ context.Context, o *rt.Output) error {
	if s.table == nil {
		return s.print(o.Buf)
	}
	return s.print(s.table.add(o.Buf, o.Rows))
}

// Flush prints a table's rows that have waited for long enough.
func (s *Sink) Flush(context.Context) error {
	if s.table == nil || !s.table.due() {
		return s.err
	}
	return s.print(s.table.format())
}

// Close prints what is left, also of a job that fails: rows on a terminal are no file that could be half-written.
func (s *Sink) Close(context.Context, bool) error {
	if s.table != nil {
		s.print(s.table.finish())
		s.table = nil
	}
	if s.own != nil {
		if s.own != os.Stdout {
			s.own.Close()
		}
		s.own = nil
	}
	return s.err
}
