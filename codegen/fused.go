package codegen

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// A row of two or three short cells is decoded in less time than a mispredicted branch, a row struct in memory and a wait for a group cost
// around it. So a GROUP BY over delimited text is written as a fused loop where the query allows it: a decoder without branches that
// hands on registers, and two cursors, one in each half of the chunk, that keep the processor busy while one of them waits. Whatever is not
// plain goes through the row method, which is the query as it is written otherwise.

// fused is what such a loop needs to know of its query.
type fused struct {
	agg    *aggregation // once its code has been written
	key    int          // column of the schema that is the key
	values []int        // columns of the schema that aggregates read
	names  []string     // their Go names
	decode string       // name of the decoder without branches
}

// maxFused is how many numbers fit into registers besides the key.
const maxFused = 4

// fusible tells whether the pipeline is one GROUP BY of a text column whose aggregates read short numbers, in any order of rows.
func (t *task) fusible() *fused {
	src, flows := t.from.Source, t.from.Flows
	if src.Format != catalog.CSV || t.framed() || len(flows) != 1 || t.pipe.Parallelism != physical.AtEnd || t.from.RowTime != nil {
		return nil
	}
	ops := flows[0].Stages[0].Ops
	op, ok := ops[0].(*plan.Aggregate)
	if !ok || len(ops) != 1 || op.Window != nil || op.Emit != plan.EmitFinal || len(op.Keys) != 1 {
		return nil
	}
	scan := flows[0].Leaf.(*plan.Scan)
	k, ok := op.Keys[0].(*expr.Column)
	if !ok || k.T.Type.Kind != types.String {
		return nil
	}
	f := &fused{key: scan.Columns[k.Index]}
	for _, agg := range op.Aggs {
		if agg.Distinct || agg.Filter != nil {
			return nil
		}
		for _, x := range agg.Args {
			c, ok := x.(*expr.Column)
			if !ok || !shortNumber(src.Schema[scan.Columns[c.Index]].Col.Type) {
				return nil
			}
			if col := scan.Columns[c.Index]; !slices.Contains(f.values, col) {
				f.values = append(f.values, col)
			}
		}
	}
	if len(f.values) > maxFused || len(f.values)+1 != len(t.from.Columns) {
		return nil
	}
	slices.Sort(f.values)
	names := emit.NewNames("p", "a", "b", "n", "next", "odd", "first", "second", "half", "end", "rows", "acc", "c", "t", "text", "csv", "groups", "w", "dot", "tail", "bad")
	for _, col := range f.values {
		f.names = append(f.names, names.Unique(emit.Local(src.Schema[col].Name)))
	}
	return f
}

// shortNumber tells whether numbers of a type can be read without branches: those that with sign and point take up to eight characters are.
func shortNumber(t types.Type) bool {
	return t.Kind == types.Integer || t.Kind == types.Decimal && t.Scale <= 5 && t.Precision > t.Scale && !t.Wide()
}

