package catalog

import (
	"fmt"
	"path/filepath"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	rt "github.com/velostream/veloc/runtime"
)

// Upstream knows the results of other files, which `@depends_on` names. The driver provides it: to know a result, a file has to be compiled.
type Upstream interface {
	// Find is the path of the file that a name in folder dir means; false if there is none.
	Find(dir, name string) (path string, ok bool)
	// Results are what the statements of a file write. The error says why they are not known.
	Results(path string) ([]Result, error)
}

// Result is what a statement of another file writes.
type Result struct {
	Name    string // of the statement
	Sink    *Sink
	Dir     string // from which paths of the sink start
	Columns []Column
}

// dependencies checks that the files are there which `@depends_on` names. Header lines "Dependencies: …" name anything.
func (b *builder) dependencies() {
	for _, d := range b.out.App.DependsOn {
		if path, ok := b.findUpstream(d); ok {
			b.upstreams = append(b.upstreams, dependency{ref: d, path: path})
		}
	}
}

// dependency is another file whose results this one reads.
type dependency struct {
	ref     annot.Dependency
	path    string
	asked   bool
	results []Result
}

func (b *builder) findUpstream(d annot.Dependency) (string, bool) {
	if b.opts.Upstream == nil {
		return "", false
	}
	path, ok := b.opts.Upstream.Find(b.opts.Dir, d.Text)
	if !ok && !d.Remark {
		b.diags.Add(diag.UnreadDependency(d.At, d.Text, fmt.Sprintf("there is no file %s.sql in the folder of this one", d.Text)))
	}
	return path, ok
}

// upstreamColumns are those that another file gives to its result of the same name, topic or path.
func (b *builder) upstreamColumns(c *component, src *Source) (cols []Column, what string) {
	for i := range b.upstreams {
		d := &b.upstreams[i]
		if !d.asked {
			d.asked = true
			var err error
			if d.results, err = b.opts.Upstream.Results(d.path); err != nil && !d.ref.Remark {
				b.diags.Add(diag.UnreadDependency(d.ref.At, d.ref.Text, fmt.Sprintf("the results of %s are not known: %s", b.shown(d.path), err)))
			}
		}
		for _, r := range d.results {
			if b.writes(r, c, src) {
				return written(r), fmt.Sprintf("`%s` in %s", r.Name, b.shown(d.path))
			}
		}
	}
	return nil, ""
}

// writes tells whether a source reads what another file writes.
func (b *builder) writes(r Result, c *component, src *Source) bool {
	if r.Name == c.name {
		return true
	}
	if r.Sink == nil {
		return false
	}
	at := func(p map[string]Property, key, def string) string {
		v, err := rt.Expand(prop(p, key, def), b.opts.Lookup)
		if err != nil {
			return ""
		}
		return v
	}
	switch {
	case r.Sink.Connector == "kafka_sink" && src.Connector == "kafka_source":
		return at(r.Sink.Props, "topic", r.Sink.Name) == at(src.Props, "topic", src.Name)
	case r.Sink.Connector == "file_sink" && src.Props["path"].Value != "" && src.Props["path"].Value != "-":
		return b.path(r.Sink.Props["path"].Value, r.Dir) == b.path(src.Props["path"].Value, b.opts.Dir)
	}
	return r.Sink.Name == c.name
}

// written are the columns of a result as its readers find them: a time that is not written as a time is a number or a text.
func written(r Result) []Column {
	cols := append([]Column(nil), r.Columns...)
	if r.Sink == nil {
		return cols
	}
	for i, c := range cols {
		cols[i].Col.Type = asWritten(c.Col.Type, r.Sink.Prop("timestamp.format", "iso8601"))
	}
	return cols
}

// asWritten is what becomes of a type in text that times are written into in a format.
func asWritten(t types.Type, format string) types.Type {
	if t.Kind != types.Timestamp {
		return t
	}
	switch format {
	case "iso8601", "epoch_millis":
		return t
	case "epoch_seconds":
		return types.TInteger
	}
	return types.TString
}

// SQLFiles are the paths that a name in `@depends_on` can mean, the first that exists counts.
func SQLFiles(dir, name string) []string {
	if filepath.Ext(name) == ".sql" {
		return []string{filepath.Join(dir, name)}
	}
	return []string{filepath.Join(dir, name+".sql"), filepath.Join(dir, "app_"+name+".sql")}
}
