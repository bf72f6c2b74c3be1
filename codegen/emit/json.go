package emit

import (
	"encoding/json"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// TimeForm says how the numbers and texts of a DATE, TIME, TIMESTAMP or INTERVAL are read.
type TimeForm struct {
	Number *jen.Statement // func(int64) (int64, error); nil: numbers are read as text
	Text   *jen.Statement // func(string) (int64, error)
	Want   string
	Millis bool // numbers are milliseconds
}

// TimeFormOf is the form of values for which nothing else is declared.
func TimeFormOf(t types.Type) TimeForm {
	fn := func(name string) *jen.Statement { return jen.Qual(SQLFn, name) }
	switch t.Kind {
	case types.Date:
		return TimeForm{Number: fn("DateFromMillis"), Text: fn("ParseDate"), Want: "a DATE (2006-01-02)"}
	case types.Time:
		return TimeForm{Number: fn("FromMillis"), Text: fn("ParseTime"), Want: "a TIME (15:04:05)"}
	case types.Interval:
		return TimeForm{Number: fn("FromMillis"), Text: fn("ParseInterval"), Want: "an INTERVAL"}
	case types.YearMonth:
		return TimeForm{Number: fn("Months"), Text: fn("ParseMonths"), Want: "an INTERVAL YEAR TO MONTH (P1Y2M or a number of months)"}
	}
	return TimeForm{
		Number: fn("FromMillis"), Text: fn("ParseTimestamp"),
		Want: "a TIMESTAMP (RFC 3339 text or milliseconds since 1970)", Millis: true,
	}
}

// ScanJSON reads the current value of the scanner k as a value of type t that is not made of others: an rt.Null.
func ScanJSON(k *jen.Statement, t types.Type, f TimeForm) *jen.Statement {
	k = jen.Add(k)
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
	case types.Timestamp, types.Date, types.Time, types.Interval, types.YearMonth:
		return k.Dot("Time").Call(jen.Lit(f.Want), f.Number, f.Text)
	case types.UUID:
		return k.Dot("UUID").Call()
	case types.Bytes:
		return k.Dot("Bytes").Call()
	case types.JSON:
		return k.Dot("Raw").Call()
	}
	panic("bug: no JSON form for a value of type " + t.String())
}

// ReadJSON names the function func(k *json.Scanner, v *T) bool that reads the current value of the scanner into v, using its memory again. It
// returns false for null and after an error.
func (n Nested) ReadJSON(t types.Type) *jen.Statement {
	params := []jen.Code{jen.Id("k").Op("*").Qual(JSON, "Scanner"), jen.Id("v").Op("*").Add(GoType(t))}
	return n.function("read", "reads the current value into v; false for null.", t, params, []jen.Code{jen.Bool()}, func() []jen.Code {
		switch t.Kind {
		case types.Array:
			return n.readArray(t)
		case types.Map:
			return n.readMap(t)
		}
		return n.readStruct(t)
	})
}

func (n Nested) readArray(t types.Type) []jen.Code {
	v, k := jen.Op("*").Id("v"), jen.Id("k")
	loop := append([]jen.Code{
		jen.Add(v).Op("=").Add(RT("Next")).Call(jen.Add(v)),
	}, n.readPart(k, part{t.ElemCol(), jen.Parens(jen.Add(v)).Index(jen.Len(jen.Add(v)).Op("-").Lit(1))}, jen.Add(k).Dot("NullElement").Call())...)
	return []jen.Code{
		jen.Add(v).Op("=").Parens(jen.Add(v)).Index(jen.Op(":").Lit(0)),
		jen.If(jen.Op("!").Add(k).Dot("OpenArray").Call()).Block(jen.Return(jen.False())),
		jen.For(jen.Add(k).Dot("Elem").Call()).Block(loop...),
		jen.Return(jen.True()),
	}
}

