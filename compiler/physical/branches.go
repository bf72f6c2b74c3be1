package physical

import (
	"slices"
	"strconv"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// mostRows is the largest VALUES that is written out row by row.
const mostRows = 64

// Branches makes statements of their own, with one target, of what UNION ALL puts together, and of the rows of VALUES. A sink takes rows of
// several statements, so nothing has to gather them. It leaves statements whose rows others read, or that are measured, because these ask
// for one stream of rows.
func Branches(job *plan.Job) *plan.Job {
	out := *job
	out.Statements = nil
	taken := map[string]bool{}
	for _, st := range job.Statements {
		taken[st.Name] = true
	}
	for _, st := range job.Statements {
		roots := branches(st.Root)
		if st.Sink == nil || len(roots) == 1 || len(st.Metrics) > 0 || isRead(job, st) {
			out.Statements = append(out.Statements, st)
			continue
		}
		for i, root := range roots {
			b := *st
			b.Root = named(root, st.Root.Props().Schema)
			for n := 2; i > 0 && taken[b.Name]; n++ {
				b.Name = st.Name + "_" + strconv.Itoa(n)
			}
			taken[b.Name] = true
			out.Statements = append(out.Statements, &b)
		}
	}
	return &out
}

func isRead(job *plan.Job, st *plan.Statement) bool {
	found := false
	for _, other := range job.Statements {
		plan.Walk(other.Root, func(n plan.Node) bool {
			r, ok := n.(*plan.Ref)
			found = found || ok && r.Statement == st
			return !found
		})
	}
	return found
}

// branches are the plans whose rows together are those of n, in no particular order.
func branches(n plan.Node) []plan.Node {
	switch n := n.(type) {
	case *plan.SetOp:
		if n.Kind == plan.Union && n.All {
			return slices.Concat(branches(n.Left), branches(n.Right))
		}
	case *plan.Values:
		if n.Rows == nil || len(n.Rows) > mostRows {
			break
		}
		var out []plan.Node
		for _, row := range n.Rows {
			columns := make([]plan.Named, len(row))
			for i, e := range row {
				columns[i] = plan.Named{Name: n.P.Schema[i].Name, E: e}
			}
			out = append(out, plan.NewProject(plan.NewValues(n.At), columns, n.At))
		}
		return out
	case *plan.Filter, *plan.Project:
		below := branches(n.Inputs()[0])
		if len(below) == 1 {
			break
		}
		var out []plan.Node
		for _, b := range below {
			out = append(out, over(n, b))
		}
		return out
	}
	return []plan.Node{n}
}

// over is n over one branch of its input, whose columns may be nullable where the branch's are not, and the other way round.
func over(n, branch plan.Node) plan.Node {
	schema := branch.Props().Schema
	fit := func(e expr.Expr) expr.Expr {
		return expr.Map(e, func(x expr.Expr) expr.Expr {
			c, ok := x.(*expr.Column)
			if !ok {
				return x
			}
			return &expr.Column{Node: expr.Node{T: schema[c.Index].Col, At: c.At}, Index: c.Index, Name: plan.ColumnName(schema, c.Index)}
		})
	}
	if f, ok := n.(*plan.Filter); ok {
		return plan.NewFilter(branch, fit(f.Cond), f.Having, f.At)
	}
	p := n.(*plan.Project)
	columns := p.Named()
	for i := range columns {
		columns[i].E = fit(columns[i].E)
	}
	return plan.NewProject(branch, columns, p.At)
}

// named gives the columns of a branch the names of the whole.
func named(n plan.Node, schema plan.Schema) plan.Node {
	same := slices.EqualFunc(n.Props().Schema, schema, func(a, b plan.Column) bool { return a.Name == b.Name })
	if same {
		return n
	}
	p, ok := n.(*plan.Project)
	columns := plan.Through(n)
	if ok {
		n, columns = p.In, p.Named()
	}
	for i := range columns {
		columns[i].Name = schema[i].Name
	}
	return plan.NewProject(n, columns, n.Span())
}
