package physical

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// Replaced are the columns of the flow's scan that make the primary key by which its rows replace each other in a table that is looked up; nil
// where they do not, or the key is computed. A row that a condition drops replaces the earlier one all the same.
func (f *Flow) Replaced() []int {
	if f.Into == nil || f.Into.Way != Lookup || f.Side != 1 || len(f.Stages) != 1 {
		return nil
	}
	j, ok := f.Into.Op.(*plan.Join)
	if !ok || j.NullAware || j.Right.Props().Mode != plan.Append {
		return nil
	}
	if _, ok := f.Leaf.(*plan.Scan); !ok {
		return nil
	}
	key := slices.Clone(j.Right.Props().Key)
	for _, op := range slices.Backward(f.Stages[0].Ops) {
		switch op := op.(type) {
		case *plan.Filter:
		case *plan.Project:
			for i, c := range key {
				col, ok := op.Exprs[c].(*expr.Column)
				if !ok {
					return nil
				}
				key[i] = col.Index
			}
		default:
			return nil
		}
	}
	return key
}

// Tombstones are the positions in Source.Schema of the columns that the key of a record consists of whose lack of a value deletes a row; nil where
// such a record is an error.
func (in *Input) Tombstones() []int {
	if in.Source.Connector != "kafka_source" {
		return nil
	}
	var out []int
	for _, f := range in.Flows {
		key := f.Replaced()
		if key == nil {
			return nil
		}
		out = out[:0]
		for _, c := range key {
			out = append(out, f.Leaf.(*plan.Scan).Columns[c])
		}
	}
	for _, c := range out {
		switch in.Source.Schema[c].Col.Type.Kind {
		case types.String, types.Integer, types.Decimal, types.Boolean, types.Date, types.Timestamp:
		default:
			return nil
		}
	}
	return out
}
