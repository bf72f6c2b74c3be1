package builtin

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// The states of aggregates: which fields an accumulator has, how a row is added, how two are merged, and what they amount to.

// increment and merge by addition are what counters do.
func increment(b *emit.Block, f *jen.Statement, _ []emit.Value) { b.Add(jen.Add(f).Op("++")) }
func plus(b *emit.Block, dst, src *jen.Statement)               { b.Add(jen.Add(dst).Op("+=").Add(src)) }

// How the fields stand in snapshots.
var (
	counterForm = emit.ValueForm(types.Col{Type: types.TInteger})
	floatForm   = emit.ValueForm(types.Col{Type: types.TFloat})
	exactForm   = emit.ValueForm(types.Col{Type: types.TDecimal(types.MaxPrecision, 0)})
)

// rowCount is the number of rows of the group.
func rowCount() emit.StateField {
	return emit.StateField{Name: "rows", Key: "rows", Type: jen.Int64(), Add: increment, Merge: plus, Retract: decrement, Form: counterForm}
}

// valueCount is the number of rows whose argument is not NULL, which is that of all rows if it cannot be.
func valueCount(arg types.Col) emit.StateField {
	if !arg.Nullable {
		return rowCount()
	}
	return emit.StateField{Name: "count", Key: "count", Type: jen.Int64(), Add: increment, Merge: plus, Retract: decrement, Form: counterForm}
}

func countRows(types.Col, []types.Col) emit.Aggregate {
	return emit.Aggregate{Fields: []emit.StateField{rowCount()}, NullsToo: true, Final: field0}
}

func countValues(_ types.Col, args []types.Col) emit.Aggregate {
	return emit.Aggregate{Fields: []emit.StateField{valueCount(args[0])}, Final: field0}
}

// field0 is an INTEGER that the first field holds.
func field0(_ *emit.Block, f []*jen.Statement) emit.Value {
	return emit.Named(types.TInteger, jen.Add(f[0]))
}

// present makes v NULL where the count field is 0, if the result can be NULL at all.
func present(t types.Col, v emit.Value, count *jen.Statement) emit.Value {
	if t.Nullable {
		v.Valid = jen.Add(count).Op(">").Lit(0)
	}
	return v
}

// totalled is an aggregate of a total and a count.
func totalled(t types.Col, args []types.Col, total emit.StateField, final func(b *emit.Block, f []*jen.Statement) emit.Value) emit.Aggregate {
	return emit.Aggregate{
		Fields: []emit.StateField{total, valueCount(args[0])},
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			return present(t, final(b, f), f[1])
		},
	}
}

// exactSum is a 128-bit sum of int64 mantissas: no number of rows can overflow it.
func exactSum() emit.StateField {
	return emit.StateField{
		Name: "sum", Key: "sum", Type: jen.Qual(emit.Decimal, "Int128"), Form: exactForm,
		Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Op("=").Add(f).Dot("Add64").Call(args[0].Arg()))
		},
		Retract: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Op("=").Add(f).Dot("Sub").Call(jen.Qual(emit.Decimal, "Wide").Call(args[0].Arg())))
		},
		Merge: func(b *emit.Block, dst, src *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Add(dst).Dot("Add").Call(jen.Add(src)))
		},
	}
}

// shortSum is an int64 sum of mantissas below 1e6: 9e12 rows in one group cannot overflow it, which take weeks to come.
func shortSum() emit.StateField {
	return emit.StateField{
		Name: "sum", Key: "sum", Type: jen.Int64(), Form: counterForm, Retract: minus,
		Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Op("+=").Add(args[0].Arg()))
		},
		Merge: plus,
	}
}

