package bind

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
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
func (b *binder) statement(st *grammar.Statement) {
	b.now, b.forgets = st, false
	b.body(st, st.Body)
}

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
		b.report(diag.NothingToDrop(s.Span(), s.Kind, s.Name.String()))
	case *grammar.Change:
		if s.Verb == "ALTER" {
			b.report(diag.NothingToAlter(s.Span()))
			return
		}
		b.report(diag.NotAChange(firstWord(s.Span(), s.Verb), s.Verb))
	case *grammar.CreateFunction: // among the functions that binding was given
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
	defer func() { b.relations[name] = r }() // not before: a query that reads its own name is told so
	if c.Kind == grammar.View && b.cat.Sink(st) == nil {
		r.view = b.view(c, name)
		return
	}
	if out := b.query(c.Query, queryContext{self: name}); out != nil {
		if len(c.Elements) > 0 {
			b.declaredResult(c, out)
		}
		b.partitionedBy(st, c, out)
		r.st = &plan.Statement{Name: name, Table: c.Kind == grammar.Table, At: c.Name.Span()}
		b.finish(st, r.st, out)
	}
}

// view binds CREATE VIEW name [(columns)] AS query: a query that is put where its name is read.
func (b *binder) view(c *grammar.Create, name string) plan.Node {
	node := b.nested(c.Query, queryContext{self: name}, name)
	if node == nil || len(c.Elements) == 0 {
		return node
	}
	out := &output{root: node}
	b.declaredResult(c, out)
	return out.root
}

// declaredResult gives the result the names and types of CREATE STREAM s (a INTEGER, b STRING) AS SELECT …, by position.
func (b *binder) declaredResult(c *grammar.Create, out *output) {
	columns := plan.Through(out.root)
	at := c.Elements[0].Span().To(c.Elements[len(c.Elements)-1].Span())
	if len(c.Columns) != len(c.Elements) {
		b.report(diag.ResultDeclaration(at, "only columns can be declared of a result; WATERMARK and PRIMARY KEY (…) belong to sources"))
		return
	}
	if len(c.Columns) != len(columns) {
		b.report(diag.ColumnCount(at, c.Name.String(), len(c.Columns), len(columns)))
		return
	}
	s := b.scope(nil)
	for i, d := range c.Columns {
		if d.Computed != nil || d.Default != nil || d.Metadata {
			b.report(diag.ResultDeclaration(d.Span(), "the query computes the columns of a result: only a name and a type can be declared"))
			continue
		}
		columns[i].Name, columns[i].At = d.Name.Name, d.Name.Span()
		if d.PrimaryKey {
			out.marked, out.markAt = append(out.marked, i), d.Span()
		}
		if d.Type == nil {
			continue
		}
		t, ok := s.typ(d.Type)
		from := columns[i].E.Col().Type
		switch {
		case !ok:
		case types.Cast(from, t) == types.Never:
			b.report(diag.NoCast(d.Type.Span(), from.String(), t.String()))
		case !from.Equal(t):
			columns[i].E = &expr.Cast{Node: expr.Node{T: types.Col{Type: t, Nullable: nullable(columns[i].E)}, At: d.Type.Span()}, X: columns[i].E}
		}
		if d.NotNull && columns[i].E.Col().Nullable {
			b.report(diag.ResultDeclaration(d.Span(), "the query can make NULL of `"+d.Name.Name+"`; COALESCE gives it another value"))
		}
	}
	out.root = plan.NewProject(out.root, columns, at)
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
		if len(clause.PartitionBy) == 0 || c.Query != nil {
			continue
		}
		for _, p := range clause.PartitionBy {
			b.declaresColumn(c, p)
		}
		b.report(diag.NotYetCompiled(clause.Span(), "PARTITIONED BY of a source", "rows are read from all partitions, whatever decides on them"))
	}
}

