package codegen

import (
	"encoding/json"
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// json writes a decoder of JSON lines: a straight line of steps that expect the keys in the order in which they were first seen,
// and a loop over keys for every row that looks different.
func (d *decoder) json() {
	g := d.g
	g.codec = append(g.codec,
		jen.Comment("// "+d.name+" decodes rows of "+d.src.Name+", one JSON object a line.").Line().
			Type().Id(d.name).Struct(
			jen.Id("arena").Qual(emit.Text, "Arena").Comment("texts with escapes, until the chunk is done"),
			jen.Id("keys").Qual(emit.JSON, "Scanner"),
		).Line(),
		d.jsonRow(), d.jsonIrregular())
}

// keyOrder are the keys that rows are expected to have.
func (d *decoder) keyOrder() []string {
	if len(d.src.KeyOrder) > 0 {
		return d.src.KeyOrder
	}
	var keys []string
	for _, c := range d.src.Schema {
		keys = append(keys, c.Name)
	}
	return keys
}

func (d *decoder) method(name, doc string, body ...jen.Code) *jen.Statement {
	return jen.Comment("// "+doc).Line().Func().Params(jen.Id("d").Op("*").Id(d.name)).Id(name).
		Params(jen.Id("at").Qual(emit.Text, "Cursor"), jen.Id("r").Op("*").Id(d.t.row.name)).
		Params(jen.Qual(emit.Text, "Cursor"), jen.Error()).Block(body...).Line()
}

func (d *decoder) jsonRow() *jen.Statement {
	body := []jen.Code{jen.Id("p").Op(":=").Id("at")}
	var steps []jen.Code
	lead := "{"
	textual := false
	seen := map[int]bool{}
	for _, key := range d.keyOrder() {
		col := d.column(key)
		step, isText := d.jsonStep(lead, key, col)
		steps = append(steps, step...)
		textual = textual || isText
		if col >= 0 {
			seen[col] = true
		}
		lead = ","
	}
	if textual {
		body = append(body, jen.Var().Id("s").Qual(emit.Text, "Cursor"))
	}
	if *d.t.row.escaped {
		body = append(body, jen.Id("r").Dot("escaped").Op("=").False())
	}
	body = append(body, steps...)
	for i, c := range d.t.pipe.Columns {
		if !seen[c] { // a column that no sampled row had
			if !d.t.row.fields[i].col.Nullable {
				body = append(body, irregularJump())
				continue
			}
			body = append(body, d.setNull(i))
		}
	}
	body = append(body,
		jen.If(jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("!=").LitRune(rune('}')).Op("||").Id("p").Dot("Byte").Call(jen.Lit(1)).Op("!=").LitRune(rune('\n'))).Block(irregularJump()),
		jen.Return(jen.Id("p").Dot("Add").Call(jen.Lit(2)), jen.Nil()),
		jen.Line().Id("irregular").Op(":").Line().Return(jen.Id("d").Dot("irregular").Call(jen.Id("at"), jen.Id("r"))))
	return d.method("row", "row decodes the row at the cursor and returns the cursor behind it. It expects the keys in the order of the steps\n// below; any other row goes to irregular.", body...)
}

// isOther is the condition that other bytes than text stand at p, isText that text does: a few word compares that overlap.
func isOther(text string) *jen.Statement { return compare(text, "!=", "||") }
func isText(text string) *jen.Statement  { return compare(text, "==", "&&") }

func compare(text, op, join string) *jen.Statement {
	s := jen.Null()
	load := func(method, format string, i, bytes int) {
		var w uint64
		for k := bytes - 1; k >= 0; k-- {
			w = w<<8 | uint64(text[i+k])
		}
		if i > 0 {
			s.Op(join)
		}
		s.Id("p").Dot(method).Call(jen.Lit(i)).Op(op).Op(fmt.Sprintf(format, w))
	}
	switch n := len(text); {
	case n < 4:
		for i := range n {
			load("Byte", "%#q", i, 1)
		}
	case n <= 8:
		load("Half", "0x%08x", 0, 4)
		if n > 4 {
			load("Half", "0x%08x", n-4, 4)
		}
		if n == 8 {
			s = jen.Null()
			load("Word", "0x%016x", 0, 8)
		}
	default:
		for i := 0; i < n; i += 8 {
			load("Word", "0x%016x", min(i, n-8), 8)
		}
	}
	return s
}

// jsonStep expects one key and reads or skips its value. It tells whether it used the cursor s.
func (d *decoder) jsonStep(lead, key string, col int) ([]jen.Code, bool) {
	quoted, _ := json.Marshal(key)
	text := lead + string(quoted) + ":"
	fieldNo, need := -1, false
	comment := text + " not read"
	if col >= 0 {
		if fieldNo, need = d.needed(col); need {
			comment = text + " " + d.src.Schema[col].Col.String()
		}
	}
	code := []jen.Code{jen.Comment("// " + comment)}
	isString := col >= 0 && d.src.Schema[col].Col.Type.Kind == types.String
	if isString && need {
		return append(code, d.jsonText(fieldNo, text)...), true
	}
	if isString {
		return append(code, d.jsonSkipText(text)...), true
	}
	code = append(code, jen.If(isOther(text)).Block(irregularJump()))
	n := jen.Lit(len(text))
	at := jen.Id("p").Dot("Add").Call(n)
	if !need {
		skip, usesS := d.jsonSkip(col, len(text))
		return append(code, skip...), usesS
	}
	switch t := d.src.Schema[col].Col.Type; t.Kind {
	case types.Integer:
		return append(code, d.store(fieldNo, jen.Qual(emit.JSON, "Int").Call(at))...), false
	case types.Float:
		return append(code, d.store(fieldNo, jen.Qual(emit.JSON, "Float").Call(at))...), false
	case types.Boolean:
		return append(code, d.store(fieldNo, jen.Qual(emit.JSON, "Bool").Call(at))...), false
	case types.Decimal:
		if t.Wide() {
			return append(code, d.store(fieldNo, jen.Qual(emit.JSON, "Wide").Call(at, jen.Lit(t.Precision), jen.Lit(t.Scale)))...), false
		}
		read := jen.Qual(emit.JSON, "Decimal")
		if t.Scale == 0 || t.Scale > 8 {
			read = jen.Qual(emit.Text, "Small")
		}
		return append(code, d.small(fieldNo, at, t, read, jen.Qual(emit.JSON, "Fixed").Call(at, jen.Lit(t.Precision), jen.Lit(t.Scale)))...), false
	case types.Timestamp, types.Date, types.Time, types.Interval:
		f := d.timeFormat(col)
		step := jen.Qual(emit.JSON, "Time").Call(at, f.number, f.text)
		if f.millis {
			odd := d.store(fieldNo, jen.Qual(emit.JSON, "Timestamp").Call(at, f.text))[0].(*jen.Statement)
			return append(code, jen.If(jen.Qual(emit.JSON, "IsMillis").Call(at)).Block(
				d.set(fieldNo, jen.Qual(emit.JSON, "Millis").Call(jen.Id("p").Dot("Word").Call(jen.Lit(len(text))), jen.Id("p").Dot("Word").Call(jen.Lit(len(text)+5)))),
				jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(len(text)+13)),
			).Else().Add(odd)), false
		}
		return append(code, d.store(fieldNo, step)...), false
	case types.Struct:
		read := jen.Id("d").Dot(d.structReader(d.src.Schema[col].Name, t)).Call(jen.Op("&").Id("d").Dot("keys"))
		code = append(code, jen.Id("d").Dot("keys").Dot("Resume").Call(at, jen.Op("&").Id("d").Dot("arena")))
		if d.t.row.fields[fieldNo].col.Nullable {
			code = append(code, d.field(fieldNo).Op("=").Add(read))
		} else {
			code = append(code, d.field(fieldNo).Op("=").Add(read).Dot("V"))
		}
		return append(code, jen.If(jen.Id("p").Op("=").Id("d").Dot("keys").Dot("At").Call(), notOK("p")).Block(irregularJump())), false
	default:
		panic("bug: no JSON form for a column of type " + t.String())
	}
}

