package json_test

import (
	gojson "encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/sqlfn"
	"github.com/velostream/veloc/runtime/text"
	"github.com/velostream/veloc/runtime/text/json"
)

// at is a cursor at the start of a line that keeps the padding contract.
func at(line string) text.Cursor {
	return text.Start(append([]byte(line+"\n"), strings.Repeat(`"`, rt.Pad)...))
}

func scanner(line string) (*json.Scanner, text.Cursor) {
	return &json.Scanner{Arena: &text.Arena{}}, at(line)
}

// read is a decoder of one row, as it is generated: an INTEGER, a FLOAT, a DECIMAL(5,2), a wide DECIMAL, a STRING NOT NULL, a BOOLEAN and a
// TIMESTAMP.
func read(line string) (shown string, err error) {
	k, p := scanner(line)
	var values []string
	show := func(v any, valid bool) {
		if !valid {
			v = "NULL"
		}
		values = append(values, fmt.Sprintf("%s=%v", k.Name, v))
	}
	has := true
	for k.Begin(p); k.Key(); {
		switch k.Name {
		case "i":
			v := k.Int()
			show(v.V, v.Valid)
		case "f":
			v := k.Float()
			show(v.V, v.Valid)
		case "n":
			v := k.Fixed(5, 2)
			show(v.V, v.Valid)
		case "w":
			v := k.Wide(30, 6)
			show(v.V, v.Valid)
		case "s":
			v := k.Text()
			show(v.V, v.Valid)
			has = v.Valid
		case "b":
			v := k.Bool()
			show(v.V, v.Valid)
		case "t":
			v := k.Time("a TIMESTAMP", sqlfn.FromMillis, sqlfn.ParseTimestamp)
			show(v.V, v.Valid)
		default:
			k.Skip()
		}
	}
	if !has {
		k.Missing("s")
	}
	end, err := k.End()
	if n := int(end.Since(p)); n != len(line)+1 {
		panic(fmt.Sprintf("bug: the row %q ends after %d bytes", line, n))
	}
	return strings.Join(values, " "), err
}

