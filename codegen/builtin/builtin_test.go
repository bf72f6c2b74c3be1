package builtin

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen"
	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// Every example is bound, emitted with constants, with columns and with nullable columns as arguments, run, and compared.
func TestExamples(t *testing.T) {
	p := newProgram(t)
	for _, f := range Scalars() {
		for _, ex := range f.Examples {
			if f.Category == Arrays {
				continue // codegen makes ARRAYs; golden/functions runs these
			}
			exprs := bindSQL(t, ex.SQL+" AS got, "+ex.Want+" AS want")
			want := exprs[1].(*expr.Lit)
			got := exprs[0].Col()
			if w := want.T.Type; want.Val != nil && !sameForm(got.Type, w) {
				t.Errorf("%s is of type %s, its result %s of type %s", ex.SQL, got.Type, ex.Want, w)
			}
			if want.Val == nil && !got.Nullable {
				t.Errorf("%s is NULL although its type is %s", ex.SQL, got)
			}
			for _, s := range []shape{constants, columns, nullables} {
				b := p.block()
				v := emitter{t, b, s}.value(exprs[0])
				p.add(ex.SQL+" of "+string(s), b, v, showConst(want.T.Type, want.Val))
			}
		}
	}
	addAggregates(t, p)
	p.run()
}

// sameForm tells whether values of both types are written alike: a DECIMAL of scale 0 is written as an INTEGER.
func sameForm(got, want types.Type) bool {
	whole := func(t types.Type) bool { return t.Kind == types.Integer || t.Kind == types.Decimal && t.Scale == 0 }
	return got.Kind == want.Kind && got.Scale == want.Scale || whole(got) && whole(want)
}

// addAggregates adds each example of an aggregate: its rows in one accumulator, and split into two that are merged, at each place.
func addAggregates(t *testing.T, p *program) {
	for _, a := range Aggregates() {
		for _, ex := range a.Examples {
			if strings.Contains(ex.SQL, "COUNT(DISTINCT") {
				continue // the set of values seen is kept by codegen, not here
			}
			if strings.HasPrefix(ex.Want, "ARRAY[") || strings.HasPrefix(ex.Want, "MAP[") {
				continue // codegen makes these; golden/functions runs these
			}
			c := callOf(t, a, ex)
			i, params, result, err := types.Choose(Set.Aggregate(a.Name), c.args)
			if err != nil {
				t.Fatalf("%s: %v", ex.SQL, err)
			}
			var cols []types.Col
			for k := range c.args {
				c.args[k].Type = params[k]
				if v, ok := c.args[k].Value.(*big.Int); ok && params[k].Kind == types.Float {
					c.args[k].Value = new(big.Rat).SetFrac(v, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.scale[k])), nil)).FloatString(12)
					c.args[k].Value, _ = strconv.ParseFloat(c.args[k].Value.(string), 64)
				} else if v, ok := c.args[k].Value.(int64); ok && params[k].Kind == types.Float {
					c.args[k].Value = float64(v)
				}
				c.literals = append(c.literals, c.args[k].Value)
				cols = append(cols, c.args[k].Col)
			}
			if w := c.want.T.Type; c.want.Val != nil && (w.Kind != result.Type.Kind || w.Scale != result.Type.Scale) {
				t.Errorf("%s is of type %s, its result %s of type %s", ex.SQL, result.Type, ex.Want, w)
			}
			state := Code.Aggregate(a.Name, i, result, cols, c.literals, strings.Contains(ex.SQL, "DISTINCT "))
			b := p.block()
			back := Code.Retracting(a.Name, i, result, cols, c.literals, strings.Contains(ex.SQL, "DISTINCT "))
			p.add(fmt.Sprintf("%s over %s, with rows taken back", ex.SQL, strings.Join(ex.Rows, ", ")), b, c.retract(b, back), showConst(c.want.T.Type, c.want.Val))
			for cut := range len(c.rows) {
				b := p.block()
				v := c.accumulate(b, state, cut)
				name := fmt.Sprintf("%s over %s, cut at %d", ex.SQL, strings.Join(ex.Rows, ", "), cut)
				p.add(name, b, v, showConst(c.want.T.Type, c.want.Val))
			}
		}
	}
}

