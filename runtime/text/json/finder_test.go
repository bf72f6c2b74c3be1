package json_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/text"
	"github.com/velostream/veloc/runtime/text/json"
)

// walk goes through a row like a decoder none of whose steps ever meets the key that it expects, and tells which values the steps read, which
// steps had none, and how many bytes there were.
func walk(f *json.Finder, k *json.Keys, row string) (read string, n int) {
	begin := at(row)
	p, from, to := begin, uint(0), uint(0)
	var out []string
	for {
		if from, p = f.Step(k, p, from, to); !p.OK() {
			return "malformed", 0
		}
		lead, ok := leads[from]
		if !ok {
			break
		}
		v := p.Add(lead)
		end := json.Skip(v)
		out = append(out, fmt.Sprintf("%d=%s", from, v.View(end.Since(v))))
		p, to = end, from+1
	}
	for step := range uint(len(leads)) {
		if !f.Has(step + 1) {
			out = append(out, fmt.Sprintf("no %d", step+1))
		}
	}
	return strings.Join(out, " "), int(p.Since(begin))
}

// leads are the lengths of {"id": and so on.
var leads = map[uint]uintptr{1: 6, 2: 8, 3: 21, 4: 21, 5: 16}

func walked() *json.Keys {
	return json.KeysOf(`"id":`, `"name":"`, `"customer_address1":"`, `"customer_address2":"`, `"an \"odd\" k":`).Skipping(`"skipped":"`, `"number":`, `"ä":`)
}

// Whatever the order of keys, and however they are written, each value is found by its step.
func TestFinder(t *testing.T) {
	for _, c := range []struct{ row, want string }{
		{`{"id":1,"name":"x","customer_address1":"a","customer_address2":"b","an \"odd\" k":true}`, `1=1 2="x" 3="a" 4="b" 5=true`},
		{`{"an \"odd\" k":[1,{}],"customer_address2":"b","name":"x","customer_address1":"a","id":-1}`, `5=[1,{}] 4="b" 2="x" 3="a" 1=-1`},
		{` { "name" : "x" , "id":2 } `, `2="x" 1=2 no 3 no 4 no 5`},
		{`{}`, `no 1 no 2 no 3 no 4 no 5`},
		{`{"id":null,"name":null}`, `no 1 no 2 no 3 no 4 no 5`},
		{`{"id":1,"id":null}`, `1=1 no 1 no 2 no 3 no 4 no 5`},
		{`{"id":null,"id":1}`, `1=1 no 2 no 3 no 4 no 5`},
		{`{"\u0069d":1,"n\u0061me":"x","customer_\u0061ddress2":"b","an \u0022odd\u0022 k":0}`, `1=1 2="x" 4="b" 5=0 no 3`},
		{`{"i":0,"idx":0,"id\u0000":0,"id\":":0,"name\":\"":"y","customer_address":0,"customer_address11":0,"ID":0,"":0,"id":1}`, `1=1 no 2 no 3 no 4 no 5`},
		{`{"skipped":"a","number":12,"skipped":"a text that is longer than the sixteen bytes","number":-1.5e3,"ä":{"a":[]},"id":1}`, `1=1 no 2 no 3 no 4 no 5`},
		{`{"skipped":"","number":0,"skipped":"é","number":"text","skipped":12,"skipped":null,"number":true,"skipped":"\""}`, `no 1 no 2 no 3 no 4 no 5`},
		{`{"\u0069\u0064":1,"nam\u0065":"x","i\u0064 ":2,"customer_address1\u0022:":"a","id\u0022:":3,"\u0073kipped":"a","id\u005c":4,"an \"odd\" \u006b":5}`, `1=1 2="x" 5=5 no 3 no 4`},
		{`{"nam\u0065" :"x","i\u0064": 2,"customer_addres\u00731":"a","customer_address\u0032":"b","\u00e4":0}`, `2="x" 1=2 3="a" 4="b" no 5`},
		{`{"i\u00g4":1}`, "malformed"}, {`{"i\u0064:1}`, "malformed"}, {`{"n\u0061me":x}`, "malformed"},
		{`{"skipped": "a","number": 12,"name": "x","number": -1,"skipped":  "b","id":  3,"number": null,"customer_address1": "c"}`, `2="x" 1=3 3="c" no 4 no 5`},
		{`{"skipped": ,"id":1}`, "malformed"}, {`{"number": "id":1}`, "malformed"}, {`{"skipped": "a" "id":1}`, "malformed"}, {`{"new" :1,"newer": 2,"id":3}`, `1=3 no 2 no 3 no 4 no 5`},
		{`{"unknown":{"id":[1,{"name":"}{"}]},"` + strings.Repeat("long", 200) + `":1,"` + strings.Repeat(`\u006c`, 200) + `":1,"name":""}`, `2="" no 1 no 3 no 4 no 5`},
		{``, "malformed"}, {`{`, "malformed"}, {`[]`, "malformed"}, {`{"id"}`, "malformed"}, {`{"id":1,}`, "malformed"}, {`{"id":1}}`, "malformed"},
		{`{"id":nul}`, "malformed"}, {`{"name":1}`, "malformed"}, {`{"x":1 "id":2}`, "malformed"}, {`{"x\":1}`, "malformed"}, {`{"\x":1}`, "malformed"},
		{"{\"\xff\":1}", "malformed"}, {`{"skipped":"a}`, "malformed"}, {`{"number":01}`, "malformed"}, {`{"number":1x}`, "malformed"}, {`{"x":[}`, "malformed"},
	} {
		got, n := walk(&json.Finder{}, walked(), c.row)
		if got != c.want || got != "malformed" && n != len(c.row)+1 {
			t.Errorf("%s\ngives %s, %d bytes; want %s", c.row, got, n, c.want)
		}
	}
}