// What a reader of a log or of a dead-letter file is told.
func TestErrors(t *testing.T) {
	deep := strings.Repeat("[", 513) + strings.Repeat("]", 513)
	for _, c := range []struct{ in, want string }{
		{``, "blank line"},
		{" \t\r", "blank line"},
		{`null`, "expected a JSON object, found `null` [VR0101]"},
		{`id;name`, "expected a JSON object, found `id;name` [VR0101]"},
		{`[{"i":1},`, "expected a JSON object, found `[{\"i\":1` [VR0101]"},
		{`{"i":1`, "expected `,` or `}` after the value of `i`, found the end of the line (byte 7 of the row) [VR0101]"},
		{`{"i":1 "f":2}`, "expected `,` or `}` after the value of `i`, found `\"f\"` (byte 8 of the row) [VR0101]"},
		{`{"i":1,}`, "expected a key in quotes, found `}` (byte 8 of the row) [VR0101]"},
		{`{i:1}`, "expected a key in quotes, found `i:1` (byte 2 of the row) [VR0101]"},
		{`{"i"=1}`, "expected `:` after the key `i`, found `=1` (byte 5 of the row) [VR0101]"},
		{`{"i":1}{"i":2}`, "expected the end of the line after the object, found `{\"i\":2` (byte 8 of the row) [VR0101]"},
		{`{"i":"1"}`, "column i: expected an INTEGER, found `\"1\"` [VR0102]"},
		{`{"i":1.5}`, "column i: expected an INTEGER, found `1.5` [VR0102]"},
		{`{"i":1e3}`, "column i: expected an INTEGER, found `1e3` [VR0102]"},
		{`{"i":01}`, "column i: expected an INTEGER, found `01` [VR0102]"},
		{`{"i":}`, "column i: expected an INTEGER, found `}` [VR0102]"},
		{`{"i":`, "column i: expected an INTEGER, found the end of the line [VR0102]"},
		{`{"i":[1,2]}`, "column i: expected an INTEGER, found `[1` [VR0102]"},
		{`{"i":9223372036854775808}`, "column i: `9223372036854775808` does not fit an INTEGER (64 bits) [VR0103]"},
		{`{"i":-9223372036854775809.0}`, "column i: `-9223372036854775809.0` does not fit an INTEGER (64 bits) [VR0103]"},
		{`{"f":"x"}`, "column f: expected a number, found `\"x\"` [VR0102]"},
		{`{"f":NaN}`, "column f: expected a number, found `NaN` [VR0102]"},
		{`{"f":1e999}`, "column f: `1e999` does not fit a FLOAT [VR0103]"},
		{`{"n":1000}`, "column n: 1000 does not fit DECIMAL(5,2) [VR0103]"},
		{`{"n":"0.125"}`, "column n: 0.125 has more than 2 digits after the point, which DECIMAL(5,2) cannot hold [VR0102]"},
		{`{"n":"x"}`, "column n: 'x' is not a number (expected DECIMAL(5,2), for example 12.50) [VR0102]"},
		{`{"n":true}`, "column n: expected a DECIMAL(5,2), found `true` [VR0102]"},
		{`{"w":1e24}`, "column w: 1e24 does not fit DECIMAL(30,6) [VR0103]"},
		{`{"s":1}`, "column s: expected a STRING in quotes, found `1` [VR0102]"},
		{`{"s":null}`, "column s: the column is NOT NULL but the row has no value for it [VR0104]"},
		{`{"s":"abc`, "a string has no closing quote (byte 10 of the row) [VR0101]"},
		{"{\"s\":\"a\tb\"}", "a string holds the control character 0x09, which must be written as \\u0009 (byte 8 of the row) [VR0101]"},
		{`{"s":"a\qb"}`, "a string holds an escape that JSON does not know: `\\qb\"` (byte 8 of the row) [VR0101]"},
		{`{"s":"a\u12"}`, "a string holds an escape that JSON does not know: `\\u12\"` (byte 8 of the row) [VR0101]"},
		{"{\"s\":\"a\xff\"}", "byte 0xff is not valid UTF-8 (byte 8 of the row) [VR0106]"},
		{`{"b":yes}`, "column b: expected true or false, found `yes` [VR0102]"},
		{`{"t":"noon"}`, "column t: 'noon' is not a TIMESTAMP (expected a form such as 2026-01-31T23:59:59.999Z) [VR0102]"},
		{`{"t":1.5}`, "column t: expected a TIMESTAMP, found `1.5` [VR0102]"},
		{`{"t":99999999999999}`, "column t: 99999999999999 milliseconds are out of range of TIMESTAMP and INTERVAL, which cover 292 years in both directions [VR0103]"},
		{`{"x":[1 2]}`, "expected `,` or `]` in an array, found `2` (byte 9 of the row) [VR0101]"},
		{`{"x":{"y" 2}}`, "expected `:` after a key, found `2` (byte 11 of the row) [VR0101]"},
		{`{"x":{"y":2 "z":1}}`, "expected `,` or `}` in an object, found `\"z\"` (byte 13 of the row) [VR0101]"},
		{`{"x":{y:2}}`, "expected a key in quotes, found `y:2` (byte 7 of the row) [VR0101]"},
		{`{"x":"\u00e9\x"}`, "a string holds an escape that JSON does not know: `\\x\"` (byte 13 of the row) [VR0101]"},
		{`{"x":"\\`, "a string has no closing quote (byte 9 of the row) [VR0101]"},
		{"{\"x\":\"a\x01\"}", "a string holds the control character 0x01, which must be written as \\u0001 (byte 8 of the row) [VR0101]"},
		{`{"x":tru}`, "expected a JSON value, found `tru` (byte 6 of the row) [VR0101]"},
		{`{"x":` + deep + `}`, "arrays and objects nest deeper than 512 levels (byte 518 of the row) [VR0101]"},
		{`{"i":"` + strings.Repeat("long", 50) + `"}`, "column i: expected an INTEGER, found `\"longlonglonglonglonglonglonglonglonglon` [VR0102]"},
	} {
		shown, err := read(c.in)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.60q gives %q and the error\n%v, want\n%v", c.in, shown, err, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{}`, ""},
		{" { } \r", ""},
		{`{"i":12,"f":-0.5e1,"n":1.5,"w":1e3,"s":"x","b":true,"t":1}`, "i=12 f=-5 n=150 w={0 1000000000} s=x b=true t=1000000"},
		{`{"s":"","i":-0,"f":-0.0,"n":"-.5","t":"1970-01-01 00:00:01"}`, "s= i=0 f=-0 n=-50 t=1000000000"},
		{`{"i":9223372036854775807.000}`, "i=9223372036854775807"},
		{`{"i":1,"\u0069":2,"I":3}`, "i=1 i=2"},
		{`{"":{"a":[{},[],""]},"i":null}`, "i=NULL"},
		{`{"s":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d!"}`, "s=\"\\/\b\f\n\r\té😀�!"},
		{"{\"s\":\"é\u2028\x7f\"}", "s=é\u2028\x7f"},
		{"{\"x\":\"not read, so no UTF-8: \xff\"}", ""},
	} {
		if shown, err := read(c.in); shown != c.want || err != nil {
			t.Errorf("%q gives %q, %v; want %q", c.in, shown, err, c.want)
		}
	}
}

