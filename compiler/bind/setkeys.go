package bind

import (
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// Rows of several grouping sets share one record key. A column that a set does not have is NULL there, as it is in the group of rows in which it is NULL: only
// GROUPING tells the two apart.

// setColumn is the column of the union of grouping sets that column col of n shows; the union is nil if it shows none.
func setColumn(n plan.Node, col int) (*plan.SetOp, int) {
	switch n := n.(type) {
	case *plan.SetOp:
		if n.Of == "GROUPING SETS" {
			return n, col
		}
	case *plan.Filter:
		return setColumn(n.In, col)
	case *plan.Project:
		if c, ok := n.Exprs[col].(*expr.Column); ok {
			return setColumn(n.In, c.Index)
		}
	}
	return nil, 0
}

// isGroupingCall tells whether a column of the result is GROUPING(…).
func isGroupingCall(root plan.Node, col int) bool {
	union, at := setColumn(root, col)
	return union != nil && strings.HasPrefix(union.P.Schema[at].Name, "_grouping_")
}

// ambiguousKeys are the columns of a record key that are NULL in a group of rows as well as in a total.
func ambiguousKeys(root plan.Node, key []int) (out []int) {
	for _, col := range key {
		if isGroupingCall(root, col) {
			return nil
		}
		union, at := setColumn(root, col)
		if union == nil {
			continue
		}
		missing, null := false, false
		var look func(n plan.Node)
		look = func(n plan.Node) {
			switch n := n.(type) {
			case *plan.SetOp:
				look(n.Left)
				look(n.Right)
			case *plan.Project:
				l, lit := n.Exprs[at].(*expr.Lit)
				missing = missing || lit && l.Val == nil
				null = null || !lit && nullable(n.Exprs[at])
			}
		}
		look(union)
		if missing && null {
			out = append(out, col)
		}
	}
	return out
}