// aggregateCall is an example of an aggregate, bound: each argument is a column of the rows, or a literal.
type aggregateCall struct {
	want     *expr.Lit
	rows     [][]*expr.Lit
	args     []types.Arg
	column   []int // of the row that each argument reads; -1: a literal
	scale    []int
	literals []any
}

func callOf(t *testing.T, a *Aggregate, ex AggregateExample) *aggregateCall {
	_, list, _ := strings.Cut(strings.TrimSuffix(ex.SQL, ")"), "(")
	list = strings.TrimPrefix(list, "DISTINCT ")
	c := &aggregateCall{want: bindSQL(t, ex.Want+" AS want")[0].(*expr.Lit)}
	for _, r := range ex.Rows {
		var row []*expr.Lit
		for i, e := range bindSQL(t, strings.ReplaceAll(r, ";", ",")) {
			l, ok := e.(*expr.Lit)
			if !ok {
				t.Fatalf("%s: value %d of row %s is no literal", ex.SQL, i+1, r)
			}
			row = append(row, l)
		}
		c.rows = append(c.rows, row)
	}
	if list == "*" {
		return c
	}
	for _, arg := range bindArguments(list) {
		column := strings.Index("xyz", arg)
		c.column = append(c.column, column)
		if column < 0 {
			l := bindSQL(t, arg+" AS a")[0].(*expr.Lit)
			c.args = append(c.args, types.Arg{Col: l.T, Value: l.Val})
			c.scale = append(c.scale, l.T.Type.Scale)
			continue
		}
		col := types.Col{Type: types.TInteger}
		for _, r := range c.rows {
			if r[column].Val == nil {
				col.Nullable = true
			} else {
				col.Type = r[column].T.Type
			}
		}
		c.args = append(c.args, types.ArgOf(col))
		c.scale = append(c.scale, col.Type.Scale)
	}
	return c
}

// bindArguments cuts a list of arguments that hold no parentheses.
func bindArguments(list string) []string {
	var args []string
	for arg := range strings.SplitSeq(list, ", ") {
		args = append(args, arg)
	}
	return args
}

// accumulate adds rows to two states, the first cut of them to the first, writes the second into a snapshot, and merges what is read of that into the first.
func (c *aggregateCall) accumulate(b *emit.Block, a emit.Aggregate, cut int) emit.Value {
	part := func(suffix string) (fields []*jen.Statement) {
		for _, f := range a.Fields {
			name := b.Names.Unique(f.Name + suffix)
			b.Add(jen.Var().Id(name).Add(f.Type), jen.Id("_").Op("=").Id(name))
			fields = append(fields, jen.Id(name))
		}
		return fields
	}
	first, second := part("First"), part("Second")
	c.feed(b, a, c.rows[:cut], func(in *emit.Block, k int, vals []emit.Value) { a.Fields[k].Add(in, first[k], vals) })
	c.feed(b, a, c.rows[cut:], func(in *emit.Block, k int, vals []emit.Value) { a.Fields[k].Add(in, second[k], vals) })
	b.Add(jen.Var().Id("snapshot").Index().Byte())
	restored := part("Restored")
	for k, f := range a.Fields {
		f.Form.Append(b, jen.Id("snapshot"), second[k])
	}
	b.Add(jen.Id("r").Op(":=").Qual(emit.State, "Read").Call(jen.Id("snapshot")))
	for k, f := range a.Fields {
		f.Form.Decode(b, jen.Id("r"), restored[k])
	}
	b.Add(jen.If(jen.List(jen.Id("rest"), jen.Err()).Op(":=").Id("r").Dot("End").Call(), jen.Err().Op("!=").Nil().Op("||").Len(jen.Id("rest")).Op(">").Lit(0)).Block(
		jen.Return(jen.Qual("fmt", "Sprint").Call(jen.Lit("snapshot: "), jen.Id("rest"), jen.Err()))))
	for k, f := range a.Fields {
		f.Merge(b, first[k], restored[k])
	}
	return a.Final(b, first)
}

