package builtin

import (
	"slices"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// Function is a scalar function.
type Function struct {
	Name     string
	Aliases  []string
	Category Category
	Doc      string
	// Overloads in the order in which ties between them are decided.
	Overloads []Overload
	// NullAware functions see NULL arguments. All others are strict: if an argument is NULL so is the result.
	NullAware bool
	// Volatile functions can return something else at each call, so they must not be computed at compile time.
	Volatile bool
	Examples []Example
}

// Category groups functions in the reference.
type Category string

// The categories, in the order of the reference.
const (
	Text        Category = "Text"
	Patterns    Category = "Regular expressions"
	Similarity  Category = "Similarity of texts"
	Encoding    Category = "Encodings and digests"
	URLs        Category = "Addresses"
	Math        Category = "Numbers"
	Bits        Category = "Bits"
	Time        Category = "Dates and times"
	Zones       Category = "Time zones"
	JSONText    Category = "JSON"
	Arrays      Category = "Arrays and maps"
	Conditional Category = "Conditions"
	Random      Category = "Random numbers and UUIDs"
	Aggregation Category = "Aggregates"
	Statistics  Category = "Aggregates: statistics"
	Percentiles Category = "Aggregates: percentiles and frequencies"
	Collecting  Category = "Aggregates: choosing and collecting"
)

// Overload is one signature with its code: Emit, or Lazy where not all arguments are always computed.
type Overload struct {
	Sig  *types.Signature
	Emit Emitter
	Lazy func(c *Call, args []Thunk) emit.Value
}

// Thunk writes an argument to b, when and where it is needed.
type Thunk = func(b *emit.Block) emit.Value

// Emitter writes a call of a function.
type Emitter func(c *Call) emit.Value

// Call is a call that is being written: where, of which result type, with which arguments. Arguments left out are missing.
type Call struct {
	B    *emit.Block
	Type types.Type
	Args []emit.Value
}

// Example is a SQL expression and what it yields, as a SQL literal. The result of an aggregate is that over the rows of Rows.
type Example struct {
	SQL  string
	Want string
}

// ex pairs expressions with results: ex(`UPPER('abc')`, `'ABC'`, …).
func ex(pairs ...string) []Example {
	var out []Example
	for pair := range slices.Chunk(pairs, 2) {
		out = append(out, Example{pair[0], pair[1]})
	}
	return out
}

// over is an overload.
func over(sig string, e Emitter) Overload { return Overload{Sig: types.MustSignature(sig), Emit: e} }

// lazily is an overload that computes its arguments when they are needed.
func lazily(sig string, e func(c *Call, args []Thunk) emit.Value) Overload {
	return Overload{Sig: types.MustSignature(sig), Lazy: e}
}

// derive sets how the result type follows from the arguments.
func (o Overload) derive(f func(params []types.Type, literals []any) types.Type) Overload {
	o.Sig.Derive = f
	return o
}

// check sets what is required of literal arguments.
func (o Overload) check(f func(literals []any) (int, error)) Overload {
	o.Sig.Check = f
	return o
}

// nullable sets when the result can be NULL.
func (o Overload) nullable(f func(args []types.Arg) bool) Overload {
	o.Sig.Nullable = f
	return o
}

// Set is the registry as binding needs it. Names are in upper case.
var Set = set{scalars: index(Scalars(), scalarNames), aggregates: index(Aggregates(), aggregateNames), windows: index(WindowFunctions(), windowNames)}

// Code is the registry as code generation needs it.
var Code = code{Set}

type set struct {
	scalars    map[string]*Function
	aggregates map[string]*Aggregate
	windows    map[string]*WindowFunction
}

func scalarNames(f *Function) []string     { return append([]string{f.Name}, f.Aliases...) }
func aggregateNames(a *Aggregate) []string { return append([]string{a.Name}, a.Aliases...) }

func windowNames(w *WindowFunction) []string { return append([]string{w.Name}, w.Aliases...) }

// index finds entries by name and alias.
func index[T any](entries []*T, names func(*T) []string) map[string]*T {
	m := map[string]*T{}
	for _, e := range entries {
		for _, n := range names(e) {
			if m[n] != nil {
				panic("bug: two functions are called " + n)
			}
			m[n] = e
		}
	}
	return m
}

// Scalar returns the overloads of a scalar function; nil if there is none of that name. The position of an overload is the Sig
// that EmitScalar takes, and its Name the canonical name, whatever alias was asked for.
func (s set) Scalar(name string) []*types.Signature {
	f := s.scalars[name]
	if f == nil {
		return nil
	}
	sigs := make([]*types.Signature, len(f.Overloads))
	for i, o := range f.Overloads {
		sigs[i] = o.Sig
	}
	return sigs
}

// Aggregate returns the overloads of an aggregate; nil if there is none of that name. COUNT(*) is the overload without
// parameters.
func (s set) Aggregate(name string) []*types.Signature {
	a := s.aggregates[name]
	if a == nil {
		return nil
	}
	sigs := make([]*types.Signature, len(a.Overloads))
	for i, o := range a.Overloads {
		sigs[i] = o.Sig
	}
	return sigs
}

// Names lists all functions of all kinds and their aliases, sorted.
func (s set) Names() []string {
	var names []string
	for n := range s.scalars {
		names = append(names, n)
	}
	for n := range s.aggregates {
		names = append(names, n)
	}
	for n := range s.windows {
		names = append(names, n)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Doc is a sentence or two on what a function does; empty if there is none of that name.
func (s set) Doc(name string) string {
	if f := s.scalars[name]; f != nil {
		return f.Doc
	}
	if a := s.aggregates[name]; a != nil {
		return a.Doc
	}
	if w := s.windows[name]; w != nil {
		return w.Doc
	}
	return ""
}

// Volatile tells whether calls of a function must not be computed at compile time.
func (s set) Volatile(name string) bool {
	f := s.scalars[name]
	return f != nil && f.Volatile
}

// PerCall tells whether two calls of a function in the same row differ. Those that tell the time do not.
func (s set) PerCall(name string) bool {
	f := s.scalars[name]
	return f != nil && f.Volatile && f.Category == Random
}

type code struct{ set }

// EmitScalar writes a call of overload sig of a scalar function, of result type t, to b. Arguments have been converted to the
// types that resolving the overload gave, and written. For functions that do not always need all of them use EmitLazy.
func (c code) EmitScalar(name string, sig int, t types.Col, b *emit.Block, args []emit.Value) emit.Value {
	thunks := make([]Thunk, len(args))
	for i, a := range args {
		thunks[i] = func(*emit.Block) emit.Value { return a }
	}
	return c.EmitLazy(name, sig, t, b, thunks)
}

// EmitLazy is EmitScalar for arguments that are not written yet: COALESCE(x, 1 / y) divides only where x is NULL. Other
// functions have all their arguments written first, in order.
func (c code) EmitLazy(name string, sig int, t types.Col, b *emit.Block, args []Thunk) emit.Value {
	f := c.scalars[name]
	if f == nil {
		panic("bug: no function " + name)
	}
	o := f.Overloads[sig]
	call := &Call{B: b, Type: t.Type}
	if o.Lazy != nil {
		return o.Lazy(call, args)
	}
	for _, a := range args {
		v := a(b)
		if isNull(v) && !f.NullAware {
			return null(t.Type)
		}
		call.Args = append(call.Args, v)
	}
	return o.Emit(call)
}

// Aggregate describes overload sig of an aggregate, of result type t, over arguments of the given types. literals are the values of arguments that are
// literals, nil for others. With distinct it takes equal arguments once.
func (c code) Aggregate(name string, sig int, t types.Col, args []types.Col, literals []any, distinct bool) emit.Aggregate {
	a := c.aggregates[name]
	if a == nil {
		panic("bug: no aggregate " + name)
	}
	o := a.Overloads[sig]
	state := o.State(t, args, literals)
	if !distinct || o.Idempotent {
		return state
	}
	return once(state, o.Sig, args)
}