// Where time has a pattern, the digits of a number are read as text, with the pattern; anything else that is no text fails.
func TestTimeWithoutNumbers(t *testing.T) {
	form, err := sqlfn.CompileTimeFormat("%Y%m%d")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want, err string }{
		{`{"t":19700102}`, "86400000000000", ""},
		{`{"t": "19700102" }`, "86400000000000", ""},
		{`{"t":null}`, "NULL", ""},
		{`{"t":true}`, "NULL", "column t: expected a day, found `true` [VR0102]"},
	} {
		k, p := scanner(c.in)
		k.Begin(p)
		k.Key()
		got := shown(k.Time("a day", nil, form.Parse))
		k.Key()
		_, err := k.End()
		if got != c.want || c.err == "" && err != nil || c.err != "" && (err == nil || err.Error() != c.err) {
			t.Errorf("%s: %s, %v", c.in, got, err)
		}
	}
	if v, p := json.Time(at(`"19700102",`), nil, form.Parse); !p.OK() || v.V != 86400e9 {
		t.Errorf("text: %v", v)
	}
	if v, p := json.Time(at(`19700102,`), nil, form.Parse); p.OK() {
		t.Errorf("the fast path reads a number as %v", v)
	}
}

// Errors hold no views of the row: they are read after the chunk's memory has been used again.
func TestErrorsHoldNoViews(t *testing.T) {
	line := append([]byte(`{"b":maybe}`+"\n"), make([]byte, rt.Pad)...)
	k := &json.Scanner{Arena: &text.Arena{}}
	for k.Begin(text.Start(line)); k.Key(); {
		k.Bool()
	}
	_, err := k.End()
	for i := range line {
		line[i] = 'X'
	}
	if e := err.(*rt.RowError); e.Column != "b" || e.Value != "maybe" || e.Msg != "expected true or false, found `maybe`" {
		t.Errorf("%+v", e)
	}
}

// Rows of 16 MiB are read in time proportional to their length, whatever they hold: this test ends.
func TestLongRows(t *testing.T) {
	for _, member := range []string{`"\u0069":1,`, `"x\n":"\n",`, `"s":"\n",`, `"s":"x",`, `"x":[[{}]],`, `"n":"0.10",`} {
		row := "{" + strings.Repeat(member, 4<<20/len(member)) + `"i":7}`
		if shown, err := read(row); err != nil || !strings.HasSuffix(shown, "i=7") {
			t.Errorf("%s: %v", member, err)
		}
	}
}

// The marks of a word are those of its bytes, up to the first one.
func TestMarks(t *testing.T) {
	stops := func(b byte) bool { return b < 0x20 || b == '"' || b == '\\' }
	check := func(word [8]byte) {
		var w uint64
		stop, skipped := 8, 8
		for i := 7; i >= 0; i-- {
			w = w<<8 | uint64(word[i])
			if stops(word[i]) {
				skipped = i
			}
			if stops(word[i]) || word[i] >= utf8.RuneSelf {
				stop = i
			}
		}
		if got := int(text.First(json.Stop(w))); got != stop {
			t.Fatalf("Stop(%q) marks byte %d, want %d", word, got, stop)
		}
		if got := int(text.First(json.StopSkipped(w))); got != skipped {
			t.Fatalf("StopSkipped(%q) marks byte %d, want %d", word, got, skipped)
		}
	}
	for i := range 8 {
		for b := range 256 {
			for _, around := range []byte{'a', 0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xff} {
				word := [8]byte{around, around, around, around, around, around, around, around}
				word[i] = byte(b)
				check(word)
			}
		}
	}
	r := rand.New(rand.NewSource(1))
	for range 100_000 {
		var word [8]byte
		r.Read(word[:])
		check(word)
	}
}

