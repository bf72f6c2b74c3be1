package codegen

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/types"
)

// encoder names the functions that encode a statement's rows for its sink.
type encoder struct {
	value  string // func(b []byte, r *S, out *T, m *memory) []byte, with the rows that hold the columns; empty: rows are only counted
	key    string // the same for the record key; empty: no key
	record bool   // the sink takes records rather than bytes
	op     bool   // value has a parameter op, whether the row is inserted or deleted
	memory string // type of what value remembers from row to row; empty: nothing
}

// encoder writes the encoding functions of a flow's sink, once.
func (g *gen) encoder(f *physical.Flow, row, source *rowType) encoder {
	if e, ok := g.encoders[f]; ok {
		return e
	}
	sink := f.Sink.Target
	spec, _ := connector.Lookup(sink.Connector)
	e := encoder{record: spec.Records}
	w := &rowWriter{g: g, row: row, source: source, sink: sink}
	if f.Changes {
		w.changelog = physical.Changelog(f.Sink, f.Statement.Root)
	}
	e.op = w.changelog == physical.OpColumn || w.changelog == physical.Debezium
	switch sink.Format {
	case catalog.None:
	case catalog.CSV:
		e.value = w.csv("append"+upperFirst(row.name), "")
	case catalog.Raw:
		e.value = w.raw("append" + upperFirst(row.name))
	default:
		e.value = w.json("append"+upperFirst(row.name), e.record)
	}
	e.memory = w.memory
	if e.record && len(f.Sink.Key) > 0 {
		e.key = w.key("append"+upperFirst(row.name)+"Key", f.Sink.Key)
	}
	if g.encoders == nil {
		g.encoders = map[*physical.Flow]encoder{}
	}
	g.encoders[f] = e
	return e
}

// rowWriter writes one encoding function. Room for the whole row is reserved first: what has a fixed greatest length is added up,
// texts add theirs when the program runs.
type rowWriter struct {
	g      *gen
	row    *rowType
	source *rowType // of the rows that some columns are read from
	sink   *catalog.Sink

	changelog physical.Encoding // of a row that can be deleted

	column    int         // that is being written
	nested    int         // how deep in it
	times     []string    // fields that remember the text of timestamps
	timeNames *emit.Names // of these
	copied    []int       // columns that are copied as they stand in the source row, once their texts have been escaped
	memory    string      // type that holds what the function remembers
	again     bool        // room is reserved again behind a value of any length
	celled    bool        // a cell is written as JSON first

	code  []jen.Code
	lits  string           // constant text that waits to be written
	fixed int              // greatest number of bytes of all values of bounded length
	vary  []*jen.Statement // further bytes, known at run time
}

func (w *rowWriter) out(call *jen.Statement) { w.code = append(w.code, jen.Id("o").Op("=").Add(call)) }

// lit adds constant text.
func (w *rowWriter) lit(s string) { w.lits += s }

// flush writes the constant text that waits, in pieces that compile to stores.
func (w *rowWriter) flush() {
	for len(w.lits) > 0 {
		n := min(len(w.lits), 16)
		w.out(jen.Id("o").Dot("Lit").Call(goString(w.lits[:n])))
		w.fixed += n
		w.lits = w.lits[n:]
	}
}

// take removes the text that waits, for a branch that writes it itself.
func (w *rowWriter) take() string {
	s := w.lits
	w.lits = ""
	return s
}

// field selects column i: of the source row r, or of out, which is called r where there is no other.
func (w *rowWriter) field(i int) *jen.Statement {
	w.column = i
	if source, _ := w.row.reads(); source {
		return w.row.field(i, jen.Id("out"))
	}
	return w.row.field(i, jen.Id("r"))
}

// begin starts a function body; its first statement will reserve room.
func (w *rowWriter) begin() {
	w.code, w.lits, w.fixed, w.vary = []jen.Code{jen.Null()}, "", 0, nil
	w.times, w.timeNames, w.copied, w.memory, w.again, w.celled = nil, emit.NewNames("row", "texts", "escape", "cell"), nil, "", false, false
}