// process writes Process and the methods it calls. body is what happens to a decoded row in the row method.
func (f *fused) process(t *task, body []jen.Code) {
	a := f.agg
	recv := jen.Id("t").Op("*").Id(t.name)
	chunk := jen.Id("c").Op("*").Add(emit.RT("Chunk"))
	cursor := func() *jen.Statement { return jen.Qual(emit.Text, "Cursor") }
	row := func(at string, known bool) *jen.Statement {
		return jen.Id("t").Dot("row").Call(jen.Id("c"), jen.Id(at), jen.Lit(known))
	}
	code := append(append([]jen.Code(nil), t.before...), t.beginRows()...)
	code = append(code,
		jen.List(jen.Id("first"), jen.Id("half"), jen.Id("end")).Op(":=").Qual(emit.CSV, "Halves").Call(jen.Id("c")),
		jen.If(jen.Id("half").Op("==").Id("end")).Block(
			jen.For(jen.Id("first").Dot("Before").Call(jen.Id("end"))).Block(jen.Id("first").Op("=").Add(row("first", false))),
			jen.Return(jen.Nil())),
		jen.List(jen.Id("second"), jen.Id("rows")).Op(":=").List(jen.Id("half"), jen.Int64().Parens(jen.Lit(0))),
		jen.Id("groups").Op(":=").Id("t").Dot(a.name),
		jen.For(jen.Id("first").Dot("Before").Call(jen.Id("half")).Op("&&").Id("second").Dot("Before").Call(jen.Id("end"))).Block(
			f.decoded("first", "1"), f.probed("1", ":="),
			f.decoded("second", "2"), f.probed("2", ":="),
			jen.If(jen.Id("odd1").Op("==").Lit(0)).Block(f.added("first", "1", jen.Id("rows").Op("++"))...).Else().Block(
				jen.Id("first").Op("=").Add(row("first", false)),
				f.probed("2", "=").Comment("groups move when one is added")),
			jen.If(jen.Id("odd2").Op("==").Lit(0)).Block(f.added("second", "2", jen.Id("rows").Op("++"))...).
				Else().If(jen.Id("next2").Op("=").Add(row("second", true)), jen.Id("next2").Dot("OK").Call()).Block(jen.Id("second").Op("=").Id("next2")).
				Else().Block(jen.Break()),
		),
		jen.Id("t").Dot("tally").Dot("In").Op("+=").Id("rows"),
		jen.Id("t").Dot("rows").Call(jen.Id("c"), jen.Id("first"), jen.Id("half")),
		jen.Id("t").Dot("rows").Call(jen.Id("c"), jen.Id("second"), jen.Id("end")),
		jen.Return(jen.Nil()),
	)
	t.methods = append([]jen.Code{
		jen.Comment("// Process runs the query over the rows of one chunk, with two cursors: while one row waits for its group, the other one is decoded. The\n" +
			"// second cursor takes only rows of groups that are there, and waits for the first one at any other, so that groups appear in the order\n" +
			"// of their rows. Chunks with quotes have one half.").Line().
			Func().Params(jen.Add(recv)).Id("Process").Params(jen.Add(chunk)).Error().Block(code...).Line(),
		jen.Comment("// rows takes the rows from at to end through the query, one after the other.").Line().
			Func().Params(jen.Add(recv)).Id("rows").Params(jen.Add(chunk), jen.List(jen.Id("at"), jen.Id("end")).Add(cursor())).Block(
			jen.Id("groups").Op(":=").Id("t").Dot(a.name),
			jen.For(jen.Id("at").Dot("Before").Call(jen.Id("end"))).Block(append([]jen.Code{
				f.decoded("at", ""), f.probed("", ":="),
				jen.If(jen.Id("odd").Op("!=").Lit(0)).Block(jen.Id("at").Op("=").Add(row("at", false)), jen.Continue()),
			}, f.added("at", "", jen.Id("t").Dot("tally").Dot("In").Op("++"))...)...)).Line(),
		jen.Comment("// row takes the row at start through the query, whatever it looks like, and returns the cursor behind it. If known is set, a row that fails\n"+
			"// or opens a group is left alone: the nil Cursor.").Line().
			Func().Params(jen.Add(recv)).Id("row").Params(jen.Add(chunk), jen.Id("start").Add(cursor()), jen.Id("known").Bool()).Add(cursor()).Block(append([]jen.Code{
			jen.Var().Id("r").Id(t.row.name),
			jen.List(jen.Id("at"), jen.Err()).Op(":=").Id("t").Dot("in").Dot("row").Call(jen.Id("start"), jen.Op("&").Id("r")),
			jen.If(jen.Err().Op("!=").Nil()).Block(
				f.unlessKnown(),
				jen.Id("t").Dot("tally").Dot("In").Op("++"),
				jen.Id("t").Dot("tally").Dot("Reject").Call(jen.Id("c"), jen.Lit(0), jen.Id("start").Dot("In").Call(jen.Id("c")), jen.Id("at").Dot("In").Call(jen.Id("c")), jen.Err()),
				jen.Return(jen.Id("at"))),
		}, append(body, jen.Return(jen.Id("at")))...)...).Line(),
	}, t.methods...)
}

// enterFused emits what happens to a decoded row in the row method.
func (t *task) enterFused() []jen.Code {
	t.names.Unique("row")
	t.names.Unique("rows")
	b := t.block(func(*jen.Statement) []jen.Code { panic("bug: a column fails") }, nil)
	b.Names = t.localNames("t", "c", "r", "at", "start", "known", "key", "err")
	flow := t.from.Flows[0]
	t.flow(b, flow, t.scanScope(flow, jen.Id("r")), rowContext{})
	return b.Code()
}

