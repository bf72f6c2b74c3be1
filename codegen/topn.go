package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
)

// Top-N: ROW_NUMBER of which only the first rows of each partition are asked for. Of these, those that change places or leave are withdrawn, and
// shown anew.

// changes tells whether what follows wants to know of rows that leave or change places; else a row is only shown anew.
func (u *overUnit) changes(n, next int) bool {
	for _, op := range u.f.Stages[n].Ops[next:] {
		switch op.(type) {
		case *plan.Filter, *plan.Project, *plan.Limit, *plan.Unnest:
		default:
			return true
		}
	}
	return u.f.Changes
}

// numbered tells whether the number of a row is asked for behind the unit.
func (u *overUnit) numbered(used map[int]bool, all bool) bool { return all || used[u.ops[0].at] }

// topMethods writes what happens to a row that comes.
func (u *overUnit) topMethods() {
	kept := jen.Id("kept")
	number := u.row.fields[u.ops[0].calls[0].field].name
	set := func(row *jen.Statement, n *jen.Statement) jen.Code { return jen.Add(row).Dot(number).Op("=").Add(n) }
	put := func(r *jen.Statement) *jen.Statement { return jen.Id("t").Dot(u.name + "Rows").Dot("Put").Call(r) }
	show := func(op string, row *jen.Statement) jen.Code {
		if !u.withdraws {
			if op == "Delete" {
				return jen.Null()
			}
			return u.showCall(row)
		}
		return tryReturn(jen.Id("t").Dot(u.method("show")).Call(emit.RT(op), row))
	}
	place, gone, p := jen.Id("place"), jen.Id("gone"), jen.Id("p")
	body := []jen.Code{
		jen.Add(p).Op(":=").Add(u.partAt(jen.Add(kept).Dot("part"))),
		jen.List(place, gone).Op(":=").Add(p).Dot("first").Dot("Add").Call(kept, jen.Lit(int(u.spec.Top)), jen.Id(u.comparison())),
		jen.If(jen.Add(place).Op("<").Lit(0)).Block(put(kept), jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Return(jen.Nil())),
	}
	leaves := []jen.Code{put(gone)}
	if u.shows && u.spec.Top > 1 { // every row from there on has another number
		row, old, i := jen.Id("row"), jen.Id("old"), jen.Id("i")
		next := jen.Add(i).Op("+").Lit(1)
		n := jen.Int64().Call(next)
		var each []jen.Code
		if u.withdraws {
			each = append(each,
				jen.Add(old).Op(":=").Add(gone),
				jen.If(jen.Add(next).Op("<").Add(p).Dot("first").Dot("Len").Call()).Block(jen.Add(old).Op("=").Add(p).Dot("first").Dot("At").Call(next)),
				jen.If(jen.Add(old).Op("!=").Nil()).Block(set(old, n), show("Delete", old)))
		}
		each = append(each, jen.Add(row).Op(":=").Add(p).Dot("first").Dot("At").Call(i), set(row, n), show("Insert", row))
		body = append(body, jen.For(jen.Add(i).Op(":=").Add(place), jen.Add(i).Op("<").Add(p).Dot("first").Dot("Len").Call(), jen.Add(i).Op("++")).Block(each...))
	} else {
		if u.shows {
			body = append(body, set(kept, jen.Lit(1)))
		}
		if u.withdraws {
			leaves = []jen.Code{show("Delete", gone), put(gone)}
		}
	}
	body = append(body, jen.If(jen.Add(gone).Op("!=").Nil()).Block(leaves...))
	if !u.shows || u.spec.Top == 1 {
		body = append(body, show("Insert", kept))
	}
	u.field("first", jen.Qual(emit.Over, "Ranking").Types(jen.Id(u.row.name)), "the first rows, in order", partRanking)
	u.func_(u.method("take"), "puts a row in its place among the first ones of its partition.", []jen.Code{jen.Id("kept").Op("*").Id(u.row.name)}, jen.Error(),
		append(body, jen.Return(jen.Nil()))...)
}
