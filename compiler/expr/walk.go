package expr

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/velostream/veloc/compiler/types"
)

// Children are the direct operands of e, in the order of the SQL. The slice is new.
func Children(e Expr) []Expr {
	switch e := e.(type) {
	case *Column, *Meta, *Lit:
		return nil
	case *Field:
		return []Expr{e.X}
	case *Element:
		return []Expr{e.X, e.Index}
	case *Make:
		return slices.Clone(e.Parts)
	case *Unary:
		return []Expr{e.X}
	case *Binary:
		return []Expr{e.L, e.R}
	case *Logic:
		return slices.Clone(e.Args)
	case *Compare:
		return []Expr{e.L, e.R}
	case *IsNull:
		return []Expr{e.X}
	case *IsBool:
		return []Expr{e.X}
	case *In:
		return append([]Expr{e.X}, e.List...)
	case *Like:
		return []Expr{e.X, e.Pattern}
	case *Case:
		var out []Expr
		for _, w := range e.Whens {
			out = append(out, w.Cond, w.Then)
		}
		return append(out, e.Else)
	case *Cast:
		return []Expr{e.X}
	case *Call:
		return slices.Clone(e.Args)
	}
	panic(unhandled(e))
}

// WithChildren is e with other operands, as many and in the same order as [Children] gives. Type and span stay; e itself is
// returned when nothing differs.
func WithChildren(e Expr, kids []Expr) Expr {
	if slices.Equal(kids, Children(e)) {
		return e
	}
	switch e := e.(type) {
	case *Field:
		n := *e
		n.X = kids[0]
		return &n
	case *Element:
		n := *e
		n.X, n.Index = kids[0], kids[1]
		return &n
	case *Make:
		n := *e
		n.Parts = kids
		return &n
	case *Unary:
		n := *e
		n.X = kids[0]
		return &n
	case *Binary:
		n := *e
		n.L, n.R = kids[0], kids[1]
		return &n
	case *Logic:
		n := *e
		n.Args = kids
		return &n
	case *Compare:
		n := *e
		n.L, n.R = kids[0], kids[1]
		return &n
	case *IsNull:
		n := *e
		n.X = kids[0]
		return &n
	case *IsBool:
		n := *e
		n.X = kids[0]
		return &n
	case *In:
		n := *e
		n.X, n.List = kids[0], kids[1:]
		return &n
	case *Like:
		n := *e
		n.X, n.Pattern = kids[0], kids[1]
		return &n
	case *Case:
		n := *e
		n.Whens = make([]When, len(e.Whens))
		for i := range e.Whens {
			n.Whens[i] = When{Cond: kids[2*i], Then: kids[2*i+1]}
		}
		n.Else = kids[len(kids)-1]
		return &n
	case *Cast:
		n := *e
		n.X = kids[0]
		return &n
	case *Call:
		n := *e
		n.Args = kids
		return &n
	}
	panic(unhandled(e))
}

// Walk visits e and, as long as visit returns true, its operands, parents first.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, k := range Children(e) {
		Walk(k, visit)
	}
}

// Map rebuilds e from its leaves up: f sees every node with its operands already replaced. Nodes for which nothing changes are
// shared with e.
func Map(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	kids := Children(e)
	for i, k := range kids {
		kids[i] = Map(k, f)
	}
	return f(WithChildren(e, kids))
}

// Equal tells whether a and b compute the same value from the same row. Spans and printing names are ignored; nil equals nil.
func Equal(a, b Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if a == b {
		return true
	}
	if a.Col().Nullable != b.Col().Nullable || !a.Col().Type.Equal(b.Col().Type) || !sameHead(a, b) {
		return false
	}
	return slices.EqualFunc(Children(a), Children(b), Equal)
}

