package codegen

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
)

// Top-N: ROW_NUMBER of which only the first rows of each partition are asked for. Over input that ends they are shown then. Otherwise a row that is among
// them is shown at once; those that change places or leave are withdrawn, and shown anew.

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

// contend drops a row that is not among the first ones of its partition, by the values that order it, before more of it is kept.
func (u *overUnit) contend(b *emit.Block, row *jen.Statement, vals []emit.Value, ctx rowContext) {
	for i, v := range vals {
		if slices.Contains(u.keyFields, i) {
			u.row.set(b, i, row, v)
		}
	}
	last := jen.Id("last")
	first := jen.Id("t").Dot(u.name)
	if len(u.spec.Partition) > 0 {
		first = jen.Id("t").Dot(u.name).Dot("View").Call(jen.Add(row).Dot("part"))
	}
	b.Add(jen.If(jen.Add(last).Op(":=").Add(first).Dot("first").Dot("Last").Call(jen.Lit(int(u.spec.Top))), jen.Add(last).Op("!=").Nil().Op("&&").Id(u.comparison()).Call(last, row).Op("<=").Lit(0)).Block(
		jen.Id("t").Dot(u.name+"Rows").Dot("Put").Call(row),
		jen.Id("t").Dot("tally").Dot("Filtered").Op("++"),
		jen.Add(ctx.drop)))
}

// topMethods writes what happens to a row that is one of the first ones of its partition.
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
	u.field("first", jen.Qual(emit.Over, "Ranking").Types(jen.Id(u.row.name)), "the first rows, in order", partRanking)
	added := jen.Add(p).Dot("first").Dot("Add").Call(kept, jen.Lit(int(u.spec.Top)), jen.Id(u.comparison()))
	if u.when == plan.TopAtEnd {
		u.topAtEnd(added, number)
		return
	}
	at := place
	if u.spec.Top == 1 || !u.shows {
		at = jen.Id("_")
	}
	body := []jen.Code{
		jen.Add(p).Op(":=").Add(u.partAt(jen.Add(kept).Dot("part"))),
		jen.List(at, gone).Op(":=").Add(added),
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
	u.func_(u.method("take"), "puts a row in its place among the first ones of its partition.", []jen.Code{jen.Id("kept").Op("*").Id(u.row.name)}, jen.Error(),
		append(body, jen.Return(jen.Nil()))...)
}

// topAtEnd writes how the first rows are kept and, when the input has ended, shown, partition by partition.
func (u *overUnit) topAtEnd(added *jen.Statement, number string) {
	t := u.t
	kept, p, place := jen.Id("kept"), jen.Id("p"), jen.Id("place")
	gone := jen.Id("gone")
	u.func_(u.method("take"), "puts a row in its place among the first ones of its partition.", []jen.Code{jen.Add(kept).Op("*").Id(u.row.name)}, nil,
		jen.Add(p).Op(":=").Add(u.partAt(jen.Add(kept).Dot("part"))),
		jen.If(jen.List(jen.Id("_"), gone).Op(":=").Add(added), jen.Add(gone).Op("!=").Nil()).
			Block(jen.Id("t").Dot(u.name+"Rows").Dot("Put").Call(gone), jen.Id("t").Dot("tally").Dot("Filtered").Op("++")))
	each := []jen.Code{jen.Add(kept).Op(":=").Add(p).Dot("first").Dot("At").Call(place)}
	if u.shows {
		each = append(each, jen.Add(kept).Dot(number).Op("=").Int64().Call(jen.Add(place).Op("+").Lit(1)))
	}
	each = append(each, u.showCall(kept))
	show := []jen.Code{jen.Add(p).Op(":=").Add(u.partAt(jen.Id("id"))), jen.For(jen.Add(place).Op(":=").Range().Add(p).Dot("first").Dot("Len").Call()).Block(each...)}
	if len(u.spec.Partition) > 0 {
		show = []jen.Code{jen.For(jen.Id("id").Op(":=").Range().Id("t").Dot(u.name).Dot("Len").Call()).Block(show...)}
	}
	u.func_(u.method("finish"), "shows the first rows, partition by partition.", nil, jen.Error(), append(show, jen.Return(jen.Nil()))...)
	t.finish = append(t.finish, tryReturn(jen.Id("t").Dot(u.method("finish")).Call()))
}
