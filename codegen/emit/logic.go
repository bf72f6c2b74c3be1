package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// Three-valued logic in two-valued Go: an SQL condition is two Go conditions, one for TRUE and one for FALSE; NULL is where
// neither holds. WHERE needs only the first, NOT swaps them, and De Morgan does the rest, so most queries come out as the plain
// boolean expression that a Go programmer would have written.

// Cond is a two-valued Go condition. The zero Cond is "always true" for And and "never" for Or.
type Cond struct {
	Code  *jen.Statement
	Prec  int
	Const *bool // the condition is known

	op    string // "&&" or "||", if it is a chain of parts
	parts []Cond
}

// Holds is the condition that code, a Go bool of precedence PrecAnd or higher, is true: a validity.
func Holds(code *jen.Statement) Cond {
	prec := PrecAnd
	if !strings.ContainsAny(code.GoString(), " \n") {
		prec = PrecUnary
	}
	return Cond{Code: code, Prec: prec}
}

// Known is a condition that is decided.
func Known(b bool) Cond {
	if b {
		return Cond{Code: jen.True(), Prec: PrecUnary, Const: &b}
	}
	return Cond{Code: jen.False(), Prec: PrecUnary, Const: &b}
}

// IsTrue is the condition that BOOLEAN v is TRUE.
func IsTrue(v Value) Cond {
	c := Cond{Code: v.Code, Prec: v.Prec}
	if v.IsConst {
		b, ok := v.Const.(bool)
		return Known(ok && b)
	}
	if v.Valid == nil {
		return c
	}
	return And(Holds(v.Valid), c)
}

// IsFalse is the condition that BOOLEAN v is FALSE.
func IsFalse(v Value) Cond {
	if v.IsConst {
		b, ok := v.Const.(bool)
		return Known(ok && !b)
	}
	c := Not(Cond{Code: v.Code, Prec: v.Prec})
	if v.Valid == nil {
		return c
	}
	return And(Holds(v.Valid), c)
}

// And is the conjunction; known operands fold away.
func And(conds ...Cond) Cond { return join(conds, true, "&&", PrecAnd) }

// Or is the disjunction; known operands fold away.
func Or(conds ...Cond) Cond { return join(conds, false, "||", PrecOr) }

func join(conds []Cond, neutral bool, op string, prec int) Cond {
	var rest []Cond
	for _, c := range conds {
		switch {
		case c.Const == nil && c.op == op:
			for _, p := range c.parts {
				rest = add(rest, p)
			}
		case c.Const == nil:
			rest = add(rest, c)
		case *c.Const != neutral:
			return Known(!neutral)
		}
	}
	switch len(rest) {
	case 0:
		return Known(neutral)
	case 1:
		return rest[0]
	}
	s := jen.Null()
	for i, c := range rest {
		if i > 0 {
			s.Op(op)
		}
		s.Add(Paren(c.Code, c.Prec, prec))
	}
	return Cond{Code: s, Prec: prec, op: op, parts: rest}
}

// add appends a condition unless it is there already: x AND x is x, x OR x is x.
func add(conds []Cond, c Cond) []Cond {
	text := c.Code.GoString()
	for _, have := range conds {
		if have.Code.GoString() == text {
			return conds
		}
	}
	return append(conds, c)
}

// Not negates a two-valued condition.
func Not(c Cond) Cond {
	if c.Const != nil {
		return Known(!*c.Const)
	}
	return Cond{Code: jen.Op("!").Add(Paren(c.Code, c.Prec, PrecUnary)), Prec: PrecUnary}
}

// Expr is a fresh copy of the condition, in parentheses if it binds weaker than prec.
func (c Cond) Expr(prec int) *jen.Statement { return Paren(c.Code, c.Prec, prec) }
