package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
)

// An aggregate can show its groups once for several rows ('emit.batch.rows'): rows only note which groups have changed.

// declareBatch declares what gathers the groups that have changed, where they are shown in batches.
func (a *aggregation) declareBatch() {
	n := physical.BatchOf(a.f, a.n)
	if n == 0 {
		return
	}
	t := a.t
	a.batch = t.names.Unique(a.name + "Batch")
	a.showBatch = t.names.Unique("show" + upperFirst(a.batch))
	t.fields = append(t.fields, jen.Id(a.batch).Op("*").Qual(emit.State, "Batch").Comment("groups that have changed and are not shown yet"))
	t.inits = append(t.inits, jen.Id("t").Dot(a.batch).Op("=").Qual(emit.State, "NewBatch").Call(jen.Lit(n)))
	t.unsaved(a.f.Statement.Name + ": groups that wait for the end of a batch cannot be saved")
}

// noteChange notes that the row has changed its group, and shows what has changed when the batch is full.
func (a *aggregation) noteChange(ctx rowContext) *jen.Statement {
	ts := a.changeTime(ctx)
	if ts == nil {
		ts = jen.Lit(0)
	}
	return jen.If(jen.Id("t").Dot(a.batch).Dot("Note").Call(jen.Id(a.id), ts)).Block(returned(jen.Id("t").Dot(a.showBatch).Call()))
}

// batchMethod writes the method that shows the groups that have changed.
func (a *aggregation) batchMethod(row rowContext) {
	if a.batch == "" {
		return
	}
	t := a.t
	state := jen.Id("t").Dot(a.name)
	ts := jen.Id("_")
	args := []jen.Code{jen.Op("&").Add(state).Dot("Keys").Index(jen.Id("id")), jen.Add(state).Dot("At").Call(jen.Id("id"))}
	if a.changeTime(row) != nil {
		ts = jen.Id("ts")
		args = append([]jen.Code{jen.Id("ts")}, args...)
	}
	show := jen.Func().Params(jen.Id("id").Int(), jen.Add(ts).Int64()).Error().Block(jen.Return(jen.Id("t").Dot(a.emitName()).Call(args...)))
	t.methods = append(t.methods, jen.Comment("// "+a.showBatch+" shows the groups of "+a.f.Statement.Name+" that have changed.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(a.showBatch).Params().Error().Block(
		jen.Return(jen.Id("t").Dot(a.batch).Dot("Show").Call(show))).Line())
	call := returned(jen.Id("t").Dot(a.showBatch).Call())
	t.batches = append(t.batches, call)
	t.finish = append(t.finish, jen.Add(call))
}