// unlessKnown leaves a row alone in the row method.
func (f *fused) unlessKnown() *jen.Statement {
	return jen.If(jen.Id("known")).Block(jen.Return(jen.Qual(emit.Text, "Cursor").Values()))
}

// decoded reads the row at a cursor into variables with the given suffix.
func (f *fused) decoded(at, suffix string) *jen.Statement {
	return jen.ListFunc(func(l *jen.Group) {
		for _, v := range []string{"a", "b", "n", "next"} {
			l.Id(v + suffix)
		}
		for _, v := range f.names {
			l.Id(v + suffix)
		}
		l.Id("odd" + suffix)
	}).Op(":=").Id(f.decode).Call(jen.Id(at))
}

// probed looks for the group of a row.
func (f *fused) probed(suffix, assign string) *jen.Statement {
	return jen.List(jen.Id("acc"+suffix), jen.Id("odd"+suffix)).Op(assign).Id("groups").Dot("Short").
		Call(jen.Id("a"+suffix), jen.Id("b"+suffix), jen.Id("n"+suffix), jen.Id("odd"+suffix))
}

// added adds a row to its group and moves the cursor on.
func (f *fused) added(at, suffix string, count *jen.Statement) []jen.Code {
	return []jen.Code{
		jen.Id("acc" + suffix).Dot("add").CallFunc(func(c *jen.Group) {
			for _, v := range f.names {
				c.Id(v + suffix)
			}
		}),
		jen.Id(at).Op("=").Id("next" + suffix),
		count,
	}
}

// find is aggregation.find in the row method: it opens a group only if the second cursor may.
func (f *fused) find(a *aggregation, b *emit.Block, key, keep *jen.Statement) {
	state := jen.Id("t").Dot(a.name)
	b.Add(
		jen.Id("key").Op(":=").Add(key),
		jen.Id(a.id).Op(":=").Add(state).Dot("Get").Call(jen.Id("key")),
		jen.If(jen.Id(a.id).Op("<").Lit(0)).Block(
			f.unlessKnown(),
			jen.List(jen.Id(a.id), jen.Id("_")).Op("=").Add(state).Dot("Find").Call(jen.Id("key")),
			jen.Add(state).Dot("Keys").Op("=").Append(jen.Add(state).Dot("Keys"), keep),
			jen.Add(state).Dot("Appeared").Call(jen.Id("c").Dot("Seq"), jen.Int64().Parens(jen.Id("start").Dot("In").Call(jen.Id("c")))),
		),
		jen.Id("t").Dot("tally").Dot("In").Op("++"))
}

// add writes the accumulator's method that adds a row without NULLs.
func (f *fused) add(a *aggregation) *jen.Statement {
	t := a.t
	b := t.block(func(*jen.Statement) []jen.Code { panic("bug: adding a column fails") }, nil)
	b.Names = t.localNames(append([]string{"acc"}, f.names...)...)
	s := &scope{g: t.g}
	for _, col := range a.f.Leaf.(*plan.Scan).Columns {
		v := emit.Value{} // not read
		if i := slices.Index(f.values, col); i >= 0 {
			v = emit.Named(t.from.Source.Schema[col].Col.Type, jen.Id(f.names[i]))
		}
		s.cols = append(s.cols, v)
	}
	a.addTo(b, "acc", a.prepare(b, s))
	return jen.Comment("// add adds a row without NULLs.").Line().
		Func().Params(jen.Id("acc").Op("*").Id(a.acc)).Id("add").ParamsFunc(func(p *jen.Group) {
		if len(f.names) > 0 {
			p.ListFunc(func(l *jen.Group) {
				for _, n := range f.names {
					l.Id(n)
				}
			}).Int64()
		}
	}).Block(b.Code()...).Line()
}

