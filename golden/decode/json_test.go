package decode

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
)

// maxDepth is how deep a value may nest that is passed over.
const maxDepth = 512

// unquote reads a JSON string. Bytes that are no UTF-8, which encoding/json replaces, are refused.
func unquote(raw string) (text string, ok bool) {
	return text, json.Unmarshal([]byte(raw), &text) == nil && utf8.ValidString(raw)
}

// jsonWant is what a line must give: an object by the rules of encoding/json, the last of equal keys counting.
func jsonWant(line string) want {
	if strings.Trim(line, " \t\r") == "" {
		return want{blank: true}
	}
	if !json.Valid([]byte(line)) {
		return reject("no JSON")
	}
	line = strings.Trim(line, " \t\r")
	if line[0] != '{' {
		return reject("no object")
	}
	values := make([]any, len(columns))
	for _, m := range members(line) {
		key, ok := unquote(m.key)
		if !ok {
			return reject("a key is not UTF-8")
		}
		i := columnOf(key)
		if i < 0 || columns[i].kind == unread {
			if depth(m.value) > maxDepth {
				return reject("too deep")
			}
			continue
		}
		if m.value == "null" {
			values[i] = nil
			continue
		}
		if values[i], ok = jsonValue(&columns[i], m.value); !ok {
			return reject("column %s cannot be %s", key, m.value)
		}
	}
	return complete(values)
}

// complete checks the NOT NULL columns.
func complete(values []any) want {
	for i, c := range columns {
		if c.notNull && values[i] == nil {
			return reject("column %s is NULL", c.name)
		}
	}
	return want{values: values}
}

func columnOf(name string) int {
	for i := range columns {
		if columns[i].name == name {
			return i
		}
	}
	return -1
}

type member struct{ key, value string }

// members cuts a valid object into its keys and values as they stand there.
func members(object string) (out []member) {
	var m member
	for i := 1; ; {
		for strings.IndexByte(" \t\r,:", object[i]) >= 0 {
			i++
		}
		if object[i] == '}' {
			return out
		}
		n := valueLen(object[i:])
		if m.key == "" {
			m.key = object[i : i+n]
		} else {
			m.value = object[i : i+n]
			out, m = append(out, m), member{}
		}
		i += n
	}
}

// valueLen is the length of the valid value at the start of s.
func valueLen(s string) int {
	open, text := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
			if !text && open == 0 {
				return i + 1
			}
		case text:
		case c == '[' || c == '{':
			open++
		case (c == ']' || c == '}' || c == ',' || c == ' ' || c == '\t' || c == '\r') && open == 0:
			return i
		case c == ']' || c == '}':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// depth is how deep arrays and objects nest in a valid value.
func depth(s string) (most int) {
	open, text := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '[' || c == '{':
			open++
			most = max(most, open)
		case c == ']' || c == '}':
			open--
		}
	}
	return most
}

// place is where in its row an error is; a blank in front moves it.
var place = regexp.MustCompile(` \(byte [0-9]+ of the row\)`)

// checkJSON compares what the program makes of rows with what it must make, and with what it makes of them when a blank in front keeps
// the first step from meeting the key that it expects.
func checkJSON(t testing.TB, p *program, rows string) {
	t.Helper()
	if !strings.HasSuffix(rows, "\n") {
		rows += "\n"
	}
	var wants []want
	for _, l := range lines(rows) {
		wants = append(wants, jsonWant(l))
	}
	p.compare(t, rows, wants)

	fast, fastRejects := p.run(t, rows, 'x')
	slow, slowRejects := p.run(t, " "+strings.ReplaceAll(rows[:len(rows)-1], "\n", "\n ")+"\n", 'x')
	if fmt.Sprint(fast) != fmt.Sprint(slow) {
		t.Fatalf("%q: regular and irregular rows differ:\n%q\n%q", rows, fast, slow)
	}
	for i, r := range fastRejects {
		if place.ReplaceAllString(r.Err.Error(), "") != place.ReplaceAllString(slowRejects[i].Err.Error(), "") {
			t.Fatalf("%q: regular and irregular rows differ in their errors:\n%v\n%v", rows, r.Err, slowRejects[i].Err)
		}
	}
}

