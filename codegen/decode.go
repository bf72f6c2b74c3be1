package codegen

import (
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// decoder writes the decoder type of a pipeline's source. Its method row decodes one row at a cursor into
// the row struct and returns the cursor behind it.
func (g *gen) decoder(t *task, name string) {
	d := &decoder{g: g, t: t, name: name, src: t.from.Source}
	switch d.src.Format {
	case catalog.CSV:
		d.csv()
	case catalog.Raw:
		d.raw()
	default:
		d.json()
	}
}

// decoder is one decoder while it is being written.
type decoder struct {
	g    *gen
	t    *task
	name string
	src  *catalog.Source

	names   *emit.Names       // of fields and methods
	structs map[string]string // methods that read columns of values that are made of others
	columns map[string]string // fields in which they read them
}

// needed is the row field of a source column, if the query reads it.
func (d *decoder) needed(column int) (int, bool) {
	f, ok := d.t.fieldOf[column]
	return f, ok
}

func (d *decoder) column(name string) int {
	for i, c := range d.src.Schema {
		if c.Name == name {
			return i
		}
	}
	return -1
}

// field selects field i of the row being decoded.
func (d *decoder) field(i int) *jen.Statement { return jen.Id("r").Dot(d.t.row.fields[i].name) }

// irregularJump leaves the fast path.
func irregularJump() *jen.Statement { return jen.Goto().Id("irregular") }

func notOK(cursor string) *jen.Statement { return jen.Op("!").Id(cursor).Dot("OK").Call() }

// store moves a value of type rt.Null that a step returned into a NOT NULL field, or leaves it where it is.
func (d *decoder) store(i int, step *jen.Statement) []jen.Code {
	f := d.t.row.fields[i]
	if f.col.Nullable {
		return []jen.Code{jen.If(jen.List(d.field(i), jen.Id("p")).Op("=").Add(step), notOK("p")).Block(irregularJump())}
	}
	v := "v" + f.name
	return []jen.Code{
		jen.If(jen.List(jen.Id(v), jen.Id("q")).Op(":=").Add(step), jen.Op("!").Id("q").Dot("OK").Call().Op("||").Op("!").Id(v).Dot("Valid")).
			Block(irregularJump()).Else().Block(jen.List(d.field(i), jen.Id("p")).Op("=").List(jen.Id(v).Dot("V"), jen.Id("q"))),
	}
}

// small reads a DECIMAL of at most 18 digits: short numbers by one call of read, everything else by step.
func (d *decoder) small(i int, at *jen.Statement, t types.Type, read, step *jen.Statement) []jen.Code {
	found := jen.Id("n").Op("!=").Lit(0)
	if t.Precision-t.Scale < 7 { // seven digits could be too many
		limit := jen.Op("1e" + strconv.Itoa(t.Precision))
		found.Op("&&").Id("v").Op("<").Add(limit).Op("&&").Id("v").Op(">").Op("-").Add(limit)
	}
	f := d.t.row.fields[i]
	set := []jen.Code{jen.List(d.field(i), jen.Id("p")).Op("=").List(jen.Id("v"), jen.Add(at).Dot("Add").Call(jen.Id("n")))}
	if f.col.Nullable {
		set = []jen.Code{jen.List(d.field(i).Dot("V"), d.field(i).Dot("Valid"), jen.Id("p")).Op("=").
			List(jen.Id("v"), jen.True(), jen.Add(at).Dot("Add").Call(jen.Id("n")))}
	}
	rest := d.store(i, step)[0].(*jen.Statement)
	return []jen.Code{jen.If(jen.List(jen.Id("v"), jen.Id("n")).Op(":=").Add(read).Call(jen.Add(at), jen.Lit(t.Scale)), found).
		Block(set...).Else().Add(rest)}
}

// set stores a value that is not NULL.
func (d *decoder) set(i int, v *jen.Statement) *jen.Statement {
	if d.t.row.fields[i].col.Nullable {
		return jen.List(d.field(i).Dot("V"), d.field(i).Dot("Valid")).Op("=").List(v, jen.True())
	}
	return d.field(i).Op("=").Add(v)
}

// setNull stores NULL into a nullable field.
func (d *decoder) setNull(i int) *jen.Statement {
	return d.field(i).Dot("Valid").Op("=").False()
}

// timeForm says how the times of a column look.
func (d *decoder) timeForm(column int) emit.TimeForm {
	f := emit.TimeFormOf(d.src.Schema[column].Col.Type)
	et := d.src.EventTime
	if !et.Declared || et.Column != column || !f.Millis {
		return f
	}
	switch et.Format {
	case catalog.TimeAuto, catalog.TimeEpochMillis, catalog.TimeISO8601:
	case catalog.TimeEpochSeconds:
		f.Number, f.Millis, f.Want = jen.Qual(emit.SQLFn, "FromSeconds"), false, "a TIMESTAMP (seconds since 1970, or RFC 3339 text)"
	default:
		f.Number, f.Millis = jen.Nil(), false
		f.Text, f.Want = d.g.compiledFormat(d.t, string(et.Format)).Dot("Parse"), "a TIMESTAMP in the form "+string(et.Format)
	}
	return f
}

// compiledFormat is the package-level variable of a strftime pattern.
func (g *gen) compiledFormat(t *task, pattern string) *jen.Statement {
	b := t.block(returnError, nil)
	return b.Static("time format", pattern, emit.RT("Must").Call(jen.Qual(emit.SQLFn, "CompileTimeFormat").Call(goString(pattern))))
}

// eventTime emits the event time of the current row, in ns, from the column that the source declares. A row without one is rejected.
func (t *task) eventTime(b *emit.Block, want types.Type) emit.Value {
	var src *catalog.Source
	if t.from != nil {
		src = t.from.Source
	}
	if src == nil || !src.EventTime.Declared {
		if t.framed() {
			return emit.Named(types.TTimestamp, jen.Id("c").Dot("Meta").Index(jen.Id("row")).Dot("Time"))
		}
		return t.meta(b, &expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}}, Field: expr.MetaTimestamp}, nil)
	}
	if t.from != nil && t.from.EventTime != nil {
		return t.computedTime(b)
	}
	col := src.EventTime.Column
	v := t.row.read(t.fieldOf[col], jen.Id("r"))
	name := src.Schema[col].Name
	if v.Valid != nil {
		fail := b.Func.Fail(emit.RT("NoEventTime").Call(jen.Lit(name)))
		b.Add(jen.If(jen.Op("!").Add(v.Valid)).Block(fail...))
		v.Valid = nil
	}
	form := src.EventTime.Format
	switch v.Type.Kind {
	case types.Timestamp:
		return v
	case types.Date:
		return b.Try("eventTime", types.TTimestamp, jen.Qual(emit.SQLFn, "CastDateToTimestamp").Call(v.Arg()))
	case types.Integer:
		fn := "FromMillis"
		if form == catalog.TimeEpochSeconds {
			fn = "FromSeconds"
		}
		return t.tryEventTime(b, name, jen.Qual(emit.SQLFn, fn).Call(v.Arg()))
	case types.Float, types.Decimal:
		seconds := jen.Qual(emit.SQLFn, "FromSecondsFloat")
		f := (&conversion{b: b, x: v, to: types.TFloat})
		if v.Type.Kind == types.Decimal {
			v = f.toFloat()
		}
		if form != catalog.TimeEpochSeconds {
			return t.tryEventTime(b, name, jen.Qual(emit.SQLFn, "FromSecondsFloat").Call(v.Expr(emit.PrecMul).Op("/").Lit(1000)))
		}
		return t.tryEventTime(b, name, seconds.Call(v.Arg()))
	case types.String:
		parse := jen.Qual(emit.SQLFn, "ParseTimestamp")
		if form != catalog.TimeAuto && form != catalog.TimeISO8601 {
			parse = t.g.compiledFormat(t, string(form)).Dot("Parse")
		}
		return t.tryEventTime(b, name, parse.Call(v.Arg()))
	}
	panic("bug: event time in a column of type " + v.Type.String())
}

