package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// source resolves a component that is read.
func (b *builder) source(c *component) {
	b.addGlobals(c)
	if len(c.raws) == 0 && c.decl == nil {
		return // binding says that there is no such relation
	}
	r, ok := b.resolve(c)
	src := &Source{Name: c.name, At: c.at, Role: "stream"}
	if b.out.byName[c.written] == nil {
		b.out.byName[c.written] = src
		b.out.sources = append(b.out.sources, src)
	}
	if !ok {
		return // without columns; nothing that is built on it is reported
	}
	src.Connector, src.Format, src.Props = r.spec.Name, r.format, r.props
	src.Bounded = r.spec.Bounded || r.spec.Name == "datagen_source" && src.Prop("rows", "0") != "0" || r.spec.Name == "nexmark_source" && src.Prop("events.num", "0") != "0"
	src.Header = r.format == CSV && src.Prop("header", "true") != "false"
	src.Hints = b.hintsOf(c)
	if r.spec.Name == "datagen_source" {
		b.datagen(src)
	}
	b.columns(c, r, src)
	if len(src.Schema) == 0 {
		return
	}
	b.checkRaw(src)
	b.checkConnectorColumns(r, src)
	b.computed(c, src)
	b.key(c, r, src)
	b.eventTime(c, src)
	b.checkHinted(src)
}

// datagen takes over what @data.record_count and @data.seed say, unless a property says otherwise.
func (b *builder) datagen(src *Source) {
	if src.Hints == nil {
		return
	}
	for key, ref := range map[string]annot.Ref{"rows": src.Hints.Records, "seed": src.Hints.Seed} {
		if _, said := src.Props[key]; !said && ref.Text != "" {
			src.Props[key] = Property{Key: key, Value: ref.Text, From: "annotation", At: ref.At}
		}
	}
	src.Bounded = src.Prop("rows", "0") != "0"
}

// columns finds the columns of a source: the first of its schema sources that says anything.
func (b *builder) columns(c *component, r *resolved, src *Source) {
	b.checkSchema(c, r, c.decl != nil && len(c.decl.Columns) > 0)
	l := b.look(src)
	ok := true
	for _, find := range []func() ([]Column, Origin, string, bool){
		func() ([]Column, Origin, string, bool) {
			cols, from, ok := b.declaredColumns(c)
			return cols, from, "", ok
		},
		func() ([]Column, Origin, string, bool) { return b.ownColumns(c, r) },
		func() ([]Column, Origin, string, bool) { return b.connectorColumns(r, src.At) },
		func() ([]Column, Origin, string, bool) { return b.configColumns(c, r) },
		func() ([]Column, Origin, string, bool) { return b.siblingColumns(c) },
		func() ([]Column, Origin, string, bool) {
			cols, from, ok := b.hintedColumns(src)
			return cols, from, "", ok
		},
		func() ([]Column, Origin, string, bool) {
			cols, what := b.upstreamColumns(c, src)
			return cols, FromUpstream, what, true
		},
		func() ([]Column, Origin, string, bool) {
			cols, what, ok := b.registryColumns(c, r)
			return cols, FromRegistry, what, ok
		},
		func() ([]Column, Origin, string, bool) {
			cols, from, ok := b.lockedColumns(c, src, l)
			return cols, from, b.shown(b.opts.Lock), ok
		},
		func() ([]Column, Origin, string, bool) {
			cols, from, ok := b.inferredColumns(c, src, l)
			return cols, from, b.shown(l.path), ok
		},
		func() ([]Column, Origin, string, bool) {
			cols, from, ok := formatColumns(src)
			return cols, from, "", ok
		},
	} {
		src.Schema, src.Origin, src.OriginName, ok = find()
		if !ok || len(src.Schema) > 0 {
			break
		}
	}
	if !ok {
		src.Schema = nil // reported
		return
	}
	if len(src.Schema) == 0 {
		used, _ := b.used(c)
		b.diags.Add(diag.NoSchema(c.at, c.written, used, l.why, l.files))
		return
	}
	b.keyOrder(src, l.sample)
}