// narrowSum is the sum of DECIMALs of up to 18 digits, and wide what makes it 128 bits long.
func narrowSum(t types.Type) (sum emit.StateField, wide func(f *jen.Statement) *jen.Statement) {
	if t.Precision <= 6 {
		return shortSum(), func(f *jen.Statement) *jen.Statement { return jen.Qual(emit.Decimal, "Wide").Call(jen.Add(f)) }
	}
	return exactSum(), func(f *jen.Statement) *jen.Statement { return jen.Add(f) }
}

// wideSum is a 192-bit sum of 128-bit mantissas.
func wideSum() emit.StateField {
	return emit.StateField{
		Name: "sum", Key: "sum", Type: jen.Qual(emit.Decimal, "Sum"), Form: emit.SumForm(),
		Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Op("=").Add(f).Dot("Add").Call(args[0].Arg()))
		},
		Merge: func(b *emit.Block, dst, src *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Add(dst).Dot("Merge").Call(jen.Add(src)))
		},
		Retract: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Op("=").Add(f).Dot("Sub").Call(args[0].Arg()))
		},
	}
}

// exactFloatSum is a sum of FLOATs from which values can be taken back without a trace of rounding.
func exactFloatSum() emit.StateField {
	f := record("sum", jen.Qual(emit.SQLFn, "FloatSum"), 0)
	f.Key = "exact sum"
	f.Retract = retractCall
	return f
}

// retractCall calls the method Retract of a field.
func retractCall(b *emit.Block, f *jen.Statement, args []emit.Value) {
	b.Add(jen.Add(f).Dot("Retract").Call(args[0].Arg()))
}

func floatSum() emit.StateField {
	return emit.StateField{
		Name: "sum", Key: "sum", Type: jen.Float64(), Form: floatForm,
		Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Op("+=").Add(args[0].Arg()))
		},
		Merge: plus,
	}
}

func sumInteger(t types.Col, args []types.Col) emit.Aggregate {
	return totalled(t, args, exactSum(), func(b *emit.Block, f []*jen.Statement) emit.Value {
		return b.Try("sum", t.Type, symbol("SumInteger").Call(jen.Add(f[0])))
	})
}

func sumInterval(t types.Col, args []types.Col) emit.Aggregate {
	return totalled(t, args, exactSum(), func(b *emit.Block, f []*jen.Statement) emit.Value {
		return b.Try("sum", t.Type, symbol("SumTime").Call(jen.Add(f[0])))
	})
}

func sumDecimal(t types.Col, args []types.Col) emit.Aggregate {
	if args[0].Type.Wide() {
		return totalled(t, args, wideSum(), func(b *emit.Block, f []*jen.Statement) emit.Value {
			return b.Try("sum", t.Type, jen.Add(f[0]).Dot("Total").Call())
		})
	}
	sum, wide := narrowSum(args[0].Type)
	return totalled(t, args, sum, func(_ *emit.Block, f []*jen.Statement) emit.Value {
		return emit.Named(t.Type, wide(f[0]))
	})
}

// sumFloat depends on the order of rows, because adding floats rounds.
func sumFloat(t types.Col, args []types.Col) emit.Aggregate {
	a := totalled(t, args, floatSum(), func(_ *emit.Block, f []*jen.Statement) emit.Value {
		return emit.Named(t.Type, jen.Add(f[0]))
	})
	a.OrderSensitive = true
	a.Retracting = func() emit.Aggregate {
		return totalled(t, args, exactFloatSum(), func(_ *emit.Block, f []*jen.Statement) emit.Value {
			return emit.Of(t.Type, emit.PrecUnary, jen.Add(f[0]).Dot("Total").Call())
		})
	}
	return a
}

func avgInteger(t types.Col, args []types.Col) emit.Aggregate {
	return totalled(t, args, exactSum(), func(_ *emit.Block, f []*jen.Statement) emit.Value {
		return emit.Of(t.Type, emit.PrecUnary, symbol("MeanInteger").Call(jen.Add(f[0]), jen.Add(f[1])))
	})
}

