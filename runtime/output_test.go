package rt_test

import (
	"testing"

	rt "github.com/velostream/veloc/runtime"
)

// Take keeps rows and records in order, whether it copies (into an output that holds something) or exchanges memory (into an empty one).
func TestOutputTake(t *testing.T) {
	piece := func(text string) *rt.Output {
		return &rt.Output{Buf: []byte(text), Rows: 1, Recs: []rt.OutRec{{Key: 1, Value: len(text)}}}
	}
	var all rt.Output
	for _, text := range []string{"kv", "abc", "x1"} {
		from := piece(text)
		all.Take(from)
		if len(from.Buf) != 0 || len(from.Recs) != 0 || from.Rows != 0 {
			t.Errorf("%s: from still holds %+v", text, from)
		}
		from.Buf = append(from.Buf, "overwritten"...) // memory is not shared
	}
	if string(all.Buf) != "kvabcx1" || all.Rows != 3 {
		t.Errorf("%s, %d rows", all.Buf, all.Rows)
	}
	at, got := 0, ""
	for _, r := range all.Recs {
		got += string(all.Buf[at:r.Key]) + "=" + string(all.Buf[r.Key:r.Value]) + " "
		at = r.Value
	}
	if got != "k=v a=bc x=1 " {
		t.Errorf("records %s", got)
	}
	if n := testing.AllocsPerRun(100, func() {
		var o rt.Output
		from := rt.Output{Buf: all.Buf[:4:4]}
		o.Take(&from)
	}); n != 0 {
		t.Errorf("taking into an empty output costs %v allocations", n)
	}
}
