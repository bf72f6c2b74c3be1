package jsonpath

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/text"
)

func compile(t *testing.T, path string) *Path {
	t.Helper()
	p, err := Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPaths(t *testing.T) {
	var a text.Arena
	const doc = ` {"a": {"b c": [10, {"x": "é\u00e9\ud83d\ude00\n"}, null], "0": true}, "a": 2, "\u0064": [], "e": [[1, 2], [3]]} `
	for _, tt := range []struct{ path, want string }{
		{`$.a['b c'][0]`, "10"}, {`$.a["b c"][1].x`, "éé😀\n"}, {`$.a."b c"[-2].x`, "éé😀\n"}, {`a.0`, "true"}, {`$.a["b c"][2]`, "NULL"}, {`$.a["b c"][3]`, "NULL"},
		{`$.d`, "[]"}, {`$.e[*][0]`, "[1,3]"}, {`$.e[*][*]`, "[1,2,3]"}, {`$.e[1][0]`, "3"}, {`e.0.1`, "2"}, {`$.a.x`, "NULL"}, {`$.e.x`, "NULL"}, {`$.e[*].x`, "NULL"}, {`$.a[0]`, "NULL"},
		{`$.*`, `[{"b c": [10, {"x": "é\u00e9\ud83d\ude00\n"}, null], "0": true},2,[],[[1, 2], [3]]]`}, {`$.*[0]`, "[[1, 2]]"}, {`$.*."0"`, "[true]"},
		{`$`, strings.TrimSpace(doc)}, {``, strings.TrimSpace(doc)},
	} {
		got, ok := compile(t, tt.path).Extract(&a, doc)
		if !ok {
			got = "NULL"
		}
		if got != tt.want {
			t.Errorf("%s leads to %q, want %q", tt.path, got, tt.want)
		}
	}
	for path, want := range map[string]string{
		"$.a..b": "the path '$.a..b': `..` is not supported; write the whole way", "$.": "the path '$.': a name is missing behind `.`", "$[": "the path '$[': `[` without `]`",
		"$[?(@.x)]":  "the path '$[?(@.x)]': expected a number, * or a name in quotes in `[?(@.x)]`; filters are not supported",
		"$.**.price": "the path '$.**.price': `**` is not supported; write the whole way, with `*` for each step that can be any",
		"$['a]":      "the path '$['a]': the quote behind `[` has no end", "$a": "the path '$a': expected `.` or `[` before `a`",
	} {
		if _, err := Compile(path); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

// What stands behind the goal of a path is not read; what stands before it must be JSON.
func TestBrokenText(t *testing.T) {
	var a text.Arena
	p := compile(t, "$.b")
	for doc, want := range map[string]string{
		`{"a": 1, "b": 2`: "2", `{"a": tru, "b": 2}`: "NULL", `{"a" 1, "b": 2}`: "NULL", `{"b": 01}`: "NULL", `{"b": "x`: "NULL", `{"b": [1,]}`: "NULL", ``: "NULL", `{`: "NULL", `{"b":`: "NULL",
	} {
		got, ok := p.Extract(&a, doc)
		if !ok {
			got = "NULL"
		}
		if got != want {
			t.Errorf("%s gives %q, want %q", doc, got, want)
		}
	}
	if deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000); Valid(deep) {
		t.Error("5000 brackets are accepted")
	}
}

// FuzzJSON compares with encoding/json: what is valid, what a text in quotes stands for, and what a member is.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, -0.5e+3, true, null, "x\u00e9\ud800"]}`, `"\ud83d\ude00"`, `01`, `1.`, ` [ ] `, `{"a":{"a":"b"}}`, "\"\x01\"", `-`} {
		f.Add(s)
	}
	p, err := Compile("$.a")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var a text.Arena
		if strings.Count(s, "[")+strings.Count(s, "{") > 900 {
			return
		}
		valid := json.Valid([]byte(s))
		if got := Valid(s); got != valid && (got || strings.ToValidUTF8(s, "") == s) {
			t.Fatalf("%q: valid %v, encoding/json says %v", s, got, valid)
		}
		got, ok := p.Extract(&a, s)
		if !valid {
			return
		}
		var text string
		if json.Unmarshal([]byte(s), &text) == nil && strings.HasPrefix(strings.TrimSpace(s), `"`) {
			if got := Unquote(&a, strings.TrimSpace(s)); got != text && strings.ToValidUTF8(s, "") == s {
				t.Fatalf("%q stands for %q, encoding/json says %q", s, got, text)
			}
			if back := Unquote(&a, Quote(&a, text)); back != text {
				t.Fatalf("%q comes back as %q", text, back)
			}
		}
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(s), &object) != nil {
			return
		}
		if _, has := object["a"]; !has && ok {
			t.Fatalf("%q has no member a, but %q", s, got)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	var a text.Arena
	a.Room(1000)
	p, q := compile(t, "$.a.b[1]"), compile(t, "$.a.b[*]")
	const doc = `{"x": "y", "a": {"b": ["p", "q\n"]}}`
	for name, f := range map[string]func(){
		"Value": func() { p.Value(&a, doc) }, "Extract": func() { q.Extract(&a, doc) }, "Exists": func() { p.Exists(doc) }, "Type": func() { p.Type(doc) }, "Valid": func() { Valid(doc) },
		"Object": func() { Object(&a, Part{"a", true, true}, Part{"1", false, true}) }, "Length": func() { p.Length(doc) },
	} {
		if n := testing.AllocsPerRun(100, func() { f(); a.Reset() }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