// retract adds all rows, takes them back, adds them twice, and takes them back once.
func (c *aggregateCall) retract(b *emit.Block, a emit.Aggregate) emit.Value {
	var fields []*jen.Statement
	for _, f := range a.Fields {
		name := b.Names.Unique(f.Name)
		b.Add(jen.Var().Id(name).Add(f.Type))
		fields = append(fields, jen.Id(name))
	}
	for _, add := range []bool{true, false, true, true, false} {
		c.feed(b, a, c.rows, func(in *emit.Block, k int, vals []emit.Value) {
			step := a.Fields[k].Retract
			if add {
				step = a.Fields[k].Add
			}
			step(in, fields[k], vals)
		})
	}
	return a.Final(b, fields)
}

// feed writes a step for each field and row that the aggregate takes.
func (c *aggregateCall) feed(b *emit.Block, a emit.Aggregate, rows [][]*expr.Lit, step func(in *emit.Block, field int, vals []emit.Value)) {
next:
	for _, r := range rows {
		var vals []emit.Value
		for k, arg := range c.args {
			val := arg.Value
			if at := c.column[k]; at >= 0 {
				val = r[at].Val
			}
			if n, ok := val.(int64); ok && arg.Type.Kind == types.Float {
				val = float64(n)
			}
			x := constant(arg.Type, val)
			if val == nil && !a.NullsToo {
				continue next
			}
			if x.Valid == nil && arg.Nullable && a.NullsToo {
				x.Valid = jen.True()
			}
			x.IsConst, x.Const = false, nil // a column
			vals = append(vals, x)
		}
		for k := range a.Fields {
			in := b.Inner()
			step(in, k, append([]emit.Value(nil), vals...))
			b.Add(jen.Block(in.Code()...))
		}
	}
}

// Every overload compiles with every kind of argument that it takes, NULL or not.
func TestOverloadsCompile(t *testing.T) {
	p := newProgram(t)
	n := 0
	for _, f := range Scalars() {
		for i, o := range f.Overloads {
			for _, cols := range argumentTypes(o.Sig) {
				for _, nullable := range []bool{false, true} {
					n++
					p.compile(fmt.Sprintf("%s #%d %d", f.Name, i, n), o.Sig, i, f, cols, nullable)
				}
			}
		}
	}
	for _, a := range Aggregates() {
		for i, o := range a.Overloads {
			for _, cols := range argumentTypes(o.Sig) {
				for _, nullable := range []bool{false, true} {
					n++
					for _, distinct := range []bool{false, true} {
						p.compileAggregate(fmt.Sprintf("%s #%d %d distinct %v", a.Name, i, n, distinct), o.Sig, i, a, cols, nullable, distinct && len(cols) > 0)
					}
				}
			}
		}
	}
	p.run()
}

// samples are the types that stand for a class of parameters.
var samples = map[types.Class][]types.Type{
	types.AnyArray:   {types.TArray(types.Col{Type: types.TInteger}), types.TArray(types.Col{Type: types.TString, Nullable: true})},
	types.AnyMap:     {types.TMap(types.TString, types.Col{Type: types.TInteger}), types.TMap(types.TInteger, types.Col{Type: types.TString, Nullable: true})},
	types.AnyDecimal: {types.TDecimal(10, 2), types.TDecimal(30, 4), types.TDecimal(38, 0)},
	types.Numeric:    {types.TInteger, types.TFloat, types.TDecimal(10, 2)},
	types.Orderable: {types.TInteger, types.TFloat, types.TDecimal(10, 2), types.TDecimal(30, 4), types.TString, types.TBoolean, types.TBytes, types.TTimestamp, types.TDate,
		types.TArray(types.Col{Type: types.TString, Nullable: true}), types.TStruct(types.Field{Name: "a", Col: types.Col{Type: types.TFloat}}, types.Field{Name: "b", Col: types.Col{Type: types.TArray(types.Col{Type: types.TDecimal(30, 4)}), Nullable: true}})},
	types.Keyable:  {types.TString, types.TInteger, types.TDecimal(30, 4), types.TBoolean, types.TUUID},
	types.Anything: {types.TInteger, types.TDecimal(30, 4), types.TString, types.TBoolean, types.TBytes},
	types.Scalar:   {types.TInteger, types.TFloat, types.TDecimal(10, 2), types.TDecimal(30, 4), types.TString, types.TBoolean, types.TBytes, types.TTimestamp, types.TDate, types.TTime, types.TInterval},
}

