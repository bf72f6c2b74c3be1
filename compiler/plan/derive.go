package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// The constructors below are the only place where properties are derived; binding and every rewrite build nodes through them,
// so that a node's properties always follow from its fields.

// Names of the two columns that a windowed aggregate adds after its keys.
const (
	WindowStart = "_window_start"
	WindowEnd   = "_window_end"
)

// NewScan reads the columns of src at the given positions; nil reads all.
func NewScan(src *catalog.Source, alias string, columns []int, at source.Span) *Scan {
	if columns == nil {
		columns = make([]int, len(src.Schema))
		for i := range columns {
			columns[i] = i
		}
	}
	s := &Scan{Op: Op{At: at}, Source: src, Alias: alias, Columns: columns}
	s.P.Time = Time{
		Column: -1, EventTime: src.EventTime.Declared,
		Bound: src.EventTime.Bound, Idle: src.EventTime.Idle, MaxFuture: src.EventTime.MaxFuture,
	}
	s.P.Bounded = src.Bounded
	for i, c := range columns {
		s.P.Schema = append(s.P.Schema, Column{Name: src.Schema[c].Name, Qualifier: alias, Col: src.Schema[c].Col, At: src.Schema[c].At})
		if src.EventTime.Declared && c == src.EventTime.Column {
			s.P.Time.Column = i
		}
	}
	s.P.Key = positions(s.P.Schema, src.PrimaryKey)
	return s
}

// positions finds the named columns; nil unless all are there.
func positions(s Schema, names []string) []int {
	var out []int
	for _, name := range names {
		i := slices.IndexFunc(s, func(c Column) bool { return c.Name == name })
		if i < 0 {
			return nil
		}
		out = append(out, i)
	}
	return out
}

// NewRef reads what st produces. A CREATE STREAM is read as a stream of events: each row that it shows, updates included, is
// a row of its own (append). A CREATE TABLE is read as it is: an update replaces the earlier row of its key.
func NewRef(st *Statement, alias string, at source.Span) *Ref {
	r := &Ref{Op: Op{P: *st.Root.Props(), At: at}, Statement: st, Alias: alias}
	r.P.Schema = slices.Clone(r.P.Schema)
	for i := range r.P.Schema {
		r.P.Schema[i].Qualifier = alias
	}
	if !st.Table {
		r.P.Mode = Append
	}
	return r
}

// NewValues is the input of a SELECT without FROM.
func NewValues(at source.Span) *Values {
	return &Values{Op: Op{At: at, P: Props{Time: Time{Column: -1}, Bounded: true}}}
}

// NewRows is VALUES: rows of expressions that have the same types.
func NewRows(rows [][]expr.Expr, names []string, at source.Span) *Values {
	v := NewValues(at)
	v.Rows = rows
	for i, name := range names {
		c := Column{Name: name, Col: rows[0][i].Col()}
		for _, r := range rows[1:] {
			c.Col.Nullable = c.Col.Nullable || r[i].Col().Nullable
		}
		v.P.Schema = append(v.P.Schema, c)
	}
	return v
}

// NewFilter keeps the rows of in for which cond is TRUE. Over updates it hides those that do not pass; it does not withdraw
// what it let pass before, so the mode stays.
func NewFilter(in Node, cond expr.Expr, having bool, at source.Span) *Filter {
	return &Filter{Op: Op{P: *in.Props(), At: at}, In: in, Cond: cond, Having: having}
}

// Narrowed is f with the knowledge that the given columns are not NULL in the rows that pass.
func (f *Filter) Narrowed(nonNull []int) *Filter {
	n := NewFilter(f.In, f.Cond, f.Having, f.At)
	if len(nonNull) == 0 {
		return n
	}
	n.NonNull = nonNull
	n.P.Schema = slices.Clone(n.P.Schema)
	for _, i := range nonNull {
		n.P.Schema[i].Col.Nullable = false
	}
	return n
}

// WithoutTime is s for a plan that does not ask when its rows were.
func (s *Scan) WithoutTime() *Scan {
	n := *s
	n.Timeless, n.P.Time = true, Time{Column: -1}
	return &n
}

// Named is an output column in the making.
type Named struct {
	Name string
	E    expr.Expr
	At   source.Span // of its alias, or of the whole item
}

