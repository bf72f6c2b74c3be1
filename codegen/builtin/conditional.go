package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// conditionalFunctions choose among their arguments.
var conditionalFunctions = []*Function{
	{
		Name: "COALESCE", Category: Conditional, NullAware: true,
		Doc:       "Returns the first argument that is not NULL, or NULL if all are.",
		Overloads: []Overload{lazily("COALESCE(x T, y T...) -> T NULL IF ALL", coalesce)},
		Examples:  ex(`COALESCE(NULL, 2, 3)`, `2`, `COALESCE(NULL, 1.5)`, `1.5`, `COALESCE('a', 'b')`, `'a'`, `COALESCE(NULLIF(1, 1), 2)`, `2`),
	},
	{
		Name: "IFNULL", Aliases: []string{"NVL"}, Category: Conditional, NullAware: true,
		Doc:       "Returns x, or y if x is NULL.",
		Overloads: []Overload{lazily("IFNULL(x T, y T) -> T NULL IF ALL", coalesce)},
		Examples:  ex(`IFNULL(NULL, 'none')`, `'none'`, `IFNULL(1, 2)`, `1`),
	},
	{
		Name: "NULLIF", Category: Conditional, NullAware: true,
		Doc:       "Returns NULL if x equals y, and x otherwise.",
		Overloads: []Overload{over("NULLIF(x T ORDERED, y T) -> T NULL", nullIf)},
		Examples:  ex(`NULLIF(1, 1)`, `NULL`, `NULLIF(1, 2)`, `1`, `NULLIF('a', '')`, `'a'`, `NULLIF(1.50, 1.5)`, `NULL`),
	},
	{
		Name: "IF", Aliases: []string{"IIF", "IFF"}, Category: Conditional, NullAware: true,
		Doc: "Returns a if condition is TRUE, and b if it is FALSE or NULL.",
		Overloads: []Overload{lazily("IF(condition BOOLEAN, a T, b T) -> T", ifElse).nullable(func(args []types.Arg) bool {
			return args[1].CanBeNull() || args[2].CanBeNull()
		})},
		Examples: ex(`IF(1 < 2, 'yes', 'no')`, `'yes'`, `IF(NULL, 1, 2)`, `2`, `IF(TRUE, 1, 2.5)`, `1.0`),
	},
	{
		Name: "LEAST", Category: Conditional, NullAware: true,
		Doc:       "Returns the smallest argument. NULLs are ignored unless all arguments are NULL.",
		Overloads: []Overload{over("LEAST(x T ORDERED, y T...) -> T NULL IF ALL", extreme("least", "min", false))},
		Examples:  ex(`LEAST(3, 1, 2)`, `1`, `LEAST(2, 1.5)`, `1.5`, `LEAST('b', 'a')`, `'a'`, `LEAST(NULL, 2)`, `2`, `LEAST(NULLIF(1, 1), 2)`, `2`),
	},
	{
		Name: "GREATEST", Category: Conditional, NullAware: true,
		Doc:       "Returns the greatest argument. NULLs are ignored unless all arguments are NULL.",
		Overloads: []Overload{over("GREATEST(x T ORDERED, y T...) -> T NULL IF ALL", extreme("greatest", "max", true))},
		Examples:  ex(`GREATEST(3, 1, 2)`, `3`, `GREATEST(FALSE, TRUE)`, `TRUE`, `GREATEST(NULL, DATE '2026-01-31')`, `DATE '2026-01-31'`),
	},
	{
		Name: "NVL2", Category: Conditional, NullAware: true,
		Doc: "Returns a if x is not NULL, and b if it is.",
		Overloads: []Overload{lazily("NVL2(x ANY, a T, b T) -> T", nvl2).nullable(func(args []types.Arg) bool {
			return args[1].CanBeNull() || args[2].CanBeNull()
		})},
		Examples: ex(`NVL2(1, 'some', 'none')`, `'some'`, `NVL2(NULL, 'some', 'none')`, `'none'`),
	},
	{
		Name: "ZEROIFNULL", Category: Conditional, NullAware: true,
		Doc: "Returns x, or 0 if x is NULL.",
		Overloads: []Overload{
			lazily("ZEROIFNULL(x INTEGER) -> INTEGER NOT NULL", orZero), lazily("ZEROIFNULL(x DECIMAL) -> DECIMAL NOT NULL", orZero), lazily("ZEROIFNULL(x FLOAT) -> FLOAT NOT NULL", orZero),
		},
		Examples: ex(`ZEROIFNULL(NULL)`, `0`, `ZEROIFNULL(1.50)`, `1.50`, `ZEROIFNULL(NULLIF(2, 2))`, `0`),
	},
	{
		Name: "NUM_NULLS", Category: Conditional, NullAware: true,
		Doc:       "Returns how many of its arguments are NULL.",
		Overloads: []Overload{over("NUM_NULLS(x ANY...) -> INTEGER NOT NULL", counted(false))},
		Examples:  ex(`NUM_NULLS(1, NULL, 'a', NULL)`, `2`, `NUM_NULLS(NULLIF(1, 1), 2)`, `1`),
	},
	{
		Name: "NUM_NONNULLS", Category: Conditional, NullAware: true,
		Doc:       "Returns how many of its arguments are not NULL.",
		Overloads: []Overload{over("NUM_NONNULLS(x ANY...) -> INTEGER NOT NULL", counted(true))},
		Examples:  ex(`NUM_NONNULLS(1, NULL, 'a', NULL)`, `2`, `NUM_NONNULLS(NULLIF(1, 1), 2)`, `1`),
	},
	{
		Name: "TYPEOF", Aliases: []string{"PG_TYPEOF"}, Category: Conditional, NullAware: true,
		Doc: "Returns the name of the type of x.",
		Overloads: []Overload{over("TYPEOF(x ANY) -> STRING NOT NULL", func(c *Call) emit.Value {
			name := c.Args[0].Type.String()
			return emit.Value{Type: c.Type, Code: jen.Lit(name), Prec: emit.PrecUnary, Plain: true, IsConst: true, Const: name}
		})},
		Examples: ex(`TYPEOF(1.50)`, `'DECIMAL(3,2)'`, `TYPEOF('a')`, `'STRING'`),
	},
}

