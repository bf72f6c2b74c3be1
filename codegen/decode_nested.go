package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// hasSlices tells whether values of t hold an ARRAY or a MAP, whose memory the next row can use again.
func hasSlices(t types.Type) bool {
	switch t.Kind {
	case types.Array, types.Map:
		return true
	case types.Struct:
		for _, f := range t.Fields {
			if hasSlices(f.Col.Type) {
				return true
			}
		}
	}
	return false
}

// columnMemory are the fields of the decoder in which columns with ARRAYs and MAPs are read: one value for each row of a chunk if rows are
// gathered, else one for all.
func (d *decoder) columnMemory(taken ...string) []jen.Code {
	var fields []jen.Code
	d.names = emit.NewNames(append(taken, "row", "irregular")...)
	d.columns = map[string]string{}
	for _, c := range d.t.from.Columns {
		col := d.src.Schema[c]
		if !hasSlices(col.Col.Type) {
			continue
		}
		name := d.names.Unique(emit.Local(col.Name))
		d.columns[col.Name] = name
		typ, about := emit.GoType(col.Col.Type), "memory of the column, from row to row"
		if d.t.staged() {
			typ, about = jen.Index().Add(typ), "memory of the column, by row"
			all := jen.Id("t").Dot(d.t.input.decoder).Dot(name)
			d.t.before = append(d.t.before, jen.Add(all).Op("=").Add(all).Index(jen.Op(":").Lit(0)))
		}
		fields = append(fields, jen.Id(name).Add(typ).Comment(about))
	}
	return fields
}

// memory is where a column with ARRAYs and MAPs is read, and what comes before.
func (d *decoder) memory(column string) (*jen.Statement, []jen.Code) {
	m := jen.Id("d").Dot(d.columns[column])
	if !d.t.staged() {
		return m, nil
	}
	return jen.Add(m).Index(jen.Len(m).Op("-").Lit(1)), []jen.Code{jen.Add(m).Op("=").Add(emit.RT("Next")).Call(m)}
}
