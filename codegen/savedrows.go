package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// Rows that outlive their chunk are written into snapshots one by one, by methods of their own: Append and Decode make them a state.State.

// savedRow writes these methods for a row, and returns what is saved of it.
func (g *gen) savedRow(r *rowType) (row []TableField) {
	var names []string
	var forms []emit.Form
	for _, f := range r.fields {
		if f.in != nil {
			continue
		}
		names, forms = append(names, f.name), append(forms, emit.ValueForm(f.col))
		row = append(row, TableField{f.sql, f.col.String()})
	}
	g.states = append(g.states, emit.SnapshotMethods(r.name, g.statics, names, forms))
	return row
}

// savedKept is savedRow for a kept row. Results are saved where they are not computed anew before they are read. more are fields that are no columns.
func (g *gen) savedKept(k *keptRow, results bool, more ...keptMore) (row []TableField) {
	var names []string
	var forms []emit.Form
	for _, f := range k.fields {
		switch {
		case f.of == nil && !results:
			continue
		case f.inText():
			forms = append(forms, emit.StateForm())
		default:
			forms = append(forms, emit.ValueForm(f.col))
		}
		names = append(names, f.name)
		row = append(row, TableField{f.sql, f.col.String()})
	}
	for _, m := range more {
		names, forms = append(names, m.name), append(forms, m.form())
	}
	g.states = append(g.states, emit.SnapshotMethods(k.name, g.statics, names, forms))
	return row
}

// keptMore is a number or truth value that a kept row has besides its columns.
type keptMore struct {
	name string
	typ  *jen.Statement // int, int64 or bool
	doc  string
}

func (m keptMore) declare() *jen.Statement {
	return jen.Id(m.name).Add(m.typ).Comment(m.doc)
}

// form is how it stands in a snapshot.
func (m keptMore) form() emit.Form {
	switch m.typ.GoString() {
	case "int":
		return emit.IntForm()
	case "bool":
		return emit.ValueForm(types.Col{Type: types.TBoolean})
	}
	return emit.ValueForm(types.Col{Type: types.TInteger})
}
