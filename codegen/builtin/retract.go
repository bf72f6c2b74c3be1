package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// Retracting is Aggregate for rows that can be taken back, because a query below withdraws them or a frame leaves them behind: all its fields have Retract. What cannot
// take a row out of its state keeps all rows and computes the result of those that are left, in the order in which they came; equal rows are taken back from the
// first one on.
func (c code) Retracting(name string, sig int, t types.Col, args []types.Col, literals []any, distinct bool) emit.Aggregate {
	a := c.aggregates[name]
	if a == nil {
		panic("bug: no aggregate " + name)
	}
	o := a.Overloads[sig]
	state := o.State
	if o.Retract != nil {
		state = o.Retract
	}
	out := state(t, args, literals)
	if distinct && !o.Idempotent {
		out = once(out, o.Sig, args)
	}
	for _, f := range out.Fields {
		if f.Retract == nil {
			return c.Sorted(out, args, nil)
		}
	}
	return out
}

// retracting sets the state of an overload whose usual one cannot take rows back.
func (o AggregateOverload) retracting(state func(t types.Col, args []types.Col) emit.Aggregate) AggregateOverload {
	o.Retract = func(t types.Col, args []types.Col, _ []any) emit.Aggregate { return state(t, args) }
	return o
}

// ranked is MIN or MAX over all values, in their order.
func ranked(method string) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, args []types.Col) emit.Aggregate {
		x := args[0].Type
		return emit.Aggregate{
			Fields: []emit.StateField{{
				Name: "ranked", Key: "ranked", Grows: true, Type: jen.Qual(emit.SQLFn, "Ranked").Types(emit.GoType(x)), Form: emit.StateOfForm(types.Col{Type: x}),
				Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
					b.Add(jen.Add(f).Dot("Add").Call(b.Kept(args[0]), b.Comparator(x)))
				},
				Retract: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
					b.Add(jen.Add(f).Dot("Remove").Call(args[0].Arg(), b.Comparator(x)))
				},
				Merge: func(b *emit.Block, dst, src *jen.Statement) {
					b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src), b.Comparator(x)))
				},
			}},
			Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
				return outcome(b, method, t, jen.Add(f[0]).Dot(method).Call())
			},
		}
	}
}

// decrement and minus take back what increment and an addition did.
func decrement(b *emit.Block, f *jen.Statement, _ []emit.Value) { b.Add(jen.Add(f).Op("--")) }

func minus(b *emit.Block, f *jen.Statement, args []emit.Value) {
	b.Add(jen.Add(f).Op("-=").Add(args[0].Arg()))
}

// takenBack is the Remove of a state with a method of that name.
func takenBack(feed ...int) func(b *emit.Block, f *jen.Statement, args []emit.Value) {
	return func(b *emit.Block, f *jen.Statement, args []emit.Value) {
		b.Add(jen.Add(f).Dot("Remove").CallFunc(func(g *jen.Group) {
			for _, i := range feed {
				g.Add(args[i].Arg())
			}
		}))
	}
}

// removable is a field that can take rows back.
func removable(f emit.StateField, remove func(b *emit.Block, f *jen.Statement, args []emit.Value)) emit.StateField {
	f.Retract = remove
	return f
}
