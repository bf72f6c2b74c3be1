package codegen

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// csv writes a decoder of delimited text: a straight line of steps for plain cells, and the scanner for everything else.
func (d *decoder) csv() {
	g := d.g
	fields := []jen.Code{
		jen.Id("arena").Qual(emit.Text, "Arena").Comment("cells with doubled quotes, until the chunk is done"),
		jen.Id("cells").Qual(emit.CSV, "Scanner"),
	}
	if slices.ContainsFunc(d.t.from.Columns, func(c int) bool { return d.src.Schema[c].Col.Type.Nested() }) {
		fields = append(fields, jen.Id("json").Qual(emit.JSON, "Scanner").Comment("of cells that hold JSON"))
	}
	fields = append(fields, d.columnMemory("arena", "cells", "json")...)
	g.codec = append(g.codec,
		jen.Comment("// "+d.name+" decodes rows of "+d.src.Name+", delimited text.").Line().
			Type().Id(d.name).Struct(fields...).Line(),
		d.csvRow(), d.csvIrregular())
	t := d.t
	if t.fused != nil {
		t.fused.decoder(d)
	}
	t.inits = append(t.inits,
		jen.Id("t").Dot(t.input.decoder).Dot("cells").Op("=").Qual(emit.CSV, "Scanner").Values(jen.Id("Arena").Op(":").Op("&").Id("t").Dot(t.input.decoder).Dot("arena"), jen.Id("Delim").Op(":").LitRune(rune(d.delim()))))
	t.before = append(t.before, jen.Id("t").Dot(t.input.decoder).Dot("cells").Dot("Within").Call(jen.Id("c")))
}

func (d *decoder) delim() byte { return csvByte(d.src.Prop("delimiter", ",")) }

// cellOrder are the schema positions of the cells of a row, in file order; -1: a cell that is no column of the schema.
func (d *decoder) cellOrder() []int {
	var out []int
	if len(d.src.HeaderColumns) > 0 {
		for _, h := range d.src.HeaderColumns {
			out = append(out, d.column(h))
		}
		return out
	}
	for i := range d.src.Schema {
		out = append(out, i)
	}
	return out
}

func (d *decoder) csvRow() *jen.Statement {
	body := []jen.Code{jen.Id("p").Op(":=").Id("at")}
	var steps []jen.Code
	textual := false
	order := d.cellOrder()
	for n, col := range order {
		step, isText := d.csvStep(n, col)
		steps = append(steps, step...)
		textual = textual || isText
		if n < len(order)-1 {
			steps = append(steps,
				jen.If(jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("!=").LitRune(rune(d.delim()))).Block(irregularJump()),
				jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(1)))
		}
	}
	if textual {
		body = append(body, jen.Var().Id("s").Qual(emit.Text, "Cursor"))
	}
	body = append(body, steps...)
	body = append(body,
		jen.If(jen.Id("p").Op("=").Qual(emit.CSV, "LineEnd").Call(jen.Id("p")), notOK("p")).Block(irregularJump()),
		jen.Return(jen.Id("p"), jen.Nil()),
		jen.Line().Id("irregular").Op(":").Line().Return(jen.Id("d").Dot("irregular").Call(jen.Id("at"), jen.Id("r"))))
	return d.method("row", "row decodes the row at the cursor and returns the cursor behind it. Rows with doubled quotes or errors go to\n// irregular.", body...)
}

