package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/types"
)

// withdrawal is what takes the row with a primary key out of a table that is looked up. It stands before what the table's own code declares, so it
// is filled in later.
type withdrawal struct {
	f    *physical.Flow
	code *jen.Statement
}

// withdrawal begins the withdrawal of rows of a flow; nil if they replace none.
func (t *task) withdrawal(f *physical.Flow) *withdrawal {
	if f.Replaced() == nil {
		return nil
	}
	return &withdrawal{f, &jen.Statement{}}
}

// before is drop behind the withdrawal of the row whose key the dropped one has.
func (w *withdrawal) before(drop *jen.Statement) *jen.Statement {
	if w == nil {
		return drop
	}
	return jen.Add(w.code).Line().Add(drop)
}

// fill writes the withdrawal, now that the flow is written.
func (t *task) fill(w *withdrawal) {
	if w == nil {
		return
	}
	l := t.meetings[w.f.Into].(*lookupJoin)
	s := t.scanScope(w.f, jen.Id("r"))
	b := t.block(returnError, nil)
	var vals []emit.Value
	for _, c := range w.f.Replaced() {
		vals = append(vals, s.cols[c])
	}
	key := l.primaryKey(b, vals)
	for _, c := range b.Code() {
		w.code.Add(c).Line()
	}
	w.code.Add(l.stored(1).Dot("Withdraw").Call(key))
	if t.from.Tombstones() != nil {
		t.withdraws = append(t.withdraws, w.code)
	}
}

// tombstone writes what Decode does with a record without value: the row of its key is to be deleted.
func (s *stages) tombstone() []jen.Code {
	t := s.t
	if t.withdraws == nil {
		return nil
	}
	name := t.names.Unique("delete" + emit.Exported(t.from.Source.Name))
	t.keyMethod(name)
	gone := []jen.Code{
		jen.Id("t").Dot("tally").Dot("In").Op("++"),
		jen.Id("at").Op("=").Id("at").Dot("Add").Call(jen.Lit(5)).Comment("null and a newline stand for it"),
		jen.If(jen.Err().Op(":=").Id("t").Dot(name).Call(jen.Id("c").Dot("Meta").Index(jen.Id("row")).Dot("Key"), jen.Id("r")), jen.Err().Op("!=").Nil()).
			Block(t.rejectHere(jen.Err()), jen.Continue()),
	}
	if s.follows {
		gone = append(gone, jen.Id("e").Dot("max").Op("=").Id("t").Dot("tally").Dot("MaxEvent"))
	}
	gone = append(gone, jen.Id("t").Dot(t.rowsName).Dot("Keep").Call(), jen.Continue())
	return []jen.Code{
		jen.Id("e").Dot("gone").Op("=").Id("c").Dot("Odd").Index(jen.Id("row")).Dot("Null"),
		jen.If(jen.Id("e").Dot("gone")).Block(gone...),
	}
}

// withdrawn is what Apply does with such a record.
func (s *stages) withdrawn() []jen.Code {
	if s.t.withdraws == nil {
		return nil
	}
	return []jen.Code{jen.If(jen.Id("e").Dot("gone")).Block(append(s.t.withdraws[:len(s.t.withdraws):len(s.t.withdraws)], jen.Continue())...)}
}

// keyMethod writes the method that reads the primary key of a row from the key of a record: the text of each column, as CAST reads it.
func (t *task) keyMethod(name string) {
	columns := t.from.Tombstones()
	b := t.block(returnError, nil)
	b.Names = t.localNames("t", "r", "key", "part", "err")
	for i, c := range columns {
		col := t.from.Source.Schema[c].Col
		v := emit.Named(types.TString, jen.Id("part").Index(jen.Lit(i)))
		v.View = true
		if col.Type.Kind != types.String {
			v = (&conversion{b: b, x: v, to: col.Type}).convert()
		}
		t.row.assign(b, t.fieldOf[c], jen.Id("r"), v)
	}
	parts := jen.Op("&").Id("t").Dot(t.input.decoder).Dot("arena")
	code := []jen.Code{
		jen.Var().Id("part").Index(jen.Lit(len(columns))).String(),
		jen.If(jen.Err().Op(":=").Qual(emit.Text, "KeyParts").Call(parts, jen.Id("key"), jen.Id("part").Index(jen.Empty(), jen.Empty())), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
	}
	code = append(code, b.Code()...)
	t.methods = append(t.methods, jen.Comment("// "+name+" reads which row of "+t.from.Source.Name+" is deleted from the key of a record without value.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(jen.Id("key").Index().Byte(), jen.Id("r").Op("*").Id(t.row.name)).Error().
		Block(append(code, jen.Return(jen.Nil()))...).Line())
}
