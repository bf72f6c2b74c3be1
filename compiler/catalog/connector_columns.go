package catalog

import (
	"slices"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// connectorColumns are those of a connector whose rows always have the same.
func (b *builder) connectorColumns(r *resolved, at source.Span) ([]Column, Origin, string, bool) {
	var cols []Column
	for _, f := range partsOf(r.spec) {
		cols = append(cols, Column{Name: f.Name, Col: f.Col, At: at})
	}
	return cols, FromConnector, r.spec.Name, true
}

func partsOf(s *connector.Spec) []types.Field {
	if s.Columns == "" {
		return nil
	}
	t, _, err := types.Parse("STRUCT<" + s.Columns + ">")
	if err != nil {
		panic("bug: the columns of " + s.Name + ": " + err.Error())
	}
	return t.Fields
}

// checkConnectorColumns reports declared columns, and fields of them, that rows of the connector do not have.
func (b *builder) checkConnectorColumns(r *resolved, src *Source) {
	fields := partsOf(r.spec)
	if fields == nil {
		return
	}
	check := func(at source.Span, name, of string, have []types.Field) *types.Field {
		i := slices.IndexFunc(have, func(f types.Field) bool { return f.Name == name })
		if i >= 0 {
			return &have[i]
		}
		var names, described []string
		for _, f := range have {
			names, described = append(names, f.Name), append(described, f.Name+" "+f.Col.Type.String())
		}
		b.diags.Add(diag.UnknownColumn(at, name, of, names, described))
		return nil
	}
	for _, c := range src.Schema {
		f := check(c.At, c.Name, r.spec.Name, fields)
		if f == nil || c.Col.Type.Kind != types.Struct {
			continue
		}
		for _, part := range c.Col.Type.Fields {
			check(c.At, part.Name, c.Name, f.Col.Type.Fields)
		}
	}
}
