package codegen

import (
	"sort"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// generatedColumns describes columns of generated data.
func (g *gen) generatedColumns(s *catalog.Source, columns []catalog.Column) *jen.Statement {
	return jen.Id("Generate").Op(":").Index().Add(emit.RT("GenColumn")).ValuesFunc(func(v *jen.Group) {
		for _, c := range columns {
			fields := append([]jen.Code{jen.Id("Name").Op(":").Lit(c.Name)}, datagenType(c.Col.Type)...)
			if h := s.Hints.For(c.Name); len(h) > 0 {
				keys := make([]string, 0, len(h))
				for k := range h {
					keys = append(keys, k)
				}
				sort.Strings(keys)
				fields = append(fields, jen.Id("Hints").Op(":").Map(jen.String()).String().ValuesFunc(func(m *jen.Group) {
					for _, k := range keys {
						m.Lit(k).Op(":").Add(goString(h[k]))
					}
				}))
			}
			v.Line().Values(fields...)
		}
		v.Line()
	})
}

// datagenType describes a type of generated data.
func datagenType(t types.Type) []jen.Code {
	fields := []jen.Code{jen.Id("Type").Op(":").Lit(t.Kind.String())}
	if t.Kind == types.Decimal {
		fields = append(fields, jen.Id("Precision").Op(":").Lit(t.Precision), jen.Id("Scale").Op(":").Lit(t.Scale))
	}
	var parts []jen.Code
	switch t.Kind {
	case types.Array:
		parts = append(parts, jen.Values(datagenType(*t.Elem)...))
	case types.Map:
		parts = append(parts, jen.Values(datagenType(*t.Key)...), jen.Values(datagenType(*t.Elem)...))
	case types.Struct:
		for _, f := range t.Fields {
			parts = append(parts, jen.Values(append([]jen.Code{jen.Id("Name").Op(":").Lit(f.Name)}, datagenType(f.Col.Type)...)...))
		}
	}
	if len(parts) > 0 {
		fields = append(fields, jen.Id("Parts").Op(":").Index().Add(emit.RT("GenColumn")).Values(parts...))
	}
	return fields
}

// read are the columns of a source that something reads, those that are STRUCTs with the fields that something reads.
func (g *gen) read(in *physical.Input) []catalog.Column {
	r := &fieldReads{source: in.Source, fields: map[int]map[int]bool{}, whole: map[int]bool{}}
	for _, s := range g.job.Logical.Statements {
		if scan := r.visit(s.Root); scan != nil {
			r.all(scan)
		}
	}
	var out []catalog.Column
	for _, i := range in.Columns {
		c := in.Source.Schema[i]
		if c.Col.Type.Kind == types.Struct && !r.whole[i] {
			var fields []types.Field
			for k, f := range c.Col.Type.Fields {
				if r.fields[i][k] {
					fields = append(fields, f)
				}
			}
			c.Col.Type.Fields = fields
		}
		out = append(out, c)
	}
	return out
}

// fieldReads finds what plans read of the STRUCTs of a source.
type fieldReads struct {
	source *catalog.Source
	fields map[int]map[int]bool // column → fields that are read by name
	whole  map[int]bool         // columns that are read as they are
}

// visit walks a plan. It returns the scan whose rows, perhaps filtered, are those of n.
func (r *fieldReads) visit(n plan.Node) *plan.Scan {
	if s, ok := n.(*plan.Scan); ok && s.Source == r.source {
		return s
	}
	var rows *plan.Scan
	for _, in := range n.Inputs() {
		scan := r.visit(in)
		if scan == nil {
			continue
		}
		switch n.(type) {
		case *plan.Filter:
			rows = scan
			plan.EachExpr(n, func(e expr.Expr) { r.reads(scan, e) })
		case *plan.Project:
			plan.EachExpr(n, func(e expr.Expr) { r.reads(scan, e) })
		default:
			r.all(scan)
		}
	}
	return rows
}

func (r *fieldReads) all(scan *plan.Scan) {
	for _, c := range scan.Columns {
		r.whole[c] = true
	}
}

// reads notes what an expression over the rows of a scan reads.
func (r *fieldReads) reads(scan *plan.Scan, e expr.Expr) {
	switch e := e.(type) {
	case *expr.Field:
		if c, ok := e.X.(*expr.Column); ok {
			at := scan.Columns[c.Index]
			if r.fields[at] == nil {
				r.fields[at] = map[int]bool{}
			}
			r.fields[at][e.Index] = true
			return
		}
	case *expr.Column:
		r.whole[scan.Columns[e.Index]] = true
	}
	for _, k := range expr.Children(e) {
		r.reads(scan, k)
	}
}
