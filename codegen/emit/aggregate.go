package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// Aggregate is one aggregate function as code: the fields that its state needs and the result that they give. Each field keeps
// itself up to date, so that aggregates over the same argument can share fields: AVG(x) and COUNT(x) share their count, COUNT(*)
// is the number of rows that every group counts anyway.
type Aggregate struct {
	Fields []StateField
	// Final is the result; fields are Go expressions that select the fields of one accumulator, in the order of Fields.
	Final func(b *Block, fields []*jen.Statement) Value
	// NullsToo: rows whose argument is NULL are added as well (COUNT(*), FIRST, LAST). Otherwise Add sees arguments that are not NULL.
	NullsToo bool
	// OrderSensitive: the result depends on the order of additions even where the function's meaning does not (sums of FLOAT).
	OrderSensitive bool
	// Ordered: the meaning depends on the order of rows (FIRST, LAST); partial states are merged in row order.
	Ordered bool
	// Retracting makes the form of the aggregate from which rows can be taken back, where that needs another state than adding alone, as for
	// FLOAT, whose rounded sums cannot be subtracted from. nil: the aggregate itself, if it Retracts.
	Retracting func() Aggregate
}

// StateField is one field of an accumulator. Its zero value is the state of no rows.
type StateField struct {
	Name string         // suggested Go name, for example SumVolume from "sum"+argument; made unique within the struct
	Type *jen.Statement // Go type
	// Key names what the field holds, for example "sum": fields of equal Key over equal arguments are one field. The Key "rows"
	// without arguments is the number of rows of the group, which always exists.
	Key string
	// Args are the positions of the arguments that feed the field; nil: all of them.
	Args []int
	// Add adds a row to field, a Go expression that selects it.
	Add func(b *Block, field *jen.Statement, args []Value)
	// Merge adds the state src, whose rows all came later, to dst.
	Merge func(b *Block, dst, src *jen.Statement)
	// Retract takes a row back that was added before: the state is what it would be without that row. nil: it cannot.
	Retract func(b *Block, field *jen.Statement, args []Value)
	// Grows: the field takes more memory with each row or each different value.
	Grows bool
	// Form is how the field stands in a snapshot; its functions are nil if it is of a type of the user that has no form.
	Form Form
}

// Retracts tells whether rows can be taken back.
func (a *Aggregate) Retracts() bool {
	for _, f := range a.Fields {
		if f.Retract == nil {
			return false
		}
	}
	return true
}

// SortKey is a value by which an aggregate orders its rows.
type SortKey struct {
	Col              types.Col
	Desc, NullsFirst bool
}