// coalesce copies the first argument, and replaces it by the next while it is NULL. Arguments that are not needed are not
// computed.
func coalesce(c *Call, args []Thunk) emit.Value {
	first := null(c.Type)
	for len(args) > 0 && isNull(first) {
		first, args = args[0](c.B), args[1:]
	}
	if first.Valid == nil || isNull(first) {
		return first
	}
	var blocks []*emit.Block
	var values []emit.Value
	sure := false
	for _, arg := range args {
		in := c.B.Inner()
		v := arg(in)
		if isNull(v) {
			continue
		}
		blocks, values = append(blocks, in), append(values, v)
		if sure = v.Valid == nil; sure {
			break // nothing behind it is ever needed
		}
	}
	if len(values) == 0 {
		return first
	}
	name := c.B.Names.Unique("coalesced")
	c.B.Add(jen.Id(name).Op(":=").Add(typed(first)))
	out := emit.Named(c.Type, jen.Id(name))
	if len(values) == 1 && sure {
		assign(blocks[0], out, values[0])
		c.B.Add(jen.If(emit.Not(validity(first)).Expr(0)).Block(blocks[0].Code()...))
		return out
	}
	out = c.freshValid(out, jen.Add(first.Valid))
	for i, v := range values {
		assign(blocks[i], out, v)
		c.B.Add(jen.If(jen.Op("!").Add(out.Valid)).Block(blocks[i].Code()...))
	}
	if sure {
		out.Valid = nil
	}
	return out
}

func nullIf(c *Call) emit.Value {
	if isNull(c.Args[0]) || isNull(c.Args[1]) {
		return c.Args[0]
	}
	x, y := c.name(0, "x"), c.name(1, "y")
	differ := compare(c.B, x, "!=", y)
	if y.Valid != nil {
		differ = emit.Not(emit.And(validity(y), compare(c.B, x, "==", y)))
	}
	kept := emit.And(validity(x), differ)
	x.IsConst, x.Const = false, nil
	return x.With(kept.Expr(emit.PrecAnd))
}

// ifElse computes only the argument that is chosen.
func ifElse(c *Call, args []Thunk) emit.Value {
	cond := emit.IsTrue(args[0](c.B))
	if cond.Const != nil {
		if *cond.Const {
			return args[1](c.B)
		}
		return args[2](c.B)
	}
	blocks := []*emit.Block{c.B.Inner(), c.B.Inner()}
	values := []emit.Value{args[1](blocks[0]), args[2](blocks[1])}
	out := c.fresh("chosen")
	if values[0].Valid != nil || values[1].Valid != nil {
		out = c.freshValid(out, nil)
	}
	for i, v := range values {
		if !isNull(v) { // the variables start as NULL
			assign(blocks[i], out, v)
		}
	}
	yes, no := blocks[0].Code(), blocks[1].Code()
	switch {
	case len(yes) == 0:
		c.B.Add(jen.If(emit.Not(cond).Expr(0)).Block(no...))
	case len(no) == 0:
		c.B.Add(jen.If(cond.Expr(0)).Block(yes...))
	default:
		c.B.Add(jen.If(cond.Expr(0)).Block(yes...).Else().Block(no...))
	}
	return out
}