// end completes the function.
func (w *rowWriter) end(name, doc string) string {
	w.flush()
	w.reserve()
	w.code = append(w.code, jen.Return(jen.Id("o").Dot("Done").Call(jen.Id("b"))))
	name = w.g.names.Unique(name)
	params := append([]jen.Code{jen.Id("b").Index().Byte()}, w.params()...)
	if len(w.times) > 0 || len(w.copied) > 0 || w.celled {
		w.declareMemory(name)
		params = append(params, jen.Id("m").Op("*").Id(w.memory))
	}
	if w.changelog == physical.OpColumn || w.changelog == physical.Debezium {
		params = append(params, jen.Id("op").Add(emit.RT("Op")))
	}
	w.g.codec = append(w.g.codec, jen.Comment("// "+name+" "+doc).Line().Func().Id(name).Params(params...).Index().Byte().Block(w.code...).Line())
	return name
}

// declareMemory writes the type of what an encoding function remembers.
func (w *rowWriter) declareMemory(name string) {
	w.memory = w.g.names.Unique(emit.Local(strings.TrimPrefix(name, "append") + "Memory"))
	w.g.codec = append(w.g.codec, jen.Comment("// "+w.memory+" is what "+name+" remembers from row to row.").Line().
		Type().Id(w.memory).StructFunc(func(s *jen.Group) {
		for _, f := range w.times {
			s.Id(f).Qual(emit.Text, "LastTime")
		}
		if w.celled {
			s.Id("cell").Index().Byte().Comment("a value as JSON")
		}
		if len(w.copied) > 0 {
			s.Id("row").Id(w.source.name).Comment("with its texts escaped")
			s.Id("texts").Qual(emit.Text, "Arena")
		}
	}).Line())
	if len(w.copied) == 0 {
		return
	}
	row := jen.Id("m").Dot("row")
	body := []jen.Code{jen.Add(row).Op("=").Op("*").Id("r"), jen.Id("m").Dot("texts").Dot("Reset").Call()}
	for _, i := range w.copied {
		f := w.row.fields[i].in
		text := jen.Add(row).Dot(f.name)
		if f.col.Nullable {
			text = text.Dot("V")
		}
		body = append(body, jen.Add(text).Op("=").Qual(emit.JSON, "Escape").Call(jen.Op("&").Id("m").Dot("texts"), jen.Add(text)))
	}
	body = append(body, jen.Return(jen.Op("&").Add(row)))
	w.g.codec = append(w.g.codec, jen.Comment("// escape returns r with its texts as they stand in JSON.").Line().
		Func().Params(jen.Id("m").Op("*").Id(w.memory)).Id("escape").Params(jen.Id("r").Op("*").Id(w.source.name)).Op("*").Id(w.source.name).Block(body...).Line())
	w.code = append([]jen.Code{jen.If(jen.Id("r").Dot("escaped")).Block(jen.Id("r").Op("=").Id("m").Dot("escape").Call(jen.Id("r")))}, w.code...)
}

// copies tells whether a text column of the source row can be copied as it stands, but for rows that the decoder has marked as escaped.
func (w *rowWriter) copies() bool {
	return w.nested == 0 && w.row.fields[w.column].in != nil && w.source.escaped != nil
}

// params are the rows that an encoding function reads.
func (w *rowWriter) params() (params []jen.Code) {
	source, own := w.row.reads()
	name := "r"
	if source {
		params = append(params, jen.Id("r").Op("*").Id(w.source.name))
		name = "out"
	}
	if own {
		params = append(params, jen.Id(name).Op("*").Id(w.row.name))
	}
	return params
}

