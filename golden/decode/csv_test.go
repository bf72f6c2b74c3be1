package decode

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"
)

// cell is a cell of a CSV row.
type cell struct {
	text   string
	quoted bool // an empty cell is NULL, "" is the empty text
}

// record is a row of CSV, read in the most stupid way.
type record struct {
	cells []cell
	blank bool
	wrong string // why it is no row
}

// records cuts text into rows by the rules that the documentation states: a quote opens a quoted cell only at the cell's start, within it a doubled
// quote stands for one, and \n or \r\n ends the row everywhere else.
func records(text string) (out []record) {
	for len(text) > 0 {
		if n := lineEnd(text); n > 0 {
			out, text = append(out, record{blank: true}), text[n:]
			continue
		}
		var r record
		for more := true; more; {
			var c cell
			if strings.HasPrefix(text, `"`) {
				c, text = quotedCell(text, &r)
			}
			rest := 0
			for rest < len(text) && text[rest] != ',' && lineEnd(text[rest:]) == 0 {
				rest++
			}
			switch {
			case !c.quoted:
				c.text = text[:rest]
			case rest > 0 && r.wrong == "":
				r.wrong = "characters behind a quote"
			}
			r.cells, text = append(r.cells, c), text[rest:]
			n := lineEnd(text)
			if more = n == 0 && text != ""; more {
				n = 1
			}
			text = text[n:]
		}
		out = append(out, r)
	}
	return out
}

// lineEnd is the length of the line end at the start of s.
func lineEnd(s string) int {
	switch {
	case strings.HasPrefix(s, "\n"):
		return 1
	case strings.HasPrefix(s, "\r\n"):
		return 2
	}
	return 0
}

func quotedCell(s string, r *record) (c cell, rest string) {
	c.quoted = true
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
			c.text += s[i : i+1]
		case i+1 < len(s) && s[i+1] == '"':
			c.text += `"`
			i++
		default:
			return c, s[i+1:]
		}
	}
	r.wrong = "a quote is not closed"
	return c, ""
}

// csvWant is what a row must give.
func csvWant(r record) want {
	switch {
	case r.blank:
		return want{blank: true}
	case r.wrong != "":
		return reject("%s", r.wrong)
	case len(r.cells) != len(columns):
		return reject("%d cells", len(r.cells))
	}
	values := make([]any, len(columns))
	for i := range columns {
		c, ok := r.cells[i], true
		if columns[i].kind == unread || !c.quoted && c.text == "" {
			continue
		}
		if values[i], ok = csvValue(&columns[i], c.text); !ok {
			return reject("column %s cannot be %q", columns[i].name, c.text)
		}
		if s, text := values[i].(string); text {
			values[i] = string([]rune(s)) // encoding/json reads each byte that is no UTF-8 as U+FFFD
		}
	}
	return complete(values)
}

// checkCSV compares what the program makes of rows with what it must make.
func checkCSV(t testing.TB, p *program, rows string) {
	t.Helper()
	if !strings.HasSuffix(rows, "\n") {
		rows += "\n"
	}
	var wants []want
	for _, r := range records(rows) {
		wants = append(wants, csvWant(r))
	}
	agree(t, rows)
	p.compare(t, rows, wants)
}

// agree checks records against encoding/csv, which reads a part of what veloc reads: no quotes within cells without quotes, and it drops
// \r before \n within quotes.
func agree(t testing.TB, rows string) {
	t.Helper()
	if strings.Contains(rows, "\r") {
		return
	}
	d := csv.NewReader(strings.NewReader(rows))
	d.FieldsPerRecord = -1
	for _, r := range records(rows) {
		if r.blank {
			continue
		}
		cells, err := d.Read()
		if err == io.EOF {
			t.Fatalf("%.700q: encoding/csv reads fewer rows", rows)
		}
		if err != nil {
			if r.wrong == "" && !errors.Is(err, csv.ErrBareQuote) {
				t.Fatalf("%.700q: encoding/csv: %v", rows, err)
			}
			return // it does not go on behind an error
		}
		if len(cells) != len(r.cells) || r.wrong != "" {
			t.Fatalf("%.700q: encoding/csv has %d cells, veloc %d, %s", rows, len(cells), len(r.cells), r.wrong)
		}
		for i, c := range r.cells {
			if c.text != cells[i] {
				t.Fatalf("%.700q: encoding/csv reads %q, veloc %q", rows, cells[i], c.text)
			}
		}
	}
}

const regularCSV = `1,-2,x,1.5,-2e-3,12.34,-1.5,7,1.5,-1,plain,other,true,false,1700000000123,2026-01-31T23:59:59.5Z,2026-01-31,1969-12-31,x`