// decoder writes the decoder without branches.
func (f *fused) decoder(d *decoder) {
	src := d.src
	f.decode = d.g.names.Unique("plain" + emit.Exported(src.Name))
	var body []jen.Code
	order := d.cellOrder()
	reach := 0 // bytes that p may be behind the row if something is odd
	for n, col := range order {
		end := rune(d.delim())
		if n == len(order)-1 {
			end = '\n'
		}
		name := "a cell without a column"
		if col >= 0 {
			name = src.Schema[col].Name
		}
		if reach > 32 {
			body = append(body, jen.If(jen.Id("odd").Op("!=").Lit(0)).Block(jen.Return()))
			reach = 0
		}
		i := slices.Index(f.values, col)
		switch {
		case col == f.key:
			body = append(body, jen.Comment("// "+name+" "+src.Schema[col].Col.String()))
			body = append(body, f.text(d, end)...)
			reach += 17
		case i >= 0:
			body = append(body, jen.Comment("// "+name+" "+src.Schema[col].Col.String()))
			body = append(body, f.number(f.names[i], src.Schema[col].Col.Type, end)...)
			reach += 16
		default:
			body = append(body, jen.Comment("// "+name+": not read"))
			if reach > 0 {
				body = append(body, jen.If(jen.Id("odd").Op("!=").Lit(0)).Block(jen.Return()))
			}
			body = append(body, d.cellEnd("p"))
			body = append(body, behind(nil, end)...)
			reach = 1
		}
	}
	body = append(body, jen.Id("next").Op("=").Id("p"), jen.Return())
	d.g.codec = append(d.g.codec, jen.Comment(fmt.Sprintf("// %s reads a row of plain cells without a branch that depends on what stands in them: %s as the words a and b,\n"+
		"// which hold n bytes, and the numbers. next is the place behind the row. odd is not 0 if the row looks different in any way; then the rest means\n"+
		"// nothing. There are no quotes in the chunk. It stays a call: inlined, the two cursors of Process would compete for registers.", f.decode, src.Schema[f.key].Name)).Line().
		Comment("//").Line().Comment("//go:noinline").Line().
		Func().Id(f.decode).Params(jen.Id("p").Qual(emit.Text, "Cursor")).ParamsFunc(func(p *jen.Group) {
		p.List(jen.Id("a"), jen.Id("b")).Uint64()
		p.Id("n").Uintptr()
		p.Id("next").Qual(emit.Text, "Cursor")
		if len(f.names) > 0 {
			p.ListFunc(func(l *jen.Group) {
				for _, n := range f.names {
					l.Id(n)
				}
			}).Int64()
		}
		p.Id("odd").Uint64()
	}).Block(body...).Line())
}

// behind moves p behind the cell that ends n bytes on, where end is expected; nil: it ends here.
func behind(n *jen.Statement, end rune) []jen.Code {
	at, next := jen.Lit(0), jen.Lit(1)
	if n != nil {
		at, next = n, jen.Add(n).Op("+").Lit(1)
	}
	return []jen.Code{
		jen.Id("odd").Op("|=").Uint64().Parens(jen.Id("p").Dot("Byte").Call(at)).Op("^").LitRune(end),
		jen.Id("p").Op("=").Id("p").Dot("Add").Call(next),
	}
}

// text reads the key. In the last cell a delimiter would be one cell too many, and nothing else would notice.
func (f *fused) text(d *decoder, end rune) []jen.Code {
	stop := func(w string) *jen.Statement {
		fn := jen.Qual(emit.Text, "Equal")
		if end == '\n' {
			fn = jen.Qual(emit.CSV, "Stop")
		}
		return fn.Call(jen.Id(w), jen.Op(hex64(uint64(d.delim())*0x0101010101010101)))
	}
	return append([]jen.Code{
		jen.List(jen.Id("a"), jen.Id("b")).Op("=").List(jen.Id("p").Dot("Word").Call(jen.Lit(0)), jen.Id("p").Dot("Word").Call(jen.Lit(8))),
		jen.List(jen.Id("a"), jen.Id("b"), jen.Id("n")).Op("=").Qual(emit.Text, "Cut").Call(jen.Id("a"), jen.Id("b"), stop("a"), stop("b")),
	}, behind(jen.Id("n"), end)...)
}