func avgInterval(t types.Col, args []types.Col) emit.Aggregate {
	return totalled(t, args, exactSum(), func(_ *emit.Block, f []*jen.Statement) emit.Value {
		return emit.Of(t.Type, emit.PrecUnary, symbol("MeanTime").Call(jen.Add(f[0]), jen.Add(f[1])))
	})
}

func avgFloat(t types.Col, args []types.Col) emit.Aggregate {
	a := totalled(t, args, floatSum(), func(_ *emit.Block, f []*jen.Statement) emit.Value {
		return emit.Of(t.Type, emit.PrecMul, jen.Add(f[0]).Op("/").Float64().Parens(jen.Add(f[1])))
	})
	a.OrderSensitive = true
	a.Retracting = func() emit.Aggregate {
		return totalled(t, args, exactFloatSum(), func(_ *emit.Block, f []*jen.Statement) emit.Value {
			return emit.Of(t.Type, emit.PrecMul, jen.Add(f[0]).Dot("Total").Call().Op("/").Float64().Parens(jen.Add(f[1])))
		})
	}
	return a
}

// avgDigits is how many digits AVG adds to the scale of a DECIMAL: four, or as many as there is room for.
func avgDigits(t types.Type) int { return min(4, types.MaxPrecision-t.Precision) }

func avgDecimal(t types.Col, args []types.Col) emit.Aggregate {
	from := args[0].Type
	more := jen.Lit(t.Type.Scale - from.Scale)
	mean := func(b *emit.Block, sum, n *jen.Statement) emit.Value {
		wide := types.TDecimal(types.MaxPrecision, t.Type.Scale)
		v := b.Try("mean", wide, symbol("MeanDecimal").Call(sum, n, more))
		return emit.Of(t.Type, emit.PrecUnary, mantissa(t.Type, v.Arg()))
	}
	if from.Wide() {
		return totalled(t, args, wideSum(), func(b *emit.Block, f []*jen.Statement) emit.Value {
			total := b.Try("sum", types.TDecimal(types.MaxPrecision, from.Scale), jen.Add(f[0]).Dot("Total").Call())
			return mean(b, total.Arg(), jen.Add(f[1]))
		})
	}
	sum, wide := narrowSum(from)
	return totalled(t, args, sum, func(b *emit.Block, f []*jen.Statement) emit.Value {
		return mean(b, wide(f[0]), jen.Add(f[1]))
	})
}

// extremum is MIN or MAX.
func extremum(name string, greatest bool) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, args []types.Col) emit.Aggregate {
		if x := args[0].Type; x.Kind == types.Decimal && !x.Wide() {
			return narrowExtremum(t, name, greatest)
		}
		c := cellOf(args[0].Type, false)
		better := func(b *emit.Block, x, best emit.Value) *jen.Statement {
			if greatest {
				x, best = best, x
			}
			return less(b, x, best)
		}
		take := func(b *emit.Block, f *jen.Statement, x emit.Value) {
			x = b.Let("x", x)
			best := c.read(f)
			worse := jen.Op("!").Add(f).Dot("Valid").Op("||").Add(better(b, x, best))
			b.Add(jen.If(worse).Block(c.set(b, f, x, jen.True())...))
		}
		return emit.Aggregate{
			Fields: []emit.StateField{{
				Name: name, Key: name, Type: c.goType, Form: c.form(),
				Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) { take(b, f, args[0]) },
				Merge: func(b *emit.Block, dst, src *jen.Statement) {
					in := b.Inner()
					take(in, dst, c.read(src))
					b.Add(jen.If(jen.Add(src).Dot("Valid")).Block(in.Code()...))
				},
			}},
			Final: c.final(t),
		}
	}
}