// csvCells are cells for any column: right for some, wrong for others.
var csvCells = []string{
	"", `""`, `"x"`, `"a ""b"" c"`, `""""`, `""""""`, `"a,b"`, "\"a\nb\"", "\"a\r\nb\"", "\"\n\"", `"x"y`, `"x" `, ` "x"`, `5" disk`, `a""b`, `"`, `"a`, `"a""`, `a"`,
	" ", " 1 ", "\t1", "1\t", "1\r", "\r", "a\rb", "a\x00b", "\x00", "\x1f", "\x7f", "é", "\xff", "\xef\xbb\xbf1", "12345678", "1234567", "12345678901234567890", "text that is longer than two words of memory",
	"+5", "007", "-0", "- 1", "--1", "1-", "1.", ".5", "-.5", "+.5e+1", "1e3", "1E3", "1e", "e1", "1e999", "-1e999", "inf", "Infinity", "NaN", "0x10", "0x1p-2", "1_000", "１",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "999.99", "999.994", "999.995", "1000", "-999.99", "0.001", "0.10", "1e2", "1e-2", "99999999.9999", "99999999.99990", "100000000",
	"99999999999999999999999999999999999999", "100000000000000000000000000000000000000", "123456789012345678901234.567891", "1e37", "1e38", "1e999999999", "0e999999999", "1e-999999999",
	"true", "TRUE", "t", "yes", "on", "1", "0", "no", "off", "F", "maybe", " true ", `"true"`, `"1"`, `" 1 "`, `"1.5"`, `"2026-01-31"`,
	"2026-01-31", "2026-02-30", "01/31/2026", "31-01-2026", " 2026-01-31", "2026-01-31 23:59", "2026-01-31T23:59:59.123456789+02:00", "1677-09-21T00:12:43Z", "2262-04-11T23:47:16Z", "2262-04-12T00:00:00Z",
	"0000-01-01", "9999-12-31", "9223372036854", "9223372036855", "-9223372036854", "253402300799999", "253402300800000", "null", "NULL",
}

func csvCases() []string {
	cells := strings.Split(regularCSV, ",")
	out := []string{
		regularCSV, regularCSV + "\r", "", "\r", " ", ",", strings.Repeat(",", 18), strings.Repeat(",", 17), regularCSV + ",", regularCSV + ",x", regularCSV[:strings.LastIndex(regularCSV, ",")],
		"\n\n" + regularCSV + "\n\r\n\n", regularCSV + "\n" + regularCSV, `"` + regularCSV, `"` + regularCSV + `"`, regularCSV + `"`, regularCSV + `,"`, strings.ReplaceAll(regularCSV, ",", ";"),
		`"` + strings.ReplaceAll(regularCSV, ",", `","`) + `"`,
	}
	for i := range cells {
		for _, c := range csvCells {
			row := append([]string(nil), cells...)
			row[i] = c
			out = append(out, strings.Join(row, ","))
		}
	}
	return out
}

func TestCSVCases(t *testing.T) {
	p := csvProgram(t)
	for _, row := range csvCases() {
		checkCSV(t, p, row)
		checkCSV(t, p, row+"\r\n"+regularCSV+"\r\n")
	}
}

// What is left of one row must not show in the next, and a quote that opens in one row goes on in the next.
func TestCSVRowsDoNotMeet(t *testing.T) {
	p := csvProgram(t)
	rows := csvCases()
	r := rand.New(rand.NewSource(1))
	for range 300 {
		var some []string
		for range 1 + r.Intn(8) {
			some = append(some, rows[r.Intn(len(rows))])
		}
		checkCSV(t, p, strings.Join(some, "\n"))
	}
}

// Random rows, one in three of them with a few bytes changed.
func TestCSVRandom(t *testing.T) {
	p := csvProgram(t)
	for seed := range int64(rounds(20_000)) {
		r := rand.New(rand.NewSource(seed))
		row := randomCSV(r)
		if r.Intn(3) == 0 {
			row = damage(r, row)
		}
		checkCSV(t, p, row)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func randomCSV(r *rand.Rand) string {
	var cells []string
	odds := []int{0, 0, 3, 20}[r.Intn(4)] // of 60: how often something is unusual
	for i := range columns {
		c := fittingCSV(r, &columns[i])
		if r.Intn(60) < odds {
			c = csvCells[r.Intn(len(csvCells))]
		}
		cells = append(cells, c)
	}
	return strings.Join(cells, ",")
}

func fittingCSV(r *rand.Rand, c *column) string {
	switch c.kind {
	case unread, str:
		s := randomText(r)
		if strings.ContainsAny(s, "\",\n\r") || s == "" && (c.notNull || r.Intn(2) == 0) || r.Intn(10) == 0 {
			return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
		return s
	case boolean:
		if c.notNull {
			return fmt.Sprint(r.Intn(2) == 0)
		}
	}
	v := strings.Trim(fittingJSON(r, c), `"`)
	if v == "null" {
		return ""
	}
	return v
}

func FuzzCSV(f *testing.F) {
	for _, rows := range csvCases() {
		f.Add(rows)
	}
	p := csvProgram(f)
	f.Fuzz(func(t *testing.T, rows string) {
		if len(rows) < 64<<10 {
			checkCSV(t, p, rows)
		}
	})
}