const regularRow = `{"i":1,"i0":-2,"unread_text":"x","f":1.5,"f0":-2e-3,"n":12.34,"n0":-1.5,"unread_number":7,"w":1.5,"w0":-1,"s":"plain","s0":"","b":true,"b0":false,"t":1700000000123,"t0":"2026-01-31T23:59:59.5Z","d":"2026-01-31","d0":"1969-12-31","an \"odd\" key":"x"}`

// jsonCases are rows worth a look of their own.
func jsonCases() []string {
	value := func(column, v string) string { // the regular row with another value
		key := fmt.Sprintf("%q:", column)
		i := strings.Index(regularRow, key) + len(key)
		return regularRow[:i] + v + regularRow[i+valueLen(regularRow[i:]):]
	}
	out := []string{
		regularRow, regularRow + "\r", "\t" + regularRow + " ", "", "   ", "{}", "[]", "null", "1", `"x"`, "{", "}", `{"`, `{"i`, `{"i"`, `{"i":`,
		regularRow[:len(regularRow)-1], regularRow + "}", regularRow + regularRow, regularRow + "x", regularRow + "\x00",
		"\xef\xbb\xbf" + regularRow, "\x00", strings.ReplaceAll(regularRow, `"i"`, `"\u0069"`), strings.ReplaceAll(regularRow, ",", " ,\t"),
		strings.ReplaceAll(regularRow, ":", " : "), strings.Replace(regularRow, "{", `{"":"",`, 1), strings.Replace(regularRow, "{", `{"I":"x",`, 1),
		strings.Replace(regularRow, "{", `{"i":"x",`, 1), strings.Replace(regularRow, "{", `{"i":5,`, 1), regularRow[:len(regularRow)-1] + `,"i":5}`,
		regularRow[:len(regularRow)-1] + `,"i0":null}`, regularRow[:len(regularRow)-1] + `,}`, strings.Replace(regularRow, "{", "{,", 1),
		strings.Replace(regularRow, "{", `{"x":{"":{"i":[1,2,{}]},"":[]},`, 1), strings.Replace(regularRow, "{", `{"x":{,},`, 1),
		strings.Replace(regularRow, "{", `{"\ud800":1,`, 1), strings.Replace(regularRow, "{", "{\"\xff\":1,", 1), strings.Replace(regularRow, "{", `{"\q":1,`, 1),
	}
	for n := maxDepth - 1; n <= maxDepth+1; n++ {
		out = append(out, strings.Replace(regularRow, "{", `{"x":`+strings.Repeat("[", n)+strings.Repeat("]", n)+",", 1),
			value("unread_text", strings.Repeat(`{"a":`, n)+"1"+strings.Repeat("}", n)), value("i", strings.Repeat("[", n)+strings.Repeat("]", n)))
	}
	for _, c := range columns {
		for _, v := range jsonValues {
			if c.name != `an "odd" key` {
				out = append(out, value(c.name, v))
			}
		}
	}
	return out
}