// sameHead compares what two nodes hold besides their operands.
func sameHead(a, b Expr) bool {
	switch a := a.(type) {
	case *Column:
		b, ok := b.(*Column)
		return ok && a.Index == b.Index
	case *Meta:
		b, ok := b.(*Meta)
		return ok && a.Field == b.Field
	case *Field:
		b, ok := b.(*Field)
		return ok && a.Index == b.Index
	case *Element:
		_, ok := b.(*Element)
		return ok
	case *Make:
		b, ok := b.(*Make)
		return ok && len(a.Parts) == len(b.Parts)
	case *Lit:
		b, ok := b.(*Lit)
		return ok && sameValue(a.Val, b.Val)
	case *Unary:
		b, ok := b.(*Unary)
		return ok && a.Op == b.Op
	case *Binary:
		b, ok := b.(*Binary)
		return ok && a.Op == b.Op
	case *Logic:
		b, ok := b.(*Logic)
		return ok && a.Op == b.Op
	case *Compare:
		b, ok := b.(*Compare)
		return ok && a.Op == b.Op
	case *IsNull:
		b, ok := b.(*IsNull)
		return ok && a.Not == b.Not
	case *IsBool:
		b, ok := b.(*IsBool)
		return ok && a.Not == b.Not && a.Want == b.Want
	case *In:
		b, ok := b.(*In)
		return ok && a.Not == b.Not
	case *Like:
		b, ok := b.(*Like)
		return ok && a.Not == b.Not && a.Fold == b.Fold && a.Escape == b.Escape
	case *Case:
		b, ok := b.(*Case)
		return ok && len(a.Whens) == len(b.Whens)
	case *Cast:
		b, ok := b.(*Cast)
		return ok && a.Try == b.Try
	case *Call:
		b, ok := b.(*Call)
		return ok && a.Name == b.Name && a.Sig == b.Sig
	}
	panic(unhandled(a))
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case *big.Int:
		b, ok := b.(*big.Int)
		return ok && a.Cmp(b) == 0
	case []byte:
		b, ok := b.([]byte)
		return ok && slices.Equal(a, b)
	}
	if _, ok := b.([]byte); ok {
		return false
	}
	return a == b
}

// Columns adds the positions of the input columns that e reads to used.
func Columns(e Expr, used map[int]bool) {
	Walk(e, func(x Expr) bool {
		if c, ok := x.(*Column); ok {
			used[c.Index] = true
		}
		return true
	})
}

// Conjuncts are the operands of the top-level AND of e, or e alone; none when e is nil.
func Conjuncts(e Expr) []Expr {
	if e == nil {
		return nil
	}
	l, ok := e.(*Logic)
	if !ok || l.Op != And {
		return []Expr{e}
	}
	var out []Expr
	for _, a := range l.Args {
		out = append(out, Conjuncts(a)...)
	}
	return out
}

// Conjunction joins conditions by AND; nil when there are none. The result is nullable when one of them is.
func Conjunction(conds []Expr) Expr {
	switch len(conds) {
	case 0:
		return nil
	case 1:
		return conds[0]
	}
	n := &Logic{Op: And, Args: conds, Node: Node{T: conds[0].Col(), At: conds[0].Span()}}
	for _, c := range conds[1:] {
		n.T.Nullable = n.T.Nullable || c.Col().Nullable
		n.At = n.At.To(c.Span())
	}
	return n
}

func unhandled(e Expr) string { return fmt.Sprintf("bug: unhandled expression %T", e) }

// WithCol is e with another type or nullability.
func WithCol(e Expr, c types.Col) Expr {
	n := Node{T: c, At: e.Span()}
	switch e := e.(type) {
	case *Column:
		return &Column{n, e.Index, e.Name}
	case *Meta:
		return &Meta{n, e.Field}
	case *Field:
		return &Field{n, e.X, e.Index, e.Name}
	case *Element:
		return &Element{n, e.X, e.Index}
	case *Make:
		return &Make{n, e.Parts}
	case *Lit:
		return &Lit{n, e.Val}
	case *Unary:
		return &Unary{n, e.Op, e.X}
	case *Binary:
		return &Binary{n, e.Op, e.L, e.R}
	case *Logic:
		return &Logic{n, e.Op, e.Args}
	case *Compare:
		return &Compare{n, e.Op, e.L, e.R}
	case *IsNull:
		return &IsNull{n, e.X, e.Not}
	case *IsBool:
		return &IsBool{n, e.X, e.Want, e.Not}
	case *In:
		return &In{n, e.X, e.List, e.Not}
	case *Like:
		return &Like{n, e.X, e.Pattern, e.Escape, e.Fold, e.Not}
	case *Case:
		return &Case{n, e.Whens, e.Else}
	case *Cast:
		return &Cast{n, e.X, e.Implicit, e.Try}
	case *Call:
		return &Call{n, e.Name, e.Sig, e.Args}
	}
	panic(unhandled(e))
}
