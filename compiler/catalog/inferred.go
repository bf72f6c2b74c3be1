package catalog

import (
	"fmt"
	"strconv"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/types"
)

// Inferred is what a sample of data shows, for tools: the same that a build concludes for a source without declared columns.
type Inferred struct {
	File    string // the one that was looked at; empty for records
	Format  string // as the property `format` has it
	Header  bool   // CSV: names come from a header line
	Rows    int
	Columns []InferredColumn
}

// InferredColumn is one column with what its type was concluded from.
type InferredColumn struct {
	Name string
	Type types.Type
	Seen string
	Warn string // why the type is only a guess; empty if it is not
}

// InferOptions say how to read a file; the zero options go by its name.
type InferOptions struct {
	Format    string // csv, csv_no_header, jsonlines, json
	Delimiter string // of CSV; empty: a comma
	Skip      int    // lines before the header
}

// InferFile looks at the first rows of the first file that a path matches.
func InferFile(path string, o InferOptions) (*Inferred, error) {
	spec, ok := connector.Lookup("file_source")
	if !ok {
		panic("bug: files cannot be read")
	}
	format := spec.Formats[0]
	if byName, ok := spec.FormatOfFile(path); ok {
		format = byName
	}
	if o.Format != "" {
		if format, ok = spec.Format(o.Format); !ok {
			return nil, fmt.Errorf("there is no format %s; formats of files are %v", o.Format, spec.FormatNames())
		}
	}
	so := sampleOptions{format: Format(format.Encoding), compression: "auto", header: !format.NoHeader, skip: o.Skip, delimiter: ',', quote: '"'}
	if o.Delimiter != "" {
		d, _ := connector.Find(connector.OptionsOf(connector.Source, "csv"), "delimiter")
		if !d.Valid(o.Delimiter) {
			return nil, fmt.Errorf("%s is no delimiter; it is %s", strconv.Quote(o.Delimiter), d.Expects())
		}
		so.delimiter = d.Normal(o.Delimiter)[0]
	}
	s, err := takeSample(path, so)
	if err != nil {
		return nil, err
	}
	out := inferred(s)
	out.Format, out.Header = format.Name, so.format == CSV && so.header
	return out, nil
}

// InferRecords looks at values of records, each a JSON object. Those that are none are left out; the error tells of the first if there is no
// other.
func InferRecords(values [][]byte) (*Inferred, error) {
	s := &sample{}
	bad := 0
	var first error
	for _, v := range values {
		if len(s.rows) == sampleRows {
			break
		}
		o, err := parseObject(v)
		if err != nil {
			if bad++; first == nil {
				first = err
			}
			continue
		}
		s.add(o)
	}
	if err := s.enough(bad, first); err != nil {
		return nil, err
	}
	out := inferred(s)
	out.Format = "json"
	return out, nil
}

func inferred(s *sample) *Inferred {
	out := &Inferred{File: s.file, Rows: s.count()}
	for _, f := range inferColumns(s) {
		out.Columns = append(out.Columns, InferredColumn{f.name, f.typ, f.seen, f.warn})
	}
	return out
}
