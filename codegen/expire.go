package codegen

import (
	"slices"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
)

// State that forgets entries to which no row has come for a time (physical.TTL). Its clock is the time of the row at hand, or how far event time
// has come, if that is later; so what is forgotten follows from the rows alone.

// forgetting emits what moves the clock of such state before a row.
func (t *task) forgetting() []jen.Code {
	if !slices.ContainsFunc(t.from.Flows, (*physical.Flow).Forgets) {
		return nil
	}
	t.windows = true
	if !t.forgets {
		t.forgets = true
		t.fields = append(t.fields, jen.Id("now").Int64().Comment("the time of the row at hand, for what forgets"))
		if !t.pipe.Stepped() {
			t.fields = append(t.fields, jen.Id("watermark").Int64().Comment("how far time has come"))
		}
	}
	var code []jen.Code
	if !t.pipe.Stepped() {
		code = append(code, jen.Id("t").Dot("watermark").Op("=").Add(emit.RT("Watermark")).Call(jen.Id("t").Dot("tally").Dot("MaxEvent"), duration(t.from.Time.Bound), jen.Id("c").Dot("Others")))
	}
	return append(code, jen.Id("t").Dot("now").Op("=").Id("max").Call(jen.Id("ts"), jen.Id("t").Dot("watermark")))
}

// ttl is how long the groups are kept that no row has come to; 0: for ever.
func (a *aggregation) ttl() time.Duration { return physical.TTL(a.f.Statement, a.op) }

// expire emits, in front of the addition of a group, what forgets others.
func (a *aggregation) expire() []jen.Code {
	if a.ttl() == 0 {
		return nil
	}
	over := jen.Func().Params(jen.Id("a").Op("*").Id(a.acc)).Bool().Block(
		jen.Return(jen.Id("a").Dot("Last").Dot("Over").Call(jen.Id("t").Dot("watermark"), duration(a.ttl()))))
	return []jen.Code{jen.Id("t").Dot(a.name).Dot("Expire").Call(over)}
}

// renew emits what lets a group begin anew that no row has come to for so long.
func (a *aggregation) renew(b *emit.Block, acc string, ctx rowContext) {
	if a.ttl() == 0 {
		return
	}
	last := jen.Id(acc).Dot("Last")
	now := jen.Id("t").Dot("now")
	b.Comment("state.ttl: " + a.ttl().String())
	b.Add(jen.If(jen.Add(last).Dot("Over").Call(now, duration(a.ttl()))).Block(jen.Op("*").Id(acc).Op("=").Id(a.acc).Values()))
	if ctx.op != nil {
		b.Add(jen.If(jen.Add(ctx.op).Op("==").Add(emit.RT("Delete")).Op("&&").Id(acc).Dot("Rows").Op("==").Lit(0)).Block(jen.Add(ctx.drop).Comment("of a group that is forgotten")))
	}
	b.Add(jen.Add(last).Dot("Come").Call(now))
}
