package types

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Mismatch says why arguments do not fit a signature. Arg is the position of the argument at fault from 0, or -1 if their
// number is wrong. Signatures are the ones there are, for a note.
type Mismatch struct {
	Arg        int
	Message    string
	Signatures []*Signature
}

func (m *Mismatch) Error() string { return m.Message }

// What conversions cost when overloads compete: the cheapest wins, the earlier one on a tie.
const (
	costWiden  = 1  // DECIMAL to a wider DECIMAL, DATE to TIMESTAMP, NULL to anything
	costExact  = 2  // INTEGER to DECIMAL
	costFloat  = 4  // INTEGER or DECIMAL to FLOAT
	costMillis = 8  // TIMESTAMP or INTERVAL to a number
	costText   = 8  // a STRING literal to a DATE, TIMESTAMP, …
	costVar    = 16 // a type variable: concrete overloads come first
)

// Resolve fits arguments to the signature. params are the types that the arguments convert to, one per argument; result is
// the type of the call; cost ranks overloads. The error is a *Mismatch.
func (s *Signature) Resolve(args []Arg) (params []Type, result Col, cost int, err error) {
	params, result, cost, m := s.fit(args)
	if m == nil {
		m = s.checkLiterals(args)
	}
	if m != nil {
		return nil, Col{}, 0, m
	}
	return params, result, cost, nil
}

// fit is Resolve as far as types decide.
func (s *Signature) fit(args []Arg) (params []Type, result Col, cost int, m *Mismatch) {
	if m := s.checkCount(len(args)); m != nil {
		return nil, Col{}, 0, m
	}
	vars, m := s.bindVars(args)
	if m != nil {
		return nil, Col{}, 0, m
	}
	params = make([]Type, len(args))
	for i, a := range args {
		p := s.param(i)
		t, c, ok := p.accept(a, vars)
		if !ok {
			return nil, Col{}, 0, s.mismatch(i, a, p)
		}
		params[i] = t
		cost += c
	}
	return params, Col{Type: s.resultType(params, literalsOf(args), vars), Nullable: s.nullable(args)}, cost, nil
}

// literalsOf are the values of literal arguments, nil for others.
func literalsOf(args []Arg) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}

// convertedLiterals are the values of literal arguments as the parameters have them: 95 is 95.0 where a FLOAT is asked for.
func (s *Signature) convertedLiterals(args []Arg) []any {
	out := literalsOf(args)
	for i, a := range args {
		if s.param(i).Type.Kind != Float {
			continue
		}
		switch x := a.Value.(type) {
		case int64:
			out[i] = float64(x)
		case *big.Int:
			ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(a.Type.Scale)), nil)
			out[i], _ = new(big.Rat).SetFrac(x, ten).Float64()
		}
	}
	return out
}

// checkLiterals looks at the values of literal arguments. A NULL is always right: it makes the result NULL.
func (s *Signature) checkLiterals(args []Arg) *Mismatch {
	for i, a := range args {
		if p := s.param(i); p.Literal && a.Value == nil && a.Type.Kind != Null && a.Type.Kind != Invalid {
			msg := fmt.Sprintf("argument %d of %s, %s, must be a literal: it decides how the job is compiled", i+1, s.Name, p.Name)
			return &Mismatch{Arg: i, Message: msg, Signatures: []*Signature{s}}
		}
	}
	i, err := 0, error(nil)
	if s.Check != nil {
		i, err = s.Check(s.convertedLiterals(args))
	}
	if s.Fits != nil && err == nil {
		i, err = s.Fits(args)
	}
	if err == nil {
		return nil
	}
	return &Mismatch{Arg: i, Message: fmt.Sprintf("argument %d of %s: %v", i+1, s.Name, err), Signatures: []*Signature{s}}
}

// Choose finds the overload that fits args best. The error, a *Mismatch, is about the overload that fits the longest.
func Choose(sigs []*Signature, args []Arg) (index int, params []Type, result Col, err error) {
	index = -1
	best := 0
	var far *Mismatch
	for i, s := range sigs {
		p, r, cost, m := s.fit(args)
		if m != nil {
			m.Signatures = sigs
			if far == nil || m.Arg > far.Arg {
				far = m
			}
			continue
		}
		if index < 0 || cost < best {
			index, params, result, best = i, p, r, cost
		}
	}
	if index < 0 {
		return -1, nil, Col{}, countMismatch(sigs, args, far)
	}
	if m := sigs[index].checkLiterals(args); m != nil {
		return -1, nil, Col{}, m
	}
	return index, params, result, nil
}

// countMismatch sums up overloads of which none takes so many arguments.
func countMismatch(sigs []*Signature, args []Arg, far *Mismatch) *Mismatch {
	if far.Arg >= 0 || len(sigs) == 1 {
		if far.Arg >= 0 && len(sigs) > 1 {
			far.Message = overloadMessage(sigs, args, far)
		}
		return far
	}
	lo, hi := sigs[0].counts()
	for _, s := range sigs[1:] {
		l, h := s.counts()
		lo = min(lo, l)
		if hi >= 0 && (h < 0 || h > hi) {
			hi = h
		}
	}
	far.Message = countMessage(sigs[0].Name, lo, hi, len(args))
	return far
}

