package physical

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// Estimates of memory. They are for EXPLAIN: a reader wants to know whether a million groups are a hundred megabytes or ten gigabytes. Texts are
// taken to be of sixteen bytes, lists to have four elements.

const (
	textBytes  = 16
	listLength = 4
	// slotBytes are those of a slot of a table besides the value, and slack the share of slots that stay empty while it grows.
	slotBytes, slack = 24, 3
	// entryBytes are those that a table keeps for an entry outside of its slot.
	entryBytes = 16
)

// valueBytes is about how much memory a value takes that is kept.
func valueBytes(c types.Col) int64 {
	n := int64(8)
	switch t := c.Type; t.Kind {
	case types.Boolean:
		n = 1
	case types.Decimal:
		if t.Wide() {
			n = 16
		}
	case types.UUID:
		n = 16
	case types.String, types.Bytes, types.JSON:
		n = 16 + textBytes
	case types.Array:
		n = 24 + listLength*valueBytes(t.ElemCol())
	case types.Map:
		n = 48 + listLength*(valueBytes(types.Col{Type: *t.Key})+valueBytes(t.ElemCol()))
	case types.Struct:
		n = 0
		for _, f := range t.Fields {
			n += valueBytes(f.Col)
		}
	}
	if c.Nullable {
		n += 8
	}
	return n
}

// keyBytes is about how much memory an entry of a table takes whose keys are these, and whose values have so many bytes.
func keyBytes(keys []expr.Expr, value int64) int64 {
	n := (slotBytes+value)*slack + entryBytes
	for _, k := range keys {
		n += valueBytes(k.Col())
	}
	return n
}

// rowBytes is about how much memory a row of n takes that is kept.
func rowBytes(n plan.Node) int64 {
	bytes := int64(entryBytes)
	for _, c := range n.Props().Schema {
		bytes += valueBytes(c.Col)
	}
	return bytes
}
