package expr

import (
	"math/big"

	"github.com/velostream/veloc/compiler/types"
)

// CanBeNull derives whether e can be NULL from what its operands can be, by the rules by which binding did; of a leaf, what its column
// says. Scalar finds the overloads of a function.
func CanBeNull(e Expr, scalar func(name string) []*types.Signature) bool {
	switch e := e.(type) {
	case *Column, *Meta, *Lit, *IsNull, *IsBool:
		return e.Col().Nullable
	case *Field:
		return e.X.Col().Nullable || e.X.Col().Type.Fields[e.Index].Col.Nullable
	case *Element:
		return true // there may be no such element
	case *Make:
		return false
	case *Unary, *Logic, *In, *Like:
		return AnyNullable(Children(e))
	case *Binary:
		byZero := (e.Op == Div || e.Op == Mod) && !NonZero(e.R)
		return byZero || e.L.Col().Nullable || e.R.Col().Nullable
	case *Compare:
		return e.Op != IsDistinct && e.Op != NotDistinct && AnyNullable(Children(e))
	case *Case:
		for _, w := range e.Whens {
			if w.Then.Col().Nullable {
				return true
			}
		}
		return e.Else.Col().Nullable
	case *Cast:
		return e.X.Col().Nullable || e.Try && types.Cast(e.X.Col().Type, e.T.Type) == types.Checked
	case *Call:
		return CallCanBeNull(scalar(e.Name)[e.Sig], e.Args)
	}
	panic("bug: unhandled expression")
}

// CallCanBeNull tells whether a call of a function can be NULL, by what its signature says of NULL arguments.
func CallCanBeNull(s *types.Signature, args []Expr) bool {
	switch s.Nulls {
	case types.NeverNull:
		return false
	case types.AlwaysNull:
		return true
	case types.AllNull:
		for _, a := range args {
			if !a.Col().Nullable {
				return false
			}
		}
		return true
	}
	return AnyNullable(args)
}

// AnyNullable tells whether one of the expressions can be NULL.
func AnyNullable(list []Expr) bool {
	for _, e := range list {
		if e.Col().Nullable {
			return true
		}
	}
	return false
}

// NonZero tells whether e is a literal other than zero.
func NonZero(e Expr) bool {
	l, ok := e.(*Lit)
	if !ok {
		return false
	}
	switch v := l.Val.(type) {
	case int64:
		return v != 0
	case float64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	}
	return false
}