// overloadMessage names what all overloads would take in the place of the argument that fits none.
func overloadMessage(sigs []*Signature, args []Arg, far *Mismatch) string {
	var want []string
	name := ""
	for _, s := range sigs {
		lo, hi := s.counts()
		if len(args) < lo || hi >= 0 && len(args) > hi {
			continue
		}
		p := s.param(far.Arg)
		if name == "" {
			name = p.Name
		}
		if !slices.Contains(want, p.typeName()) {
			want = append(want, p.typeName())
		}
	}
	if len(want) < 2 {
		return far.Message
	}
	list := strings.Join(want[:len(want)-1], ", ") + " or " + want[len(want)-1]
	return fmt.Sprintf("argument %d of %s is %s %s, but this is %s", far.Arg+1, sigs[0].Name, name, list, args[far.Arg].Type)
}

// counts are the least and the greatest number of arguments; -1 means without limit.
func (s *Signature) counts() (lo, hi int) {
	for _, p := range s.Params {
		if p.Variadic {
			return lo, -1
		}
		if !p.Optional {
			lo++
		}
		hi++
	}
	return lo, hi
}

func (s *Signature) checkCount(n int) *Mismatch {
	lo, hi := s.counts()
	if n >= lo && (hi < 0 || n <= hi) {
		return nil
	}
	return &Mismatch{Arg: -1, Message: countMessage(s.Name, lo, hi, n), Signatures: []*Signature{s}}
}

func countMessage(name string, lo, hi, n int) string {
	want := ""
	switch {
	case hi < 0:
		want = "at least " + countOf(lo, "argument")
	case lo == hi:
		want = countOf(lo, "argument")
	case hi == lo+1:
		want = fmt.Sprintf("%d or %d arguments", lo, hi)
	default:
		want = fmt.Sprintf("%d to %d arguments", lo, hi)
	}
	have := fmt.Sprintf("%d are given", n)
	switch n {
	case 0:
		have = "none is given"
	case 1:
		have = "1 is given"
	}
	return fmt.Sprintf("%s takes %s, but %s", name, want, have)
}

// param is the parameter that argument i goes to.
func (s *Signature) param(i int) Param { return s.Params[min(i, len(s.Params)-1)] }

func (s *Signature) mismatch(i int, a Arg, p Param) *Mismatch {
	name := p.Name
	if p.Class != Concrete && p.Class != AnyDecimal {
		name += ","
	}
	msg := fmt.Sprintf("argument %d of %s is %s %s, but this is %s", i+1, s.Name, name, p.typeName(), a.Type)
	return &Mismatch{Arg: i, Message: msg, Signatures: []*Signature{s}}
}

// bindVars gives every type variable the common type of its arguments.
func (s *Signature) bindVars(args []Arg) (map[string]Type, *Mismatch) {
	var vars map[string]Type
	for i := range args {
		v := s.param(i).Var
		if _, done := vars[v]; v == "" || done {
			continue
		}
		var members []Arg
		var at []int
		class := Anything
		for j, a := range args {
			if p := s.param(j); p.Var == v {
				if p.Class != Anything {
					class = p.Class
				}
				if p.Array {
					var ok bool
					if a, ok = elementArg(a); !ok {
						return nil, s.mismatch(j, args[j], p)
					}
				}
				if p.Keys {
					var ok bool
					if a, ok = keyArg(a); !ok {
						return nil, s.mismatch(j, args[j], p)
					}
				}
				members, at = append(members, a), append(at, j)
			}
		}
		t, bad := commonIn(class, members)
		if bad >= 0 {
			return nil, s.varMismatch(at[bad], members, bad, class)
		}
		if vars == nil {
			vars = map[string]Type{}
		}
		vars[v] = t
	}
	return vars, nil
}

// elementArg is what stands for the elements of an ARRAY; false: the argument is none.
func elementArg(a Arg) (Arg, bool) {
	switch a.Type.Kind {
	case Array:
		return ArgOf(a.Type.ElemCol()), true
	case Null, Invalid:
		return ArgOf(Col{Type: a.Type, Nullable: true}), true
	}
	return a, false
}

// keyArg is what stands for the keys of a MAP; false: the argument is none.
func keyArg(a Arg) (Arg, bool) {
	switch a.Type.Kind {
	case Map:
		return ArgOf(Col{Type: *a.Type.Key}), true
	case Null, Invalid:
		return ArgOf(Col{Type: a.Type, Nullable: true}), true
	}
	return a, false
}

// commonIn is the common type of members within a class, or the index of the first that does not fit those before it.
func commonIn(class Class, members []Arg) (t Type, bad int) {
	kept := make([]Arg, 0, len(members))
	for i, m := range members {
		if class == Numeric {
			n, ok := AsNumber(m.Type)
			if !ok {
				return TInvalid, i
			}
			m.Type = n
		}
		if !class.admits(m.Type) {
			return TInvalid, i
		}
		kept = append(kept, m)
		var ok bool
		if t, ok = CommonOf(kept); !ok {
			return TInvalid, i
		}
	}
	return t, -1
}