// The registry is complete and says what it must: every entry has a doc, an example and overloads of its own name.
func TestEntries(t *testing.T) {
	for _, f := range Scalars() {
		if f.Doc == "" || !strings.HasSuffix(f.Doc, ".") || f.Category == "" {
			t.Errorf("%s needs a category and a doc of whole sentences", f.Name)
		}
		if len(f.Examples) == 0 && !f.Volatile {
			t.Errorf("%s has no example", f.Name)
		}
		for _, o := range f.Overloads {
			if o.Sig.Name != f.Name || (o.Emit == nil) == (o.Lazy == nil) {
				t.Errorf("%s: overload %s", f.Name, o.Sig)
			}
		}
		for _, n := range scalarNames(f) {
			if Set.Doc(n) != f.Doc || Set.Volatile(n) != f.Volatile || len(Set.Scalar(n)) != len(f.Overloads) || !slices.Contains(Set.Names(), n) {
				t.Errorf("%s is not found as %s", f.Name, n)
			}
		}
	}
	for _, a := range Aggregates() {
		if a.Doc == "" || len(a.Examples) == 0 || len(Set.Aggregate(a.Name)) == 0 || Set.Doc(a.Name) != a.Doc {
			t.Errorf("%s is incomplete", a.Name)
		}
	}
	if Set.Scalar("NO_SUCH") != nil || Set.Aggregate("UPPER") != nil || Set.Scalar("SUM") != nil {
		t.Error("functions are found that do not exist")
	}
}

