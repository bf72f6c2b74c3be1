package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/schema"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// inlineKeys are the properties whose value is a schema.
var inlineKeys = map[string]schema.Language{"avro.schema": schema.Avro, "protobuf.schema": schema.Protobuf, "json.schema": schema.JSONSchema}

// schemaWays are the properties that name a schema, the first that is there counts. The others say more about it.
var schemaWays = []string{"schema.columns", "schema.file", "avro.schema", "protobuf.schema", "json.schema", "schema.registry.url"}

// setSchema remembers a property about columns. They are not part of the job, so they stay apart from its properties.
func (b *builder) setSchema(c *component, r *resolved, p raw, o *connector.Option) {
	// How to reach a registry is looked up in the environment when it is asked; builds from the lock file need none of it.
	if !strings.HasPrefix(o.Key, "schema.registry.") && !b.lookUp(&p, o) || !b.checkValue(p, o) {
		return
	}
	if first, has := r.schema[o.Key]; has {
		b.contradiction(c, o.Key, []raw{first, p})
		return
	}
	p.value = o.Normal(p.value)
	r.schema[o.Key] = p
}

// checkSchema reports properties about columns that count for nothing: all but the first way to name a schema, and those that say more
// about one that is not named.
func (b *builder) checkSchema(c *component, r *resolved, declared bool) {
	way, described := "", false // described: in another language, about which there is more to say
	if declared {
		way = "the declaration of `" + c.name + "`"
	}
	named := declared
	for _, k := range schemaWays {
		p, has := r.schema[k]
		switch {
		case has && named:
			b.diags.Add(diag.IdleProperty(p.keyAt, p.key, "the columns come from "+way))
		case has:
			named, way, described = true, "`"+p.key+"`", k != "schema.columns"
		}
	}
	for _, k := range sortedKeys(r.schema) {
		switch p := r.schema[k]; {
		case described || slices.Contains(schemaWays, k):
		case named:
			b.diags.Add(diag.IdleProperty(p.keyAt, p.key, "the columns come from "+way))
		default:
			b.diags.Add(diag.IdleProperty(p.keyAt, p.key, "no property names a schema; `schema.file` or `schema.registry.url` does"))
		}
	}
}

// ownColumns are those that the properties of a component declare, apart from registries: in the value, or in a file.
func (b *builder) ownColumns(c *component, r *resolved) (cols []Column, from Origin, what string, ok bool) {
	if p, has := r.schema["schema.columns"]; has {
		cols, ok := b.listedColumns(p)
		return cols, FromProperty, p.key, ok
	}
	o := schema.Options{Record: r.schema["schema.message"].value, Name: c.name}
	if p, has := r.schema["schema.file"]; has {
		dir := b.opts.Dir
		if p.file != "" {
			dir = filepath.Dir(p.file)
		}
		path := b.path(p.value, dir)
		cols, ok := schemaFile(path, p.at, o, &b.diags)
		return cols, FromFile, b.shown(path), ok
	}
	for _, k := range schemaWays {
		p, has := r.schema[k]
		if l, inline := inlineKeys[k]; has && inline {
			cols, problems := schema.Read(l, source.New("the value of "+p.key, p.value), o)
			for _, problem := range problems {
				b.diags.Add(diag.BadSchemaText(p.at, p.key, positioned(problem)))
			}
			return columnsOf(cols, p.at), FromProperty, p.key, len(problems) == 0
		}
	}
	return nil, FromFile, "", true
}

// positioned is the text of a problem with its line, for text that the reader of a message has before the eyes.
func positioned(p schema.Problem) string {
	if !p.At.IsValid() {
		return p.Text
	}
	return p.Text + ", at `" + p.At.Snippet(40) + "`"
}

// columnsOf turns columns of a schema into those of a source. at, if valid, is where all of them are declared.
func columnsOf(cols []schema.Column, at source.Span) []Column {
	out := make([]Column, len(cols))
	for i, c := range cols {
		out[i] = Column{Name: c.Name, Col: c.Col, At: c.At}
		if at.IsValid() {
			out[i].At = at
		}
	}
	return out
}

// listedColumns are those of `schema.columns`.
func (b *builder) listedColumns(p raw) ([]Column, bool) {
	t, notes, err := types.Parse("STRUCT<" + p.value + ">")
	if err != nil {
		b.diags.Add(diag.BadSchemaText(p.at, p.key, err.Error()))
		return nil, false
	}
	for _, n := range notes {
		b.diags.Add(diag.TypeParameterIgnored(p.at, n))
	}
	var cols []Column
	for _, f := range t.Fields {
		cols = append(cols, Column{Name: f.Name, Col: f.Col, At: p.at})
	}
	return cols, unique(cols, &b.diags)
}

// maxSchema is the most that is taken for a schema, so that data given by mistake are not read whole.
const maxSchema = 16 << 20

// foreignFile reads a schema file in the language of another system.
func foreignFile(path string, l schema.Language, at source.Span, o schema.Options, diags *diag.List) ([]Column, bool) {
	shown := filepath.ToSlash(path)
	if info, err := os.Stat(path); err == nil && info.Size() > maxSchema {
		diags.Add(diag.BadSchemaFile(at, shown, fmt.Sprintf("it is larger than %d MiB; does it hold data?", maxSchema>>20)))
		return nil, false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		diags.Add(diag.BadSchemaFile(at, shown, osProblem(err)))
		return nil, false
	}
	if !utf8.Valid(text) {
		diags.Add(diag.BadSchemaFile(at, shown, "it is not text in UTF-8"))
		return nil, false
	}
	if l == schema.JSONSchema && schema.LooksLikeAvro(string(text)) {
		l = schema.Avro
	}
	cols, problems := schema.Read(l, source.New(shown, strings.TrimPrefix(string(text), "\ufeff")), o)
	for _, p := range problems {
		where := p.At
		if !where.IsValid() {
			where = at
		}
		diags.Add(diag.BadSchemaFile(where, shown, p.Text))
	}
	return columnsOf(cols, source.Span{}), len(problems) == 0
}

// sinkColumns finds the columns that a sink takes: those of its declaration, or of the schema that its properties name. A sink without any takes
// what comes.
func (b *builder) sinkColumns(c *component, r *resolved, sink *Sink) {
	declared := c.decl != nil && len(c.decl.Columns) > 0
	b.checkSchema(c, r, declared)
	var ok bool
	for _, find := range []func() ([]Column, Origin, string, bool){
		func() ([]Column, Origin, string, bool) {
			if c.decl != nil && b.sources[c.decl.Name.String()] != nil { // reported where it is read
				cols, _ := declaredQuietly(c.decl)
				return cols, FromDDL, "", true
			}
			cols, from, ok := b.declaredColumns(c)
			return cols, from, "", ok
		},
		func() ([]Column, Origin, string, bool) { return b.ownColumns(c, r) },
		func() ([]Column, Origin, string, bool) { return b.configColumns(c, r) },
		func() ([]Column, Origin, string, bool) {
			cols, what, ok := b.registryColumns(c, r)
			return cols, FromRegistry, what, ok
		},
	} {
		sink.Schema, sink.Origin, sink.OriginName, ok = find()
		if !ok || len(sink.Schema) > 0 {
			return
		}
	}
	sink.Origin, sink.OriginName = "", ""
}

// declaredQuietly are the columns of a declaration whose mistakes are reported elsewhere.
func declaredQuietly(d *grammar.Create) ([]Column, bool) {
	b := &builder{}
	cols, _, ok := b.declaredColumns(&component{decl: d})
	return cols, ok
}