// admits tells whether a class that asks something of types lets t in.
func (c Class) admits(t Type) bool {
	switch {
	case t.Kind == Invalid:
		return true
	case c == Orderable:
		return t.Ordered()
	case c == Keyable:
		return t.MapKey()
	case c == AnyMap:
		return t.Kind == Map || t.Kind == Null
	}
	return true
}

func (s *Signature) varMismatch(arg int, members []Arg, bad int, class Class) *Mismatch {
	if _, number := AsNumber(members[bad].Type); class == Numeric && !number || !class.admits(members[bad].Type) {
		p := s.param(arg)
		p.Class = class
		return s.mismatch(arg, members[bad], p)
	}
	before, _ := CommonOf(members[:bad])
	msg := fmt.Sprintf("argument %d of %s is %s, but those before it are %s: all must have one type", arg+1, s.Name, members[bad].Type, before)
	return &Mismatch{Arg: arg, Message: msg, Signatures: []*Signature{s}}
}

// accept tells what argument a converts to, and at which cost.
func (p Param) accept(a Arg, vars map[string]Type) (Type, int, bool) {
	if a.Type.Kind == Invalid {
		return TInvalid, 0, true
	}
	if p.Array {
		return TArray(Col{Type: vars[p.Var], Nullable: a.Type.Kind != Array || !a.Type.NoNulls}), costVar, true
	}
	if p.Keys {
		value := Col{Type: TString, Nullable: true} // of a bare NULL
		if a.Type.Kind == Map {
			value = a.Type.ElemCol()
		}
		return TMap(vars[p.Var], value), costVar, true
	}
	if p.Var != "" {
		return vars[p.Var], costVar, true
	}
	switch p.Class {
	case Scalar:
		return a.Type, costVar, !a.Type.Nested()
	case Anything:
		return a.Type, costVar, true
	case AnyDecimal:
		return acceptDecimal(a)
	case AnyArray, AnyMap, AnyStruct:
		return acceptNested(a, p.Class)
	}
	return acceptConcrete(a, p.Type)
}

func acceptDecimal(a Arg) (Type, int, bool) {
	switch a.Type.Kind {
	case Decimal:
		return a.Type, 0, true
	case Null:
		return TDecimal(DefaultPrecision, DefaultScale), costWiden, true
	case Integer:
		if a.Digits > 0 {
			return TDecimal(a.Digits, 0), costExact, true
		}
		return integerAsDecimal, costExact, true
	}
	return TInvalid, 0, false
}

// acceptNested takes a value made of others as it is; a bare NULL is one of texts.
func acceptNested(a Arg, class Class) (Type, int, bool) {
	text := Col{Type: TString, Nullable: true}
	want := map[Class]Type{AnyArray: TArray(text), AnyMap: TMap(TString, text), AnyStruct: TStruct()}[class]
	if a.Type.Kind == Null {
		return want, costWiden, true
	}
	return a.Type, 0, a.Type.Kind == want.Kind
}

func acceptConcrete(a Arg, want Type) (Type, int, bool) {
	if a.Type.Equal(want) {
		return want, 0, true
	}
	if a.Text && TextLiteral(want) {
		return want, costText, true
	}
	if Implicit(a.Type, want) {
		cost := costWiden
		if want.Kind == Float && a.Type.Kind != Null {
			cost = costFloat
		}
		return want, cost, true
	}
	if n, ok := AsNumber(a.Type); ok && !a.Type.Numeric() && want.Numeric() && Implicit(n, want) {
		return want, costMillis, true
	}
	return TInvalid, 0, false
}

// nullableElements tells whether an ARRAY that is made of the arguments can hold NULLs: where one of theirs can, or where an element is given by itself.
func (s *Signature) nullableElements(params []Type) bool {
	for i, t := range params {
		if p := s.param(i); p.Var == s.Result.Var && (!p.Array || !t.NoNulls) {
			return true
		}
	}
	return false
}

// resultType is what the notation or Derive makes of the converted arguments.
func (s *Signature) resultType(params []Type, literals []any, vars map[string]Type) Type {
	for _, p := range params {
		if p.Kind == Invalid {
			return TInvalid
		}
	}
	switch {
	case s.Derive != nil:
		return s.Derive(params, literals)
	case s.Result.Array:
		return TArray(Col{Type: vars[s.Result.Var], Nullable: s.nullableElements(params)})
	case s.Result.Var != "":
		return vars[s.Result.Var]
	case s.Result.Class == AnyDecimal:
		for i, t := range params {
			if s.param(i).Class == AnyDecimal {
				return t
			}
		}
	}
	return s.Result.Type
}

func (s *Signature) nullable(args []Arg) bool {
	if s.Nullable != nil {
		return s.Nullable(args)
	}
	switch s.Nulls {
	case NeverNull:
		return false
	case AlwaysNull:
		return true
	}
	any, all := false, true
	for _, a := range args {
		any, all = any || a.CanBeNull(), all && a.CanBeNull()
	}
	if s.Nulls == AllNull {
		return all
	}
	return any
}