// jsonValues are values for any column: right for some, wrong for others.
var jsonValues = []string{
	"0", "-0", "00", "01", "-01", "-", "+1", "1.", ".1", "1.0", "1.00", "1.5", "-1.5", "0.5", "00.5", "12.345", "999.99", "999.999", "1000", "-999.99", "-1000", "1e2", "1E+2", "1e-2",
	"1e", "1e+", "1.e1", "1e999", "-1e999", "1e-999", "0e999", "0x10", "1_000", "Infinity", "NaN", "1234567", "12345678", "123456789", "1234567.8", "12345678.9", "0.1234567", "0.12345678", "0.123456789",
	"123456789012345", "1234567890123456", "999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"-9223372036854775809", "9223372036854775807.0", "1000000000000000000.00", "18446744073709551616", "99999999.9999", "99999999.99990", "99999999.99999", "100000000", "0.0001", "0.00001", "0.00000000000000000000000000",
	"99999999999999999999999999999999999999", "100000000000000000000000000000000000000", "123456789012345678901234.567891", "1234567890123456789012345", "1e37", "1e38",
	"1700000000123", "9223372036854", "9223372036855", "-9223372036854", "-9223372036855", "253402300799999", "253402300800000", "-62167219200000", "-62167219200001", "99999999999999999",
	"null", "true", "false", "nul", "nulll", "truee", "True", "fals", "falsey", "[]", "{}", "[1,{\"a\":\"]\"}]", "[1 2]", "[1,]", "{\"a\"}", "{\"a\":}", "[", "{", "]", "",
	`""`, `"1"`, `"-1.50"`, `"1e2"`, `".5"`, `" 1"`, `"x"`, `"true"`, `"\u0031"`, `"2026-01-31"`, `"2026\u002d01-31"`, `"2026-02-30"`, `"2026-01-31 12:30"`, `"2026-01-31T12:30:00.123456789+02:00"`, `"0000-01-01"`, `"9999-12-31"`, `"1677-09-21T00:12:43.145224192Z"`,
	`"a\"b"`, `"\\"`, `"\/\b\f\n\r\t"`, `"\u00e9\ud83d\ude00"`, `"\ud800"`, `"\ud800x"`, `"\ud800\u0041"`, `"\udc00\ud800"`, `"\ud83d\ud83d\ude00"`, `"\ud800\`, `"\u12"`, `"\u12G4"`, `"\x"`, `"\`,
	"\"é\"", "\"日本語 text that is longer than a word\"", "\"1234567\"", "\"12345678\"", "\"123456789012345678901234567890\"", "\"\xff\"", "\"abc\xc3\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xc0\x80\"", "\"1234567\xff\"",
	"\"a\tb\"", "\"a\x00b\"", "\"a\x1fb\"", "\"a\x7fb\"", "\"a\u2028b\"", "\"a\rb\"", `"abc`, `'a'`, " 1", "1 ", "\t\"x\" ", "\x001", "1\x00", "\u00a01",
}

// Every value in every column, and rows of every odd shape.
func TestJSONCases(t *testing.T) {
	p := jsonProgram(t)
	for _, row := range jsonCases() {
		checkJSON(t, p, row)
	}
}

// Rows stand next to each other: what one of them leaves in the decoder must not show in the next.
func TestJSONRowsDoNotMeet(t *testing.T) {
	p := jsonProgram(t)
	rows := jsonCases()
	r := rand.New(rand.NewSource(1))
	for range 300 {
		var some []string
		for range 1 + r.Intn(8) {
			some = append(some, rows[r.Intn(len(rows))])
		}
		checkJSON(t, p, strings.Join(some, "\n"))
	}
}

