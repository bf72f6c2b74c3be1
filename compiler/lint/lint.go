package lint

import (
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// Functions tells which functions can return something else at each call.
type Functions interface {
	Volatile(name string) bool
}

// checks are all lints of this package. Each looks at one statement.
var checks = []func(*linter, *plan.Statement){
	(*linter).missingWatermark,
	(*linter).volatileKey,
	(*linter).floatMoney,
	(*linter).manyLabelValues,
	(*linter).starIntoKeyedSink,
	(*linter).unusedColumns,
}

// Check looks at every statement of a bound job. The plan must be the one that binding made, before any rewrite: it says what the SQL
// says.
func Check(job *plan.Job, cat *catalog.Catalog, fns Functions) diag.List {
	l := &linter{job: job, cat: cat, fns: fns}
	for _, st := range job.Statements {
		for _, check := range checks {
			check(l, st)
		}
	}
	l.found.Sort()
	return l.found
}

type linter struct {
	job   *plan.Job
	cat   *catalog.Catalog
	fns   Functions
	found diag.List
}

// nodes calls visit for every operator of a statement, inputs last.
func nodes(n plan.Node, visit func(plan.Node)) {
	visit(n)
	for _, in := range n.Inputs() {
		nodes(in, visit)
	}
}

// origins calls visit for every operator that the rows of n went through, in this statement and in those before it.
func origins(n plan.Node, visit func(plan.Node)) {
	nodes(n, func(n plan.Node) {
		visit(n)
		if r, ok := n.(*plan.Ref); ok {
			origins(r.Statement.Root, visit)
		}
	})
}

// aggregates calls visit for every operator of a statement that gathers rows.
func aggregates(st *plan.Statement, visit func(*plan.Aggregate)) {
	nodes(st.Root, func(n plan.Node) {
		if a, ok := n.(*plan.Aggregate); ok {
			visit(a)
		}
	})
}

// contains tells whether an expression or a part of it is as asked.
func contains(e expr.Expr, is func(expr.Expr) bool) bool {
	found := false
	expr.Walk(e, func(x expr.Expr) bool {
		found = found || is(x)
		return !found
	})
	return found
}