// NewProject computes columns from in. A key survives when all of its columns do; event time follows its column, or a column
// called _event_time, which sets it.
func NewProject(in Node, columns []Named, at source.Span) *Project {
	p := &Project{Op: Op{P: *in.Props(), At: at}, In: in}
	p.P.Schema = make(Schema, 0, len(columns))
	moved := map[int]int{} // input position → output position
	for i, c := range columns {
		p.Exprs = append(p.Exprs, c.E)
		p.P.Schema = append(p.P.Schema, Column{Name: c.Name, Col: c.E.Col(), At: c.At})
		if col, ok := c.E.(*expr.Column); ok {
			if _, dup := moved[col.Index]; !dup {
				moved[col.Index] = i
			}
		}
	}
	p.P.Key = follow(in.Props().Key, moved)
	if at, ok := moved[p.P.Time.Column]; ok {
		p.P.Time.Column = at
	} else {
		p.P.Time.Column = -1 // the row keeps the time it has; no column shows it
	}
	for i, c := range p.P.Schema {
		if strings.EqualFold(c.Name, expr.MetaEventTime.String()) && c.Col.Type.Kind == types.Timestamp {
			p.P.Time.Column, p.P.Time.EventTime = i, true
		}
	}
	return p
}

// follow translates key positions; nil when one of them is lost. An empty key (one row in all) stays empty.
func follow(key []int, moved map[int]int) []int {
	if key == nil {
		return nil
	}
	out := make([]int, 0, len(key))
	for _, k := range key {
		at, ok := moved[k]
		if !ok {
			return nil
		}
		out = append(out, at)
	}
	return out
}

// GroupKey is a grouping expression and the name of its column.
type GroupKey = Named

// NewAggregate groups in. FINAL over append-only input only ever adds rows; CHANGES replaces the group's earlier row. The key is
// the grouping columns plus the window's start; without either it is empty, not nil: there is one row in all. Event time of a
// window's row is the window's last nanosecond, not its end, so that the minutes of an hour are gathered in that hour.
func NewAggregate(in Node, keys []GroupKey, w *Window, aggs []Agg, names []string, emit Emit, at source.Span) *Aggregate {
	a := &Aggregate{Op: Op{At: at}, In: in, Window: w, Aggs: aggs, Emit: emit}
	a.P = Props{Time: in.Props().Time, Bounded: in.Props().Bounded, Key: []int{}}
	a.P.Time.Column = -1
	for i, k := range keys {
		a.Keys = append(a.Keys, k.E)
		a.P.Schema = append(a.P.Schema, Column{Name: k.Name, Col: k.E.Col(), At: k.At})
		a.P.Key = append(a.P.Key, i)
	}
	if w != nil {
		ts := types.Col{Type: types.TTimestamp}
		a.P.Key = append(a.P.Key, len(a.P.Schema))
		a.P.Schema = append(a.P.Schema, Column{Name: WindowStart, Col: ts}, Column{Name: WindowEnd, Col: ts})
		a.P.Time.EventTime = true
		if emit == EmitFinal { // what shows rows later than their time holds the watermark of what follows back by that much
			a.P.Time.Bound += w.Lateness
			if w.Kind == Session { // which is open as of its end: a row at that very time belongs to it
				a.P.Time.Bound++
			}
		}
	}
	for i, g := range aggs {
		a.P.Schema = append(a.P.Schema, Column{Name: names[i], Col: g.Col})
	}
	switch {
	case in.Props().Mode != Append && !(in.Props().Bounded && emit == EmitFinal):
		a.P.Mode = max(Upsert, in.Props().Mode)
	case emit == EmitChanges && w != nil && w.Kind == Session:
		a.P.Mode = Retract // a row can make one session of two
	case emit == EmitChanges, w != nil && w.Late == UpdateLate:
		a.P.Mode = Upsert
	}
	return a
}

// GroupKeys are the grouping expressions with their names.
func (a *Aggregate) GroupKeys() []GroupKey {
	out := make([]GroupKey, len(a.Keys))
	for i, k := range a.Keys {
		out[i] = GroupKey{Name: a.P.Schema[i].Name, E: k, At: a.P.Schema[i].At}
	}
	return out
}