func (w *rowWriter) reserve() {
	size := jen.Lit(w.fixed)
	for _, v := range w.vary {
		size.Op("+").Add(v)
	}
	if w.again {
		w.code[0] = jen.Id("size").Op(":=").Add(size).Line().List(jen.Id("o"), jen.Id("b")).Op(":=").Qual(emit.Text, "Reserve").Call(jen.Id("b"), jen.Id("size"))
		return
	}
	w.code[0] = jen.List(jen.Id("o"), jen.Id("b")).Op(":=").Qual(emit.Text, "Reserve").Call(jen.Id("b"), size)
}

// json writes the row as one JSON object, with a newline unless it becomes a record of its own.
func (w *rowWriter) json(name string, record bool) string {
	w.begin()
	omit := w.sink.Prop("json.nulls", "null") == "omit"
	if w.changelog == physical.Debezium {
		w.code = append(w.code, jen.List(jen.Id("before"), jen.Id("after")).Op(":=").Id("op").Dot("Debezium").Call())
		w.word(jen.Id("before"), debeziumWord)
	}
	w.lit("{")
	for i, f := range w.row.fields {
		key, _ := json.Marshal(f.sql)
		w.lit(string(key) + ":")
		if omit && f.col.Nullable {
			w.omittable(i)
		} else {
			w.jsonField(i)
		}
		if i < len(w.row.fields)-1 && !(omit && f.col.Nullable) {
			w.lit(",")
		}
	}
	if omit && w.lastNullable() {
		w.flush()
		w.out(jen.Id("o").Dot("TrimComma").Call())
	}
	if w.changelog == physical.OpColumn {
		if len(w.row.fields) > 0 {
			w.lit(",")
		}
		w.lit(`"op":"`)
		w.word(jen.Id("op").Dot("String").Call(), opWord)
		w.lit(`"`)
	}
	w.lit("}")
	if w.changelog == physical.Debezium {
		w.word(jen.Id("after"), debeziumWord)
	}
	if !record {
		w.lit("\n")
	}
	return w.end(name, "appends a row of "+w.sink.Name+" as JSON.")
}

// The greatest lengths of what says whether a row is inserted or deleted.
const (
	opWord       = 8
	debeziumWord = 32
)

// word writes a short text that needs no escape.
func (w *rowWriter) word(text *jen.Statement, longest int) {
	w.flush()
	w.fixed += longest
	w.out(jen.Id("o").Dot("Copy").Call(text))
}

func (w *rowWriter) lastNullable() bool {
	n := len(w.row.fields)
	return n > 0 && w.row.fields[n-1].col.Nullable
}

// omittable writes a key and its value only if the value is not NULL.
func (w *rowWriter) omittable(i int) {
	lead := w.take()
	// What stands before the key itself belongs outside of the condition.
	cut := len(lead) - len(jsonKey(w.row.fields[i].sql))
	w.lit(lead[:cut])
	w.flush()
	outer := w.code
	w.code = nil
	w.lit(lead[cut:])
	w.value(w.row.fields[i].col.Type, jen.Add(w.field(i)).Dot("V"))
	w.lit(",")
	w.flush()
	w.code = append(outer, jen.If(w.field(i).Dot("Valid")).Block(w.code...))
}

func jsonKey(name string) string {
	key, _ := json.Marshal(name)
	return string(key) + ":"
}

// jsonField writes a value, or null.
func (w *rowWriter) jsonField(i int) { w.jsonColumn(w.row.fields[i].col, w.field(i)) }

// jsonColumn writes the value that a field holds, or null. Both branches write the key, which with the quote of a string behind it takes
// no more stores than without.
func (w *rowWriter) jsonColumn(c types.Col, field *jen.Statement) {
	if !c.Nullable {
		w.value(c.Type, field)
		return
	}
	lead := w.take()
	branch := func(write func()) []jen.Code {
		outer := w.code
		w.code = nil
		w.lit(lead)
		write()
		w.flush()
		code := w.code
		w.code = outer
		return code
	}
	then := branch(func() { w.value(c.Type, jen.Add(field).Dot("V")) })
	null := branch(func() { w.lit("null") })
	w.code = append(w.code, jen.If(jen.Add(field).Dot("Valid")).Block(then...).Else().Block(null...))
}

