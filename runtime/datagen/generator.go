package datagen

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/runtime/text"
)

// generator makes rows.
type generator struct {
	seed    uint64
	columns []*column
	order   []int // in which the columns of a row are made
	walks   map[walkKey]float64
	walking bool // rows must be made in order
	keys    [][]byte
	csv     byte // delimiter; 0: JSON lines
}

func newGenerator(o *Options) (*generator, error) {
	if len(o.Columns) == 0 {
		return nil, fmt.Errorf("there are no columns to make values for")
	}
	g := &generator{seed: uint64(o.Seed), walks: map[walkKey]float64{}, csv: o.Delimiter}
	find := func(name string) (int, error) {
		for i := range o.Columns {
			if strings.EqualFold(o.Columns[i].Name, name) {
				return i, nil
			}
		}
		return 0, fmt.Errorf("there is no column %s", name)
	}
	for i, gc := range o.Columns {
		c, err := newColumn(gc, o, find)
		if err != nil {
			return nil, err
		}
		g.columns = append(g.columns, c)
		g.walking = g.walking || c.walks
		name, _ := json.Marshal(gc.Name) // strings cannot fail
		key := "," + string(name) + ":"
		if i == 0 {
			key = "{" + key[1:]
		}
		g.keys = append(g.keys, []byte(key))
	}
	return g, g.sort()
}

// sort puts columns behind those that they use.
func (g *generator) sort() error {
	state := make([]int, len(g.columns)) // 1: being placed, 2: placed
	var place func(i int) error
	place = func(i int) error {
		switch state[i] {
		case 1:
			return fmt.Errorf("column %s depends on itself", g.columns[i].Name)
		case 2:
			return nil
		}
		state[i] = 1
		for _, u := range g.columns[i].uses {
			if err := place(u); err != nil {
				return err
			}
		}
		state[i] = 2
		g.order = append(g.order, i)
		return nil
	}
	for i := range g.columns {
		if err := place(i); err != nil {
			return err
		}
	}
	return nil
}

// rows appends the rows from up to (not including) to. cells is memory for one row.
func (g *generator) rows(buf []byte, from, to int64, cells []value) []byte {
	var r random // outside the loop: it escapes
	for row := from; row < to; row++ {
		r = rowRandom(g.seed, uint64(row))
		for _, i := range g.order {
			cells[i] = g.columns[i].make(g, row, cells, &r)
		}
		buf = g.encode(buf, cells)
	}
	return buf
}

// skip makes walks go on over rows that nobody wants.
func (g *generator) skip(from, to int64) {
	if !g.walking {
		return
	}
	cells := make([]value, len(g.columns))
	for row := from; row < to; row++ {
		r := rowRandom(g.seed, uint64(row))
		for _, i := range g.order {
			cells[i] = g.columns[i].make(g, row, cells, &r)
		}
	}
}

func (g *generator) encode(buf []byte, cells []value) []byte {
	for i, c := range g.columns {
		switch {
		case g.csv == 0:
			buf = append(buf, g.keys[i]...)
		case i > 0:
			buf = append(buf, g.csv)
		}
		buf = g.cell(buf, c, &cells[i])
	}
	if g.csv == 0 {
		buf = append(buf, '}')
	}
	return append(buf, '\n')
}

func (g *generator) cell(buf []byte, c *column, v *value) []byte {
	switch c.Type {
	case "STRING":
		if c.uuid {
			return g.id(buf, v)
		}
		return g.quote(buf, v.text)
	case "UUID":
		return g.id(buf, v)
	case "BYTES":
		return g.quote(buf, v.text)
	case "JSON", "ARRAY", "MAP", "STRUCT":
		if g.csv == 0 {
			return append(buf, v.text...)
		}
		return g.quote(buf, v.text)
	case "TIME":
		return g.time(buf, time.Unix(0, v.whole), "15:04:05.000")
	case "INTERVAL":
		return strconv.AppendInt(buf, v.whole/1e6, 10)
	case "BOOLEAN":
		return strconv.AppendBool(buf, v.whole != 0)
	case "FLOAT":
		return text.AppendFloat(buf, v.number)
	case "DECIMAL":
		return appendDecimal(buf, v.whole, c.Scale)
	case "DATE":
		return g.time(buf, time.Unix(v.whole*86400, 0), time.DateOnly)
	case "TIMESTAMP":
		return g.time(buf, time.Unix(0, v.whole), "2006-01-02T15:04:05.000Z")
	}
	return strconv.AppendInt(buf, v.whole, 10)
}

func (g *generator) id(buf []byte, v *value) []byte {
	if g.csv != 0 {
		return appendUUID(buf, uint64(v.whole), v.more)
	}
	return append(appendUUID(append(buf, '"'), uint64(v.whole), v.more), '"')
}

func (g *generator) time(buf []byte, t time.Time, layout string) []byte {
	if g.csv != 0 {
		return t.UTC().AppendFormat(buf, layout)
	}
	buf = append(buf, '"')
	return append(t.UTC().AppendFormat(buf, layout), '"')
}

// quote writes text: as a JSON string, or as a CSV cell in quotes where it must have them. The empty text is always quoted: an empty CSV cell
// is NULL.
func (g *generator) quote(buf []byte, s string) []byte {
	if g.csv == 0 {
		plain := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) < 0
		if plain {
			return append(append(append(buf, '"'), s...), '"')
		}
		b, _ := json.Marshal(s) // strings cannot fail
		return append(buf, b...)
	}
	if s != "" && !strings.ContainsAny(s, "\"\r\n"+string(rune(g.csv))) {
		return append(buf, s...)
	}
	return append(append(append(buf, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
}

// appendDecimal writes mantissa / 10^scale with all digits of the scale.
func appendDecimal(buf []byte, mantissa int64, scale int) []byte {
	if mantissa < 0 {
		buf = append(buf, '-')
		mantissa = -mantissa
	}
	var digits [20]byte
	d := strconv.AppendInt(digits[:0], mantissa, 10)
	if whole := len(d) - scale; whole > 0 {
		buf, d = append(buf, d[:whole]...), d[whole:]
	} else {
		buf = append(buf, '0')
	}
	if scale == 0 {
		return buf
	}
	buf = append(buf, '.')
	for i := len(d); i < scale; i++ {
		buf = append(buf, '0')
	}
	return append(buf, d...)
}