// configColumns are those of the configuration file, which may describe both ends.
func (b *builder) configColumns(c *component, r *resolved) ([]Column, Origin, string, bool) {
	own := slices.DeleteFunc(slices.Clone(r.config), func(e entry) bool { return forOther(e.key, c.kind) })
	cols, ok := fieldsOf(own, &b.diags)
	name := ""
	if len(own) > 0 {
		name = b.shown(own[0].file)
	}
	return cols, FromConfig, name, ok
}

// keyOrder remembers in which order the data hold columns, so that decoders expect it. It never decides what columns there are.
func (b *builder) keyOrder(src *Source, seen *sample) {
	names := make([]string, len(src.Schema))
	for i, c := range src.Schema {
		names[i] = c.Name
	}
	if src.Format == Raw {
		return
	}
	if src.Format == CSV {
		src.HeaderColumns = names
		if seen != nil && seen.header != nil && src.Origin != FromLock {
			src.HeaderColumns = seen.header
		}
		return
	}
	if seen != nil {
		src.KeyOrder = slices.Clone(seen.keys)
	}
	for _, n := range names {
		if !slices.Contains(src.KeyOrder, n) {
			src.KeyOrder = append(src.KeyOrder, n)
		}
	}
}

// declaredColumns are those of CREATE … (columns) WITH (…).
func (b *builder) declaredColumns(c *component) ([]Column, Origin, bool) {
	if c.decl == nil {
		return nil, FromDDL, true
	}
	var cols []Column
	ok := true
	for _, d := range c.decl.Columns {
		switch {
		case d.Computed != nil: // binding computes it
			continue
		case d.Type == nil:
			ok = false
			continue
		case d.Metadata:
			b.diags.Add(diag.NotDeclarable(d.Span(), "a metadata column"))
			ok = false
			continue
		case d.Default != nil:
			b.diags.Add(diag.NotDeclarable(d.Default.Span(), "a default value"))
			ok = false
			continue
		}
		t, notes, err := typeOf(d.Type)
		if err != nil {
			b.diags.Add(diag.BadType(d.Type.Span(), d.Type.Name, err.Error(), types.Names()))
			ok = false
		}
		for _, n := range notes {
			b.diags.Add(diag.TypeParameterIgnored(d.Type.Span(), n))
		}
		cols = append(cols, Column{Name: d.Name.Name, Col: types.Col{Type: t, Nullable: !d.NotNull && !d.PrimaryKey}, At: d.Name.Span()})
	}
	return cols, FromDDL, unique(cols, &b.diags) && ok
}

// computed notes the columns that a declaration computes.
func (b *builder) computed(c *component, src *Source) {
	if c.decl == nil {
		return
	}
	for i, d := range c.decl.Columns {
		if d.Computed == nil {
			continue
		}
		for _, other := range c.decl.Columns[:i] {
			if other.Name.Name == d.Name.Name {
				b.diags.Add(diag.DuplicateColumn(d.Span(), d.Name.Name, other.Name.Span(), d.Name.Span(), d.Name.Name+"_2"))
			}
		}
		src.Computed = append(src.Computed, Computed{Name: d.Name, Value: d.Computed, At: i})
	}
}

// typeOf reads a type as SQL spells it; INTEGER[] and INTEGER ARRAY are ARRAY<INTEGER>.
func typeOf(t *grammar.Type) (types.Type, []string, error) {
	text := strings.TrimSpace(t.Span().Text())
	if !t.Suffix {
		return types.Parse(text)
	}
	if strings.HasSuffix(strings.ToUpper(text), "ARRAY") {
		text = text[:len(text)-len("ARRAY")]
	} else {
		text = strings.TrimRight(strings.TrimSuffix(text, "]"), " \t\r\n[")
	}
	elem, notes, err := types.Parse(text)
	return types.Type{Kind: types.Array, Elem: &elem}, notes, err
}