// computedTime emits the event time that the declaration of the source computes.
func (t *task) computedTime(b *emit.Block) emit.Value {
	src := t.from.Source
	s := &scope{g: t.g, cols: make([]emit.Value, len(src.Schema))}
	for c, field := range t.fieldOf {
		s.cols[c] = t.row.read(field, jen.Id("r"))
	}
	s.meta = t.metaOf(nil)
	v := s.value(b, t.from.EventTime)
	if v.Valid != nil {
		b.Add(jen.If(jen.Op("!").Add(emit.Holds(v.Valid).Expr(emit.PrecUnary))).Block(b.Func.Fail(emit.RT("NoEventTime").Call(jen.Lit(src.EventTime.Name)))...))
		v.Valid = nil
	}
	return v
}

// tryEventTime names the event time that call computes; its error names the column.
func (t *task) tryEventTime(b *emit.Block, column string, call *jen.Statement) emit.Value {
	name := b.Names.Unique("eventTime")
	fail := b.Func.Fail(emit.RT("BadEventTime").Call(jen.Lit(column), jen.Err()))
	b.Add(jen.List(jen.Id(name), jen.Err()).Op(":=").Add(call))
	b.Add(jen.If(jen.Err().Op("!=").Nil()).Block(fail...))
	return emit.Named(types.TTimestamp, jen.Id(name))
}

// hex64 spells a word of text.
func hex64(w uint64) string { return fmt.Sprintf("0x%016x", w) }