// Values that no query reads are accepted if and only if encoding/json accepts them.
func FuzzSkip(f *testing.F) {
	for _, v := range []string{`1`, `-0.5e+3`, `01`, `"a\u00e9\ud800"`, `"\x"`, "\"\x00\"", "\"\xff\"", `[]`, `[1,[2,{"a":null}]]`, `[1,]`, `{"a":1,}`, `{"a":{}}`, `tru`, `truee`, `nul`, ``, ` `, `{`, `"`, `1 2`} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if strings.Contains(v, "\n") || strings.Count(v, "[")+strings.Count(v, "{") > 512 {
			return
		}
		row := `{"x":` + v + `}`
		k, p := scanner(row)
		for k.Begin(p); k.Key(); {
			k.Skip()
		}
		end, err := k.End()
		if got, want := err == nil, gojson.Valid([]byte(row)) && keysAreUTF8(row); got != want {
			t.Errorf("%q: accepted %v (%v), want %v", row, got, err, want)
		}
		if int(end.Since(p)) != len(row)+1 {
			t.Errorf("%q: the row ends after %d bytes", row, end.Since(p))
		}
	})
}

// keysAreUTF8 tells whether the keys of a valid object, which are always read, are valid UTF-8.
func keysAreUTF8(row string) bool {
	d := gojson.NewDecoder(strings.NewReader(row))
	d.Token()
	for d.More() {
		from := d.InputOffset()
		d.Token()
		if !utf8.ValidString(row[from:d.InputOffset()]) {
			return false
		}
		var skip gojson.RawMessage
		if d.Decode(&skip) != nil {
			return false
		}
	}
	return true
}

// What the steps of the fast path accept before , or } they read as strconv does, and the scanner reads the same.
func FuzzNumbers(f *testing.F) {
	for _, v := range []string{"0", "-0", "7", "-1234567", "12345678", "123456789012345", "1234567890123456", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
		"0.5", "1.25", "1.", ".5", "00", "1e5", "1.5E-3", "999.99", "1000", "-999.99", "1700000000123", "9223372036854", "9223372036855", "123456789012345678901234.567891", "null", "true", "\"x\""} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if strings.ContainsAny(v, "\n,}]\"") {
			return
		}
		row := `{"v":` + v + `}`
		for name, c := range numberSteps {
			value := at(v + "}")
			fast, p := c.step(value)
			k, begin := scanner(row)
			k.Begin(begin)
			k.Key()
			slow := c.scan(k)
			k.Key()
			_, err := k.End()
			if p.OK() && p.Byte(0) == '}' {
				if err != nil || fast != slow || int(p.Since(value)) != len(v) {
					t.Errorf("%s of %q: %s by its step, %s, %v by the scanner", name, v, fast, slow, err)
				}
			}
			trimmed := strings.Trim(v, " \t\r")
			if want, ok := c.want(trimmed); err == nil && (!ok || slow != want) || err != nil && ok {
				t.Errorf("%s of %q: %s, %v; want %s, %v", name, v, slow, err, want, ok)
			}
		}
	})
}

type numberStep struct {
	step func(text.Cursor) (string, text.Cursor)
	scan func(*json.Scanner) string
	want func(string) (string, bool)
}

func shown[T any](v rt.Null[T]) string {
	if !v.Valid {
		return "NULL"
	}
	return fmt.Sprint(v.V)
}

// orNull is want for columns that take null.
func orNull(want func(string) (string, error)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		if s == "null" {
			return "NULL", true
		}
		if !gojson.Valid([]byte(s)) || strings.Trim(s, "-+.eE0123456789") != "" {
			return "", false
		}
		v, err := want(s)
		return v, err == nil
	}
}

func wholeNumber(s string) (int64, error) {
	whole, frac, _ := strings.Cut(s, ".")
	if strings.Trim(frac, "0") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseInt(whole, 10, 64)
}