// Mistakes in calls are found when they are compiled, and the messages name the argument and what it should be.
func TestMistakes(t *testing.T) {
	text := func(s string) types.Arg {
		return types.Arg{Col: types.Col{Type: types.TString}, Text: true, Value: s}
	}
	column := func(x types.Type) types.Arg { return types.ArgOf(types.Col{Type: x}) }
	for _, tt := range []struct {
		name string
		args []types.Arg
		at   int
		want string
	}{
		{"SUBSTRING", []types.Arg{text("abc"), text("x")}, 1, "argument 2 of SUBSTRING is start INTEGER, but this is STRING"},
		{"REGEXP", []types.Arg{text("abc"), text("(")}, 1, "argument 2 of REGEXP: missing closing ): `(` in a regular expression"},
		{"REGEXP", []types.Arg{text("abc"), text("a"), text("q")}, 2, "argument 3 of REGEXP: unknown flag 'q' of a regular expression (known: g, i, m, s)"},
		{"REGEXP", []types.Arg{text("abc"), column(types.TString)}, 1, "argument 2 of REGEXP, pattern, must be a literal: it decides how the job is compiled"},
		{"DATE_FORMAT", []types.Arg{column(types.TTimestamp), text("%Q")}, 1, "argument 2 of DATE_FORMAT: the time pattern '%Q' has the unknown specifier %Q (known: %Y %m %d %H %M %S %.3f %z, see DATE_FORMAT)"},
		{"DATE_TRUNC", []types.Arg{text("fortnight"), column(types.TTimestamp)}, 0, "argument 1 of DATE_TRUNC: 'fortnight' is not a unit of time (known: DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, MONTH, QUARTER, SECOND, WEEK, YEAR)"},
		{"EXTRACT", []types.Arg{text("YEAR"), column(types.TInterval)}, 0, "argument 1 of EXTRACT: 'YEAR' is not a part of an INTERVAL (known: DAY, EPOCH, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND)"},
		{"UPPER", []types.Arg{column(types.TInteger)}, 0, "argument 1 of UPPER is s STRING, but this is INTEGER"},
		{"NOW", []types.Arg{column(types.TInteger)}, -1, "NOW takes no arguments, but 1 is given"},
	} {
		_, _, _, err := types.Choose(Set.Scalar(tt.name), tt.args)
		m, ok := err.(*types.Mismatch)
		if !ok || m.Arg != tt.at || m.Message != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// Where a rule of three words does not do, functions say themselves when they can be NULL.
func TestNullability(t *testing.T) {
	for sql, want := range map[string]bool{
		`MOD(7, 3)`: false, `MOD(7, 0)`: true, `IF(NULL, 1, 2)`: false, `IF(TRUE, NULL, 2)`: true, `COALESCE(NULLIF(1, 1), 2)`: false,
		`NULLIF(1, 2)`: true, `CONCAT(NULL)`: false, `CONCAT_WS(',', NULL)`: false, `LEAST(NULL, 1)`: false, `UPPER(NULLIF('a', 'b'))`: true, `PI()`: false,
	} {
		if got := bindSQL(t, sql+" AS x")[0].Col().Nullable; got != want {
			t.Errorf("%s can be NULL: %v, want %v", sql, got, want)
		}
	}
}

// NOW and its relatives read the clock where the code that contains them says.
func TestNow(t *testing.T) {
	p := newProgram(t)
	for _, name := range []string{"NOW", "CURRENT_DATE", "CURRENT_TIME", "UNIX_TIMESTAMP"} {
		b := p.block()
		b.Func.Now = func() *jen.Statement { return jen.Int64().Parens(jen.Lit(86400e9 + 5e9)) }
		_, _, col, err := types.Choose(Set.Scalar(name), nil)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"NOW": "86405000000000", "CURRENT_DATE": "1", "CURRENT_TIME": "5000000000", "UNIX_TIMESTAMP": "86405"}[name]
		p.add(name, b, Code.EmitScalar(Set.Scalar(name)[0].Name, 0, col, b, nil), want)
		if !Set.Volatile(name) {
			t.Errorf("%s is not volatile", name)
		}
	}
	p.run()
}

// Arguments that are not needed are not computed: an error in them does not fail the row.
func TestLaziness(t *testing.T) {
	p := newProgram(t)
	failing := func(b *emit.Block) emit.Value {
		b.Func.DivisionByZeroFails = true
		seven, zero := constant(types.TInteger, int64(7)), constant(types.TInteger, int64(0))
		return Code.EmitScalar("MOD", 0, types.Col{Type: types.TInteger}, b, []emit.Value{seven, zero})
	}
	column := func(val, valid string) Thunk {
		return func(b *emit.Block) emit.Value {
			name := b.Names.Unique("column")
			b.Add(jen.Id(name).Op(":=").Add(emit.RT("Null").Types(jen.Int64()).Values(jen.Op(val), jen.Op(valid))))
			return emit.Field(types.Col{Type: types.TInteger, Nullable: true}, jen.Id(name))
		}
	}
	truth := func(b *emit.Block) emit.Value {
		name := b.Names.Unique("condition")
		b.Add(jen.Id(name).Op(":=").Id("c").Dot("Now").Op("==").Lit(0))
		return emit.Named(types.TBoolean, jen.Id(name))
	}
	for _, tt := range []struct {
		name string
		args []Thunk
		want string
	}{
		{"COALESCE", []Thunk{column("5", "true"), failing}, "5"},
		{"COALESCE", []Thunk{column("5", "false"), column("6", "true"), failing}, "6"},
		{"COALESCE", []Thunk{column("5", "false"), column("6", "false"), column("7", "false")}, "NULL"},
		{"COALESCE", []Thunk{column("5", "false"), failing}, "error: test.sql:1:1: division by zero [VR0200]"},
		{"IF", []Thunk{truth, column("5", "true"), failing}, "5"},
		{"IF", []Thunk{truth, failing, column("5", "true")}, "error: test.sql:1:1: division by zero [VR0200]"},
	} {
		b := p.block()
		v := Code.EmitLazy(tt.name, 0, types.Col{Type: types.TInteger, Nullable: true}, b, tt.args)
		p.add(fmt.Sprintf("%s %d", tt.name, len(p.want)), b, v, tt.want)
	}
	p.run()
}

var (
	_ bind.Functions    = Set
	_ codegen.Functions = Code
)

func TestReference(t *testing.T) {
	ref := Reference()
	for _, n := range Set.Names() {
		if !strings.Contains(ref, n) {
			t.Errorf("the reference does not mention %s", n)
		}
	}
	if strings.Contains(ref, "ms INTEGER") || strings.Contains(ref, "DATE_TRUNC(unit STRING LITERAL, ts INTEGER)") {
		t.Error("the reference repeats overloads for milliseconds")
	}
	if ref != Reference() {
		t.Error("the reference differs from call to call")
	}
}

// argumentTypes are lists of argument types: every class through its samples, with and without optional parameters.
func argumentTypes(sig *types.Signature) [][]types.Type {
	lists := [][]types.Type{nil}
	for _, round := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10} {
		for _, full := range []bool{false, true} {
			var list []types.Type
			class := map[string]types.Class{} // of type variables, as their first parameter has it
			for _, p := range sig.Params {
				if _, known := class[p.Var]; !known {
					class[p.Var] = p.Class
				}
				if p.Var != "" {
					p.Class = class[p.Var]
				}
				if p.Optional && !full {
					break
				}
				t := p.Type
				if s := samples[p.Class]; s != nil {
					t = s[round%len(s)]
				}
				if p.Array {
					t = types.TArray(types.Col{Type: t, Nullable: round%2 == 0})
				}
				if p.Keys {
					t = types.TMap(t, types.Col{Type: types.TFloat, Nullable: round%2 == 0})
				}
				list = append(list, t)
				if p.Variadic {
					list = append(list, t)
				}
			}
			lists = append(lists, list)
		}
	}
	if len(sig.Params) > 0 && !sig.Params[0].Variadic {
		lists = lists[1:]
	}
	slices.SortFunc(lists, func(a, b []types.Type) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return slices.CompactFunc(lists, func(a, b []types.Type) bool { return fmt.Sprint(a) == fmt.Sprint(b) })
}

// literalFor is a literal that a LITERAL parameter accepts.
var literalFor = map[string]any{"path": "$.a[*]", "p": 0.5, "alpha": 0.5, "descending": true, "separator": ",", "bits": int64(256), "algorithm": "sha1", "PARSE_URL.part": "QUERY", "TO_CHAR.format": "YYYY", "FORMAT.format": "%s %s", "zone": "Europe/Berlin", "from": "UTC", "to": "+02:00", "weekday": "monday", "precision": int64(3), "part": "EPOCH", "unit": "day", "format": "%Y", "pattern": "a+", "comparison": "<=", "flags": "i", "n": int64(1), "k": int64(3)}

// compile adds a call with zero values that prints nothing of interest: the Go compiler is the test.
func (p *program) compile(name string, sig *types.Signature, i int, f *Function, cols []types.Type, nullable bool) {
	b := p.block()
	args := make([]types.Arg, len(cols))
	vals := make([]emit.Value, len(cols))
	for k, t := range cols {
		args[k] = types.ArgOf(types.Col{Type: t, Nullable: nullable})
		param := sig.Params[min(k, len(sig.Params)-1)]
		if param.Literal {
			value, ok := literalFor[f.Name+"."+param.Name]
			if !ok {
				value = literalFor[param.Name]
			}
			args[k].Value, args[k].Nullable = value, false
			vals[k] = constant(t, args[k].Value)
			continue
		}
		v := b.Names.Unique("column")
		b.Add(jen.Var().Id(v).Add(emit.FieldType(args[k].Col)), jen.Id("_").Op("=").Id(v))
		vals[k] = emit.Field(args[k].Col, jen.Id(v))
	}
	_, result, _, err := sig.Resolve(args)
	if err != nil {
		p.t.Fatalf("%s: %v", sig, err)
	}
	v := Code.EmitScalar(f.Name, i, result, b, vals)
	b.Add(jen.Id("_").Op("=").Add(v.Arg()))
	if v.Valid != nil {
		b.Add(jen.Id("_").Op("=").Add(v.Valid))
		if !nullable && sig.Nulls != types.AlwaysNull {
			p.t.Errorf("%s can be NULL although no argument can", sig)
		}
	} else if result.Nullable && sig.Nulls != types.AlwaysNull {
		p.t.Errorf("%s of %v cannot be NULL although an argument can", sig, cols)
	}
	if !v.Type.Equal(result.Type) {
		p.t.Errorf("%s of %v emits %s instead of %s", sig, cols, v.Type, result.Type)
	}
	p.add(name, b, constant(types.TBoolean, true), anything)
}

func (p *program) compileAggregate(name string, sig *types.Signature, i int, a *Aggregate, cols []types.Type, nullable, distinct bool) {
	b := p.block()
	args := make([]types.Col, len(cols))
	given := make([]types.Arg, len(cols))
	literals := make([]any, len(cols))
	for k, t := range cols {
		args[k] = types.Col{Type: t, Nullable: nullable}
		if param := sig.Params[min(k, len(sig.Params)-1)]; param.Literal {
			args[k].Nullable = false
			literals[k] = literalFor[param.Name]
		}
		given[k] = types.ArgOf(args[k])
		given[k].Value = literals[k]
	}
	_, result, _, err := sig.Resolve(given)
	if err != nil {
		p.t.Fatalf("%s: %v", sig, err)
	}
	state := Code.Aggregate(a.Name, i, result, args, literals, distinct)
	b.Add(jen.Var().Id("snapshot").Index().Byte(), jen.Id("r").Op(":=").Qual(emit.State, "Read").Call(jen.Nil()))
	var fields []*jen.Statement
	for _, f := range state.Fields {
		v := b.Names.Unique(f.Name)
		b.Add(jen.Var().Id(v).Add(f.Type))
		fields = append(fields, jen.Id(v))
		var vals []emit.Value
		for _, c := range args {
			x := b.Names.Unique("column")
			b.Add(jen.Var().Id(x).Add(emit.FieldType(c)), jen.Id("_").Op("=").Id(x))
			val := emit.Field(c, jen.Id(x))
			if !state.NullsToo {
				val.Valid = nil
			}
			vals = append(vals, val)
		}
		f.Add(b, jen.Id(v), vals)
		f.Merge(b, jen.Id(v), jen.Id(v))
		f.Form.Append(b, jen.Id("snapshot"), jen.Id(v))
		f.Form.Decode(b, jen.Id("r"), jen.Id(v))
		if back := f.Retract; back != nil {
			back(b, jen.Id(v), vals)
		}
	}
	v := state.Final(b, fields)
	b.Add(jen.Id("_").Op("=").Add(v.Arg()))
	if v.Valid != nil {
		b.Add(jen.Id("_").Op("=").Add(v.Valid))
	}
	if (v.Valid != nil) != result.Nullable {
		p.t.Errorf("%s of %v: NULL in code %v, in type %v", sig, cols, v.Valid != nil, result.Nullable)
	}
	if !v.Type.Equal(result.Type) {
		p.t.Errorf("%s of %v emits %s instead of %s", sig, cols, v.Type, result.Type)
	}
	p.add(name, b, constant(types.TBoolean, true), anything)
}
