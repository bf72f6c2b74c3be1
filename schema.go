package veloc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/schema"
	"github.com/velostream/veloc/compiler/schema/topic"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// SchemaForms lists the forms that inference can write: ddl, yaml, avsc, json-schema.
func SchemaForms() []string { return schema.Forms }

// InferOptions say how to look at data, and what to write about them.
type InferOptions struct {
	Form       string // one of SchemaForms; empty: ddl
	Name       string // of the source; empty: made from the name of the file or topic
	Format     string // of a file; empty: by its name
	Delimiter  string // of CSV; empty: a comma
	SkipLines  int    // before the header of CSV
	Properties map[string]string
}

// Inferred is what was concluded from data.
type Inferred struct {
	Text     string   // in the form that was asked for
	Warnings []string // what is only a guess
}

// InferFile writes a schema for the rows of a file, or of the first one that a pattern matches.
func InferFile(path string, o InferOptions) (*Inferred, error) {
	found, err := catalog.InferFile(path, catalog.InferOptions{Format: o.Format, Delimiter: o.Delimiter, Skip: o.SkipLines})
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	props := [][2]string{{"connector", "filesystem"}, {"path", filepath.ToSlash(path)}}
	if o.Format != "" {
		props = append(props, [2]string{"format", found.Format})
	}
	if o.Delimiter != "" {
		props = append(props, [2]string{"delimiter", o.Delimiter})
	}
	if o.SkipLines > 0 {
		props = append(props, [2]string{"skip_lines", fmt.Sprint(o.SkipLines)})
	}
	if o.Name == "" {
		o.Name = nameOfFile(path)
	}
	return inferredText(found, "the first %d rows of "+filepath.ToSlash(found.File), props, o)
}

// InferTopic writes a schema for the newest records of a Kafka topic, which hold JSON. Properties are those of a Kafka source.
func InferTopic(ctx context.Context, name string, o InferOptions) (*Inferred, error) {
	values, err := topic.Peek(ctx, name, o.Properties, topic.Enough)
	if err != nil {
		return nil, err
	}
	found, err := catalog.InferRecords(values)
	if err != nil {
		return nil, fmt.Errorf("the topic %s: %w", name, err)
	}
	props := [][2]string{{"connector", "kafka"}, {"topic", name}}
	if b := o.Properties["bootstrap.servers"]; b != "" {
		props = append(props, [2]string{"bootstrap.servers", b})
	}
	if o.Name == "" {
		o.Name = nameOfFile(name)
	}
	return inferredText(found, "the newest %d records of the topic "+strings.ReplaceAll(name, "%", "%%"), props, o)
}

// nameOfFile makes the name of a source: letters, digits and _ of what stands before the first suffix.
func nameOfFile(path string) string {
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	name := strings.Trim(strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, base), "_")
	if name == "" {
		return "data"
	}
	if name[0] >= '0' && name[0] <= '9' {
		return "data_" + name
	}
	return name
}

func inferredText(found *catalog.Inferred, remark string, props [][2]string, o InferOptions) (*Inferred, error) {
	r := schema.Relation{Name: o.Name, Remark: "concluded from " + fmt.Sprintf(remark, found.Rows), Properties: props}
	out := &Inferred{}
	for _, c := range found.Columns {
		r.Columns = append(r.Columns, schema.Described{Name: c.Name, Col: types.Col{Type: c.Type, Nullable: true}, Remark: c.Seen})
		if c.Warn != "" {
			out.Warnings = append(out.Warnings, fmt.Sprintf("`%s` is %s: %s", c.Name, c.Type, c.Warn))
		}
	}
	form := o.Form
	if form == "" {
		form = schema.Forms[0]
	}
	var err error
	out.Text, err = schema.Write(form, r)
	return out, err
}

// SourceSchema is what is known of the rows of a source or sink.
type SourceSchema struct {
	Name       string         `json:"name"`
	Kind       string         `json:"kind"` // source or sink
	Connector  string         `json:"connector"`
	Format     string         `json:"format"`
	Origin     string         `json:"origin,omitempty"` // where the columns come from, in words
	Columns    []SourceColumn `json:"columns"`
	PrimaryKey []string       `json:"primary_key,omitempty"`
	EventTime  *EventTime     `json:"event_time,omitempty"` // nil: rows are timed by their record
}

// SourceColumn is one column.
type SourceColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
	At       string `json:"at,omitempty"`   // where it is declared
	Seen     string `json:"seen,omitempty"` // what its type was concluded from
}

// EventTime says which column holds the time of rows.
type EventTime struct {
	Column      string `json:"column"`
	Format      string `json:"format,omitempty"`
	OutOfOrder  string `json:"max_out_of_orderness"`
	Lateness    string `json:"allowed_lateness"`
	DeclaredAt  string `json:"at,omitempty"`
	IdleTimeout string `json:"idle_timeout"`
}