// structReader is the method that reads a STRUCT column from the scanner's current value.
func (d *decoder) structReader(path string, t types.Type) string {
	name := "read" + emit.Exported(path)
	if d.structs[name] {
		return name
	}
	if d.structs == nil {
		d.structs = map[string]bool{}
	}
	d.structs[name] = true
	k := jen.Id("k")
	var cases, after []jen.Code
	for i, f := range t.Fields {
		field := jen.Id("v").Dot("V").Dot(emit.FieldName(t, i))
		read := d.jsonScanType(jen.Id("k"), path+"_"+f.Name, f.Col.Type, d.timeForms(f.Col.Type))
		if f.Col.Nullable {
			cases = append(cases, jen.Case(jen.Lit(f.Name)).Block(jen.Add(field).Op("=").Add(read)))
			continue
		}
		has := "has" + emit.FieldName(t, i)
		cases = append(cases, jen.Case(jen.Lit(f.Name)).Block(jen.Id("x").Op(":=").Add(read), jen.List(field, jen.Id(has)).Op("=").List(jen.Id("x").Dot("V"), jen.Id("x").Dot("Valid"))))
		after = append(after, jen.If(jen.Op("!").Id(has)).Block(jen.Add(k).Dot("Missing").Call(jen.Lit(f.Name))))
	}
	cases = append(cases, jen.Default().Block(jen.Add(k).Dot("Skip").Call()))
	body := []jen.Code{jen.If(jen.Op("!").Add(k).Dot("Open").Call()).Block(jen.Return(jen.Id("v")))}
	for i, f := range t.Fields {
		if !f.Col.Nullable {
			body = append(body, jen.Id("has"+emit.FieldName(t, i)).Op(":=").False())
		}
	}
	body = append(body, jen.Id("v").Dot("Valid").Op("=").True(), jen.For(jen.Add(k).Dot("Key").Call()).Block(jen.Switch(jen.Add(k).Dot("Name")).Block(cases...)))
	body = append(append(body, after...), jen.Return(jen.Id("v")))
	d.g.codec = append(d.g.codec, jen.Comment("// "+name+" reads an object into "+path+".").Line().
		Func().Params(jen.Id("d").Op("*").Id(d.name)).Id(name).Params(jen.Id("k").Op("*").Qual(emit.JSON, "Scanner")).
		Params(jen.Id("v").Add(emit.RT("Null").Types(emit.GoType(t)))).Block(body...).Line())
	return name
}

