package codegen

import (
	"go/scanner"
	"go/token"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// A query whose results depend on the order of rows is written in two stages (docs/design/ordered-stages.md): Decode gathers the rows of a
// chunk on any worker, as far as they do not depend on each other, and Apply takes them through the query, chunk by chunk.

// staged tells whether the task has these two stages.
func (t *task) staged() bool {
	return t.from != nil && t.pipe.Parallelism == physical.Ordered
}

// leadingFilters are the conditions that rows meet before anything that depends on their order.
func leadingFilters(f *physical.Flow) (out []*plan.Filter) {
	for _, op := range f.Stages[0].Ops {
		filter, ok := op.(*plan.Filter)
		if !ok {
			break
		}
		out = append(out, filter)
	}
	return out
}

// stagedMethods writes Decode and Apply, and the type of the rows between them. entered is what happens to a row in Apply.
func (t *task) stagedMethods(entered []jen.Code) []jen.Code {
	entered = append(t.forgetting(), entered...)
	s := &stages{t: t, body: entered, early: t.from.RowTime != nil && !t.mixedTime()}
	s.follows = s.early && t.from.Windows
	if !s.early {
		s.body = append(t.rowTime(), entered...)
	}
	s.body = append(s.withdrawn(), s.body...)
	s.entry = t.g.names.Unique(emit.Local(t.from.Source.Name) + "Entry")
	t.rowsName = t.inputName("rows", emit.Local(t.from.Source.Name)+"Rows")
	t.fields = append(t.fields, jen.Id(t.rowsName).Add(emit.RT("Block")).Types(jen.Id(s.entry)).Comment("decoded, and not applied yet"))
	apply := s.apply() // first: it tells what the entries have to hold
	decode := s.decode()
	s.declare()
	return []jen.Code{decode, apply}
}

// stages is a staged task while it is being written.
type stages struct {
	t       *task
	entry   string     // type of the rows between Decode and Apply
	body    []jen.Code // of the loop in Apply
	early   bool       // Decode has the event time of each row
	follows bool       // the watermark follows it
	row     bool       // entries hold the number of the row
	place   bool       // entries hold where the row stands in the chunk
	time    bool       // entries hold the event time
}

// declare writes the type of the entries.
func (s *stages) declare() {
	g := s.t.g
	g.rows = append(g.rows, jen.Comment("// "+s.entry+" is a row of "+s.t.from.Source.Name+" between Decode and Apply.").Line().
		Type().Id(s.entry).StructFunc(func(f *jen.Group) {
		f.Id(s.t.row.name)
		if s.t.withdraws != nil {
			f.Id("gone").Bool().Comment("not a row: the one with its primary key is deleted")
		}
		if s.row {
			f.Id("row").Int64().Comment("its number in the chunk")
		}
		if s.place {
			f.List(jen.Id("from"), jen.Id("to")).Int().Comment("its bytes in the chunk")
		}
		if s.end() {
			f.Id("to").Int().Comment("its end in the chunk")
		}
		if s.time {
			f.Id("ts").Int64().Comment("its event time")
		}
		if s.follows {
			f.Id("max").Int64().Comment("the greatest event time in the chunk so far")
		}
	}).Line())
}

// end tells whether entries hold where the row ends, and no more.
func (s *stages) end() bool { return s.t.inParts && !s.place }

// viewsWhereNull tells whether decoding a row can leave views of another one in it: a decoder writes nothing but the validity of a NULL.
func (r *rowType) viewsWhereNull() bool {
	return slices.ContainsFunc(r.fields, func(f rowField) bool {
		return emit.Owns(f.col.Type) && (f.col.Nullable || f.col.Type.Kind == types.Struct)
	})
}

// decode writes Decode.
func (s *stages) decode() *jen.Statement {
	t := s.t
	code := append([]jen.Code(nil), t.before...)
	row := []jen.Code{
		jen.Id("e").Op(":=").Id("t").Dot(t.rowsName).Dot("Next").Call(),
		jen.Id("r").Op(":=").Op("&").Id("e").Dot(t.row.name),
	}
	if t.row.viewsWhereNull() {
		row = append(row, jen.Op("*").Id("r").Op("=").Id(t.row.name).Values().Comment("no view of an earlier chunk stays where this row has NULL"))
	}
	row = append(row, s.tombstone()...)
	row = append(row, t.decodeRow(jen.Id("r"))...)
	body := s.decoded()
	if mentions(body, "t.text") {
		code = append(code, jen.Id("t").Dot("text").Dot("Reset").Call())
	}
	code = append(code, jen.Id("t").Dot(t.rowsName).Dot("Reset").Call())
	code = append(code, t.eachRow(append(row, body...))...)
	name := t.inputName("Decode", "decode"+emit.Exported(t.from.Source.Name))
	t.decodeName = name
	return jen.Comment("// " + name + " gathers the rows of one chunk for Apply, on any worker.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(jen.Id("c").Op("*").Add(emit.RT("Chunk"))).Error().
		Block(append(code, jen.Return(jen.Nil()))...).Line()
}

// decoded is what Decode does with a decoded row.
func (s *stages) decoded() []jen.Code {
	t := s.t
	var code []jen.Code
	if s.early {
		direct := t.direct
		t.direct = nil // windows are the root's
		code = t.rowTime()
		t.direct = direct
	}
	if t.passed > 0 {
		f := t.from.Flows[0]
		b := t.block(t.rejectDecoded, jen.Continue())
		b.Names = t.localNames(inLoop...)
		in := t.scanScope(f, jen.Id("r"))
		for _, filter := range leadingFilters(f) {
			t.filter(b, filter, in, rowContext{drop: jen.Continue()})
		}
		code = append(code, b.Code()...)
	}
	keep := func(value *jen.Statement, fields ...string) {
		code = append(code, jen.ListFunc(func(l *jen.Group) {
			for _, f := range fields {
				l.Id("e").Dot(f)
			}
		}).Op("=").Add(value))
	}
	if s.row {
		keep(jen.Id("row"), "row")
	}
	if s.place {
		keep(jen.List(jen.Id("start").Dot("In").Call(jen.Id("c")), jen.Id("at").Dot("In").Call(jen.Id("c"))), "from", "to")
	}
	if s.end() {
		keep(jen.Id("at").Dot("In").Call(jen.Id("c")), "to")
	}
	if s.time {
		keep(jen.Id("ts"), "ts")
	}
	if s.follows {
		keep(jen.Id("t").Dot("tally").Dot("MaxEvent"), "max")
	}
	return append(code, jen.Id("t").Dot(t.rowsName).Dot("Keep").Call())
}

// apply writes Apply.
func (s *stages) apply() *jen.Statement {
	t := s.t
	code := append([]jen.Code{jen.Id("w").Op(":=").Id("worker").Assert(jen.Op("*").Id(t.name))}, t.beginRows()...)
	code = append(code, t.vars...)
	if s.follows && t.pipe.Stepped() {
		code = append(code, t.step(jen.Id("t").Dot("tally").Dot("MaxEvent")))
	}
	code = append(code, s.eachEntry()...)
	if s.follows && t.passed > 0 && !t.pipe.Merged() {
		code = append(code, jen.Comment("Rows that WHERE has dropped move the watermark too."), s.follow(jen.Id("w").Dot("tally").Dot("MaxEvent")))
	}
	name := t.inputName("Apply", "apply"+emit.Exported(t.from.Source.Name))
	t.applyName = name
	doc := "// " + name + " takes the rows that a worker has decoded through the query."
	if t.pipe.Merged() {
		doc = "// " + name + " takes rows that a worker has decoded through the query, as far as it is their turn."
	}
	return jen.Comment(doc).Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).
		Params(jen.Id("c").Op("*").Add(emit.RT("Chunk")), jen.Id("worker").Add(emit.RT("Task"))).Error().
		Block(append(code, jen.Return(jen.Nil()))...).Line()
}

// eachEntry is the loop over the decoded rows.
func (s *stages) eachEntry() []jen.Code {
	rows := jen.Id("w").Dot(s.t.rowsName).Dot("Rows").Call()
	entered := s.entered()
	if s.t.pipe.Merged() {
		return s.eachInTurn(entered)
	}
	if len(entered) == 0 { // rows only count
		return []jen.Code{jen.For(jen.Range().Add(rows)).Block(s.body...)}
	}
	return []jen.Code{
		jen.Id("rows").Op(":=").Add(rows),
		jen.For(jen.Id("i").Op(":=").Range().Id("rows")).Block(append(entered, s.body...)...),
	}
}

// eachInTurn is the loop over the decoded rows of one of several inputs, up to the first one whose turn is later.
func (s *stages) eachInTurn(entered []jen.Code) []jen.Code {
	rows := jen.Id("w").Dot(s.t.rowsName)
	if len(entered) == 0 {
		entered = []jen.Code{jen.Id("e").Op(":=").Op("&").Id("rows").Index(jen.Id("i"))}
	}
	if s.t.inParts = s.follows && !s.t.from.First; s.t.inParts {
		stop := jen.If(jen.Id("e").Dot("max").Op(">").Id("c").Dot("Until")).Block(jen.Add(rows).Dot("Take").Call(jen.Id("i")), jen.Return(jen.Nil()))
		entered = slices.Insert(entered, 1, jen.Code(stop))
	} else if !mentions(append(entered[1:len(entered):len(entered)], s.body...), "e") {
		entered = entered[1:]
	}
	loop := jen.For(jen.Id("i").Op(":=").Range().Id("rows"))
	if !s.follows && len(entered) == 0 {
		loop = jen.For(jen.Range().Id("rows"))
	}
	return []jen.Code{
		jen.Id("rows").Op(":=").Add(rows).Dot("Left").Call(),
		loop.Block(append(entered, s.body...)...),
		jen.Add(rows).Dot("Take").Call(jen.Len(jen.Id("rows"))),
	}
}

// entered are the statements in Apply that make the next row the current one.
func (s *stages) entered() []jen.Code {
	t := s.t
	s.row = mentions(s.body, "row")
	s.place = mentions(s.body, "e.from") || t.offset
	s.time = s.early && mentions(s.body, "ts")
	code := []jen.Code{jen.Id("e").Op(":=").Op("&").Id("rows").Index(jen.Id("i"))}
	if mentions(s.body, "r") {
		code = append(code, jen.Id("r").Op(":=").Op("&").Id("e").Dot(t.row.name))
	}
	if s.row {
		code = append(code, jen.Id("row").Op(":=").Id("e").Dot("row"))
	}
	if s.time {
		code = append(code, jen.Id("ts").Op(":=").Id("e").Dot("ts"))
	}
	if t.offset {
		code = append(code, jen.Id("t").Dot("offset").Op("=").Id("c").Dot("Offset").Op("+").Int64().Parens(jen.Id("e").Dot("from")))
	}
	if s.follows {
		code = append(code, s.follow(jen.Id("e").Dot("max")))
	}
	if len(code) == 1 && !mentions(s.body, "e.from") {
		return nil
	}
	return code
}

// follow moves the greatest event time of the partition to max, if that is greater.
func (s *stages) follow(max *jen.Statement) *jen.Statement {
	moved := []jen.Code{jen.Id("t").Dot("tally").Dot("MaxEvent").Op("=").Add(max)}
	for _, w := range s.t.direct {
		moved = append(moved, jen.Id("t").Dot(w).Dot("Passed").Call(jen.Add(max)))
	}
	if s.t.pipe.Stepped() {
		moved = append(moved, s.t.step(max))
	}
	return jen.If(jen.Add(max).Op(">").Id("t").Dot("tally").Dot("MaxEvent")).Block(moved...)
}

// mentions tells whether code reads a variable, or a field x.f of one.
func mentions(code []jen.Code, name string) bool {
	text := []byte(jen.Func().Id("_").Params().Block(code...).GoString())
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(text)), text, nil, 0)
	before, path := token.ILLEGAL, ""
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return false
		case tok == token.PERIOD:
		case tok == token.IDENT && before == token.PERIOD:
			path += "." + lit
		case tok == token.IDENT:
			path = lit
		default:
			path = ""
		}
		if tok == token.IDENT && path == name {
			return true
		}
		before = tok
	}
}
