package codegen

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// json writes a decoder of JSON lines: a straight line of steps that expect the keys in the order in which they were first seen,
// jumps between them for rows with other keys, and a loop over keys for values in unusual forms and for errors.
func (d *decoder) json() {
	g := d.g
	memory := d.columnMemory("arena", "find", "keys")
	row, keys := d.jsonRow()
	g.codec = append(g.codec,
		jen.Comment("// "+d.name+" decodes rows of "+d.src.Name+", one JSON object a line.").Line().
			Type().Id(d.name).Struct(
			append([]jen.Code{
				jen.Id("arena").Qual(emit.Text, "Arena").Comment("texts with escapes, until the chunk is done"),
				jen.Id("find").Qual(emit.JSON, "Finder"),
				jen.Id("keys").Qual(emit.JSON, "Scanner"),
			}, memory...)...,
		).Line(),
		keys, row, d.jsonIrregular())
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

// jsonSteps is the method row while it is being written.
type jsonSteps struct {
	code   []jen.Code
	texts  []jen.Code // what the steps expect that read a value
	unread []jen.Code // what the others expect
	fields []int      // the fields that they read
	labels *emit.Names
	jumps  []jen.Code // from the number of a step to its label
}

// next is the number of the next step that reads a value; 0 at the beginning of the row.
func (s *jsonSteps) next() int {
	if len(s.code) == 0 {
		return 0
	}
	return len(s.fields) + 1
}

// enter is where rows go on that have the key of the step elsewhere than expected.
func (s *jsonSteps) enter(text, field string, i int) {
	label := s.labels.Unique(emit.Local(field))
	s.texts = append(s.texts, goString(text))
	s.fields = append(s.fields, i)
	s.jumps = append(s.jumps, jen.Case(jen.Lit(len(s.fields))).Block(jen.Goto().Id(label)))
	s.code = append(s.code, jen.Id(label).Op(":"))
}

// jsonRow is the method row, and the variable with the keys that it reads.
func (d *decoder) jsonRow() (row, keys *jen.Statement) {
	s := &jsonSteps{labels: emit.NewNames("other", "irregular")}
	lead := "{"
	textual := false
	for _, key := range d.keyOrder() {
		textual = d.jsonStep(s, lead, key, d.column(key)) || textual
		lead = ","
	}
	table := jen.Id(d.g.names.Unique(strings.TrimSuffix(d.name, "Decoder") + "Keys"))
	body := []jen.Code{jen.Id("p").Op(":=").Id("at"), jen.Var().List(jen.Id("from"), jen.Id("to")).Uint()}
	if textual {
		body = append(body, jen.Var().Id("s").Qual(emit.Text, "Cursor"))
	}
	if *d.t.row.escaped {
		body = append(body, jen.Id("r").Dot("escaped").Op("=").False())
	}
	body = append(body, s.code...)
	find := jen.Id("d").Dot("find")
	body = append(body,
		jen.If(jen.Id("from").Op("==").Lit(0).Op("&&").Id("p").Dot("Byte").Call(jen.Lit(0)).Op("==").LitRune('}').Op("&&").Id("p").Dot("Byte").Call(jen.Lit(1)).Op("==").LitRune('\n')).
			Block(jen.Return(jen.Id("p").Dot("Add").Call(jen.Lit(2)), jen.Nil())),
		jen.Id("to").Op("=").Lit(len(s.fields)+1),
		jen.Line().Id("other").Op(":"),
		jen.If(jen.List(jen.Id("from"), jen.Id("p")).Op("=").Add(find).Dot("Step").Call(table, jen.Id("p"), jen.Id("from"), jen.Id("to")), notOK("p")).Block(irregularJump()))
	if len(s.jumps) > 0 {
		body = append(body, jen.Switch(jen.Id("from")).Block(s.jumps...))
		body = append(body, jen.If(jen.Add(find).Dot("Lacks").Call(table)).Block(d.jsonAbsent(s)...))
	}
	body = append(body,
		jen.Return(jen.Id("p"), jen.Nil()),
		jen.Line().Id("irregular").Op(":").Line().Return(jen.Id("d").Dot("irregular").Call(jen.Id("at"), jen.Id("r"))))
	known := jen.Qual(emit.JSON, "KeysOf").Call(s.texts...)
	if len(s.unread) > 0 {
		known.Dot("Skipping").Call(s.unread...)
	}
	keys = jen.Comment("// " + table.GoString() + " are the keys that the steps of row expect.").Line().Var().Add(table).Op("=").Add(known).Line()
	return d.method("row", "row decodes the row at the cursor and returns the cursor behind it. It expects the keys in the order of the steps below and looks for\n"+
		"// the step of any other key: from is the step that was last found so, 0 in regular rows, and to the one that was expected where another\n// key stands.", body...), keys
}

// jsonAbsent makes columns NULL whose keys the row does not have.
func (d *decoder) jsonAbsent(s *jsonSteps) (code []jen.Code) {
	missing := jen.Null()
	for i, field := range s.fields {
		has := jen.Id("d").Dot("find").Dot("Has").Call(jen.Lit(i + 1))
		if !d.t.row.fields[field].col.Nullable {
			if len(*missing) > 1 {
				missing.Op("||")
			}
			missing.Op("!").Add(has)
			continue
		}
		valid := d.field(field).Dot("Valid")
		code = append(code, jen.Add(valid).Op("=").Add(valid).Op("&&").Add(has))
	}
	if len(*missing) > 1 {
		code = append([]jen.Code{jen.If(missing).Block(irregularJump())}, code...)
	}
	return code
}

// isOther is the condition that other bytes than text stand at p: a few word compares that overlap.
func isOther(text string) *jen.Statement {
	s := jen.Null()
	load := func(method, format string, i, bytes int) {
		var w uint64
		for k := bytes - 1; k >= 0; k-- {
			w = w<<8 | uint64(text[i+k])
		}
		if i > 0 {
			s.Op("||")
		}
		s.Id("p").Dot(method).Call(jen.Lit(i)).Op("!=").Op(fmt.Sprintf(format, w))
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
func (d *decoder) jsonStep(s *jsonSteps, lead, key string, col int) (textual bool) {
	quoted := jsonQuoted(key)
	text := lead + quoted + ":"
	fieldNo, need := -1, false
	comment := text + " not read"
	if col >= 0 {
		if fieldNo, need = d.needed(col); need {
			comment = text + " " + d.src.Schema[col].Col.String()
		}
	}
	isString := col >= 0 && d.src.Schema[col].Col.Type.Kind == types.String
	expected := text
	if isString {
		expected += `"`
	}
	first := s.next()
	s.code = append(s.code, jen.Comment("// "+comment), jen.If(isOther(expected)).Block(jen.Id("to").Op("=").Lit(first), jen.Goto().Id("other")))
	if need {
		s.enter(expected[1:], d.t.row.fields[fieldNo].name, fieldNo)
	} else {
		s.unread = append(s.unread, goString(expected[1:]))
	}
	var code []jen.Code
	switch {
	case isString && need:
		code, textual = d.jsonText(fieldNo, len(expected)), true
	case isString:
		code, textual = d.jsonSkipText(len(expected)), true
	case need:
		code = d.jsonValue(fieldNo, col, len(text))
	default:
		code, textual = d.jsonSkip(col, len(text))
	}
	s.code = append(s.code, code...)
	return textual
}

// jsonQuoted is a key as it stands in rows.
func jsonQuoted(key string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(key); err != nil {
		panic("bug: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// jsonValue reads the value of a column that is no STRING, n bytes on.
func (d *decoder) jsonValue(fieldNo, col, n int) []jen.Code {
	at := jen.Id("p").Dot("Add").Call(jen.Lit(n))
	switch t := d.src.Schema[col].Col.Type; t.Kind {
	case types.Integer:
		return d.store(fieldNo, jen.Qual(emit.JSON, "Int").Call(at))
	case types.Float:
		return d.store(fieldNo, jen.Qual(emit.JSON, "Float").Call(at))
	case types.Boolean:
		return d.store(fieldNo, jen.Qual(emit.JSON, "Bool").Call(at))
	case types.Decimal:
		if t.Wide() {
			return d.store(fieldNo, jen.Qual(emit.JSON, "Wide").Call(at, jen.Lit(t.Precision), jen.Lit(t.Scale)))
		}
		read := jen.Qual(emit.JSON, "Decimal")
		if t.Scale == 0 || t.Scale > 8 {
			read = jen.Qual(emit.Text, "Small")
		}
		return d.small(fieldNo, at, t, read, jen.Qual(emit.JSON, "Fixed").Call(at, jen.Lit(t.Precision), jen.Lit(t.Scale)))
	case types.Timestamp, types.Date, types.Time, types.Interval:
		f := d.timeForm(col)
		if f.Millis {
			odd := d.store(fieldNo, jen.Qual(emit.JSON, "Timestamp").Call(at, f.Text))[0].(*jen.Statement)
			return []jen.Code{jen.If(jen.Qual(emit.JSON, "IsMillis").Call(at)).Block(
				d.set(fieldNo, jen.Qual(emit.JSON, "Millis").Call(jen.Id("p").Dot("Word").Call(jen.Lit(n)), jen.Id("p").Dot("Word").Call(jen.Lit(n+5)))),
				jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(n+13)),
			).Else().Add(odd)}
		}
		return d.store(fieldNo, jen.Qual(emit.JSON, "Time").Call(at, f.Number, f.Text))
	default:
		k := jen.Id("d").Dot("keys")
		if t.Nested() {
			k = jen.Op("&").Add(k)
		}
		read := d.jsonScan(k, col)
		code := []jen.Code{jen.Id("d").Dot("keys").Dot("Resume").Call(at, jen.Op("&").Id("d").Dot("arena"))}
		if d.t.row.fields[fieldNo].col.Nullable {
			code = append(code, d.field(fieldNo).Op("=").Add(read))
		} else {
			code = append(code, d.field(fieldNo).Op("=").Add(read).Dot("V"))
		}
		return append(code, jen.If(jen.Id("p").Op("=").Id("d").Dot("keys").Dot("At").Call(), notOK("p")).Block(irregularJump()))
	}
}

// structReader is the method that reads a column of values that are made of others from the scanner's current value.
func (d *decoder) structReader(path string, t types.Type) string {
	if name, ok := d.structs[path]; ok {
		return name
	}
	if d.structs == nil {
		d.structs = map[string]string{}
	}
	name := d.names.Unique("read" + emit.Exported(path))
	d.structs[path] = name
	memory, body := jen.Id("v").Dot("V"), []jen.Code(nil)
	if hasSlices(t) {
		memory, body = d.memory(path)
	}
	body = append(body, jen.Id("v").Dot("Valid").Op("=").Add(d.g.nested().ReadJSON(t)).Call(jen.Id("k"), jen.Op("&").Add(memory)))
	if hasSlices(t) {
		body = append(body, jen.Id("v").Dot("V").Op("=").Add(memory))
	}
	body = append(body, jen.Return(jen.Id("v")))
	d.g.codec = append(d.g.codec, jen.Comment("// "+name+" reads the column "+path+".").Line().
		Func().Params(jen.Id("d").Op("*").Id(d.name)).Id(name).Params(jen.Id("k").Op("*").Qual(emit.JSON, "Scanner")).
		Params(jen.Id("v").Add(emit.RT("Null").Types(emit.GoType(t)))).Block(body...).Line())
	return name
}

// jsonText reads a string, the first character of which is n bytes on: as a view if it has no escapes.
func (d *decoder) jsonText(i, n int) (code []jen.Code) {
	field, escaped := d.field(i), jen.Nil()
	if d.t.row.fields[i].col.Nullable {
		code = append(code, jen.Add(field).Dot("Valid").Op("=").True())
		field = jen.Add(field).Dot("V")
	}
	if *d.t.row.escaped {
		escaped = jen.Op("&").Id("r").Dot("escaped")
	}
	return append(code, jen.Id("s").Op("=").Id("p").Dot("Add").Call(jen.Lit(n)),
		jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "Plain").Call(jen.Id("s")), jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("==").LitRune('"')).Block(
			jen.Add(field).Op("=").Id("s").Dot("View").Call(jen.Id("p").Dot("Since").Call(jen.Id("s"))),
		).Else().If(jen.List(field, jen.Id("p")).Op("=").Qual(emit.JSON, "OddText").Call(jen.Id("s"), jen.Op("&").Id("d").Dot("arena"), escaped), notOK("p")).
			Block(irregularJump()),
		jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(1)))
}

// jsonSkipText passes over a string, the first character of which is n bytes on.
func (d *decoder) jsonSkipText(n int) []jen.Code {
	return []jen.Code{
		jen.Id("s").Op("=").Id("p").Dot("Add").Call(jen.Lit(n)),
		jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "PlainSkipped").Call(jen.Id("s")), jen.Id("p").Dot("Byte").Call(jen.Lit(0)).Op("!=").LitRune('"')).Block(
			jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "SkipText").Call(jen.Id("s")), notOK("p")).Block(irregularJump())),
		jen.Id("p").Op("=").Id("p").Dot("Add").Call(jen.Lit(1)),
	}
}

// jsonSkip passes over the value of a key that the query does not read.
func (d *decoder) jsonSkip(col, n int) (code []jen.Code, usesS bool) {
	skip := func(at *jen.Statement) *jen.Statement {
		return jen.If(jen.Id("p").Op("=").Qual(emit.JSON, "Skip").Call(at), notOK("p")).Block(irregularJump())
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
	for i, c := range d.t.from.Columns {
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
	return d.method("irregular", "irregular decodes a row with values in unusual forms, or reports what is wrong with it.", body...)
}

// jsonScan reads the current value of the scanner as a column.
func (d *decoder) jsonScan(k *jen.Statement, column int) *jen.Statement {
	return d.jsonScanType(k, d.src.Schema[column].Name, d.src.Schema[column].Col.Type, d.timeForm(column))
}

// jsonScanType reads the current value of the scanner as a value of type t; f says how times look.
func (d *decoder) jsonScanType(k *jen.Statement, path string, t types.Type, f emit.TimeForm) *jen.Statement {
	if t.Nested() {
		return jen.Id("d").Dot(d.structReader(path, t)).Call(k)
	}
	return emit.ScanJSON(k, t, f)
}