// jsonText reads a string as a view. The quote that opens it is compared along with the key.
func (d *decoder) jsonText(i int, key string) []jen.Code {
	branch := jen.If(isText(key+`"`)).Block(
		jen.Id("s").Op("=").Id("p").Dot("Add").Call(jen.Lit(len(key)+1)),
		jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "Plain").Call(jen.Id("s")), isNoQuote()).Block(
			jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "TextEnd").Call(jen.Id("s")), notOK("p")).Block(irregularJump())),
		d.set(i, jen.Id("s").Dot("View").Call(jen.Id("p").Dot("Since").Call(jen.Id("s")))),
		jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(1)),
	)
	if d.t.row.fields[i].col.Nullable {
		branch.Else().If(jen.Id("p").Op("=").Qual(emit.JSON, "NullOf").Call(jen.Id("p"), goString(key)), jen.Id("p").Dot("OK").Call()).
			Block(d.setNull(i))
	}
	return []jen.Code{branch.Else().Block(irregularJump())}
}

// jsonSkipText passes over a key and its string, or null, that the query does not read.
func (d *decoder) jsonSkipText(key string) []jen.Code {
	return []jen.Code{jen.If(isText(key+`"`)).Block(
		jen.Id("s").Op("=").Id("p").Dot("Add").Call(jen.Lit(len(key)+1)),
		jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "PlainSkipped").Call(jen.Id("s")), isNoQuote()).Block(
			jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "SkipText").Call(jen.Id("s")), notOK("p")).Block(irregularJump())),
		jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(1)),
	).Else().If(jen.Id("p").Op("=").Qual(emit.JSON, "NullOf").Call(jen.Id("p"), goString(key)), notOK("p")).Block(irregularJump())}
}

func isNoQuote() *jen.Statement {
	return jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("!=").LitRune(rune('"'))
}