func (n Nested) readMap(t types.Type) []jen.Code {
	v, k, e := jen.Op("*").Id("v"), jen.Id("k"), jen.Id("e")
	loop := []jen.Code{
		jen.Add(v).Op("=").Add(RT("Next")).Call(jen.Add(v)),
		jen.Add(e).Op(":=").Op("&").Parens(jen.Add(v)).Index(jen.Len(jen.Add(v)).Op("-").Lit(1)),
	}
	if t.Key.Kind == types.String {
		loop = append(loop, jen.Add(e).Dot("Key").Op("=").Add(k).Dot("Name"))
	} else {
		loop = append(loop,
			jen.Var().Err().Error(),
			jen.If(jen.List(jen.Add(e).Dot("Key"), jen.Err()).Op("=").Add(KeyOfText(*t.Key, jen.Add(k).Dot("Name"))), jen.Err().Op("!=").Nil()).
				Block(jen.Add(k).Dot("BadKey").Call(jen.Err())))
	}
	loop = append(loop, n.readPart(k, part{t.ElemCol(), jen.Add(e).Dot("Value")}, jen.Add(k).Dot("NullElement").Call())...)
	return []jen.Code{
		jen.Add(v).Op("=").Parens(jen.Add(v)).Index(jen.Op(":").Lit(0)),
		jen.If(jen.Op("!").Add(k).Dot("Open").Call()).Block(jen.Return(jen.False())),
		jen.For(jen.Add(k).Dot("Key").Call()).Block(loop...),
		jen.Add(v).Op("=").Add(RT("Unique")).Call(jen.Add(v)),
		jen.Return(jen.True()),
	}
}

// KeyOfText converts the text of a MAP's key; the result is a value and an error.
func KeyOfText(t types.Type, text *jen.Statement) *jen.Statement {
	if t.Kind == types.Decimal {
		fn := "Parse"
		if t.Wide() {
			fn = "ParseWide"
		}
		return jen.Qual(Decimal, fn).Call(text, jen.Lit(t.Precision), jen.Lit(t.Scale), jen.Qual(Decimal, "Exact"))
	}
	return jen.Qual(SQLFn, CastOfText[t.Kind]).Call(text)
}

// CastOfText are the functions func(string) (T, error) of runtime/sqlfn by which text becomes a value.
var CastOfText = map[types.Kind]string{
	types.Boolean: "CastStringToBoolean", types.Integer: "CastStringToInteger", types.Float: "CastStringToFloat", types.Date: "CastStringToDate",
	types.Time: "CastStringToTime", types.Timestamp: "CastStringToTimestamp", types.Interval: "CastStringToInterval",
	types.YearMonth: "CastStringToMonths", types.UUID: "CastStringToUUID",
}

func (n Nested) readStruct(t types.Type) []jen.Code {
	k := jen.Id("k")
	var has, cases, after []jen.Code
	for i, p := range fields(t, jen.Id("v")) {
		name := t.Fields[i].Name
		if p.col.Nullable {
			has = append(has, jen.Add(p.code).Dot("Valid").Op("=").False())
			cases = append(cases, jen.Case(jen.Lit(name)).Block(n.readPart(k, p, nil)...))
			continue
		}
		seen := "has" + FieldName(t, i)
		has = append(has, jen.Id(seen).Op(":=").False())
		cases = append(cases, jen.Case(jen.Lit(name)).Block(n.readInto(k, p, jen.Id(seen))...))
		after = append(after, jen.If(jen.Op("!").Id(seen)).Block(jen.Add(k).Dot("Missing").Call(jen.Lit(name))))
	}
	cases = append(cases, jen.Default().Block(jen.Add(k).Dot("Skip").Call()))
	body := append([]jen.Code{jen.If(jen.Op("!").Add(k).Dot("Open").Call()).Block(jen.Return(jen.False()))}, has...)
	body = append(body, jen.For(jen.Add(k).Dot("Key").Call()).Block(jen.Switch(jen.Add(k).Dot("Name")).Block(cases...)))
	return append(append(body, after...), jen.Return(jen.True()))
}