// narrowExtremum is MIN or MAX of DECIMALs of up to 18 digits.
func narrowExtremum(t types.Col, name string, greatest bool) emit.Aggregate {
	goType := "Least"
	if greatest {
		goType = "Greatest"
	}
	return emit.Aggregate{
		Fields: []emit.StateField{{
			Name: name, Key: name, Type: jen.Qual(emit.SQLFn, goType), Form: emit.StateForm(),
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(f).Dot("Add").Call(args[0].Arg()))
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Op("=").Id("max").Call(jen.Add(dst), jen.Add(src)))
			},
		}},
		Final: func(_ *emit.Block, f []*jen.Statement) emit.Value {
			v := emit.Of(t.Type, emit.PrecUnary, jen.Add(f[0]).Dot("V").Call())
			if t.Nullable {
				v.Valid = jen.Add(f[0]).Dot("Valid").Call()
			}
			return v
		},
	}
}

// kept is FIRST or LAST.
func kept(name string, first bool) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, args []types.Col) emit.Aggregate {
		c := cellOf(args[0].Type, true)
		unless := func(b *emit.Block, dst *jen.Statement, code []jen.Code) {
			if first {
				code = []jen.Code{jen.If(jen.Op("!").Add(dst).Dot("Seen")).Block(code...)}
			}
			b.Add(code...)
		}
		return emit.Aggregate{
			NullsToo: true, Ordered: true,
			Fields: []emit.StateField{{
				Name: name, Key: name, Type: c.goType, Form: c.form(),
				Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
					valid := jen.True()
					if args[0].Valid != nil {
						valid = jen.Add(args[0].Valid)
					}
					unless(b, f, c.set(b, f, args[0], valid))
				},
				Merge: func(b *emit.Block, dst, src *jen.Statement) {
					in := b.Inner()
					unless(in, dst, c.set(in, dst, c.read(src), jen.Add(src).Dot("Valid")))
					b.Add(jen.If(jen.Add(src).Dot("Seen")).Block(in.Code()...))
				},
			}},
			Final: c.final(t),
		}
	}
}

// cell is a state field that keeps one value, or NULL. Texts, and values that are made of others, are copied into memory of the field's own.
type cell struct {
	typ    types.Type
	goType *jen.Statement
	seen   bool // tell a NULL that was kept from nothing kept yet
	getter string
	setter string
}

func cellOf(t types.Type, seen bool) cell {
	c := cell{typ: t, seen: seen}
	switch t.Kind {
	case types.String, types.JSON, types.Bytes:
		c.goType, c.getter, c.setter = jen.Qual(emit.SQLFn, "KeptText"), "Text", "Set"
	default:
		c.goType = emit.RT("Null").Types(emit.GoType(t))
		if seen {
			c.goType = jen.Qual(emit.SQLFn, "Kept").Types(emit.GoType(t))
		}
	}
	return c
}

// form is how the field stands in a snapshot.
func (c cell) form() emit.Form {
	switch {
	case c.getter != "":
		return emit.StateForm()
	case c.seen:
		return emit.StateOfForm(types.Col{Type: c.typ})
	}
	return emit.ValueForm(types.Col{Type: c.typ, Nullable: true})
}

// read is the value in field f.
func (c cell) read(f *jen.Statement) emit.Value {
	if c.getter != "" {
		return emit.Of(c.typ, emit.PrecUnary, jen.Add(f).Dot(c.getter).Call())
	}
	return emit.Named(c.typ, jen.Add(f).Dot("V"))
}

// set puts a value into field f.
func (c cell) set(b *emit.Block, f *jen.Statement, x emit.Value, valid *jen.Statement) []jen.Code {
	switch {
	case c.typ.Nested():
		code := []jen.Code{jen.Add(f).Dot("Valid").Op("=").Add(valid)}
		if c.seen {
			code = []jen.Code{jen.List(jen.Add(f).Dot("Valid"), jen.Add(f).Dot("Seen")).Op("=").List(valid, jen.True())}
		}
		keep := emit.Nested{Statics: b.Func.Statics}.Keep(c.typ).Call(jen.Op("&").Add(f).Dot("V"), x.Arg())
		return append(code, jen.If(jen.Add(f).Dot("Valid")).Block(keep))
	case c.setter != "":
		return []jen.Code{jen.Add(f).Dot(c.setter).Call(x.Arg(), valid)}
	case c.seen:
		return []jen.Code{jen.List(jen.Add(f).Dot("V"), jen.Add(f).Dot("Valid"), jen.Add(f).Dot("Seen")).Op("=").List(x.Arg(), valid, jen.True())}
	}
	return []jen.Code{jen.List(jen.Add(f).Dot("V"), jen.Add(f).Dot("Valid")).Op("=").List(x.Arg(), valid)}
}

