package oracle

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/velostream/veloc/compiler/types"
)

// column is a column that expressions can read.
type column struct {
	name string
	typ  types.Type
	null bool // it may be NULL
}

// sql is the name as SQL spells it.
func (c column) sql() string { return "`" + c.name + "`" }

// declaration is the column in CREATE STREAM.
func (c column) declaration() string {
	s := c.sql() + " " + c.typ.String()
	if !c.null {
		s += " NOT NULL"
	}
	return s
}

// dataset is a file of rows and what its columns are.
type dataset struct {
	file     string
	csv      bool
	columns  []column
	time     int    // the column that holds event time, or -1
	bound    int    // seconds
	late     int    // allowed lateness, seconds
	strategy string // for late rows
	data     string
}

// names are what columns are called: words that mean something in Go, in SQL, or in generated code.
var names = []string{
	"a", "b", "c", "t", "r", "k", "v", "id", "row", "err", "key", "type", "func", "range", "len", "string", "int64", "Rows", "Valid", "V", "symbol", "price",
	"total_volume", "Amount", "amount", "is_open", "größe", "x1", "_x", "map", "nil", "true_value", "acc", "start", "end", "out", "time", "value", "Seen", "buf",
	"a_rather_long_column_name_that_goes_on", "select_", "window_start", "at", "now",
}

func pick[T any](r *rand.Rand, xs ...T) T { return xs[r.Intn(len(xs))] }

// chance is true once in n times.
func chance(r *rand.Rand, n int) bool { return r.Intn(n) == 0 }

func randomType(r *rand.Rand) types.Type {
	switch r.Intn(13) {
	case 0, 1:
		return types.TInteger
	case 2:
		p := 1 + r.Intn(18)
		return types.TDecimal(p, r.Intn(p+1))
	case 3:
		p := 19 + r.Intn(20)
		return types.TDecimal(p, r.Intn(min(p, 12)))
	case 4:
		return types.TFloat
	case 5, 6:
		return types.TString
	case 7:
		return types.TBoolean
	case 8:
		return types.TTimestamp
	case 9:
		return types.TDate
	case 10, 11:
		return furtherType(r)
	}
	return types.TDecimal(9, 2)
}

// furtherType is one of the types that fewer columns have.
func furtherType(r *rand.Rand) types.Type {
	null := func(t types.Type) types.Col { return types.Col{Type: t, Nullable: !chance(r, 3)} }
	switch r.Intn(12) {
	case 0:
		return types.TUUID
	case 1:
		return types.TBytes
	case 2:
		return types.TYearMonth
	case 3:
		return types.TTime
	case 4:
		return types.TInterval
	case 5:
		return types.TJSON
	case 6, 7:
		return types.TArray(null(types.TInteger))
	case 8:
		return types.TMap(types.TString, null(types.TInteger))
	case 9:
		return pairType
	case 10:
		return types.TArray(null(pick(r, types.TString, types.TDecimal(9, 2), types.TDate, types.TUUID, types.TFloat, types.TArray(null(types.TBoolean)))))
	}
	return types.TStruct(types.Field{Name: "a", Col: null(types.TTimestamp)}, types.Field{Name: "b c", Col: null(types.TMap(types.TDate, null(types.TString)))})
}

// pairType is the STRUCT that expressions build.
var pairType = types.TStruct(types.Field{Name: "a", Col: types.Col{Type: types.TInteger, Nullable: true}}, types.Field{Name: "b", Col: types.Col{Type: types.TString, Nullable: true}})

// randomDataset makes a schema with at least one column to group by, one to add up, and in most cases an event time.
func randomDataset(r *rand.Rand, n int) *dataset {
	d := &dataset{csv: chance(r, 2), time: -1, bound: pick(r, 0, 0, 5, 60), late: pick(r, 0, 0, 0, 30),
		strategy: pick(r, "", "", "dead_letter", "update_previous", "include_in_next")}
	kinds := []types.Type{types.TString, types.TInteger}
	for range 1 + r.Intn(5) {
		kinds = append(kinds, randomType(r))
	}
	if !chance(r, 4) {
		kinds = append(kinds, types.TTimestamp)
		d.time = len(kinds) - 1
	}
	order := r.Perm(len(names))
	for i, t := range kinds {
		d.columns = append(d.columns, column{name: names[order[i]], typ: t, null: !chance(r, 3)})
	}
	ext := ".jsonl"
	if d.csv {
		ext = ".csv"
	}
	d.file = fmt.Sprintf("in%d%s", n, ext)
	d.data = randomData(r, d)
	return d
}

// declare is the CREATE STREAM of a source over the data.
func (d *dataset) declare(name string) string {
	var cols []string
	for _, c := range d.columns {
		cols = append(cols, c.declaration())
	}
	format := "jsonlines"
	if d.csv {
		format = "csv"
	}
	props := fmt.Sprintf("'connector' = 'filesystem', 'path' = '%s', 'format' = '%s'", d.file, format)
	if d.time >= 0 {
		props += fmt.Sprintf(", 'event.time.field' = '%s', 'watermark.max_out_of_orderness' = '%ds', 'allowed.lateness' = '%ds'", d.columns[d.time].name, d.bound, d.late)
		switch d.strategy {
		case "":
		case "dead_letter":
			props += ", 'dead.letter.queue.path' = 'late.jsonl'"
			fallthrough
		default:
			props += ", 'late.data.strategy' = '" + d.strategy + "'"
		}
	}
	return fmt.Sprintf("CREATE STREAM %s (%s)\nWITH (%s);\n", name, strings.Join(cols, ", "), props)
}