// Random rows, one in three of them with a few bytes changed.
func TestJSONRandom(t *testing.T) {
	p := jsonProgram(t)
	for seed := range int64(rounds(20_000)) {
		r := rand.New(rand.NewSource(seed))
		row := randomJSON(r)
		if r.Intn(3) == 0 {
			row = damage(r, row)
		}
		checkJSON(t, p, row)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Rows in any form are read without an allocation, once the memory for a chunk is there.
func TestJSONDoesNotAllocate(t *testing.T) {
	p := jsonProgram(t)
	r := rand.New(rand.NewSource(1))
	var rows strings.Builder
	for range 2000 {
		members := strings.Split(regularRow[1:len(regularRow)-1], ",")
		for i, m := range members {
			key, value, _ := strings.Cut(m, ":")
			if r.Intn(4) == 0 {
				key = fmt.Sprintf(`"\u%04x%s`, key[1], key[2:])
			}
			if r.Intn(4) == 0 && value == `"plain"` {
				value = `"\u0070lain \"text\""`
			}
			members[i] = key + strings.Repeat(" ", r.Intn(2)) + ":" + strings.Repeat(" ", r.Intn(2)) + value
		}
		members = append(members, `"unknown":{"i":["a",{"b":null}]}`)
		r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		rows.WriteString("{" + strings.Join(members, ",") + "}\n")
	}
	data := append([]byte(rows.String()), make([]byte, rt.Pad)...)
	c := &rt.Chunk{Data: data[:rows.Len()], Line: 1, File: "in", Others: math.MaxInt64}
	n := testing.AllocsPerRun(10, func() {
		*p.task.Tally() = rt.Tally{}
		if err := p.task.Process(c); err != nil {
			t.Fatal(err)
		}
		p.task.Outputs()[0].Reset()
	})
	if n > 0 || p.task.Tally().Out != 2000 {
		t.Errorf("%v allocations for 2000 rows, of which %d were written", n, p.task.Tally().Out)
	}
}

// rounds is n, or less where time is short.
func rounds(n int) int {
	if testing.Short() {
		return n / 20
	}
	return n
}

func randomJSON(r *rand.Rand) string {
	var members []string
	odds := []int{0, 0, 3, 20}[r.Intn(4)] // of 60: how often something is unusual
	odd := func() bool { return r.Intn(60) < odds }
	for i := range columns {
		key, _ := json.Marshal(columns[i].name)
		if odd() {
			key = []byte(fmt.Sprintf(`"\u%04x%s`, key[1], key[2:]))
		}
		v := fittingJSON(r, &columns[i])
		if odd() {
			v = jsonValues[r.Intn(len(jsonValues))]
		}
		if odd() {
			continue
		}
		sep := ":"
		if odd() {
			sep = []string{" : ", ":\t", "  :", ""}[r.Intn(4)]
		}
		members = append(members, string(key)+sep+v)
		if odd() {
			members = append(members, members[r.Intn(len(members))])
		}
		if odd() {
			members = append(members, []string{`"x":{"i":[1,{"i0":"}"}],"":{}}`, `"x":[]`, `"unread":"\u0069"`, `"i00":12`}[r.Intn(4)])
		}
	}
	if odd() {
		r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	}
	return "{" + strings.Join(members, ",") + "}"
}

// fittingJSON is a value that the column takes, nearly always.
func fittingJSON(r *rand.Rand, c *column) string {
	if !c.notNull && r.Intn(5) == 0 {
		return "null"
	}
	switch c.kind {
	case unread, str:
		b, _ := json.Marshal(randomText(r))
		return string(b)
	case boolean:
		return fmt.Sprint(r.Intn(2) == 0)
	case timestamp, date:
		if r.Intn(2) == 0 {
			return fmt.Sprintf(`"20%02d-%02d-%02d"`, r.Intn(100), 1+r.Intn(12), 1+r.Intn(29))
		}
		return randomDigits(r, 1+r.Intn(13))
	case integer:
		return randomDigits(r, 1+r.Intn(19))
	}
	scale := 4
	whole := 17
	if c.kind == exact {
		scale, whole = c.scale, c.precision-c.scale
	}
	v := randomDigits(r, 1+r.Intn(whole))
	if r.Intn(3) > 0 && scale > 0 {
		v += "." + strings.TrimPrefix(randomDigits(r, 1+r.Intn(scale+1)), "-")
	}
	return v
}

func randomDigits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(r.Intn(10))
	}
	for n > 1 && b[0] == '0' {
		b[0] = '0' + byte(r.Intn(10))
	}
	if r.Intn(3) == 0 {
		return "-" + string(b)
	}
	return string(b)
}

func randomText(r *rand.Rand) string {
	parts := []string{"a", "Z", "9", " ", "é", "日", "😀", "\"", "\\", "\n", "\t", "\x00", "\x7f", ",", ";", "{", "}", "\u2028", "/", "plain text of some length"}
	if r.Intn(2) == 0 {
		parts = parts[:4]
	}
	var b strings.Builder
	for range r.Intn(20) {
		b.WriteString(parts[r.Intn(len(parts))])
	}
	return b.String()
}

// damage changes a few bytes: flips bits, cuts the row short, doubles or removes a part of it.
func damage(r *rand.Rand, row string) string {
	b := []byte(row)
	for range 1 + r.Intn(3) {
		if len(b) < 2 {
			break
		}
		i := r.Intn(len(b))
		j := i + r.Intn(min(len(b)-i, 12))
		switch r.Intn(6) {
		case 0:
			b[i] ^= 1 << r.Intn(8)
		case 1:
			const signs = "\"\\{}[]:,0-.eE+ntf/u\x00\r\xff "
			b[i] = signs[r.Intn(len(signs))]
		case 2:
			b = b[:i]
		case 3:
			b = append(b[:i:i], b[j:]...)
		case 4:
			b = append(b[:j:j], b[i:]...)
		case 5:
			b[i] = byte(r.Intn(256))
		}
	}
	return strings.ReplaceAll(string(b), "\n", " ")
}

func FuzzJSON(f *testing.F) {
	for _, row := range jsonCases() {
		f.Add(row)
	}
	p := jsonProgram(f)
	f.Fuzz(func(t *testing.T, rows string) {
		if len(rows) < 64<<10 {
			checkJSON(t, p, rows)
		}
	})
}
