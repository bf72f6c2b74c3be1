package csv_test

import (
	gocsv "encoding/csv"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/sqlfn"
	"github.com/velostream/veloc/runtime/text"
	"github.com/velostream/veloc/runtime/text/csv"
)

// chunk is rows as a source delivers them: ended by a newline, with padding behind.
func chunk(rows string) *rt.Chunk {
	return &rt.Chunk{Data: append([]byte(rows+"\n"), strings.Repeat(`"`, rt.Pad)...)[:len(rows)+1]}
}

// read is a decoder of rows of three cells, as it is generated: an INTEGER NOT NULL, a STRING, and one of the type that kind names. It
// returns what the first row holds, and what stands behind it.
func read(rows, kind string) (shown, rest string, err error) {
	c := chunk(rows)
	k := &csv.Scanner{Arena: &text.Arena{}, Delim: ','}
	k.Within(c)
	begin, _ := text.Bounds(c)
	k.Begin(begin)
	k.Cell("i")
	k.Required()
	i := k.Int()
	k.Cell("s")
	s := k.Text()
	k.Cell("v")
	v := value(k, kind)
	end, err := k.End(3)
	if s.Valid {
		s.V = fmt.Sprintf("%q", s.V)
	} else {
		s.V = "NULL"
	}
	return fmt.Sprintf("%d %s %s", i.V, s.V, v), string(c.Data[end.In(c):]), err
}

func shown[T any](v rt.Null[T]) string {
	if !v.Valid {
		return "NULL"
	}
	return fmt.Sprint(v.V)
}

func value(k *csv.Scanner, kind string) string {
	switch kind {
	case "INTEGER":
		return shown(k.Int())
	case "FLOAT":
		return shown(k.Float())
	case "DECIMAL(5,2)":
		return shown(k.Fixed(5, 2))
	case "DECIMAL(30,6)":
		return shown(k.Wide(30, 6))
	case "BOOLEAN":
		return shown(k.Bool(sqlfn.CastStringToBoolean))
	case "DATE":
		return shown(k.Time(sqlfn.DateFromMillis, sqlfn.ParseDate))
	}
	return shown(k.Text())
}

// What a reader of a log or of a dead-letter file is told.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ in, kind, want string }{
		{"", "", "blank line"},
		{"\r", "", "blank line"},
		{"1", "", "column s: the row ends after 1 columns, before this one [VR0120]"},
		{"1,a", "", "column v: the row ends after 2 columns, before this one [VR0120]"},
		{"1,a,b,c", "", "the row has 4 columns, expected 3 [VR0120]"},
		{"1,a,b,\"c\nd\",", "", "the row has 5 columns, expected 3 [VR0120]"},
		{",a,b", "", "column i: the column is NOT NULL but the cell is empty [VR0104]"},
		{"x,a,b", "", "column i: expected an INTEGER, found `x` [VR0102]"},
		{"1.5,a,b", "", "column i: expected an INTEGER, found `1.5` [VR0102]"},
		{"9223372036854775808,a,b", "", "column i: `9223372036854775808` does not fit an INTEGER (64 bits) [VR0103]"},
		{`"",a,b`, "", "column i: expected an INTEGER, found `` [VR0102]"},
		{`1,"a"b,c`, "", "column s: characters stand between the closing quote of the cell and the next delimiter; quotes within a quoted cell must be doubled [VR0121]"},
		{`1,"a" ,c`, "", "column s: characters stand between the closing quote of the cell and the next delimiter; quotes within a quoted cell must be doubled [VR0121]"},
		{`1,"a,c`, "", "column s: the quote that opens the cell is never closed [VR0122]"},
		{`1,a,"b""`, "", "column v: the quote that opens the cell is never closed [VR0122]"},
		{"1,a,x", "FLOAT", "column v: expected a number, found `x` [VR0102]"},
		{"1,a,NaN", "FLOAT", "column v: expected a number, found `NaN` [VR0102]"},
		{"1,a,0x10", "FLOAT", "column v: expected a number, found `0x10` [VR0102]"},
		{"1,a,-1e999", "FLOAT", "column v: `-1e999` does not fit a FLOAT [VR0103]"},
		{"1,a,1000", "DECIMAL(5,2)", "column v: 1000 does not fit DECIMAL(5,2) [VR0103]"},
		{"1,a,0.125", "DECIMAL(5,2)", "column v: 0.125 has more than 2 digits after the point, which DECIMAL(5,2) cannot hold [VR0102]"},
		{"1,a,1e30", "DECIMAL(30,6)", "column v: 1e30 does not fit DECIMAL(30,6) [VR0103]"},
		{"1,a,maybe", "BOOLEAN", "column v: expected true or false, found `maybe` [VR0102]"},
		{"1,a,2026-02-30", "DATE", "column v: '2026-02-30' is not a DATE (expected a form such as 2026-01-31) [VR0102]"},
		{"1,a,99999999999999999", "DATE", "column v: 99999999999999999 milliseconds since 1970 are out of range of DATE, which covers the years 0000 to 9999 [VR0103]"},
		{strings.Repeat("é", 30) + ",a,b", "", "column i: expected an INTEGER, found `" + strings.Repeat("é", 20) + "…` [VR0102]"},
		{"\xff\xfe,a,b", "", "column i: expected an INTEGER, found `�` [VR0102]"},
	} {
		got, _, err := read(c.in, c.kind)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.60q gives %s and the error\n%v, want\n%v", c.in, got, err, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	for _, c := range []struct{ in, kind, want string }{
		{"1,a,b", "", `1 "a" b`},
		{"1,a,b\r", "", `1 "a" b`},
		{" +1 ,,", "", "1 NULL NULL"},
		{`"-1","",""`, "", `-1 "" `},
		{"1,5\" disk,a\rb", "", "1 \"5\\\" disk\" a\rb"},
		{"1,\"two\r\nlines, \"\"quoted\"\"\",\t", "", "1 \"two\\r\\nlines, \\\"quoted\\\"\" \t"},
		{"1, a ,.5", "FLOAT", `1 " a " 0.5`},
		{"1,a, -1e2 ", "FLOAT", `1 "a" -100`},
		{"1,a, 1e2 ", "DECIMAL(5,2)", `1 "a" 10000`},
		{"1,a,-0.000001", "DECIMAL(30,6)", `1 "a" {-1 18446744073709551615}`},
		{"1,a, Yes", "BOOLEAN", `1 "a" true`},
		{"1,a, 1970-01-02 ", "DATE", `1 "a" 1`},
		{"1,a,-1", "DATE", `1 "a" -1`},
	} {
		for _, more := range []string{"", "2,x,y\n"} {
			rows := strings.TrimSuffix(c.in+"\n"+more, "\n")
			got, rest, err := read(rows, c.kind)
			if got != c.want || err != nil || rest != more {
				t.Errorf("%q gives %s, %v and leaves %q; want %s", c.in, got, err, rest, c.want)
			}
		}
	}
}