var numberSteps = map[string]numberStep{
	"INTEGER": {
		func(c text.Cursor) (string, text.Cursor) { v, p := json.Int(c); return shown(v), p },
		func(k *json.Scanner) string { return shown(k.Int()) },
		orNull(func(s string) (string, error) { n, err := wholeNumber(s); return fmt.Sprint(n), err }),
	},
	"FLOAT": {
		func(c text.Cursor) (string, text.Cursor) { v, p := json.Float(c); return shown(v), p },
		func(k *json.Scanner) string { return shown(k.Float()) },
		orNull(func(s string) (string, error) { f, err := strconv.ParseFloat(s, 64); return fmt.Sprint(f), err }),
	},
	"DECIMAL(5,2)": {
		func(c text.Cursor) (string, text.Cursor) { v, p := json.Fixed(c, 5, 2); return shown(v), p },
		func(k *json.Scanner) string { return shown(k.Fixed(5, 2)) },
		orNull(func(s string) (string, error) {
			v, err := decimal.Parse(s, 5, 2, decimal.Exact)
			return fmt.Sprint(v), err
		}),
	},
	"DECIMAL(30,6)": {
		func(c text.Cursor) (string, text.Cursor) { v, p := json.Wide(c, 30, 6); return shown(v), p },
		func(k *json.Scanner) string { return shown(k.Wide(30, 6)) },
		orNull(func(s string) (string, error) {
			v, err := decimal.ParseWide(s, 30, 6, decimal.Exact)
			return fmt.Sprint(v), err
		}),
	},
	"TIMESTAMP": {
		func(c text.Cursor) (string, text.Cursor) {
			v, p := json.Timestamp(c, sqlfn.ParseTimestamp)
			return shown(v), p
		},
		func(k *json.Scanner) string {
			return shown(k.Time("a TIMESTAMP", sqlfn.FromMillis, sqlfn.ParseTimestamp))
		},
		orNull(func(s string) (string, error) {
			n, err := wholeNumber(s)
			if err != nil {
				return "", err
			}
			ns, err := sqlfn.FromMillis(n)
			return fmt.Sprint(ns), err
		}),
	},
}

// What is written is read by encoding/json, and by the scanner, as what it was.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a", "1234567", "12345678", "123456789", `"`, `\`, "\x00\x1f\x7f", "é日😀", "\u2028", "1234567\"", "12345678\n", "\b\f\n\r\t", "\xff", "/",
		"1234567\xff", "12345678\xffé\n", "é\xc3", "\xed\xa0\x80\"", "\xf0\x9f\x98", "12345678é\"12345678\\é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, b := text.Reserve(nil, json.TextMax(s))
		out := string(json.Text(o, s).Done(b))
		var got string
		if err := gojson.Unmarshal([]byte(out), &got); err != nil || got != string([]rune(s)) || !utf8.ValidString(out) {
			t.Errorf("%q is written as %s and read as %q, %v", s, out, got, err)
		}
		shown, err := read(`{"s":` + out + `}`)
		if want := "s=" + s; utf8.ValidString(s) && (shown != want || err != nil) {
			t.Errorf("%q is written as %s and read as %q, %v", s, out, shown, err)
		}
	})
}

// FLOAT is written as encoding/json writes it, and NaN and the infinities as null.
func TestNumber(t *testing.T) {
	for _, v := range []float64{0, math.Copysign(0, -1), 1, -1.5, 0.1, 1e20, 1e21, -1e21, 1e-6, 9.9e-7, math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 53, 1.0 / 3} {
		o, b := text.Reserve(nil, text.FloatMax)
		got := string(json.Number(o, v).Done(b))
		if want, _ := gojson.Marshal(v); got != string(want) {
			t.Errorf("%v is written as %s, want %s", v, got, want)
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		o, b := text.Reserve(nil, text.FloatMax)
		if got := string(json.Number(o, v).Done(b)); got != "null" {
			t.Errorf("%v is written as %s", v, got)
		}
	}
}

// TestResumeForgetsTheKey reads a value in the middle of a row after another row: an error must not name the key of that row, whose chunk
// may be unmapped by then.
func TestResumeForgetsTheKey(t *testing.T) {
	k, p := scanner(`{"gone":1}`)
	for k.Begin(p); k.Key(); {
		k.Int()
	}
	arena := &text.Arena{}
	k.Resume(at("17"), arena)
	k.UUID()
	_, err := k.End()
	var row *rt.RowError
	if !errors.As(err, &row) || row.Column != "" {
		t.Errorf("error %v names column %q", err, row.Column)
	}
}
