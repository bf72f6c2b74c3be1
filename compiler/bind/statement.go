package bind

import (
	"slices"

	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// creation is the CREATE … AS of a statement, or nil. START JOB and DEPLOY JOB hold one, as EXPLAIN does.
func creation(body grammar.Body) *grammar.Create {
	switch s := body.(type) {
	case *grammar.Create:
		if s.Query != nil {
			return s
		}
	case *grammar.Job:
		if s.Statement != nil {
			return creation(s.Statement)
		}
	}
	return nil
}

// statement binds one statement. Declarations of sources are the catalog's and make no plan.
func (b *binder) statement(st *grammar.Statement) { b.body(st, st.Body) }

func (b *binder) body(st *grammar.Statement, body grammar.Body) {
	switch s := body.(type) {
	case *grammar.Create:
		b.create(st, s)
	case *grammar.Insert:
		b.insert(st, s)
	case *grammar.Query:
		b.anonymous(st, s)
	case *grammar.Job:
		if s.Statement == nil {
			b.report(diag.NotForJobs(s.Span(), s.Verb+" JOB"))
			return
		}
		b.body(st, s.Statement)
	case *grammar.Set: // a property: the catalog has read it
	case *grammar.Explain:
		b.report(diag.NotForJobs(s.Span(), "EXPLAIN").WithNote("veloc explain job.sql prints the plan of every statement"))
	case *grammar.Show:
		b.report(diag.NotForJobs(s.Span(), "SHOW "+s.What))
	case *grammar.Describe:
		b.report(diag.NotForJobs(s.Span(), "DESCRIBE"))
	case *grammar.Drop:
		b.report(diag.NotForJobs(s.Span(), "DROP "+s.Kind))
	case *grammar.CreateFunction:
		b.report(diag.NotYetCompiled(s.Span(), "CREATE FUNCTION", ""))
	default:
		panic("bug: unhandled statement")
	}
}

func (b *binder) create(st *grammar.Statement, c *grammar.Create) {
	b.checkCreate(c)
	if c.Query == nil {
		return
	}
	name := c.Name.String()
	if first, ok := b.relations[name]; ok {
		b.report(diag.DuplicateRelation(c.Name.Span(), name, first.at))
		return
	}
	r := &relation{at: c.Name.Span()}
	if out := b.query(c.Query, name); out != nil {
		r.st = &plan.Statement{Name: name, Table: c.Kind == grammar.Table, At: c.Name.Span()}
		b.finish(st, r.st, out)
	}
	b.relations[name] = r
}

// checkCreate reports the parts of a CREATE that mean nothing here or are not yet compiled.
func (b *binder) checkCreate(c *grammar.Create) {
	head := c.Span()
	head.End = c.Name.Span().Start
	if c.OrReplace {
		b.report(diag.NothingToReplace(firstWord(head, "OR REPLACE"), "OR REPLACE"))
	}
	if c.IfNotExists {
		b.report(diag.NothingToReplace(firstWord(head, "IF NOT EXISTS"), "IF NOT EXISTS"))
	}
	for _, clause := range c.Clauses {
		if len(clause.PartitionBy) > 0 {
			b.report(diag.NotYetCompiled(clause.Span(), "PARTITIONED BY", "PRIMARY KEY and GROUP BY choose the key of records"))
		}
	}
	if len(c.Elements) > 0 && c.Query != nil { // CREATE STREAM s (a INTEGER, b STRING) AS SELECT …
		b.report(diag.NotYetCompiled(c.Elements[0].Span().To(c.Elements[len(c.Elements)-1].Span()),
			"a column list in front of AS", "the SELECT list says which columns there are: use AS and CAST there"))
	}
}

func (b *binder) insert(st *grammar.Statement, s *grammar.Insert) {
	if len(s.Columns) > 0 {
		b.report(diag.NotYetCompiled(s.Columns[0].Span().To(s.Columns[len(s.Columns)-1].Span()),
			"a column list after INSERT INTO", "name the columns in the SELECT list: SELECT … AS name"))
	}
	b.anonymous(st, s.Query)
}

// anonymous binds a statement that no other can read.
func (b *binder) anonymous(st *grammar.Statement, q *grammar.Query) {
	out := b.query(q, "")
	if out == nil {
		return
	}
	b.finish(st, &plan.Statement{Name: b.cat.StatementName(st), At: out.at}, out)
}

// output is a bound query.
type output struct {
	root   plan.Node
	at     source.Span // of the SELECT keyword
	marked []int       // columns with PRIMARY KEY
	markAt source.Span // of the first mark
	groups []int       // where the GROUP BY columns are in the output
	lost   []string    // GROUP BY columns that are not in the output
}

// finish adds a bound query to the job: its sink, key and metrics.
func (b *binder) finish(st *grammar.Statement, s *plan.Statement, out *output) {
	s.Root = out.root
	s.Key = out.key()
	if sink := b.cat.Sink(st); sink != nil {
		s.Sink = &plan.Sink{Target: sink, Key: s.Key, At: sink.At}
		b.fits(sink, out.root.Props().Schema, s.At)
	}
	b.checkKey(s, out)
	b.checkDurable(s)
	s.Metrics = b.metrics(st, s)
	b.job.Statements = append(b.job.Statements, s)
}

// key is what tells the rows of the result apart: the PRIMARY KEY columns, else the GROUP BY columns.
func (o *output) key() []int {
	switch {
	case len(o.marked) > 0:
		return o.marked
	case len(o.lost) > 0 || len(o.groups) == 0:
		return nil
	}
	return o.groups
}

func (b *binder) checkKey(s *plan.Statement, out *output) {
	if out.root.Props().Mode == plan.Append {
		return
	}
	schema := out.root.Props().Schema
	if len(out.lost) > 0 {
		if s.Sink != nil && len(out.marked) == 0 {
			b.report(diag.UpdatesWithoutKey(out.at, out.lost))
		}
		return
	}
	if len(out.marked) > 0 && !sameSet(out.marked, out.groups) {
		b.report(diag.KeyIsNotTheGroup(out.markAt, columnNames(schema, out.marked), columnNames(schema, out.groups)))
	}
}

func sameSet(a, b []int) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			return false
		}
	}
	return true
}

func columnNames(s plan.Schema, at []int) []string {
	out := make([]string, len(at))
	for i, k := range at {
		out[i] = s[k].Name
	}
	return out
}