// Schemas lists the sources of a job, and those of its sinks that have a schema. The job may have errors in its queries.
func Schemas(job *Job) []SourceSchema {
	out := []SourceSchema{}
	if job.Catalog == nil {
		return out
	}
	for _, name := range job.Catalog.Sources() {
		s := job.Catalog.Source(name)
		if s.Connector == "" {
			continue // what is wrong with it has been said
		}
		one := SourceSchema{Name: s.Name, Kind: "source", Connector: s.Connector, Format: formatName(s.Format), Origin: originOf(s.Origin, s.OriginName),
			Columns: columnsOf(s.Schema), PrimaryKey: s.PrimaryKey}
		if t := s.EventTime; t.Declared {
			one.EventTime = &EventTime{Column: t.Name, Format: string(t.Format), OutOfOrder: t.Bound.String(), Lateness: t.Lateness.String(),
				IdleTimeout: t.Idle.String()}
			if t.At.IsValid() {
				one.EventTime.DeclaredAt = lineOf(t.At.StartPos())
			}
		}
		out = append(out, one)
	}
	told := map[*catalog.Sink]bool{}
	for _, st := range job.Catalog.Statements {
		if s := st.Sink; s != nil && len(s.Schema) > 0 && !told[s] {
			told[s] = true
			out = append(out, SourceSchema{Name: s.Name, Kind: "sink", Connector: s.Connector, Format: formatName(s.Format),
				Origin: originOf(s.Origin, s.OriginName), Columns: columnsOf(s.Schema)})
		}
	}
	return out
}

// formatName is a format as the property `format` has it.
func formatName(f catalog.Format) string {
	for _, spec := range connector.All() {
		for _, known := range spec.Formats {
			if known.Encoding == string(f) {
				return known.Name
			}
		}
	}
	return string(f)
}

func originOf(o catalog.Origin, name string) string {
	switch {
	case name == "":
		return string(o)
	case o == catalog.FromInferred:
		return "the data in " + name
	}
	return string(o) + " " + name
}

func columnsOf(cols []catalog.Column) []SourceColumn {
	out := []SourceColumn{}
	for _, c := range cols {
		col := SourceColumn{Name: c.Name, Type: c.Col.Type.String(), Nullable: c.Col.Nullable, Seen: c.Seen}
		if c.At.IsValid() {
			col.At = lineOf(c.At.StartPos())
		}
		out = append(out, col)
	}
	return out
}

// SchemasText is Schemas for people.
func SchemasText(list []SourceSchema) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s %s: %s, %s\n", s.Kind, s.Name, s.Connector, s.Format)
		if len(s.Columns) == 0 {
			b.WriteString("  columns    not known\n")
			continue
		}
		fmt.Fprintf(&b, "  columns    from %s\n", s.Origin)
		writeColumns(&b, s.Columns)
		if len(s.PrimaryKey) > 0 {
			fmt.Fprintf(&b, "  key        %s\n", strings.Join(s.PrimaryKey, ", "))
		}
		switch t := s.EventTime; {
		case s.Kind == "sink":
		case t == nil:
			b.WriteString("  event time that of the record; no column is declared to hold it\n")
		default:
			fmt.Fprintf(&b, "  event time %s", t.Column)
			if t.Format != "" {
				fmt.Fprintf(&b, " (%s)", t.Format)
			}
			fmt.Fprintf(&b, ", at most %s out of order\n", t.OutOfOrder)
		}
	}
	return b.String()
}

func writeColumns(b *strings.Builder, cols []SourceColumn) {
	names, kinds := 0, 0
	spelled := make([]string, len(cols))
	for i, c := range cols {
		spelled[i] = c.Type
		if !c.Nullable {
			spelled[i] += " NOT NULL"
		}
		names = max(names, len(c.Name))
		if len(spelled[i]) <= 40 {
			kinds = max(kinds, len(spelled[i]))
		}
	}
	for i, c := range cols {
		line := fmt.Sprintf("    %-*s  %-*s  %s", names, c.Name, kinds, spelled[i], c.Seen)
		if c.Seen == "" {
			line = fmt.Sprintf("    %-*s  %-*s  %s", names, c.Name, kinds, spelled[i], c.At)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// SchemasJSON is Schemas for programs.
func SchemasJSON(list []SourceSchema) ([]byte, error) {
	text, err := json.MarshalIndent(list, "", "  ")
	return append(text, '\n'), err
}

func lineOf(p source.Pos) string { return fmt.Sprintf("%s:%d", p.Filename, p.Line) }