// nvl2 computes only the argument that is chosen.
func nvl2(c *Call, args []Thunk) emit.Value {
	x := args[0](c.B)
	known := emit.Value{Type: types.TBoolean, IsConst: true, Const: !isNull(x), Code: jen.Lit(!isNull(x)), Plain: true, Prec: emit.PrecUnary}
	if x.Valid != nil && !isNull(x) {
		known = emit.Of(types.TBoolean, emit.PrecAnd, jen.Add(x.Valid))
	}
	return ifElse(c, []Thunk{func(*emit.Block) emit.Value { return known }, args[1], args[2]})
}

// orZero is COALESCE with 0.
func orZero(c *Call, args []Thunk) emit.Value {
	return coalesce(c, []Thunk{args[0], func(*emit.Block) emit.Value {
		return emit.Value{Type: c.Type, Code: emit.Zero(c.Type), Prec: emit.PrecUnary, Plain: true}
	}})
}

// counted counts arguments that are, or are not, NULL: those of which that is known at compile time are added up here.
func counted(present bool) Emitter {
	return func(c *Call) emit.Value {
		known := 0
		var conds []jen.Code
		for _, a := range c.Args {
			switch {
			case a.Valid == nil || isNull(a):
				if isNull(a) != present {
					known++
				}
			case present:
				conds = append(conds, jen.Add(a.Valid))
			default:
				conds = append(conds, emit.Not(validity(a)).Expr(0))
			}
		}
		if len(conds) == 0 {
			return emit.Of(c.Type, emit.PrecUnary, jen.Int64().Parens(jen.Lit(known)))
		}
		return emit.Of(c.Type, emit.PrecUnary, symbol("CountTrue").Call(append([]jen.Code{jen.Lit(known)}, conds...)...))
	}
}

// extreme is LEAST or GREATEST; Go's own min or max where the type has them and nothing can be NULL.
func extreme(hint, builtin string, greatest bool) Emitter {
	return func(c *Call) emit.Value {
		var args []emit.Value
		nullable := false
		for _, a := range c.Args {
			if isNull(a) {
				continue
			}
			args = append(args, a)
			nullable = nullable || a.Valid != nil
		}
		switch len(args) {
		case 0:
			return null(c.Type)
		case 1:
			return args[0]
		}
		if !nullable && goOrdered(c.Type) {
			codes := make([]jen.Code, len(args))
			for i, a := range args {
				codes[i] = a.Arg()
			}
			codes[0] = typed(args[0])
			return emit.Of(c.Type, emit.PrecUnary, jen.Id(builtin).Call(codes...))
		}
		return c.chain(hint, args, nullable, greatest)
	}
}

// goOrdered tells whether the Go builtins min and max order values as SQL does.
func goOrdered(t types.Type) bool {
	return !t.Wide() && !t.Nested() && t.Kind != types.Boolean && t.Kind != types.UUID
}

// chain compares one argument after the other with the best so far.
func (c *Call) chain(hint string, args []emit.Value, nullable, greatest bool) emit.Value {
	name := c.B.Names.Unique(hint)
	c.B.Add(jen.Id(name).Op(":=").Add(typed(args[0])))
	best := emit.Named(c.Type, jen.Id(name))
	if nullable {
		best = c.freshValid(best, validity(args[0]).Expr(0))
	}
	for _, a := range args[1:] {
		a = c.B.Let("x", a)
		x, y := a, best
		if greatest {
			x, y = best, a
		}
		better := emit.Cond{Code: less(c.B, x, y), Prec: emit.PrecAnd}
		if nullable {
			better = emit.Or(emit.Cond{Code: jen.Op("!").Add(best.Valid), Prec: emit.PrecUnary}, better)
			better = emit.And(validity(a), better)
		}
		in := c.B.Inner()
		if nullable {
			in.Add(jen.List(best.Arg(), jen.Add(best.Valid)).Op("=").List(a.Arg(), jen.True()))
		} else {
			in.Add(best.Arg().Op("=").Add(a.Arg()))
		}
		c.B.Add(jen.If(better.Expr(0)).Block(in.Code()...))
	}
	return best
}