// csvStep reads or skips one cell and leaves p at what ends it. It tells whether it used the cursor s.
func (d *decoder) csvStep(n, col int) ([]jen.Code, bool) {
	i, need := -1, false
	if col >= 0 {
		i, need = d.needed(col)
	}
	if !need {
		name := "a cell without a column"
		if col >= 0 {
			name = d.src.Schema[col].Name
		}
		return []jen.Code{
			jen.Comment("// " + name + ": not read"),
			jen.If(jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("==").LitRune(rune('"'))).Block(
				jen.If(jen.List(jen.Id("_"), jen.Id("p")).Op("=").Qual(emit.CSV, "Quoted").Call(jen.Id("p")), notOK("p")).Block(irregularJump()),
			).Else().Block(d.cellEnd("p")),
		}, false
	}
	c := d.src.Schema[col]
	code := []jen.Code{jen.Comment("// " + c.Name + " " + c.Col.String())}
	p, delim := jen.Id("p"), jen.LitRune(rune(d.delim()))
	switch t := c.Col.Type; t.Kind {
	case types.String:
		return append(code, d.csvText(i)...), true
	case types.Integer:
		return append(code, d.store(i, jen.Qual(emit.CSV, "Int").Call(p, delim))...), false
	case types.Float:
		return append(code, d.store(i, jen.Qual(emit.CSV, "Float").Call(p, delim))...), false
	case types.Boolean:
		return append(code, d.store(i, jen.Qual(emit.CSV, "Bool").Call(p, delim, jen.Qual(emit.SQLFn, "CastStringToBoolean")))...), false
	case types.Decimal:
		if !t.Wide() {
			return append(code, d.small(i, p, t, jen.Qual(emit.Text, "Small"), jen.Qual(emit.CSV, "Fixed").Call(p, delim, jen.Lit(t.Precision), jen.Lit(t.Scale)))...), false
		}
		return append(code, d.store(i, jen.Qual(emit.CSV, "Wide").Call(p, delim, jen.Lit(t.Precision), jen.Lit(t.Scale)))...), false
	case types.Timestamp, types.Date, types.Time, types.Interval, types.YearMonth:
		f := d.timeForm(col)
		return append(code, d.store(i, jen.Qual(emit.CSV, "Time").Call(p, delim, f.Number, f.Text))...), false
	default:
		return append(code, d.csvSlow(i, col)...), false
	}
}

// csvSlow reads a cell through the scanner: one whose text has a form of its own, such as JSON.
func (d *decoder) csvSlow(i, col int) []jen.Code {
	k := func() *jen.Statement { return jen.Id("d").Dot("cells") }
	name := d.src.Schema[col].Name
	code := append([]jen.Code{k().Dot("Resume").Call(jen.Id("p"), jen.Lit(name))}, d.csvColumn(k(), i, col)...)
	return append(code, jen.If(jen.Id("p").Op("=").Add(k()).Dot("At").Call(), notOK("p")).Block(irregularJump()))
}

// csvColumn reads the scanner's current cell into field i.
func (d *decoder) csvColumn(k *jen.Statement, i, col int) []jen.Code {
	t, field := d.src.Schema[col].Col.Type, d.t.row.fields[i]
	var code []jen.Code
	if !field.col.Nullable {
		code = append(code, jen.Add(k).Dot("Required").Call())
	}
	if t.Nested() {
		to, valid := d.field(i), jen.Id("_")
		if field.col.Nullable {
			to, valid = d.field(i).Dot("V"), d.field(i).Dot("Valid")
		}
		memory := to
		if hasSlices(t) {
			var next []jen.Code
			memory, next = d.memory(d.src.Schema[col].Name)
			code = append(code, next...)
		}
		code = append(code, jen.Add(valid).Op("=").Qual(emit.CSV, "Read").Call(jen.Op("&").Id("d").Dot("cells"), jen.Op("&").Id("d").Dot("json"),
			d.g.nested().ReadJSON(t), jen.Op("&").Add(memory), jen.Lit(t.String())))
		if hasSlices(t) {
			code = append(code, jen.Add(to).Op("=").Add(memory))
		}
		return code
	}
	read := d.csvScan(jen.Add(k), col)
	if field.col.Nullable {
		return append(code, d.field(i).Op("=").Add(read))
	}
	return append(code, d.field(i).Op("=").Add(read).Dot("V"))
}

