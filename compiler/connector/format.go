package connector

import (
	"path"
	"slices"
	"strings"
)

// Format is one encoding of rows as SQL names it.
type Format struct {
	Name     string   // value of 'format' that the documentation uses
	Aliases  []string // other spellings
	Encoding string   // what it means: "jsonlines", "json", "csv", "raw", "json_value" or "none" (the names of catalog.Format)
	Suffixes []string // of files, without a suffix for compression
	NoHeader bool     // implies 'header' = 'false'
	Doc      string
}

var (
	csvFormat = Format{Name: "csv", Encoding: "csv", Suffixes: []string{".csv", ".tsv", ".txt"},
		Doc: "Delimited text as in RFC 4180: quoted cells may hold delimiters, doubled quotes and line ends. An empty cell is NULL, `\"\"` is the empty string."}
	csvNoHeaderFormat = Format{Name: "csv_no_header", Encoding: "csv", NoHeader: true,
		Doc: "`csv` with `'header' = 'false'`: the first line is a row, and columns are taken in declared order."}
	jsonLinesFormat = Format{Name: "jsonlines", Aliases: []string{"jsonl", "json_lines", "ndjson"}, Encoding: "jsonlines",
		Suffixes: []string{".jsonl", ".ndjson", ".jsonlines"}, Doc: "One JSON object per line."}
	jsonArrayFormat = Format{Name: "json", Aliases: []string{"json_array"}, Encoding: "json", Suffixes: []string{".json"},
		Doc: "One JSON array of objects."}
	rawFormat = Format{Name: "raw", Aliases: []string{"lines", "text"}, Encoding: "raw",
		Doc: "Text, one row per line, empty lines included. A source has one STRING column, which is named `line` unless it is declared; it is never NULL. " +
			"A sink has one column of any type; NULL is an empty line, and a line break within a text is written as it is."}
	jsonValueFormat = Format{Name: "json", Encoding: "json_value", Doc: "Each record's value is one JSON object."}
	noFormat        = Format{Name: "none", Encoding: "none", Doc: "Rows are not encoded."}
)

// PlannedFormats are encodings that are known but not built yet, for connectors that do not list them.
var PlannedFormats = []string{"avro", "protobuf", "parquet", "string", "bytes", "raw"}

// FormatKeys are the properties that can name a format, the first that is present counts.
var FormatKeys = []string{"format", "value.serializer", "schema.value.serializer", "serializer.format", "value.format"}

// Format finds the format that a property value names.
func (s *Spec) Format(name string) (Format, bool) {
	for _, f := range s.Formats {
		if strings.EqualFold(f.Name, name) || slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return f, true
		}
	}
	return Format{}, false
}

// FormatOfFile finds the format that a file's name suggests; suffixes of compression are looked through.
func (s *Spec) FormatOfFile(name string) (Format, bool) {
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	for _, c := range []string{".gz", ".zst", ".gzip", ".zstd"} {
		name = strings.TrimSuffix(name, c)
	}
	for _, f := range s.Formats {
		if slices.Contains(f.Suffixes, path.Ext(name)) {
			return f, true
		}
	}
	return Format{}, false
}

// FormatNames lists the names that 'format' takes.
func (s *Spec) FormatNames() []string {
	var names []string
	for _, f := range s.Formats {
		names = append(names, f.Name)
	}
	return names
}

// csvOptions describe how CSV text is laid out; sources and sinks share them.
var csvOptions = []Option{
	{Key: "delimiter", Aliases: []string{"csv_delimiter", "csv.delimiter", "csv.field-delimiter"}, Type: Char, Default: ",", Build: true,
		Doc: "The character between two cells.", Example: ";"},
	{Key: "quote", Aliases: []string{"csv_quote", "csv.quote", "csv.quote-character"}, Type: Char, Values: []string{"none"}, Default: `"`, Build: true,
		Doc: "The character around cells that hold a delimiter, a quote or a line end.", Later: "cells are quoted with double quotes"},
	{Key: "header", Aliases: []string{"has_headers", "has_header", "csv_has_header", "csv.header"}, Type: Bool, Default: "true", Build: true,
		Doc: "Whether the first line holds column names. A source without a header needs declared columns, or names them `column_1`, `column_2`, ….", Example: "false"},
}

// encodingOptions shape the text that sinks write.
var encodingOptions = []Option{
	{Key: "json.nulls", Type: Enum, Values: []string{"null", "omit"}, Default: "null", Build: true, Scope: OfSink,
		Doc: "How JSON shows NULL: as `null`, or not at all.", Example: "omit"},
	{Key: "decimal.format", Type: Enum, Values: []string{"number", "string"}, Default: "number", Build: true, Scope: OfSink,
		Doc: "How JSON shows DECIMAL: as a number with all digits of its scale, or as text for readers that would round it.", Example: "string"},
	{Key: "timestamp.format", Type: Text, Default: "iso8601", Build: true, Scope: OfSink,
		Doc:     "How text shows TIMESTAMP, in every format: `iso8601` (RFC 3339, UTC, milliseconds), `epoch_millis`, `epoch_seconds`, or a strftime pattern such as `%Y-%m-%d %H:%M:%S`.",
		Example: "epoch_millis"},
}

// OptionsOf lists the properties that an encoding adds to a connector of this kind.
func OptionsOf(kind Kind, encoding string) []Option {
	var out []Option
	if encoding == "csv" {
		out = append(out, csvOptions...)
	}
	if kind == Sink && encoding != "none" {
		out = append(out, encodingOptions...)
	}
	return out
}
