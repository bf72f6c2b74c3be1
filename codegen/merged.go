package codegen

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// Where rows of several inputs meet, each input has methods of its own to decode and apply its rows, and the task hands chunks to them
// (docs/design/streaming-engine.md).

// step lets time pass up to the watermark of a row, given the greatest event time of its partition.
func (t *task) step(max *jen.Statement) *jen.Statement {
	watermark := emit.RT("Watermark").Call(max, duration(t.from.Time.Bound), jen.Id("c").Dot("Others"))
	return jen.If(jen.Err().Op(":=").Id("t").Dot("step").Call(watermark), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// steps writes what lets time pass between two rows.
func (t *task) steps() {
	if !t.pipe.Stepped() {
		return
	}
	recv := jen.Id("t").Op("*").Id(t.name)
	t.fields = append(t.fields, jen.Id("watermark").Int64().Comment("how far time has come"))
	t.inits = append(t.inits, jen.Id("t").Dot("watermark").Op("=").Qual("math", "MinInt64"))
	moved := []jen.Code{
		jen.If(jen.Id("watermark").Op("<=").Id("t").Dot("watermark")).Block(jen.Return(jen.Nil())),
		jen.Id("t").Dot("watermark").Op("=").Id("watermark"),
	}
	if len(t.due) == 0 {
		moved = append(moved, jen.Return(jen.Nil()))
	} else {
		due := jen.Add(t.due[0])
		if len(t.due) > 1 {
			due = jen.Id("min").CallFunc(func(g *jen.Group) {
				for _, d := range t.due {
					g.Add(d)
				}
			})
		}
		moved = append(moved,
			jen.If(jen.Id("watermark").Op("<").Add(due)).Block(jen.Return(jen.Nil()).Comment("nothing waits for this time")),
			jen.Return(jen.Id("t").Dot("Advance").Call(jen.Id("watermark"))))
	}
	t.methods = append(t.methods, jen.Comment("// step lets time pass up to a watermark, before a row.").Line().
		Func().Params(jen.Add(recv)).Id("step").Params(jen.Id("watermark").Int64()).Error().Block(moved...).Line())
	t.advance = append([]jen.Code{jen.Id("t").Dot("watermark").Op("=").Id("max").Call(jen.Id("t").Dot("watermark"), jen.Id("watermark"))}, t.advance...)
}

// resumeMethod writes what a root is told of an earlier run.
func (t *task) resumeMethod() {
	if !t.pipe.Stepped() {
		return
	}
	ended := jen.Id("_")
	if len(t.resume) > 0 {
		ended = jen.Id("ended")
	}
	t.methods = append(t.methods, jen.Comment("// Resume tells how far time had come in an earlier run, and which inputs had ended. What waited for that has been emitted.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id("Resume").Params(jen.Id("watermark").Int64(), ended.Uint64()).
		Block(append([]jen.Code{jen.Id("t").Dot("watermark").Op("=").Id("watermark")}, t.resume...)...).Line())
}

// dispatch writes the methods that hand chunks to those of their input.
func (t *task) dispatch() {
	if !t.pipe.Merged() {
		return
	}
	recv := jen.Id("t").Op("*").Id(t.name)
	each := func(of jen.Code, body func(in *input) []jen.Code) *jen.Statement {
		return jen.Switch(of).BlockFunc(func(g *jen.Group) {
			for i, in := range t.inputs {
				g.Case(jen.Lit(i)).Block(body(in)...)
			}
		})
	}
	of := jen.Id("c").Dot("Input")
	t.methods = append(t.methods,
		jen.Comment("// Decode gathers the rows of one chunk for Apply, on any worker.").Line().
			Func().Params(jen.Add(recv)).Id("Decode").Params(jen.Id("c").Op("*").Add(emit.RT("Chunk"))).Error().Block(
			each(of, func(in *input) []jen.Code {
				return []jen.Code{jen.Return(jen.Id("t").Dot(in.decodeName).Call(jen.Id("c")))}
			}),
			jen.Return(jen.Nil())).Line(),
		jen.Comment("// Apply takes rows that a worker has decoded through the query, as far as it is their turn.").Line().
			Func().Params(jen.Add(recv)).Id("Apply").Params(jen.Id("c").Op("*").Add(emit.RT("Chunk")), jen.Id("worker").Add(emit.RT("Task"))).Error().Block(
			each(of, func(in *input) []jen.Code {
				return []jen.Code{jen.Return(jen.Id("t").Dot(in.applyName).Call(jen.Id("c"), jen.Id("worker")))}
			}),
			jen.Return(jen.Nil())).Line(),
		jen.Comment("// Head is when the next row of an input is due that has been decoded and not applied.").Line().
			Func().Params(jen.Add(recv)).Id("Head").Params(jen.Id("input").Int()).Params(jen.Int64(), jen.Bool()).Block(
			each(jen.Id("input"), func(in *input) []jen.Code {
				rows := jen.Id("t").Dot(in.rowsName).Dot("Left").Call()
				if !in.from.Windows || in.from.First {
					return []jen.Code{jen.Return(jen.Qual("math", "MinInt64"), jen.Len(rows).Op(">").Lit(0))}
				}
				return []jen.Code{jen.If(jen.Id("rows").Op(":=").Add(rows), jen.Len(jen.Id("rows")).Op(">").Lit(0)).Block(
					jen.Return(jen.Id("rows").Index(jen.Lit(0)).Dot("max"), jen.True()))}
			}),
			jen.Return(jen.Qual("math", "MinInt64"), jen.False())).Line(),
		t.behind(recv),
		t.ended(recv))
}

// behind writes where a chunk is read on of which Apply has taken a part. Rows without time are taken all at once.
func (t *task) behind(recv *jen.Statement) *jen.Statement {
	var cases []jen.Code
	for i, in := range t.inputs {
		if in.inParts {
			cases = append(cases, jen.Case(jen.Lit(i)).Block(jen.Return(jen.Id("c").Dot("Behind").Call(jen.Id("t").Dot(in.rowsName).Dot("Last").Call().Dot("to")))))
		}
	}
	var code []jen.Code
	if len(cases) > 0 {
		code = []jen.Code{jen.Switch(jen.Id("c").Dot("Input")).Block(cases...)}
	}
	return jen.Comment("// Behind is where a chunk is read on behind the last row that Apply has taken of it.").Line().
		Func().Params(jen.Add(recv)).Id("Behind").Params(jen.Id("c").Op("*").Add(emit.RT("Chunk"))).Add(emit.RT("Position")).
		Block(append(code, jen.Return(jen.Id("c").Dot("Next")))...).Line()
}

// finishing is what is emitted when inputs have ended.
type finishing struct {
	deps uint64 // the inputs, as bits
	code []jen.Code
	done string // field that tells that it has taken place
}

// finishing writes operators whose rows come from the given inputs. What they emit in the end is emitted when these have ended.
func (t *task) finishing(deps uint64, write func()) {
	f := &finishing{deps: deps}
	t.finishes = append(t.finishes, f)
	before, finish := t.deps, t.finish
	t.deps, t.finish = deps, nil
	write()
	f.code = t.finish
	t.deps, t.finish = before, finish
}

// finishCode is what is emitted when all inputs have ended.
func (t *task) finishCode() []jen.Code {
	code := t.finish
	for _, f := range t.finishes {
		if f.done == "" || len(f.code) == 0 {
			code = append(code, f.code...)
			continue
		}
		code = append(code, returned(jen.Id("t").Dot(f.done).Call()))
	}
	return code
}

// ended writes what happens when an input has ended and others have not.
func (t *task) ended(recv *jen.Statement) *jen.Statement {
	t.fields = append(t.fields, jen.Id("ended").Uint64().Comment("inputs that have ended, as bits"))
	code := []jen.Code{jen.Id("t").Dot("ended").Op("|=").Lit(1).Op("<<").Id("input")}
	t.resume = append(t.resume, jen.Id("t").Dot("ended").Op("=").Id("ended"))
	for _, f := range t.finishes {
		if len(f.code) == 0 {
			continue
		}
		var names string
		for i, in := range t.inputs {
			if f.deps>>i&1 == 1 {
				names += emit.Exported(in.from.Source.Name)
			}
		}
		f.done = t.names.Unique("finish" + names)
		flag := t.names.Unique("finished" + names)
		t.fields = append(t.fields, jen.Id(flag).Bool())
		mask := jen.Op(fmt.Sprintf("0b%b", f.deps))
		t.resume = append(t.resume, jen.Id("t").Dot(flag).Op("=").Id("ended").Op("&").Add(mask).Op("==").Add(mask))
		code = append(code, jen.If(jen.Id("t").Dot("ended").Op("&").Add(mask).Op("==").Add(mask)).Block(returned(jen.Id("t").Dot(f.done).Call())))
		t.methods = append(t.methods, jen.Comment("// "+f.done+" emits, once, what waits for the end of its inputs.").Line().
			Func().Params(jen.Add(recv)).Id(f.done).Params().Error().Block(append([]jen.Code{
			jen.If(jen.Id("t").Dot(flag)).Block(jen.Return(jen.Nil())),
			jen.Id("t").Dot(flag).Op("=").True(),
		}, append(f.code, jen.Return(jen.Nil()))...)...).Line())
	}
	return jen.Comment("// Ended emits what only waits for the inputs that have ended.").Line().
		Func().Params(jen.Add(recv)).Id("Ended").Params(jen.Id("input").Int()).Error().Block(append(code, jen.Return(jen.Nil()))...).Line()
}
