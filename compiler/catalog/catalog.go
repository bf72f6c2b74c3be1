package catalog

import (
	"time"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// Column is one declared, read or inferred column of a source.
type Column struct {
	Name string
	Col  types.Col
	At   source.Span // where it is declared; zero for columns that a file or a sample told of
}

// Origin says which of the schema sources applied.
type Origin string

// Where a schema can come from, in order of precedence.
const (
	FromDDL      Origin = "source DDL"
	FromFile     Origin = "schema file"
	FromConfig   Origin = "configuration file"
	FromSibling  Origin = "sibling schema file"
	FromHints    Origin = "@data hints"
	FromLock     Origin = "lock file"
	FromInferred Origin = "inferred from data"
)

// Property is one resolved property of a component: from WITH, from a configuration file, or a default.
type Property struct {
	Key   string      // without the component's prefix
	Value string      // as written; ${…} references are kept, they are resolved when the job runs
	From  string      // "WITH", a file name, or "default"
	At    source.Span // of the value, where it stands in SQL
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

// EventTime is the event-time declaration of a source.
type EventTime struct {
	Declared  bool // false: the record's own timestamp is its time
	Column    int  // position in Schema of the column that holds it
	Format    TimeFormat
	Bound     time.Duration // of out-of-orderness
	Idle      time.Duration
	MaxFuture time.Duration
	Lateness  time.Duration
	At        source.Span
}

// Format names an encoding of rows.
type Format string

// The formats.
const (
	JSONLines Format = "jsonlines"
	JSONArray Format = "json"
	CSV       Format = "csv"
	JSON      Format = "json_value" // one JSON value per record (Kafka)
	None      Format = "none"       // rows are counted, not encoded (blackhole), or made (datagen)
)

// Source is a readable relation outside the file.
type Source struct {
	Name       string
	Connector  string // registry name of the connector, for example "file_source"
	Format     Format
	Schema     []Column
	Origin     Origin
	PrimaryKey []string
	Role       string // "stream" or "table"
	Props      map[string]Property
	EventTime  EventTime
	// KeyOrder is the order in which the keys of JSON rows were seen in a sample, unused keys included; the decoder expects it first.
	KeyOrder []string
	// Header tells whether CSV rows are preceded by a header line; HeaderColumns are its names in file order.
	Header        bool
	HeaderColumns []string
	Bounded       bool
	At            source.Span
}

// Sink is a writable relation outside the file.
type Sink struct {
	Name      string
	Connector string
	Format    Format
	Props     map[string]Property
	At        source.Span
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
