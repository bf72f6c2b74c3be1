package catalog

import (
	"slices"
	"time"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
	rt "github.com/velostream/veloc/runtime"
)

// Column is one declared, read or inferred column of a source.
type Column struct {
	Name string
	Col  types.Col
	At   source.Span // where it is declared, in SQL or in a schema; zero for columns that a sample told of
	Seen string      // what its type was concluded from; empty for declared columns
}

// Origin says which of the schema sources applied.
type Origin string

// Where a schema can come from, in order of precedence.
const (
	FromDDL       Origin = "source DDL"
	FromProperty  Origin = "property"
	FromConnector Origin = "connector"
	FromFile      Origin = "schema file"
	FromConfig    Origin = "configuration file"
	FromSibling   Origin = "sibling schema file"
	FromHints     Origin = "@data hints"
	FromUpstream  Origin = "the result"
	FromRegistry  Origin = "schema registry"
	FromLock      Origin = "lock file"
	FromInferred  Origin = "inferred from data"
	FromFormat    Origin = "the format"
)

// Property is one resolved property of a component: from WITH, from a configuration file, or a default.
type Property struct {
	Key   string      // registry name, without the component's prefix
	Value string      // in the registry's spelling; ${…} references are kept, they are resolved when the job runs
	From  string      // "WITH", "annotation", "address" or a file name
	At    source.Span // of the value, in SQL or in the file
}

// Computed is a column `name AS expression` of a declaration. At is where in the order of all columns it stands.
type Computed struct {
	Name  *grammar.Ident
	Value grammar.Expr
	At    int
}

// TimeFormat says how a column holds event time.
type TimeFormat string

// The named formats; any other value is a strftime pattern.
const (
	TimeAuto         TimeFormat = ""
	TimeEpochMillis  TimeFormat = "epoch_millis"
	TimeEpochSeconds TimeFormat = "epoch_seconds"
	TimeISO8601      TimeFormat = "iso8601"
)

// EventTime is the event-time declaration of a source. A column of type TIMESTAMP may have any format: the decoder reads it so.
// Numbers in an INTEGER, DECIMAL or FLOAT column are milliseconds unless the format says seconds; text in a STRING column is ISO 8601 unless
// the format is a pattern.
type EventTime struct {
	Declared  bool   // false: the record's own timestamp is its time
	Name      string // of the column
	Column    int    // position in Schema of the column that holds it; -1: an expression computes it (see Source.Computed)
	Format    TimeFormat
	Bound     time.Duration // of out-of-orderness
	Idle      time.Duration
	MaxFuture time.Duration
	Lateness  time.Duration
	Late      LateStrategy
	Marks     Marks
	Mark      int // position in Schema of the column of MarkedRows and CarriedTimes
	At        source.Span
}

// Marks says what moves the watermark.
type Marks uint8

// What moves it: every row; rows in which a BOOLEAN column is TRUE; the values of a TIMESTAMP column; the timestamps of records.
const (
	EveryRow Marks = iota
	MarkedRows
	CarriedTimes
	RecordTimes
)

// LateStrategy says what becomes of rows whose windows have closed, as the property late.data.strategy names it.
type LateStrategy string

// The strategies.
const (
	DropLate   LateStrategy = "drop"
	LetterLate LateStrategy = "dead_letter"
	UpdateLate LateStrategy = "update_previous"
	MoveLate   LateStrategy = "include_in_next"
)

// Format names an encoding of rows.
type Format string

// The formats.
const (
	JSONLines Format = "jsonlines"
	JSONArray Format = "json"
	CSV       Format = "csv"
	Raw       Format = "raw"        // lines of text: one column
	JSON      Format = "json_value" // one JSON value per record (Kafka)
	None      Format = "none"       // rows are counted, not encoded (blackhole)
)

// Source is a readable relation outside the file.
type Source struct {
	Name       string
	Connector  string // registry name of the connector, for example "file_source"
	Format     Format
	Schema     []Column
	Origin     Origin
	OriginName string // of the file or subject; empty where there is none
	PrimaryKey []string
	Role       string // "stream" or "table"
	Props      map[string]Property
	EventTime  EventTime
	// KeyOrder is the order in which the decoder of JSON rows expects keys first: as a sample showed them, unused ones included,
	// then columns that the sample did not show.
	KeyOrder []string
	// Header tells whether CSV rows are preceded by a header line. HeaderColumns are the columns of a row in file order: as the
	// header showed them when the data could be seen, else as declared.
	Header        bool
	HeaderColumns []string
	Bounded       bool
	Computed      []Computed         // columns that an expression over the others gives, in order
	Hints         *annot.SourceHints // what values to make up (datagen); nil: none
	At            source.Span
}