// readPart reads the current value into a part; missing is what happens to a null where none may be.
func (n Nested) readPart(k *jen.Statement, p part, missing *jen.Statement) []jen.Code {
	t := p.col.Type
	v, valid := p.value()
	switch {
	case t.Nested() && valid != nil:
		return []jen.Code{valid.Op("=").Add(n.ReadJSON(t)).Call(k, jen.Op("&").Add(v))}
	case t.Nested():
		return []jen.Code{jen.If(jen.Op("!").Add(n.ReadJSON(t)).Call(k, jen.Op("&").Add(v))).Block(missing)}
	case valid != nil:
		return []jen.Code{jen.Add(p.code).Op("=").Add(ScanJSON(k, t, TimeFormOf(t)))}
	}
	return []jen.Code{
		jen.Id("x").Op(":=").Add(ScanJSON(k, t, TimeFormOf(t))),
		jen.If(jen.Op("!").Id("x").Dot("Valid")).Block(missing),
		v.Op("=").Id("x").Dot("V"),
	}
}

// readInto reads the current value into a NOT NULL part and notes in seen whether there was one.
func (n Nested) readInto(k *jen.Statement, p part, seen *jen.Statement) []jen.Code {
	if p.col.Type.Nested() {
		return []jen.Code{jen.Add(seen).Op("=").Add(n.ReadJSON(p.col.Type)).Call(k, jen.Op("&").Add(p.code))}
	}
	return []jen.Code{
		jen.Id("x").Op(":=").Add(ScanJSON(k, p.col.Type, TimeFormOf(p.col.Type))),
		jen.List(jen.Add(p.code), jen.Add(seen)).Op("=").List(jen.Id("x").Dot("V"), jen.Id("x").Dot("Valid")),
	}
}

// JSONForm is how a sink writes values; the zero JSONForm is how CAST does.
type JSONForm struct {
	DecimalText bool   // DECIMAL as a text
	Timestamp   string // epoch_millis, epoch_seconds or a pattern; "" and iso8601: ISO 8601
}

// AppendJSON appends a value of type t that is not NULL to the bytes b, as JSON, and makes the code of the result.
func (n Nested) AppendJSON(b *jen.Statement, t types.Type, f JSONForm, v *jen.Statement) *jen.Statement {
	call := func(pkg, fn string, more ...jen.Code) *jen.Statement {
		return jen.Qual(pkg, fn).Call(append([]jen.Code{b, v}, more...)...)
	}
	switch t.Kind {
	case types.String:
		return call(JSON, "AppendText")
	case types.Integer:
		return call("strconv", "AppendInt", jen.Lit(10))
	case types.Float:
		return call(JSON, "AppendFloat")
	case types.Boolean:
		return call("strconv", "AppendBool")
	case types.Decimal:
		return appendDecimal(b, t, f, v)
	case types.Timestamp:
		return n.appendTimestamp(b, f, v)
	case types.Date:
		return call(JSON, "AppendDate")
	case types.Time:
		return call(JSON, "AppendTime")
	case types.Interval:
		return call(JSON, "AppendSpan")
	case types.YearMonth:
		return call(JSON, "AppendMonths")
	case types.UUID:
		return call(JSON, "AppendUUID")
	case types.Bytes:
		return call(JSON, "AppendBytes")
	case types.JSON:
		return jen.Append(b, jen.Add(v).Op("..."))
	case types.Null:
		return jen.Append(b, jen.Lit("null").Op("..."))
	}
	return n.writer(t, f).Call(b, v)
}

func appendDecimal(b *jen.Statement, t types.Type, f JSONForm, v *jen.Statement) *jen.Statement {
	fn, pkg := "Append", Decimal
	if f.DecimalText {
		fn, pkg = "AppendDecimal", JSON
	}
	if !t.Wide() {
		return jen.Qual(pkg, fn).Call(b, v, jen.Lit(t.Scale))
	}
	if f.DecimalText {
		return jen.Qual(JSON, "AppendDecimalWide").Call(b, v, jen.Lit(t.Scale))
	}
	return jen.Add(v).Dot("Append").Call(b, jen.Lit(t.Scale))
}

