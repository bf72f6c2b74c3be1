package lint

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// unusedColumns finds columns of a statement without a sink that none of its readers reads. A statement that nobody reads has been
// reported otherwise.
func (l *linter) unusedColumns(st *plan.Statement) {
	if _, ok := st.Root.(*plan.Project); !ok || st.Sink != nil { // what stands above the projection may read all of it
		return
	}
	schema := st.Root.Props().Schema
	used := make([]bool, len(schema))
	readers := 0
	for _, other := range l.job.Statements {
		nodes(other.Root, func(n plan.Node) {
			if r, ok := n.(*plan.Ref); ok && r.Statement == st {
				readers++
			}
		})
		reads(other.Root, st, used)
	}
	if readers == 0 || !slices.Contains(used, true) { // nobody reads it, or rows are only counted
		return
	}
	for _, m := range st.Metrics {
		for _, label := range m.Labels {
			columns(label.Value, used)
		}
		columns(m.Condition, used)
		columns(m.Value, used)
	}
	for _, k := range st.Key {
		used[k] = true
	}
	if t := st.Root.Props().Time; t.EventTime && t.Column >= 0 {
		used[t.Column] = true
	}
	for i, c := range schema {
		if !used[i] && c.At.IsValid() {
			l.found.Add(diag.UnusedColumn(c.At, c.Name, st.Name))
		}
	}
}

// columns marks the input columns that an expression reads; nil reads none.
func columns(e expr.Expr, used []bool) {
	if e == nil {
		return
	}
	expr.Walk(e, func(x expr.Expr) bool {
		if c, ok := x.(*expr.Column); ok && c.Index < len(used) {
			used[c.Index] = true
		}
		return true
	})
}

// reads marks the columns of st that a plan reads. Operators that this function does not know read all of their input.
func reads(n plan.Node, st *plan.Statement, used []bool) {
	in, filters := below(n)
	ref, ok := in.(*plan.Ref)
	if !ok || ref.Statement != st {
		for _, in := range n.Inputs() {
			reads(in, st, used)
		}
		if ok {
			return
		}
	} else {
		for _, f := range filters {
			columns(f.Cond, used)
		}
		switch n := n.(type) {
		case *plan.Project:
			for _, e := range n.Exprs {
				columns(e, used)
			}
			return
		case *plan.Aggregate:
			for _, k := range n.Keys {
				columns(k, used)
			}
			for _, a := range n.Aggs {
				for _, arg := range a.Args {
					columns(arg, used)
				}
				columns(a.Filter, used)
			}
			if n.Window != nil {
				columns(n.Window.Time, used)
			}
			return
		}
		for i := range used {
			used[i] = true
		}
	}
}

// below is what an operator reads, looked at through filters.
func below(n plan.Node) (plan.Node, []*plan.Filter) {
	var filters []*plan.Filter
	if len(n.Inputs()) != 1 {
		return n, nil
	}
	in := n.Inputs()[0]
	for {
		f, ok := in.(*plan.Filter)
		if !ok {
			return in, filters
		}
		filters = append(filters, f)
		in = f.In
	}
}
