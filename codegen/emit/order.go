package emit

import (
	"github.com/dave/jennifer/jen"
)

// Compare orders two rows by keys: an int below, at or above 0. x and y read key i of the one and the other.
func (b *Block) Compare(keys []SortKey, x, y func(i int) Value) *jen.Statement {
	var parts []jen.Code
	for i, k := range keys {
		parts = append(parts, b.compare(k, x(i), y(i)))
	}
	if len(parts) == 1 {
		return jen.Add(parts[0])
	}
	return jen.Qual("cmp", "Or").Call(parts...)
}

func (b *Block) compare(k SortKey, x, y Value) *jen.Statement {
	compare := b.Comparator(k.Col.Type)
	if k.Col.Nullable {
		null := func(v Value) *jen.Statement {
			valid := jen.True()
			if v.Valid != nil {
				valid = jen.Add(v.Valid)
			}
			return RT("Null").Types(GoType(k.Col.Type)).Values(jen.Id("V").Op(":").Add(v.Arg()), jen.Id("Valid").Op(":").Add(valid))
		}
		return jen.Qual(SQLFn, "CompareNulls").Call(null(x), null(y), jen.Lit(k.Desc), jen.Lit(k.NullsFirst), compare)
	}
	if k.Desc {
		x, y = y, x
	}
	return compare.Call(x.Arg(), y.Arg())
}