// Keys with a common beginning, short ones beside long ones, and more keys than a word has bits: each is found, and no other.
func TestFinderKnowsManyKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var texts []string
		names := map[string]uint{}
		for range 1 + r.IntN(250) {
			name := []string{"", "customer_", "a", "the_same_beginning_of_names_"}[r.IntN(4)] + strings.Repeat("x", r.IntN(3)) + fmt.Sprint(r.IntN(1000))
			if names[name] == 0 {
				texts = append(texts, `"`+name+`":`)
				names[name] = uint(len(texts))
			}
		}
		k := json.KeysOf(texts...)
		for name, step := range names {
			for _, key := range []string{name, fmt.Sprintf(`\u%04x%s`, name[0], name[1:])} {
				row := at(`{"` + key + `":1,"` + name + `?":1}`)
				var f json.Finder
				got, p := f.Step(k, row, 0, 0)
				if want := row.Add(uintptr(len(key) - len(name))); got != step || p != want {
					t.Fatalf("%s of %d is step %d at %d, want %d at %d", key, len(texts), got, p.Since(row), step, want.Since(row))
				}
				value := p.Add(uintptr(len(name)) + 4)
				if got, p = f.Step(k, value.Add(1), got, got+1); got != uint(len(texts))+1 || p.Byte(0) != '"' || !f.Has(step) {
					t.Fatalf("behind %s comes step %d", key, got)
				}
			}
		}
	}
}

// Nothing is allocated for keys with escapes, nor for what is passed over.
func TestFinderDoesNotAllocate(t *testing.T) {
	k, row := walked(), at(`{"\u006eame":"x","unknown":{"a":["b",1.5,{}]},"skipped":"a","i\u0064":1}`)
	var f json.Finder
	var arena text.Arena
	if n := testing.AllocsPerRun(100, func() {
		step, p := f.Step(k, row, 0, 0)
		step, p = f.Step(k, json.Skip(p.Add(leads[step])), step, step+1)
		if step, p = f.Step(k, p.Add(leads[step]+1), step, step+1); step != 6 || !p.OK() {
			t.Fatalf("the end is step %d", step)
		}
		arena.Reset()
		for range 10_000 { // more than a block of the arena
			if s, _ := json.OddText(at9, &arena, nil); s != "\u00e9 \"quoted\"" {
				t.Fatal(s)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

var at9 = at(`\u00e9 \"quoted\"",`)