// value writes a value that is not NULL as JSON.
func (w *rowWriter) value(t types.Type, v *jen.Statement) {
	switch t.Kind {
	case types.String:
		if w.copies() {
			*w.source.escaped = true
			w.copied = append(w.copied, w.column)
			w.vary = append(w.vary, jen.Len(jen.Add(v)))
			w.lit(`"`)
			w.flush()
			w.out(jen.Id("o").Dot("Copy").Call(v))
			w.lit(`"`)
			return
		}
		w.vary = append(w.vary, jen.Qual(emit.JSON, "TextMax").Call(jen.Add(v)))
		if w.nested == 0 && w.row.fields[w.column].view {
			w.lit(`"`)
			w.flush()
			w.out(jen.Qual(emit.JSON, "View").Call(jen.Id("o"), v))
			w.lit(`"`)
			return
		}
		w.flush()
		w.out(jen.Qual(emit.JSON, "Text").Call(jen.Id("o"), v))
	case types.Float:
		w.put(32, jen.Qual(emit.JSON, "Number").Call(jen.Id("o"), v))
	case types.Decimal:
		if w.sink.Prop("decimal.format", "number") == "string" {
			w.lit(`"`)
			w.plain(t, v)
			w.lit(`"`)
			return
		}
		w.plain(t, v)
	case types.Integer, types.Boolean:
		w.plain(t, v)
	case types.Timestamp:
		w.timestamp(v, `"`)
	case types.Date, types.Time, types.Interval, types.YearMonth, types.UUID, types.Bytes:
		w.lit(`"`)
		w.plain(t, v)
		w.lit(`"`)
	case types.Array, types.Map:
		w.appended(nested(w.block()).AppendJSON(jen.Id("o").Dot("Done").Call(jen.Id("b")), t, w.form(), v))
	case types.Null:
		w.lit("null")
	case types.Struct:
		w.nested++
		for i, f := range t.Fields {
			if i == 0 {
				w.lit("{")
			} else {
				w.lit(",")
			}
			w.lit(jsonKey(f.Name))
			w.jsonColumn(f.Col, jen.Add(v).Dot(emit.FieldName(t, i)))
		}
		w.lit("}")
		w.nested--
	case types.JSON:
		w.flush()
		w.vary = append(w.vary, jen.Len(jen.Add(v)))
		w.out(jen.Id("o").Dot("Raw").Call(v))
	default:
		panic("bug: no JSON form for " + t.String())
	}
}

// block is where the functions and formats that values need are declared.
func (w *rowWriter) block() *emit.Block {
	return &emit.Block{Func: &emit.Func{Statics: w.g.statics}}
}

// form is how the sink wants values within ARRAYs and MAPs.
func (w *rowWriter) form() emit.JSONForm {
	return emit.JSONForm{DecimalText: w.sink.Prop("decimal.format", "number") == "string", Timestamp: w.sink.Prop("timestamp.format", "iso8601")}
}

// appended writes a value of any length: the code appends it to what has been written, and then there is room for the rest of the row again.
func (w *rowWriter) appended(code *jen.Statement) {
	w.flush()
	w.again = true
	w.code = append(w.code, jen.Id("b").Op("=").Add(code), jen.List(jen.Id("o"), jen.Id("b")).Op("=").Qual(emit.Text, "Reserve").Call(jen.Id("b"), jen.Id("size")))
}

// put writes at most n bytes.
func (w *rowWriter) put(n int, call *jen.Statement) {
	w.flush()
	w.fixed += n
	w.out(call)
}

