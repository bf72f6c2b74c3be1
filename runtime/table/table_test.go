package table_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/table"
)

// put appends a record to an output; an empty value deletes.
func put(o *rt.Output, key, value string) {
	o.Buf = append(o.Buf, key...)
	rec := rt.OutRec{Key: len(o.Buf), Null: value == ""}
	o.Buf = append(o.Buf, value...)
	rec.Value = len(o.Buf)
	o.Recs = append(o.Recs, rec)
	o.Rows++
}

// What is found is what a map holds, whatever is put, replaced and deleted in whatever batches.
func TestAsAMap(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		s, want := table.NewSink([]string{"a", "b"}), map[string]string{}
		var o rt.Output
		for n := range 300 {
			a, b := fmt.Sprint(r.IntN(5)), fmt.Sprint(r.IntN(5))
			value := ""
			if r.IntN(3) > 0 {
				value = fmt.Sprintf(`{"n":%d,"x":"%0*d"}`, n, 1+r.IntN(20), n)
				want[a+table.Separator+b] = value
			} else {
				delete(want, a+table.Separator+b)
			}
			put(&o, a+table.Separator+b, value)
			if r.IntN(10) > 0 {
				continue
			}
			if err := s.Write(t.Context(), &o); err != nil {
				t.Fatal(err)
			}
			o.Reset()
			for a := range 5 {
				for b := range 5 {
					key := []string{fmt.Sprint(a), fmt.Sprint(b)}
					got, found, err := s.Row(key)
					if w, there := want[key[0]+table.Separator+key[1]]; err != nil || found != there || string(got) != w {
						t.Fatalf("seed %d, row %d, key %v: %q %t %v, want %q", seed, n, key, got, found, err, w)
					}
				}
			}
			if s.Rows() != len(want) {
				t.Fatalf("%d rows, want %d", s.Rows(), len(want))
			}
		}
	}
}

func TestWrongKeys(t *testing.T) {
	for _, c := range []struct {
		columns, key []string
		want         string
	}{
		{[]string{"a", "b"}, []string{"1"}, "a row is identified by 2 columns, a, b, and the request has 1 of these"},
		{[]string{"a"}, nil, "a row is identified by one column, a, and the request has 0 of these"},
		{nil, []string{"1"}, "a row is identified by nothing: there is one, and the request has 1 of these"},
	} {
		if _, _, err := table.NewSink(c.columns).Row(c.key); err == nil || err.Error() != c.want {
			t.Errorf("%v", err)
		}
	}
}

// Rows that replace others need no memory of their own.
func TestNoAllocations(t *testing.T) {
	s := table.NewSink([]string{"a"})
	var o rt.Output
	put(&o, "k", `{"n":1}`)
	if err := s.Write(t.Context(), &o); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(9, func() { s.Write(t.Context(), &o) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