// jsonSkip passes over the value of a key that the query does not read.
func (d *decoder) jsonSkip(col, n int) (code []jen.Code, usesS bool) {
	skip := func(at *jen.Statement) *jen.Statement {
		return jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "SkipScalar").Call(at), notOK("p")).Block(irregularJump())
	}
	at := jen.Id("p").Dot("Add").Call(jen.Lit(n))
	if col >= 0 {
		switch d.src.Schema[col].Col.Type.Kind {
		case types.Timestamp:
			return []jen.Code{jen.If(jen.Qual(emit.JSON, "IsMillis").Call(at)).Block(
				jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(n + 13)),
			).Else().Add(skip(at))}, false
		case types.Integer:
			return []jen.Code{
				jen.Id("s").Op("=").Add(at),
				jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "Digits").Call(jen.Id("s")), jen.Op("!").Qual(emit.JSON, "IsInteger").Call(jen.Id("s"), jen.Id("p"))).
					Block(skip(jen.Id("s"))),
			}, true
		}
	}
	return []jen.Code{skip(at)}, false
}

// jsonIrregular is the loop over keys.
func (d *decoder) jsonIrregular() *jen.Statement {
	k := func() *jen.Statement { return jen.Id("k") }
	body := []jen.Code{jen.Id("k").Op(":=").Op("&").Id("d").Dot("keys"), jen.Id("k").Dot("Arena").Op("=").Op("&").Id("d").Dot("arena")}
	var cases, after []jen.Code
	for i, c := range d.t.pipe.Columns {
		f := d.t.row.fields[i]
		col := d.src.Schema[c]
		read := d.jsonScan(k(), c)
		if f.col.Nullable {
			body = append(body, d.setNull(i))
			cases = append(cases, jen.Case(jen.Lit(col.Name)).Block(d.field(i).Op("=").Add(read)))
			continue
		}
		has := "has" + f.name
		body = append(body, jen.Id(has).Op(":=").False())
		cases = append(cases, jen.Case(jen.Lit(col.Name)).Block(
			jen.Id("v").Op(":=").Add(read),
			jen.List(d.field(i), jen.Id(has)).Op("=").List(jen.Id("v").Dot("V"), jen.Id("v").Dot("Valid"))))
		after = append(after, jen.If(jen.Op("!").Id(has)).Block(k().Dot("Missing").Call(jen.Lit(col.Name))))
	}
	cases = append(cases, jen.Default().Block(k().Dot("Skip").Call()))
	loop := jen.For(k().Dot("Begin").Call(jen.Id("at")), k().Dot("Key").Call(), jen.Empty()).Block(jen.Switch(k().Dot("Name")).Block(cases...))
	body = append(body, loop)
	body = append(body, after...)
	if *d.t.row.escaped {
		body = append(body, jen.Id("r").Dot("escaped").Op("=").Add(k()).Dot("Escaped"))
	}
	body = append(body, jen.Return(k().Dot("End").Call()))
	return d.method("irregular", "irregular decodes a row whose keys come in another order, or are missing, spaced, escaped or of an unexpected kind.", body...)
}

// jsonScan reads the current value of the scanner as a column.
func (d *decoder) jsonScan(k *jen.Statement, column int) *jen.Statement {
	return d.jsonScanType(k, d.src.Schema[column].Name, d.src.Schema[column].Col.Type, d.timeFormat(column))
}

// jsonScanType reads the current value of the scanner as a value of type t; f says how times look.
func (d *decoder) jsonScanType(k *jen.Statement, path string, t types.Type, f timeFormat) *jen.Statement {
	switch t.Kind {
	case types.String:
		return k.Dot("Text").Call()
	case types.Integer:
		return k.Dot("Int").Call()
	case types.Float:
		return k.Dot("Float").Call()
	case types.Boolean:
		return k.Dot("Bool").Call()
	case types.Decimal:
		if t.Wide() {
			return k.Dot("Wide").Call(jen.Lit(t.Precision), jen.Lit(t.Scale))
		}
		return k.Dot("Fixed").Call(jen.Lit(t.Precision), jen.Lit(t.Scale))
	case types.Timestamp, types.Date, types.Time, types.Interval:
		return k.Dot("Time").Call(jen.Lit(f.want), f.number, f.text)
	case types.Struct:
		return jen.Id("d").Dot(d.structReader(path, t)).Call(k)
	default:
		panic("bug: no JSON form for a column of type " + t.String())
	}
}