// final is the value in the first field.
func (c cell) final(t types.Col) func(b *emit.Block, f []*jen.Statement) emit.Value {
	return func(_ *emit.Block, f []*jen.Statement) emit.Value {
		v := c.read(f[0])
		if t.Nullable {
			v.Valid = jen.Add(f[0]).Dot("Valid")
		}
		return v
	}
}

// record is a state field of a state.State with methods Add and Merge. feed are the positions of the arguments that it takes.
func record(name string, typ *jen.Statement, feed ...int) emit.StateField {
	return emit.StateField{
		Name: name, Key: name, Type: typ, Args: feed, Form: emit.StateForm(),
		Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Dot("Add").CallFunc(func(g *jen.Group) {
				for _, i := range feed {
					g.Add(args[i].Arg())
				}
			}))
		},
		Merge: mergeInto,
	}
}

func mergeInto(b *emit.Block, dst, src *jen.Statement) {
	b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src)))
}

// outcome names what a call of one of a state's results returns, func(…) (T, bool); the result is NULL where it is false.
func outcome(b *emit.Block, hint string, t types.Col, call *jen.Statement) emit.Value {
	if t.Nullable {
		return b.Maybe(hint, t.Type, call)
	}
	name := b.Names.Unique(emit.Local(hint))
	b.Add(jen.List(jen.Id(name), jen.Id("_")).Op(":=").Add(call))
	return emit.Named(t.Type, jen.Id(name))
}

// reads is an aggregate whose result a method of its only field returns.
func reads(field emit.StateField, method string, more ...jen.Code) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, _ []types.Col) emit.Aggregate {
		return emit.Aggregate{
			Fields: []emit.StateField{field},
			Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
				return outcome(b, method, t, jen.Add(f[0]).Dot(method).Call(more...))
			},
		}
	}
}

// ordering is reads for a method that takes, behind others, the function that orders values of x.
func ordering(field emit.StateField, method string, x types.Type, more ...jen.Code) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, _ []types.Col) emit.Aggregate {
		return emit.Aggregate{
			Fields: []emit.StateField{field},
			Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
				return outcome(b, method, t, jen.Add(f[0]).Dot(method).Call(append(slices.Clone(more), b.Comparator(x))...))
			},
		}
	}
}

// rounding is reads for sums of FLOAT, which depend on the order of rows because adding rounds.
func rounding(field emit.StateField, method string, more ...jen.Code) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, args []types.Col) emit.Aggregate {
		a := reads(field, method, more...)(t, args)
		a.OrderSensitive = true
		return a
	}
}

// moments is STDDEV and its like, which share one state.
func moments(fn string) func(t types.Col, args []types.Col) emit.Aggregate {
	field := record("moments", jen.Qual(emit.SQLFn, "Moments"), 0)
	field.Merge = func(b *emit.Block, dst, src *jen.Statement) {
		b.Add(jen.Add(dst).Dot("Merge").Call(jen.Add(src)))
	}
	spread := record("spread", jen.Qual(emit.SQLFn, "Spread"), 0)
	spread.Retract = retractCall
	return func(t types.Col, args []types.Col) emit.Aggregate {
		a := rounding(field, fn)(t, args)
		a.Retracting = func() emit.Aggregate { return reads(spread, fn)(t, args) }
		return a
	}
}