// FirstAgg is the output position of the first aggregate: after the keys and the window's two columns.
func (a *Aggregate) FirstAgg() int {
	if a.Window != nil {
		return len(a.Keys) + 2
	}
	return len(a.Keys)
}

// AggNames are the names of the aggregates' output columns.
func (a *Aggregate) AggNames() []string {
	var out []string
	for _, c := range a.P.Schema[a.FirstAgg():] {
		out = append(out, c.Name)
	}
	return out
}

// Named are the columns of a projection.
func (p *Project) Named() []Named {
	out := make([]Named, len(p.Exprs))
	for i, e := range p.Exprs {
		out[i] = Named{Name: p.P.Schema[i].Name, E: e, At: p.P.Schema[i].At}
	}
	return out
}

// NewDistinct passes the first of rows that are equal in some columns, nil meaning all; over updates, the first of equal versions.
func NewDistinct(in Node, on []int, at source.Span) *Distinct {
	return &Distinct{Op: Op{P: *in.Props(), At: at}, In: in, On: on}
}

// NewLimit passes n rows behind the first offset ones, and ends.
func NewLimit(in Node, n, offset int64, at source.Span) *Limit {
	return &Limit{Op: Op{P: *in.Props(), At: at}, In: in, N: n, Offset: offset}
}

// Renamed is e with its columns called what the input's schema calls them. Names of columns are for printing only. Columns beyond the
// schema, which a query that is being bound may have, stay as they are.
func Renamed(e expr.Expr, in Schema) expr.Expr {
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok || c.Index >= len(in) || c.Name == ColumnName(in, c.Index) {
			return x
		}
		named := *c
		named.Name = ColumnName(in, c.Index)
		return &named
	})
}

// ColumnName is a column as expressions show it: with its relation where another column has the same name.
func ColumnName(s Schema, i int) string {
	c := s[i]
	if c.Qualifier == "" {
		return c.Name
	}
	for k, other := range s {
		if k != i && other.Name == c.Name {
			return c.Qualifier + "." + c.Name
		}
	}
	return c.Name
}

// WithInputs is n over other inputs of the same shape, with properties derived anew; n itself when nothing differs.
func WithInputs(n Node, in []Node) Node {
	if slices.Equal(in, n.Inputs()) {
		return n
	}
	switch n := n.(type) {
	case *Filter:
		return NewFilter(in[0], n.Cond, n.Having, n.At).Narrowed(n.NonNull)
	case *Project:
		return NewProject(in[0], n.Named(), n.At)
	case *Aggregate:
		return NewAggregate(in[0], n.GroupKeys(), n.Window, n.Aggs, n.AggNames(), n.Emit, n.At)
	case *Distinct:
		return NewDistinct(in[0], n.On, n.At)
	case *Limit:
		return NewLimit(in[0], n.N, n.Offset, n.At)
	case *Join:
		return NewJoin(in[0], in[1], n.JoinSpec, n.At)
	case *SetOp:
		if n.Of != "" {
			return newUnion(n.Of, in[0], in[1], n.UpdateKey, n.At)
		}
		return NewSetOp(n.Kind, n.All, in[0], in[1], n.At)
	case *Over:
		return NewOver(in[0], n.WindowSpec, n.Calls, n.Names, n.At)
	case *Sort:
		return NewSort(in[0], n.Keys, n.When, n.At)
	case *Unnest:
		return NewUnnest(in[0], n.Array, n.Names, n.Ordinality, n.Outer, n.At)
	}
	panic(unhandled(n))
}

func unhandled(n Node) string { return fmt.Sprintf("bug: unhandled plan node %T", n) }

// All is one node of each kind, for tests that walk every switch over nodes.
func All() []Node {
	return []Node{&Scan{}, &Ref{}, &Values{}, &Filter{}, &Project{}, &Aggregate{}, &Distinct{}, &Limit{}, &Join{}, &SetOp{}, &Over{}, &Sort{}, &Unnest{}}
}

// Through lists the columns of n as a projection that changes nothing.
func Through(n Node) []Named {
	in := n.Props().Schema
	out := make([]Named, len(in))
	for i, c := range in {
		out[i] = Named{Name: c.Name, At: c.At, E: &expr.Column{Node: expr.Node{T: c.Col, At: n.Span()}, Index: i, Name: ColumnName(in, i)}}
	}
	return out
}