func (n Nested) appendTimestamp(b *jen.Statement, f JSONForm, v *jen.Statement) *jen.Statement {
	switch f.Timestamp {
	case "", "iso8601":
		return jen.Qual(JSON, "AppendTimestamp").Call(b, v)
	case "epoch_millis":
		return jen.Qual("strconv", "AppendInt").Call(b, jen.Qual(SQLFn, "Millis").Call(v), jen.Lit(10))
	case "epoch_seconds":
		return jen.Qual("strconv", "AppendInt").Call(b, jen.Qual(SQLFn, "UnixSeconds").Call(v), jen.Lit(10))
	}
	block := &Block{Func: &Func{Statics: n.Statics}}
	form := block.Static("time format", f.Timestamp, RT("Must").Call(jen.Qual(SQLFn, "CompileTimeFormat").Call(jen.Lit(f.Timestamp))))
	return jen.Qual(JSON, "AppendPattern").Call(b, form, v)
}

// writer names the function func(b []byte, v T) []byte that appends a nested value as JSON.
func (n Nested) writer(t types.Type, f JSONForm) *jen.Statement {
	b := jen.Id("b")
	if f.Timestamp == "iso8601" {
		f.Timestamp = ""
	}
	key := "append " + t.String()
	if f.DecimalText {
		key += " decimal text"
	}
	key += " " + f.Timestamp // functions of several forms share a name, with a number behind it
	return jen.Id(n.Func("append"+NestedName(t), key, func(name string) *jen.Statement {
		return jen.Comment("// "+name+" appends v as JSON.").Line().Func().Id(name).
			Params(b.Clone().Index().Byte(), jen.Id("v").Add(GoType(t))).Index().Byte().Block(n.writeBody(t, f)...).Line()
	}))
}

func (n Nested) writeBody(t types.Type, f JSONForm) []jen.Code {
	b, e := jen.Id("b"), jen.Id("e")
	text := func(s string) *jen.Statement {
		if len(s) == 1 {
			return jen.Add(b).Op("=").Append(jen.Add(b), jen.LitRune(rune(s[0])))
		}
		return jen.Add(b).Op("=").Append(jen.Add(b), GoText(s).Op("..."))
	}
	var body []jen.Code
	if t.Kind == types.Struct {
		for i, p := range fields(t, jen.Id("v")) {
			name, _ := json.Marshal(t.Fields[i].Name)
			body = append(body, text(map[bool]string{true: "{", false: ","}[i == 0]+string(name)+":"))
			body = append(body, n.writePart(b, p, f)...)
		}
		if len(t.Fields) == 0 {
			body = append(body, text("{"))
		}
		return append(body, jen.Return(jen.Append(b, jen.LitRune('}'))))
	}
	open, closing := "[", ']'
	if t.Kind == types.Map {
		open, closing = "{", '}'
	}
	loop := []jen.Code{jen.If(jen.Id("i").Op(">").Lit(0)).Block(text(","))}
	p := part{t.ElemCol(), e}
	if t.Kind == types.Map {
		p.code = jen.Add(e).Dot("Value")
		loop = append(loop, n.writeKey(b, *t.Key, jen.Add(e).Dot("Key"), text)...)
	}
	loop = append(loop, n.writePart(b, p, f)...)
	return []jen.Code{
		text(open),
		jen.For(jen.List(jen.Id("i"), e).Op(":=").Range().Id("v")).Block(loop...),
		jen.Return(jen.Append(b, jen.LitRune(closing))),
	}
}

// writeKey writes the key of an entry, in quotes.
func (n Nested) writeKey(b *jen.Statement, t types.Type, key *jen.Statement, text func(string) *jen.Statement) []jen.Code {
	set := jen.Add(b).Op("=").Add(n.AppendJSON(b, t, JSONForm{}, key))
	switch t.Kind {
	case types.Integer, types.Decimal, types.Boolean:
		return []jen.Code{text(`"`), set, text(`":`)}
	}
	return []jen.Code{set, text(":")}
}

func (n Nested) writePart(b *jen.Statement, p part, f JSONForm) []jen.Code {
	v, valid := p.value()
	set := jen.Add(b).Op("=").Add(n.AppendJSON(b, p.col.Type, f, v))
	if valid == nil {
		return []jen.Code{set}
	}
	return []jen.Code{jen.If(valid).Block(set).Else().Block(jen.Add(b).Op("=").Append(jen.Add(b), jen.Lit("null").Op("...")))}
}
