package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
)

// Top-N: ROW_NUMBER of which only the first rows of each partition are asked for. Of these, those that change places or leave are withdrawn, and
// shown anew.

// replaces tells whether a row of a partition takes the place of the one before it, so that no row is ever withdrawn.
func (u *overUnit) replaces() bool { return u.ops[0].P.Mode == plan.Upsert }

// numbered tells whether the number of a row is asked for behind the unit.
func (u *overUnit) numbered(used map[int]bool, all bool) bool { return all || used[u.ops[0].at] }

// topMethods writes what happens to a row that comes.
func (u *overUnit) topMethods() {
	kept := jen.Id("kept")
	number := u.row.fields[u.ops[0].calls[0].field].name
	set := func(row *jen.Statement, n *jen.Statement) jen.Code { return jen.Add(row).Dot(number).Op("=").Add(n) }
	put := func(r *jen.Statement) *jen.Statement { return jen.Id("t").Dot(u.name + "Rows").Dot("Put").Call(r) }
	show := func(op string, row *jen.Statement) *jen.Statement {
		args := []jen.Code{emit.RT(op), row}
		if u.replaces() {
			args = args[1:]
		}
		return tryReturn(jen.Id("t").Dot(u.method("show")).Call(args...))
	}
	place, gone, p := jen.Id("place"), jen.Id("gone"), jen.Id("p")
	body := []jen.Code{
		jen.Add(p).Op(":=").Add(u.partAt(jen.Add(kept).Dot("part"))),
		jen.List(place, gone).Op(":=").Add(p).Dot("first").Dot("Add").Call(kept, jen.Lit(int(u.spec.Top)), jen.Id(u.comparison())),
		jen.If(jen.Add(place).Op("<").Lit(0)).Block(put(kept), jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Return(jen.Nil())),
	}
	switch {
	case u.replaces():
		body = append(body, set(kept, jen.Lit(1)), show("Insert", kept), jen.If(jen.Add(gone).Op("!=").Nil()).Block(put(gone)))
	case !u.shows:
		body = append(body, jen.If(jen.Add(gone).Op("!=").Nil()).Block(show("Delete", gone), put(gone)), show("Insert", kept))
	default: // every row from there on has another number
		row, old := jen.Id("row"), jen.Id("old")
		n := jen.Int64().Call(jen.Id("i").Op("+").Lit(1))
		body = append(body,
			jen.For(jen.Id("i").Op(":=").Add(place), jen.Id("i").Op("<").Add(p).Dot("first").Dot("Len").Call(), jen.Id("i").Op("++")).Block(
				jen.Add(old).Op(":=").Add(gone),
				jen.If(jen.Id("i").Op("+").Lit(1).Op("<").Add(p).Dot("first").Dot("Len").Call()).Block(jen.Add(old).Op("=").Add(p).Dot("first").Dot("At").Call(jen.Id("i").Op("+").Lit(1))),
				jen.If(jen.Add(old).Op("!=").Nil()).Block(set(old, n), show("Delete", old)),
				jen.Add(row).Op(":=").Add(p).Dot("first").Dot("At").Call(jen.Id("i")),
				set(row, n),
				show("Insert", row),
			),
			jen.If(jen.Add(gone).Op("!=").Nil()).Block(put(gone)))
	}
	u.fields = append(u.fields, jen.Id("first").Qual(emit.Over, "Ranking").Types(jen.Id(u.row.name)).Comment("the first rows, in order"))
	u.func_(u.method("take"), "puts a row in its place among the first ones of its partition.", []jen.Code{jen.Id("kept").Op("*").Id(u.row.name)}, jen.Error(),
		append(body, jen.Return(jen.Nil()))...)
}
