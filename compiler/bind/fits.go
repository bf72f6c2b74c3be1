package bind

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// fits compares the columns of a result with those that its sink takes, by name. Both sides are shown: where the query makes the column and
// where the schema declares it.
func (b *binder) fits(sink *catalog.Sink, result plan.Schema, at source.Span) {
	if len(sink.Schema) == 0 {
		return
	}
	var names []string
	for _, c := range sink.Schema {
		names = append(names, c.Name)
	}
	for _, c := range result {
		if !c.At.IsValid() {
			c.At = at
		}
		i := slices.Index(names, c.Name)
		if i < 0 {
			b.report(diag.NotInSink(c.At, c.Name, sink.Name, schemaName(sink), names, sink.Schema[0].At))
			continue
		}
		want := sink.Schema[i]
		switch {
		case !storable(c.Col.Type, want.Col.Type):
			b.report(diag.SinkType(c.At, c.Name, c.Col.Type.String(), want.Col.Type.String(), sink.Name, want.At))
		case c.Col.Nullable && !want.Col.Nullable:
			b.report(diag.SinkNull(c.At, c.Name, sink.Name, want.At))
		}
	}
	for _, want := range sink.Schema {
		made := slices.ContainsFunc(result, func(c plan.Column) bool { return c.Name == want.Name })
		if !made && !want.Col.Nullable {
			b.report(diag.SinkLacks(at, want.Name, want.Col.Type.String(), sink.Name, want.At))
		}
	}
}

// schemaName says in a few words where the columns of a sink come from.
func schemaName(sink *catalog.Sink) string {
	if sink.OriginName != "" {
		return sink.OriginName
	}
	return string(sink.Origin)
}

// storable tells whether a value of type from can be written as a value of type to: what is converted without being asked, field by field.
func storable(from, to types.Type) bool {
	switch {
	case types.Implicit(from, to):
		return true
	case from.Kind != to.Kind:
		return false
	case from.Kind == types.Array:
		return storable(*from.Elem, *to.Elem)
	case from.Kind == types.Map:
		return storable(*from.Key, *to.Key) && storable(*from.Elem, *to.Elem)
	case from.Kind == types.Struct:
		for _, f := range from.Fields {
			i := slices.IndexFunc(to.Fields, func(t types.Field) bool { return t.Name == f.Name })
			if i < 0 || !storable(f.Col.Type, to.Fields[i].Col.Type) {
				return false
			}
		}
		return true
	}
	return false
}

// use is where a query names a column that another file declares.
type use struct {
	at, declared source.Span
	name, typ    string
}

// remember keeps a use for diagnostics to come.
func (b *binder) remember(u Use) {
	if u.Kind == InputColumn && u.Declared.IsValid() && u.Declared.File != u.At.File {
		b.foreign = append(b.foreign, use{u.At, u.Declared, u.Name, u.Col.Type.String()})
	}
}

// withDeclarations adds to an error about types where schema files declare the columns that it is about.
func (b *binder) withDeclarations(d diag.Diagnostic) diag.Diagnostic {
	if d.Severity != diag.Error || !strings.HasPrefix(string(d.Code), "VL04") {
		return d
	}
	var told []source.Span
	for _, u := range b.foreign {
		if d.Span.Contains(u.at) && !slices.Contains(told, u.declared) {
			told = append(told, u.declared)
			d = d.WithLabel(u.declared, "`"+u.name+"` is "+u.typ)
		}
	}
	return d
}

// withSchema adds to an error about a column that is not there where a schema file declares those that are.
func (s *scope) withSchema(d diag.Diagnostic) diag.Diagnostic {
	for _, c := range s.schema {
		if d.Fix != nil && d.Fix.Replacement == c.Name && c.At.IsValid() && c.At.File != d.Span.File {
			return d.WithLabel(c.At, "declared here")
		}
	}
	if len(s.inputs) == 1 && s.inputs[0].lo < s.inputs[0].hi {
		if first := s.schema[s.inputs[0].lo].At; first.IsValid() && first.File != d.Span.File {
			return d.WithLabel(first, "the columns of `"+s.inputs[0].name+"` begin here")
		}
	}
	return d
}