// cellEnd moves p to the end of an unquoted cell.
func (d *decoder) cellEnd(from string) *jen.Statement {
	pattern := uint64(d.delim()) * 0x0101010101010101
	init := jen.Empty()
	if from != "p" {
		init = jen.Id("p").Op("=").Id(from)
	}
	return jen.For(init, jen.Empty(), jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(8))).Block(
		jen.If(jen.Id("m").Op(":=").Qual(emit.CSV, "Stop").Call(jen.Id("p").Dot("Word").Call(jen.Lit(0)), jen.Op(hex64(pattern))), jen.Id("m").Op("!=").Lit(0)).Block(
			jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Qual(emit.Text, "First").Call(jen.Id("m"))), jen.Break()))
}

// csvText reads a text cell as a view; an empty one is NULL.
func (d *decoder) csvText(i int) []jen.Code {
	f := d.t.row.fields[i]
	view := jen.Id("s").Dot("View").Call(jen.Id("p").Dot("Since").Call(jen.Id("s")))
	plain := []jen.Code{jen.Id("s").Op("=").Id("p"), d.cellEnd("p")}
	var quoted []jen.Code
	if f.col.Nullable {
		plain = append(plain, jen.List(d.field(i).Dot("V"), d.field(i).Dot("Valid")).Op("=").List(view, jen.Id("p").Op("!=").Id("s")))
		quoted = []jen.Code{
			jen.If(jen.List(d.field(i).Dot("V"), jen.Id("p")).Op("=").Qual(emit.CSV, "Quoted").Call(jen.Id("p")), notOK("p")).Block(irregularJump()),
			d.field(i).Dot("Valid").Op("=").True(),
		}
	} else {
		plain = append(plain, jen.If(jen.Id("p").Op("==").Id("s")).Block(irregularJump()), d.field(i).Op("=").Add(view))
		quoted = []jen.Code{jen.If(jen.List(d.field(i), jen.Id("p")).Op("=").Qual(emit.CSV, "Quoted").Call(jen.Id("p")), notOK("p")).Block(irregularJump())}
	}
	return []jen.Code{jen.If(jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("==").LitRune(rune('"'))).Block(quoted...).Else().Block(plain...)}
}

// csvIrregular reads a row through the scanner.
func (d *decoder) csvIrregular() *jen.Statement {
	body := []jen.Code{jen.Id("k").Op(":=").Op("&").Id("d").Dot("cells"), jen.Id("k").Dot("Begin").Call(jen.Id("at"))}
	order := d.cellOrder()
	for _, col := range order {
		name := ""
		if col >= 0 {
			name = d.src.Schema[col].Name
		}
		body = append(body, jen.Id("k").Dot("Cell").Call(jen.Lit(name)))
		if col < 0 {
			continue
		}
		i, need := d.needed(col)
		if !need {
			continue
		}
		body = append(body, d.csvColumn(jen.Id("k"), i, col)...)
	}
	body = append(body, jen.Return(jen.Id("k").Dot("End").Call(jen.Lit(len(order)))))
	return d.method("irregular", "irregular decodes a row with doubled quotes, or reports what is wrong with it.", body...)
}

func (d *decoder) csvScan(k *jen.Statement, column int) *jen.Statement {
	switch t := d.src.Schema[column].Col.Type; t.Kind {
	case types.String:
		return k.Dot("Text").Call()
	case types.Integer:
		return k.Dot("Int").Call()
	case types.Float:
		return k.Dot("Float").Call()
	case types.Boolean:
		return k.Dot("Bool").Call(jen.Qual(emit.SQLFn, "CastStringToBoolean"))
	case types.Decimal:
		fn := "Fixed"
		if t.Wide() {
			fn = "Wide"
		}
		return k.Dot(fn).Call(jen.Lit(t.Precision), jen.Lit(t.Scale))
	case types.UUID:
		return k.Dot("UUID").Call()
	case types.Bytes:
		return k.Dot("Bytes").Call()
	case types.JSON:
		return jen.Qual(emit.CSV, "JSON").Call(jen.Op("&").Id("d").Dot("cells"))
	case types.Timestamp, types.Date, types.Time, types.Interval, types.YearMonth:
		f := d.timeForm(column)
		return k.Dot("Time").Call(f.Number, f.Text)
	default:
		panic("bug: no CSV form for a column of type " + t.String())
	}
}