// plain writes a value without quotes.
func (w *rowWriter) plain(t types.Type, v *jen.Statement) {
	o := jen.Id("o")
	switch t.Kind {
	case types.Integer:
		w.put(20, o.Dot("Int").Call(v))
	case types.Boolean:
		w.put(5, o.Dot("Bool").Call(v))
	case types.Decimal:
		if t.Wide() {
			w.put(41, o.Dot("Wide").Call(jen.Add(v).Dot("Hi"), jen.Add(v).Dot("Lo"), jen.Lit(t.Scale)))
			return
		}
		w.put(21, o.Dot("Fixed").Call(v, jen.Lit(t.Scale)))
	case types.Float:
		w.put(32, o.Dot("Float").Call(v))
	case types.Date:
		w.put(20, o.Dot("Date").Call(v))
	case types.Time:
		w.put(20, o.Dot("Clock").Call(v))
	case types.Interval:
		w.put(40, o.Dot("Span").Call(v))
	case types.YearMonth:
		w.put(40, o.Dot("Months").Call(v))
	case types.UUID:
		w.put(36, o.Dot("UUID").Call(v))
	case types.Bytes:
		w.flush()
		w.vary = append(w.vary, jen.Qual(emit.Text, "Base64Max").Call(jen.Add(v)))
		w.out(o.Dot("Base64").Call(v))
	default:
		panic("bug: no text form for " + t.String())
	}
}

// timestamp writes a TIMESTAMP as the sink's timestamp.format says; quote surrounds text forms.
func (w *rowWriter) timestamp(v *jen.Statement, quote string) {
	switch format := w.sink.Prop("timestamp.format", "iso8601"); format {
	case "epoch_millis":
		w.put(20, jen.Id("o").Dot("Int").Call(jen.Qual(emit.SQLFn, "Millis").Call(v)))
	case "epoch_seconds":
		w.put(20, jen.Id("o").Dot("Int").Call(jen.Qual(emit.SQLFn, "UnixSeconds").Call(v)))
	case "iso8601":
		w.lit(quote)
		name := w.timeNames.Unique(w.row.fields[w.column].name)
		w.times = append(w.times, name)
		w.put(40, jen.Id("m").Dot(name).Dot("Put").Call(jen.Id("o"), v))
		w.lit(quote)
	default:
		b := &emit.Block{Func: &emit.Func{Statics: w.g.statics}}
		f := b.Static("time format", format, emit.RT("Must").Call(jen.Qual(emit.SQLFn, "CompileTimeFormat").Call(goString(format))))
		w.lit(quote)
		// A pattern writes at most a few dozen bytes for each of its characters.
		w.put(64+16*len(format), jen.Id("o").Dot("Pattern").Call(f, v))
		w.lit(quote)
	}
}

// csv writes the row as one line of comma-separated values.
func (w *rowWriter) csv(name, _ string) string {
	w.begin()
	delim := csvByte(w.sink.Prop("delimiter", ","))
	for i, f := range w.row.fields {
		if i > 0 {
			w.lit(string(delim))
		}
		if !f.col.Nullable {
			w.cell(i, w.field(i), delim)
			continue
		}
		w.flush()
		outer := w.code
		w.code = nil
		w.cell(i, w.field(i).Dot("V"), delim)
		w.flush()
		w.code = append(outer, jen.If(w.field(i).Dot("Valid")).Block(w.code...))
	}
	if w.changelog == physical.OpColumn {
		w.lit(string(delim))
		w.word(jen.Id("op").Dot("String").Call(), opWord)
	}
	w.lit("\n")
	return w.end(name, "appends a row of "+w.sink.Name+" as CSV.")
}