// key finds the columns that identify a row, and with them whether a join takes the source for a table.
func (b *builder) key(c *component, r *resolved, src *Source) {
	type part struct {
		name string
		at   source.Span
	}
	var parts []part
	if c.decl != nil {
		for _, d := range c.decl.Columns {
			if d.PrimaryKey {
				parts = append(parts, part{d.Name.Name, d.Name.Span()})
			}
		}
		if c.decl.PrimaryKey != nil {
			for _, id := range c.decl.PrimaryKey.Columns {
				parts = append(parts, part{id.Name, id.Span()})
			}
		}
		if c.decl.Kind == grammar.Table {
			src.Role = "table"
		}
	}
	if p, ok := src.Props["primary_key"]; ok && len(parts) == 0 {
		for _, n := range strings.Split(p.Value, ",") {
			parts = append(parts, part{strings.TrimSpace(n), p.At})
		}
	}
	names := columnNames(src.Schema)
	for _, p := range parts {
		i := slices.Index(names, p.name)
		if i < 0 {
			b.diags.Add(diag.NoKeyColumn(p.at, p.name, src.Name, diag.Nearest(p.name, names), names))
			continue
		}
		src.Schema[i].Col.Nullable = false
		src.PrimaryKey = append(src.PrimaryKey, p.name)
	}
	if len(parts) > 0 || hasPrefix(r.config, "table.") {
		src.Role = "table"
	}
	src.Role = src.Prop("role", src.Role)
}

func columnNames(cols []Column) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
	}
	return names
}

// hintsOf finds the @data hints of a source.
func (b *builder) hintsOf(c *component) *annot.SourceHints {
	for i := range b.hints {
		h := &b.hints[i]
		if h.Source == c.name || h.Source == "" && len(b.order) == 1 {
			return h
		}
	}
	return nil
}

// checkHints reports @data hints about sources that are not there, or about nobody in particular.
func (b *builder) checkHints() {
	b.addUnread()
	names := make([]string, len(b.order))
	for i, c := range b.order {
		names[i] = c.name
	}
	for _, h := range b.hints {
		switch {
		case h.Source == "" && len(names) > 1:
			b.diags.Add(diag.BadHint(h.At, "this hint does not say which source it is about; write `-- @data.source: "+names[0]+"` above it"))
		case h.Source != "" && !slices.Contains(names, h.Source):
			text := fmt.Sprintf("no statement reads a source `%s`", h.Source)
			if meant := diag.Nearest(h.Source, names); meant != "" {
				text += fmt.Sprintf("; did you mean `%s`?", meant)
			}
			b.diags.Add(diag.BadHint(h.At, text))
		}
	}
}

// addUnread adds declarations that no statement uses, so that their mistakes are found too.
func (b *builder) addUnread() {
	for _, st := range b.file.Statements {
		d, ok := unwrap(st.Body).(*grammar.Create)
		if !ok || d.Query != nil || b.decls[d.Name.String()] != d || b.sources[d.Name.String()] != nil {
			continue
		}
		isTarget := slices.ContainsFunc(b.stmts, func(s *statement) bool { return s.sink.decl == d })
		if !isTarget && !onlySink(d) {
			b.component(d.Name.String(), d.Name.String(), d.Name.Span())
		}
	}
}

// onlySink tells whether a declaration names a connector that can be written but not read.
func onlySink(d *grammar.Create) bool {
	for _, r := range declRaws(d) {
		if slices.Contains(connector.TypeKeys, r.key) {
			_, reads := connector.Resolve(r.value, connector.Source)
			_, writes := connector.Resolve(r.value, connector.Sink)
			return writes && !reads
		}
	}
	return false
}

// checkHinted reports hints about columns that the source does not have.
func (b *builder) checkHinted(src *Source) {
	if src.Hints == nil {
		return
	}
	names := columnNames(src.Schema)
	for _, h := range src.Hints.Columns {
		if !slices.Contains(names, h.Name) {
			text := fmt.Sprintf("`%s` has no column `%s`", src.Name, h.Name)
			if meant := diag.Nearest(h.Name, names); meant != "" {
				text += fmt.Sprintf("; did you mean `%s`?", meant)
			}
			b.diags.Add(diag.BadHint(h.At, text))
		}
	}
}
