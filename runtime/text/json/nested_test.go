package json

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
)

// FuzzCompact compares Compact with encoding/json.
func FuzzCompact(f *testing.F) {
	for _, s := range []string{"", "1", ` { "a b" : [ 1 , "x\" \\" , null ] } `, `"\\"`, "[1,\n2]", `"a`, "[", "nul", `{"a":1}x`, "\"\n\"", `"\u00e9é"`, "-0.5e+3 ", "[1 2]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.Count(s, "[")+strings.Count(s, "{") > 400 {
			return
		}
		var arena text.Arena
		got, err := Compact(&arena, s)
		var want bytes.Buffer
		if wrong := stdjson.Compact(&want, []byte(s)); (wrong == nil) != (err == nil) {
			t.Fatalf("%q: %v, want %v", s, err, wrong)
		}
		if err == nil && got != want.String() {
			t.Fatalf("%q is %q, want %q", s, got, want.String())
		}
	})
}

// numbers reads an array of arrays of numbers, as generated code does.
func numbers(k *Scanner, v *[]rt.Null[[]rt.Null[int64]]) bool {
	*v = (*v)[:0]
	if !k.OpenArray() {
		return false
	}
	for k.Elem() {
		*v = rt.Next(*v)
		e := &(*v)[len(*v)-1]
		e.V = e.V[:0]
		if e.Valid = k.OpenArray(); e.Valid {
			for k.Elem() {
				e.V = append(e.V, k.Int())
			}
		}
	}
	return true
}

// FuzzArrays compares reading arrays with encoding/json.
func FuzzArrays(f *testing.F) {
	for _, s := range []string{"[]", "[[1,2],[],null]", " [ [ 1 , null ] ] ", "[[1.0]]", "[[1.5]]", "[1]", "[[", "[[1,]]", "[,]", "null", "[[1]] 2", "[[99999999999999999999]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, ".eE") { // 1.0 is an INTEGER here
			return
		}
		var arena text.Arena
		var k Scanner
		var v []rt.Null[[]rt.Null[int64]]
		k.Value(&arena, s)
		err := k.Whole(numbers(&k, &v), "ARRAY<ARRAY<INTEGER>>")
		var want []*[]*int64
		wrong := stdjson.Unmarshal([]byte(s), &want)
		if (wrong != nil || want == nil) != (err != nil) {
			t.Fatalf("%q: %v, want %v", s, err, wrong)
		}
		if err != nil {
			return
		}
		got := []string{}
		for _, e := range v {
			if !e.Valid {
				got = append(got, "null")
				continue
			}
			got = append(got, fmt.Sprint(e.V))
		}
		expected := []string{}
		for _, e := range want {
			if e == nil {
				expected = append(expected, "null")
				continue
			}
			list := []rt.Null[int64]{}
			for _, x := range *e {
				if x == nil {
					list = append(list, rt.Null[int64]{})
				} else {
					list = append(list, rt.Some(*x))
				}
			}
			expected = append(expected, fmt.Sprint(list))
		}
		if fmt.Sprint(got) != fmt.Sprint(expected) {
			t.Fatalf("%q is %v, want %v", s, got, expected)
		}
	})
}

// Reading into memory that is there allocates nothing.
func TestArraysAllocateNothing(t *testing.T) {
	var arena text.Arena
	var k Scanner
	var v []rt.Null[[]rt.Null[int64]]
	read := func() {
		arena.Reset()
		k.Value(&arena, "[[1,2,3],[4],null,[]]")
		if err := k.Whole(numbers(&k, &v), "ARRAY"); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if n := testing.AllocsPerRun(20, read); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Values of the types that are texts in JSON.
func TestTextForms(t *testing.T) {
	var arena text.Arena
	var k Scanner
	for _, c := range []struct {
		in   string
		want string
	}{
		{`"AQL/"`, "\x01\x02\xff"}, {`"/w"`, "\xff"}, {`""`, ""}, {`"/w=="`, "\xff"},
	} {
		k.Value(&arena, c.in)
		v := k.Bytes()
		if err := k.Whole(v.Valid, "BYTES"); err != nil || v.V != c.want {
			t.Errorf("%s is %q, %v", c.in, v.V, err)
		}
		if again := AppendBytes(nil, v.V); strings.TrimRight(string(again), `="`) != strings.TrimRight(c.in, `="`) {
			t.Errorf("%s is written as %s", c.in, again)
		}
	}
	for _, s := range []string{`"a"`, `"a!"`, `1`, `"/w===="x`} {
		k.Value(&arena, s)
		if v := k.Bytes(); k.Whole(v.Valid, "BYTES") == nil {
			t.Errorf("%s is %q", s, v.V)
		}
	}
	k.Value(&arena, `"123E4567-e89b-12d3-a456-426614174000"`)
	if v := k.UUID(); k.Whole(v.Valid, "UUID") != nil || string(AppendUUID(nil, v.V)) != `"123e4567-e89b-12d3-a456-426614174000"` {
		t.Errorf("a UUID reads as %s", v.V)
	}
	for want, have := range map[string][]byte{
		`"2026-01-31"`: AppendDate(nil, 20484), `"P1Y2M"`: AppendMonths(nil, 14), `"-P1M"`: AppendMonths(nil, -1), `"PT1.5S"`: AppendSpan(nil, 15e8),
		`"10:30:00.000"`: AppendTime(nil, 37800e9), `"1970-01-01T00:00:00.001Z"`: AppendTimestamp(nil, 1e6), `"1.50"`: AppendDecimal(nil, 150, 2), "null": AppendFloat(nil, nan()),
	} {
		if string(have) != want {
			t.Errorf("%s, want %s", have, want)
		}
	}
}

func nan() float64 { z := 0.0; return z / z }
