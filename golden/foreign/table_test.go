package foreign

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// rows is how many rows the table has.
const rows = 40

// columns of the table, by their names, and their types in all three.
var columns = []struct{ name, veloc, sql string }{
	{"i", "INTEGER", "bigint"}, {"j", "INTEGER", "bigint"}, {"n", "INTEGER", "bigint"}, {"f", "FLOAT", "double precision"}, {"g", "FLOAT", "double precision"},
	{"p", "FLOAT", "double precision"}, {"s", "STRING", "text"}, {"u", "STRING", "text"}, {"d", "DECIMAL(10,3)", "numeric(10,3)"}, {"t", "TIMESTAMP", "timestamp"},
	{"v", "TIMESTAMP", "timestamp"}, {"a", "DATE", "date"}, {"b", "DATE", "date"},
}

// table is random rows, always the same; a value is nil, a number, or a text.
func table() []map[string]any {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() any {
		letters := []rune("abc aABé")
		w := make([]rune, r.IntN(9))
		for i := range w {
			w[i] = letters[r.IntN(len(letters))]
		}
		return string(w)
	}
	at := func() time.Time {
		return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(4e17) - 2e17)).Truncate(time.Millisecond)
	}
	instant := func() any { return at().Format("2006-01-02 15:04:05.000") }
	date := func() any { return at().Format("2006-01-02") }
	small := func() any { return float64(r.IntN(4000)-2000) / 8 }
	integer := func() any { return r.IntN(200) - 100 }
	make := map[string]func() any{
		"i": integer, "j": integer, "n": func() any { return r.IntN(10) }, "f": small, "g": small, "p": func() any { return float64(r.IntN(900)+1) / 16 }, "s": word, "u": word,
		"d": func() any { return json.Number(fmt.Sprintf("%.3f", float64(r.IntN(2000000)-1000000)/1000)) }, "t": instant, "v": instant, "a": date, "b": date,
	}
	var out []map[string]any
	for range rows {
		row := map[string]any{}
		for _, c := range columns {
			if row[c.name] = make[c.name](); r.IntN(20) == 0 {
				row[c.name] = nil
			}
		}
		out = append(out, row)
	}
	return out
}

// setup is the table as statements for an engine.
func setup() []string {
	var defs []string
	for _, c := range columns {
		defs = append(defs, c.name+" "+c.sql)
	}
	out := []string{"CREATE TABLE t (id int, " + strings.Join(defs, ", ") + ")"}
	for id, row := range table() {
		vals := []string{fmt.Sprint(id)}
		for _, c := range columns {
			switch v := row[c.name].(type) {
			case nil:
				vals = append(vals, "NULL")
			case string:
				vals = append(vals, quoted(v))
			default:
				vals = append(vals, fmt.Sprint(v))
			}
		}
		out = append(out, "INSERT INTO t VALUES ("+strings.Join(vals, ", ")+")")
	}
	return out
}

// writeTable writes the rows as JSON lines.
func writeTable(path string) error {
	var b strings.Builder
	for id, row := range table() {
		row["id"] = id
		line, err := json.Marshal(row)
		if err != nil {
			return err
		}
		b.WriteString(string(line) + "\n")
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