// declaresColumn reports a column that a declaration does not have.
func (b *binder) declaresColumn(c *grammar.Create, name *grammar.Ident) {
	var names []string
	for _, d := range c.Columns {
		names = append(names, d.Name.Name)
	}
	if len(names) > 0 && !slices.Contains(names, name.Name) {
		b.report(diag.UnknownColumn(name.Span(), name.Name, c.Name.String(), names, names))
	}
}

// partitionedBy binds PARTITIONED BY (columns) of a result: records with the same values of them go to the same partition, which is to say
// that they are the key. A result that has another key cannot have both.
func (b *binder) partitionedBy(st *grammar.Statement, c *grammar.Create, out *output) {
	schema := out.root.Props().Schema
	for _, clause := range c.Clauses {
		var columns []int
		for _, p := range clause.PartitionBy {
			i := slices.IndexFunc(schema, func(c plan.Column) bool { return c.Name == p.Name })
			if i < 0 {
				b.report(diag.UnknownColumn(p.Span(), p.Name, c.Name.String(), columnNames(schema, all(len(schema))), nil))
				continue
			}
			columns = append(columns, i)
		}
		sink := b.cat.Sink(st)
		switch key := out.key(); {
		case len(columns) == 0 || len(columns) < len(clause.PartitionBy):
		case sink == nil || sink.Connector != "kafka_sink":
			b.report(diag.NotYetCompiled(clause.Span(), "PARTITIONED BY of anything but a Kafka topic", ""))
		case len(key) == 0 && len(out.lost) == 0:
			out.marked, out.markAt = columns, clause.Span()
		case !sameSet(key, columns):
			b.report(diag.NotYetCompiled(clause.Span(), "PARTITIONED BY other columns than those of the key", "PRIMARY KEY or GROUP BY of these columns makes them the key"))
		}
	}
}

// all are the positions of n columns.
func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (b *binder) insert(st *grammar.Statement, s *grammar.Insert) {
	out := b.query(s.Query, queryContext{})
	if out == nil {
		return
	}
	if len(s.Columns) > 0 {
		out.root = b.renamed(out.root, s.Columns, b.cat.StatementName(st))
	}
	b.finish(st, &plan.Statement{Name: b.cat.StatementName(st), At: out.at}, out)
}

// anonymous binds a statement that no other can read.
func (b *binder) anonymous(st *grammar.Statement, q *grammar.Query) {
	out := b.query(q, queryContext{})
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
	b.keeps(s)
	if b.cat.JoinTTL(st) > 0 && !b.forgets {
		b.report(diag.NothingToJoin(s.At))
	}
	b.job.Statements = append(b.job.Statements, s)
}

// keeps takes over what the statement at hand says of its state.
func (b *binder) keeps(s *plan.Statement) {
	s.Begins = b.now.Span()
	s.Begins.End = s.Begins.Start
	s.Grows, s.TTL = b.cat.Grows(b.now), b.cat.StateTTL(b.now)
}

// key is what tells the rows of the result apart: the PRIMARY KEY columns, else the GROUP BY columns.
func (o *output) key() []int {
	switch {
	case len(o.marked) > 0:
		return o.marked
	case len(o.lost) > 0:
		return nil
	case len(o.groups) == 0 && o.root.Props().Mode == plan.Upsert:
		return o.root.Props().Key // of a query in FROM
	case len(o.groups) == 0:
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
	groups := out.groups
	if len(groups) == 0 {
		groups = out.root.Props().Key
	}
	if keys := ambiguousKeys(out.root, s.Key); len(keys) > 0 && s.Sink != nil {
		b.report(diag.TotalOrNull(out.at, columnNames(schema, keys)))
	}
	marked := slices.DeleteFunc(slices.Clone(out.marked), func(col int) bool { return isGroupingCall(out.root, col) })
	if len(marked) > 0 && len(groups) > 0 && !sameSet(marked, groups) {
		b.report(diag.KeyIsNotTheGroup(out.markAt, columnNames(schema, out.marked), columnNames(schema, groups)))
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
