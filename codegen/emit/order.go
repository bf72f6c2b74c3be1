package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// Comparator is a Go function that orders two values of t.
func Comparator(t types.Type) *jen.Statement {
	switch {
	case t.Kind == types.Boolean || t.Kind == types.Null:
		return jen.Qual(SQLFn, "CompareBool")
	case t.Kind == types.UUID:
		return RT("UUID").Dot("Compare")
	case t.Wide():
		return jen.Qual(Decimal, "Int128").Dot("Cmp")
	}
	return jen.Qual("cmp", "Compare").Types(GoType(t))
}

// Compare orders two rows by keys: an int below, at or above 0. x and y read key i of the one and the other.
func Compare(keys []SortKey, x, y func(i int) Value) *jen.Statement {
	var parts []jen.Code
	for i, k := range keys {
		parts = append(parts, k.compare(x(i), y(i)))
	}
	if len(parts) == 1 {
		return jen.Add(parts[0])
	}
	return jen.Qual("cmp", "Or").Call(parts...)
}

func (k SortKey) compare(x, y Value) *jen.Statement {
	compare := Comparator(k.Col.Type)
	if k.Col.Nullable {
		null := func(v Value) *jen.Statement {
			valid := jen.True()
			if v.Valid != nil {
				valid = jen.Add(v.Valid)
			}
			return RT("Null").Types(GoType(k.Col.Type)).Values(v.Arg(), valid)
		}
		return jen.Qual(SQLFn, "CompareNulls").Call(null(x), null(y), jen.Lit(k.Desc), jen.Lit(k.NullsFirst), compare)
	}
	if k.Desc {
		x, y = y, x
	}
	return compare.Call(x.Arg(), y.Arg())
}