// A row that fails does not take the next one with it.
func TestRowsAfterErrors(t *testing.T) {
	const next = "2,x,y\n"
	for _, in := range []string{"", "1", "1,2,3,4", "x,a,b", `1,"a"b,c`, "1,\"a\n\"b\",c", ",,,,,,\"\n\"", `"`} {
		_, rest, err := read(in+"\n"+strings.TrimSuffix(next, "\n"), "")
		want := next
		if in == `"` {
			want = "" // the quote is open until the end
		}
		if err == nil || rest != want {
			t.Errorf("%q: %v, leaves %q", in, err, rest)
		}
	}
}

// Errors hold no views of the row: they are read after the chunk's memory has been used again.
func TestErrorsHoldNoViews(t *testing.T) {
	c := chunk("maybe")
	k := &csv.Scanner{Arena: &text.Arena{}, Delim: ','}
	k.Within(c)
	begin, _ := text.Bounds(c)
	k.Begin(begin)
	k.Cell("b")
	k.Bool(sqlfn.CastStringToBoolean)
	_, err := k.End(1)
	for i := range c.Data {
		c.Data[i] = 'X'
	}
	if e := err.(*rt.RowError); e.Column != "b" || e.Value != "maybe" || e.Msg != "expected true or false, found `maybe`" {
		t.Errorf("%+v", e)
	}
}

// The marks of a word are those of its bytes, up to the first one.
func TestStop(t *testing.T) {
	for _, delim := range []byte{',', ';', '\t', '|', 0x1f, ' ', '~'} {
		for i := range 8 {
			for b := range 256 {
				for _, around := range []byte{'a', 0x20, 0x2b, 0x2d, 0x7f, 0x80, 0xff} {
					var word [8]byte
					for j := range word {
						word[j] = around
					}
					word[i] = byte(b)
					var w uint64
					want := 8
					for j := 7; j >= 0; j-- {
						w = w<<8 | uint64(word[j])
						if word[j] == delim || word[j] < 0x20 {
							want = j
						}
					}
					if got := int(text.First(csv.Stop(w, text.Splat(delim)))); got != want {
						t.Fatalf("Stop(%q, %q) marks byte %d, want %d", word, delim, got, want)
					}
				}
			}
		}
	}
}

// What is written as a row is read by encoding/csv, and by the scanner, as what it was, whatever the delimiter.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", " a", "a ", "a,b", `"`, `a"b`, `""`, "a\nb", "a\r\nb", "\r", "\t", "é", "\xff", `\.`, "1;2|3"} {
		f.Add(s, "x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, delim := range []byte{',', ';', '\t', '|'} {
			o, buf := text.Reserve(nil, csv.TextMax(a)+csv.TextMax(b)+1)
			o = csv.Text(o, a, delim).Byte(delim)
			row := string(csv.Text(o, b, delim).Done(buf))
			c := chunk(row)
			k := &csv.Scanner{Arena: &text.Arena{}, Delim: delim}
			k.Within(c)
			begin, _ := text.Bounds(c)
			k.Begin(begin)
			k.Cell("a")
			gotA := k.Text()
			k.Cell("b")
			gotB := k.Text()
			end, err := k.End(2)
			if err != nil || gotA != rt.Some(a) || gotB != rt.Some(b) || end.In(c) != len(c.Data) {
				t.Errorf("%q, %q are written as %q and read as %v, %v, %v", a, b, row, gotA, gotB, err)
			}
			if strings.Contains(row, "\r") || !utf8.ValidString(row) {
				continue // encoding/csv drops \r before \n
			}
			d := gocsv.NewReader(strings.NewReader(row))
			d.Comma = rune(delim)
			if cells, err := d.Read(); err != nil || len(cells) != 2 || cells[0] != a || cells[1] != b {
				t.Errorf("%q, %q are written as %q and read by encoding/csv as %q, %v", a, b, row, cells, err)
			}
		}
	})
}