// number reads a number whose sign, digits and point lie in one word, and what ends it.
func (f *fused) number(name string, t types.Type, end rune) []jen.Code {
	w, place := jen.Id("w"), "dot"
	sign := jen.Qual(emit.Text, "Sign").Call(w)
	var p point
	if t.Scale > 0 {
		p = pointPlace(t, end)
	}
	var read *jen.Statement
	switch {
	case t.Scale == 0:
		place, read = "tail", jen.Qual(emit.Text, "Whole").Call(w, sign)
	case p.whole:
		read = jen.Qual(emit.Text, "Point").Call(w, sign, jen.Op(fmt.Sprintf("%#x", p.places)), jen.Lit(p.shift), jen.Op(p.ends), jen.Op(hex64(p.slack)), jen.Op(p.weights))
	default:
		read = jen.Qual(emit.Text, "LongPoint").Call(w, sign, jen.Op(fmt.Sprintf("%#x", p.places)), jen.Lit(p.shift), jen.Op(p.ends), jen.Op(hex64(p.slack)), jen.Op(p.even), jen.Op(p.odd))
	}
	code := []jen.Code{
		jen.Var().List(jen.Id(place), jen.Id("bad")).Uint64(),
		jen.Id("w").Op(":=").Id("p").Dot("Word").Call(jen.Lit(0)),
		jen.List(jen.Id(name), jen.Id(place), jen.Id("bad")).Op("=").Add(read),
		jen.Id("odd").Op("|=").Id("bad"),
	}
	next := func(n int) *jen.Statement {
		return jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Uintptr().Parens(jen.Id(place).Op("/").Lit(8).Op("+").Lit(n)))
	}
	switch {
	case t.Scale > 0 && p.whole:
		code = append(code, next(2+t.Scale))
	case t.Scale > 0:
		code = append(append(code, next(1+t.Scale)), behind(nil, end)...)
	default:
		if t.Kind == types.Decimal && t.Precision < 7 {
			limit := jen.Lit(8*t.Precision).Op("-").Lit(8).Op("*").Qual(emit.Text, "Sign").Call(w)
			code = append(code, jen.Id("odd").Op("|=").Parens(limit.Op("-").Id("tail")).Op(">>").Lit(63))
		}
		code = append(code, jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Uintptr().Parens(jen.Id("tail").Op("/").Lit(8))))
		code = append(code, behind(nil, end)...)
	}
	return []jen.Code{jen.Block(code...)}
}

// point is how a number with a given scale is read: see text.Point and text.LongPoint.
type point struct {
	whole   bool // sign, number and what ends it always fit into the word
	places  uint64
	shift   int
	ends    string
	slack   uint64
	weights string // text.Point
	even    string // text.LongPoint
	odd     string
}

// pointPlace computes the constants for a DECIMAL of which point, decimals and as many digits as fit stand in one word, a sign included.
func pointPlace(t types.Type, end rune) point {
	s := t.Scale
	p := point{whole: t.Precision <= 5, slack: 0x7676767676767676}
	last := 7 // byte of the last decimal after the shift
	if p.whole {
		last = 6
		p.slack |= 0x7f << 56
	}
	at := 8 * (last - s) // the point's place then
	p.shift = at + 4
	p.ends = fmt.Sprintf("('.'^'0')<<%d", at)
	if p.whole {
		p.ends += fmt.Sprintf("|(%q^'0')<<56", end)
	}
	whole := min(t.Precision-s, 7-s) // digits in front of the point
	for place := 1; place <= min(whole+1, 7-s); place++ {
		p.places |= 0x10 << (8 * place)
	}
	p.slack |= 0x7f << at
	p.slack |= 0x7f7f7f7f7f7f7f7f & (1<<(at-8*whole) - 1)
	// A pair counts as its second character would if it were the last digit before the point, or the one behind it.
	weight := func(pair int) int {
		at, dot := pair, last-s
		if at <= dot {
			at++
		}
		w := 1
		for ; at < last; at++ {
			w *= 10
		}
		return w
	}
	if p.whole {
		p.weights = fmt.Sprintf("%d<<32|%d<<16|%d", weight(2), weight(4), weight(6))
		return p
	}
	p.even = fmt.Sprintf("%d<<32|%d", weight(1), weight(5))
	p.odd = fmt.Sprintf("%d<<32|%d", weight(3), weight(7))
	return p
}