// Sink is a writable relation outside the file.
type Sink struct {
	Name      string
	Connector string
	Format    Format
	Props     map[string]Property
	// Schema are the columns that rows must have; nil: nobody says, and rows are as the query makes them.
	Schema     []Column
	Origin     Origin
	OriginName string
	At         source.Span
}

// Prop is the value of a property, or def.
func (s *Source) Prop(key, def string) string { return prop(s.Props, key, def) }

// Prop is the value of a property, or def.
func (s *Sink) Prop(key, def string) string { return prop(s.Props, key, def) }

func prop(m map[string]Property, key, def string) string {
	if p, ok := m[key]; ok {
		return p.Value
	}
	return def
}

// Catalog is everything outside of a file that its statements read and write.
type Catalog struct {
	App        annot.App
	Statements []*Statement // those that make rows, in order
	Lock       Lock
	sources    []*Source
	byName     map[string]*Source
	sinks      map[*grammar.Statement]*Sink
}

// Statement is what the catalog knows of one statement that makes rows.
type Statement struct {
	Syntax *grammar.Statement
	Name   string              // of the stream, table or target; of a SELECT that has none, the name that @name gives it, or "result"
	Props  map[string]Property // properties of the statement itself, under their registry names
	Job    annot.Job
	Sink   *Sink // nil: only later statements read its rows
	At     source.Span
}

// Prop is the value of a property, or def.
func (s *Statement) Prop(key, def string) string { return prop(s.Props, key, def) }

// Source is the source that a FROM names: by its name, or by an address as written. Nil if there is none, as for the result of
// another statement. A source whose columns are not known has none; that has been reported.
func (c *Catalog) Source(name string) *Source { return c.byName[name] }

// Sources lists the names that FROM can use, sorted.
func (c *Catalog) Sources() []string {
	names := make([]string, 0, len(c.byName))
	for n := range c.byName {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Sink is where the rows of a statement go, or nil.
func (c *Catalog) Sink(st *grammar.Statement) *Sink { return c.sinks[st] }

// JoinTTL is the value of join.ttl of a statement; 0 where it has none.
func (c *Catalog) JoinTTL(st *grammar.Statement) time.Duration { return c.duration(st, "join.ttl") }

// StateTTL is the value of state.ttl of a statement; 0 where it has none.
func (c *Catalog) StateTTL(st *grammar.Statement) time.Duration { return c.duration(st, "state.ttl") }

func (c *Catalog) duration(st *grammar.Statement, key string) time.Duration {
	if s := c.statement(st); s != nil {
		d, _ := rt.ParseDuration(s.Prop(key, ""))
		return d
	}
	return 0
}

// Grows tells whether a statement accepts state that grows without bound.
func (c *Catalog) Grows(st *grammar.Statement) bool {
	s := c.statement(st)
	return s != nil && s.Job.Grows
}

func (c *Catalog) statement(st *grammar.Statement) *Statement {
	for _, s := range c.Statements {
		if s.Syntax == st {
			return s
		}
	}
	return nil
}

// Job is the statement-level value of a property that must be the same for the whole program, such as division.by.zero; def if no
// statement sets it.
func (c *Catalog) Job(key, def string) string {
	for _, s := range c.Statements {
		if p, ok := s.Props[key]; ok {
			return p.Value
		}
	}
	return def
}

// Workers is the most workers that annotations ask for; 0: as many as there are processors.
func (c *Catalog) Workers() int {
	workers := 0
	for _, s := range c.Statements {
		if w := s.Job.Workers; w > 0 && (workers == 0 || w < workers) {
			workers = w
		}
	}
	return workers
}

// Print makes a stdout sink show its rows as format says (table, json or csv), unless its properties say otherwise. Tables are laid out
// from CSV.
func (s *Sink) Print(format string) {
	if p, ok := s.Props["format"]; ok && p.From != "default" && p.Value != "auto" {
		format = p.Value
	}
	s.Format = JSONLines
	switch format {
	case "raw":
		s.Format = Raw
	case "table", "csv":
		s.Format = CSV
		s.Props["format"] = Property{Key: "format", Value: format, From: "output"}
	}
}