// raw writes the only column of the row as one line of text; NULL is an empty one.
func (w *rowWriter) raw(name string) string {
	w.begin()
	col, v := w.row.fields[0].col, w.field(0)
	if col.Nullable {
		v = v.Dot("V")
	}
	switch col.Type.Kind {
	case types.String, types.JSON:
		w.vary = append(w.vary, jen.Len(jen.Add(v)))
		w.out(jen.Id("o").Dot("Raw").Call(v))
	case types.Timestamp:
		w.timestamp(v, "")
	case types.Array, types.Map, types.Struct:
		w.appended(nested(w.block()).AppendJSON(jen.Id("o").Dot("Done").Call(jen.Id("b")), col.Type, w.form(), v))
	case types.Null:
	default:
		w.plain(col.Type, v)
	}
	w.flush()
	if col.Nullable && len(w.code) > 1 {
		w.code = []jen.Code{w.code[0], jen.If(w.field(0).Dot("Valid")).Block(w.code[1:]...)}
	}
	w.lit("\n")
	return w.end(name, "appends a row of "+w.sink.Name+" as a line of text.")
}

func csvByte(s string) byte {
	switch s {
	case `\t`, "tab":
		return '\t'
	case "":
		return ','
	}
	return s[0]
}

// cell writes a value that is not NULL as a CSV cell.
func (w *rowWriter) cell(i int, v *jen.Statement, delim byte) {
	t := w.row.fields[i].col.Type
	switch t.Kind {
	case types.String, types.JSON:
		w.flush()
		w.vary = append(w.vary, jen.Qual(emit.CSV, "TextMax").Call(jen.Add(v)))
		w.out(jen.Qual(emit.CSV, "Text").Call(jen.Id("o"), v, jen.LitRune(rune(delim))))
	case types.Timestamp:
		w.timestamp(v, "")
	case types.Bytes:
		w.flush()
		w.vary = append(w.vary, jen.Qual(emit.Text, "Base64Max").Call(jen.Add(v)), jen.Lit(2))
		w.out(jen.Qual(emit.CSV, "Base64").Call(jen.Id("o"), v))
	case types.Array, types.Map, types.Struct:
		w.flush()
		w.celled = true
		cell := jen.Id("m").Dot("cell")
		w.code = append(w.code, jen.Add(cell).Op("=").Add(nested(w.block()).AppendJSON(jen.Add(cell).Index(jen.Op(":").Lit(0)), t, w.form(), v)))
		w.appended(jen.Qual(emit.CSV, "AppendText").Call(jen.Id("o").Dot("Done").Call(jen.Id("b")), jen.Qual(emit.Text, "View").Call(cell), jen.LitRune(rune(delim))))
	case types.Null:
	default:
		w.plain(t, v)
	}
}

// keySeparator stands between the columns of a record key.
func keySeparator(sink *catalog.Sink) string {
	if sink.Connector == "table_sink" {
		return "\x1f" // as package table has it
	}
	return "|"
}

// key writes the record key: the text of the columns, joined; NULL is empty.
func (w *rowWriter) key(name string, columns []int) string {
	w.begin()
	for n, i := range columns {
		if n > 0 {
			w.lit(keySeparator(w.sink))
		}
		f := w.row.fields[i]
		v := w.field(i)
		if f.col.Nullable {
			v = v.Dot("V")
		}
		w.flush()
		outer := w.code
		w.code = nil
		switch f.col.Type.Kind {
		case types.String, types.JSON, types.Bytes:
			w.vary = append(w.vary, jen.Len(jen.Add(v)))
			w.out(jen.Id("o").Dot("Raw").Call(v))
		case types.Array, types.Map, types.Struct:
			w.appended(nested(w.block()).AppendJSON(jen.Id("o").Dot("Done").Call(jen.Id("b")), f.col.Type, emit.JSONForm{}, v))
		case types.Timestamp:
			w.put(40, jen.Id("o").Dot("Timestamp").Call(v))
		default:
			w.plain(f.col.Type, v)
		}
		w.flush()
		body := w.code
		w.code = outer
		if f.col.Nullable {
			body = []jen.Code{jen.If(w.field(i).Dot("Valid")).Block(body...)}
		}
		w.code = append(w.code, body...)
	}
	return w.end(name, fmt.Sprintf("appends the record key of a row of %s.", w.sink.Name))
}
