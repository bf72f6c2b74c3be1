package datagen

import (
	"encoding/json"
	"strings"
	"testing"

	rt "github.com/velostream/veloc/runtime"
)

// Columns of every type have values, without a hint, also where they are made of others; the same seed makes the same.
func TestFurtherTypes(t *testing.T) {
	integer := rt.GenColumn{Type: "INTEGER"}
	columns := []rt.GenColumn{
		{Name: "u", Type: "UUID"}, {Name: "t", Type: "TIME"}, {Name: "v", Type: "INTERVAL"}, {Name: "m", Type: "INTERVAL YEAR TO MONTH"}, {Name: "b", Type: "BYTES"},
		{Name: "j", Type: "JSON"}, {Name: "a", Type: "ARRAY", Parts: []rt.GenColumn{{Type: "ARRAY", Parts: []rt.GenColumn{integer}}}},
		{Name: "p", Type: "MAP", Parts: []rt.GenColumn{{Type: "DATE"}, {Type: "STRING"}}},
		{Name: "s", Type: "STRUCT", Parts: []rt.GenColumn{{Name: "x", Type: "DECIMAL", Precision: 9, Scale: 2}, {Name: "y", Type: "UUID"}}},
	}
	rows := func() string {
		var c []*column
		for _, gc := range columns {
			col, err := newColumn(gc, &Options{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			c = append(c, col)
		}
		g := &generator{columns: c}
		for _, col := range c {
			lead := ","
			if len(g.keys) == 0 {
				lead = "{"
			}
			g.keys = append(g.keys, []byte(lead+`"`+col.Name+`":`))
		}
		var out []byte
		for row := range int64(50) {
			r := rowRandom(7, uint64(row))
			cells := make([]value, len(c))
			for i, col := range c {
				cells[i] = col.make(g, row, cells, &r)
			}
			out = g.encode(out, cells)
		}
		return string(out)
	}
	out := rows()
	if out != rows() {
		t.Error("the same seed makes different rows")
	}
	for line := range strings.Lines(out) {
		var v struct {
			U string
			B []byte
			A [][]int64
			P map[string]string
			S struct {
				X float64
				Y string
			}
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil || len(v.U) != 36 || len(v.B) != 8 || len(v.S.Y) != 36 {
			t.Fatalf("%s: %v", line, err)
		}
	}
}
