// Package bindtest binds SQL in tests of the phases between syntax and code, without connectors or a function registry: sources are
// what the SQL declares, and the functions are a handful with the signatures that the real ones have.
//
// In: SQL. Out: a plan and diagnostics. Forbidden here: use by anything but tests.
package bindtest

import (
	"slices"
	"sort"
	"strconv"
	"testing"
	"time"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Bind parses and binds sql, with the declarations of tables standing above it. It fails the test if either does not parse.
func Bind(t testing.TB, tables, sql string, o bind.Options) (*plan.Job, diag.List) {
	t.Helper()
	f, found := grammar.Parse(source.New("job.sql", sql))
	if found.HasErrors() {
		t.Fatal(diag.Text(found))
	}
	ddl, found := grammar.Parse(source.New("tables.sql", tables+"\n"+sql))
	if found.HasErrors() {
		t.Fatal(diag.Text(found))
	}
	return bind.Bind(f, NewCatalog(ddl), Registry(), o)
}

// Catalog is a catalog that knows what the declarations of the file under test say, and nothing about connectors: a source of
// type file_source ends, any other does not.
type Catalog struct {
	sources map[string]*catalog.Source
	names   map[*grammar.Statement]string
	taken   map[string]int
}

// NewCatalog reads the declarations of a file.
func NewCatalog(f *grammar.File) *Catalog {
	c := &Catalog{sources: map[string]*catalog.Source{}, names: map[*grammar.Statement]string{}, taken: map[string]int{}}
	for _, st := range f.Statements {
		if d, ok := st.Body.(*grammar.Create); ok && d.Query == nil {
			c.sources[d.Name.String()] = declared(d)
		}
	}
	return c
}

func declared(d *grammar.Create) *catalog.Source {
	src := &catalog.Source{Name: d.Name.String(), Connector: "kafka_source", Role: "stream"}
	if d.Kind == grammar.Table {
		src.Role = "table"
	}
	if d.Properties != nil {
		for _, p := range d.Properties.List {
			switch p.Key.Text {
			case "type", "connector":
				src.Connector = p.Value.Text
			case "role":
				src.Role = p.Value.Text
			case "rows":
				src.Bounded = true
			}
		}
	}
	src.Bounded = src.Bounded || src.Connector == "file_source"
	for i, col := range d.Columns {
		if col.Computed != nil {
			src.Computed = append(src.Computed, catalog.Computed{Name: col.Name, Value: col.Computed, At: i})
			continue
		}
		t, _, err := types.Parse(col.Type.Span().Text())
		if err != nil {
			panic(err)
		}
		src.Schema = append(src.Schema, catalog.Column{Name: col.Name.Name, Col: types.Col{Type: t, Nullable: !col.NotNull && !col.PrimaryKey}})
		if col.PrimaryKey {
			src.PrimaryKey = append(src.PrimaryKey, col.Name.Name)
		}
		if d.Watermark != nil && d.Watermark.Column.String() == col.Name.Name {
			src.EventTime = catalog.EventTime{Declared: true, Column: i, Bound: watermarkBound(d.Watermark.Value), Idle: 30 * time.Second}
		}
	}
	return src
}

// watermarkBound reads the interval of WATERMARK FOR ts AS ts - INTERVAL ….
func watermarkBound(e grammar.Expr) time.Duration {
	if b, ok := e.(*grammar.Binary); ok {
		return b.Y.(*grammar.Interval).Value
	}
	return 0
}

// Source implements bind.Catalog.
func (c *Catalog) Source(name string) *catalog.Source { return c.sources[name] }

// Sources implements bind.Catalog.
func (c *Catalog) Sources() []string {
	var names []string
	for n := range c.sources {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// StatementName implements bind.Catalog.
func (c *Catalog) StatementName(st *grammar.Statement) string {
	if name, ok := c.names[st]; ok {
		return name
	}
	name := "result"
	switch s := st.Body.(type) {
	case *grammar.Insert:
		name = s.Target.Name.String()
	case *grammar.Query:
		if s.Into != nil {
			name = s.Into.Target.Name.String()
		}
	}
	c.taken[name]++
	if n := c.taken[name]; n > 1 {
		name += "_" + strconv.Itoa(n)
	}
	c.names[st] = name
	return name
}

// Job implements bind.Catalog: no property holds for the whole program.
func (c *Catalog) Job(_, def string) string { return def }

// JoinTTL implements bind.Catalog: it is what 'join.ttl' says.
func (c *Catalog) JoinTTL(st *grammar.Statement) time.Duration { return duration(st, "join.ttl") }

// StateTTL implements bind.Catalog: it is what 'state.ttl' says.
func (c *Catalog) StateTTL(st *grammar.Statement) time.Duration { return duration(st, "state.ttl") }

// Grows implements bind.Catalog: no statement accepts state without bound.
func (c *Catalog) Grows(*grammar.Statement) bool { return false }

func duration(st *grammar.Statement, key string) (ttl time.Duration) {
	grammar.Walk(st, func(n grammar.Node) bool {
		if p, ok := n.(*grammar.Property); ok && p.Key.Text == key {
			ttl, _ = time.ParseDuration(p.Value.Text)
		}
		return true
	})
	return ttl
}

// Sink is standard output for a bare SELECT, and what '<name>.type' says for CREATE.
func (c *Catalog) Sink(st *grammar.Statement) *catalog.Sink {
	switch s := st.Body.(type) {
	case *grammar.Query:
		return &catalog.Sink{Name: "stdout", Connector: "stdout_sink", Format: catalog.JSONLines}
	case *grammar.Insert:
		return &catalog.Sink{Name: s.Target.Name.String(), Connector: "file_sink", Format: catalog.CSV}
	case *grammar.Create:
		name := s.Name.String()
		var sink *catalog.Sink
		grammar.Walk(s, func(n grammar.Node) bool {
			if p, ok := n.(*grammar.Property); ok && p.Key.Text == name+".type" {
				sink = &catalog.Sink{Name: name, Connector: p.Value.Text, Format: catalog.JSON}
			}
			return true
		})
		return sink
	}
	return nil
}

// Functions is a registry of just the functions that the tests use.
type Functions struct{ scalar, aggregate, window map[string][]*types.Signature }

// Registry is the functions that tests may use.
func Registry() Functions {
	f := Functions{map[string][]*types.Signature{}, map[string][]*types.Signature{}, map[string][]*types.Signature{}}
	for _, text := range []string{
		"UPPER(s STRING) -> STRING", "LENGTH(s STRING) -> INTEGER", "CONCAT(x ANY...) -> STRING NOT NULL",
		"ROUND(x INTEGER, [n INTEGER]) -> INTEGER", "ROUND(x DECIMAL, [n INTEGER]) -> DECIMAL", "ROUND(x FLOAT, [n INTEGER]) -> FLOAT",
		"COALESCE(x T, y T...) -> T NULL IF ALL", "NULLIF(x T, y T) -> T NULL", "IF(condition BOOLEAN, a T, b T) -> T", "POWER(x FLOAT, y FLOAT) -> FLOAT",
		"REGEXP(s STRING, pattern STRING) -> BOOLEAN", "TIME_BUCKET(width INTERVAL, ts TIMESTAMP, origin TIMESTAMP) -> TIMESTAMP", "SPLIT(s STRING, separator STRING) -> ARRAY<STRING NOT NULL>", "ARRAY_LENGTH(a ARRAY) -> INTEGER",
		"ARRAY_ANY(a ARRAY<T ORDERED>, comparison STRING LITERAL, x T) -> BOOLEAN NULL", "NOW() -> TIMESTAMP NOT NULL", "RANDOM() -> FLOAT NOT NULL", "EXTRACT(part STRING, ts TIMESTAMP) -> INTEGER",
		"EXTRACT(part STRING, d INTERVAL) -> FLOAT", "LEFT(s STRING, n INTEGER) -> STRING",
	} {
		s := types.MustSignature(text)
		f.scalar[s.Name] = append(f.scalar[s.Name], s)
	}
	f.scalar["IF"][0].Nullable = func(args []types.Arg) bool { return args[1].CanBeNull() || args[2].CanBeNull() }
	f.scalar["LEN"] = f.scalar["LENGTH"]
	f.scalar["CURRENT_TIMESTAMP"] = f.scalar["NOW"]
	for _, text := range []string{
		"COUNT() -> INTEGER NOT NULL", "COUNT(x ANY) -> INTEGER NOT NULL", "SUM(x INTEGER) -> INTEGER", "SUM(x DECIMAL) -> DECIMAL",
		"SUM(x FLOAT) -> FLOAT", "AVG(x DECIMAL) -> DECIMAL", "AVG(x FLOAT) -> FLOAT", "MIN(x T ORDERED) -> T", "MAX(x T ORDERED) -> T",
		"FIRST(x T) -> T", "LAST(x T) -> T", "STDDEV(x FLOAT) -> FLOAT NULL", "PERCENTILE_CONT(fraction FLOAT, x FLOAT) -> FLOAT NULL",
		"STRING_AGG(x STRING, separator STRING) -> STRING",
	} {
		s := types.MustSignature(text)
		f.aggregate[s.Name] = append(f.aggregate[s.Name], s)
	}
	for _, text := range []string{
		"ROW_NUMBER() -> INTEGER NOT NULL", "RANK() -> INTEGER NOT NULL", "NTILE(n INTEGER) -> INTEGER NOT NULL",
		"LAG(x T) -> T NULL", "LAG(x T, n INTEGER) -> T NULL", "LAG(x T, n INTEGER, other T) -> T", "FIRST_VALUE(x T) -> T NULL", "EXPONENTIAL_MOVING_AVERAGE(x FLOAT, alpha FLOAT LITERAL) -> FLOAT NULL",
	} {
		s := types.MustSignature(text)
		f.window[s.Name] = append(f.window[s.Name], s)
	}
	return f
}

// Scalar implements bind.Functions.
func (f Functions) Scalar(name string) []*types.Signature { return f.scalar[name] }

// Aggregate implements bind.Functions.
func (f Functions) Aggregate(name string) []*types.Signature { return f.aggregate[name] }

// Window implements bind.Functions.
func (f Functions) Window(name string) []*types.Signature { return f.window[name] }

// PerCall implements bind.Functions.
func (f Functions) PerCall(name string) bool { return name == "RANDOM" }

// Volatile implements rewrite.Functions.
func (f Functions) Volatile(name string) bool { return name == "NOW" }

// Names implements bind.Functions.
func (f Functions) Names() []string {
	var names []string
	for n := range f.scalar {
		names = append(names, n)
	}
	for n := range f.aggregate {
		names = append(names, n)
	}
	for n := range f.window {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
