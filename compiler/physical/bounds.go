package physical

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// Bound is what bounds the state of an operator, or what it grows with.
type Bound struct {
	Why   string // for EXPLAIN
	Grows bool   // a job that runs for ever can fill any memory with it
	// Entry is what the state has many of, such as groups, and Bytes about how much memory one of them takes; 0: nobody knows.
	Entry string
	Bytes int64
	// Keep is how its author can bound it, for the message; empty: as for any.
	Keep string
}

func (b Bound) text(accepted bool) string {
	out := b.Why
	if b.Grows {
		out = "not bounded: " + b.Why
		if accepted {
			out = "not bounded, as accepted: " + b.Why
		}
	}
	if b.Bytes > 0 {
		out += fmt.Sprintf("; about %s a %s", byteText(b.Bytes), b.Entry)
	}
	return out
}

// byteText is a number of bytes in the largest unit that shows it as a whole.
func byteText(n int64) string {
	if n >= 10<<10 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// bounds finds what bounds the state of every operator of a pipeline.
func (l *lowering) bounds(p *Pipeline) {
	eachFlow(p.Roots(), func(f *Flow) {
		if m := meetingOf(f); m != nil {
			m.Bound = meetingBound(m)
		}
		for _, st := range f.Stages {
			for _, t := range st.Tables {
				t.Bound = l.tableBound(p, f, st, t)
			}
			if st.Table != nil {
				st.Table.Bound = l.groupBound(f.Statement, st)
			}
		}
	})
}

func (l *lowering) tableBound(p *Pipeline, f *Flow, st *Stage, t *Table) Bound {
	switch n := t.Op.(type) {
	case *plan.Over:
		return l.overBound(n)
	case *plan.Sort:
		return sortBound(n)
	case *plan.Limit:
		return Bound{Why: "a number"}
	case *plan.Distinct:
		var columns []expr.Expr
		for _, i := range n.Columns() {
			c := n.P.Schema[i]
			columns = append(columns, &expr.Column{Node: expr.Node{T: c.Col}, Index: i, Name: c.Name})
		}
		b := keyBound("row", columns, n.In, TTL(f.Statement, n)).despite(f.Statement.TTL)
		if limit := limitBehind(p, f, st, n); limit >= 0 && b.Grows {
			b.Why, b.Grows = fmt.Sprintf("the %d rows that LIMIT takes", limit), false
		}
		b.Bytes = keyBytes(columns, 0)
		return b
	}
	panic(unhandled(t.Op))
}

// limitBehind is how many rows the job takes of a DISTINCT before it ends, or -1.
func limitBehind(p *Pipeline, f *Flow, st *Stage, d *plan.Distinct) int64 {
	if len(p.Roots()) > 1 || len(f.Flows) > 0 {
		return -1 // others go on reading
	}
	behind := false
	for _, op := range st.Ops {
		switch n := op.(type) {
		case *plan.Distinct:
			behind = n == d
		case *plan.Limit:
			if behind && n.N >= 0 {
				return n.N + n.Offset
			}
		case *plan.Project:
		default:
			behind = false
		}
	}
	return -1
}

// groupBound says what bounds the groups of an aggregate, and what each of them keeps.
func (l *lowering) groupBound(s *plan.Statement, st *Stage) Bound {
	a := st.Table.Agg
	bytes, collects := int64(8), ""
	for _, g := range a.Aggs {
		n, grows := l.opts.State(g, st.Changes)
		bytes += n
		if grows && collects == "" {
			collects = g.Name
		}
	}
	var b Bound
	switch {
	case st.Table.Form == Counted:
		b = keyBound("group", a.Keys, a.In, TTL(s, a))
		b.Why = countedWindows(a.Window) + b.Why
		bytes *= (a.Window.Rows + a.Window.RowsStep - 1) / a.Window.RowsStep
	case st.Table.Form != NoWindow:
		b = Bound{Why: windowBound(st.Table), Entry: "group"}
	default:
		b = keyBound("group", a.Keys, a.In, TTL(s, a))
	}
	b = b.despite(s.TTL)
	b.Bytes = keyBytes(a.Keys, bytes)
	if len(a.Keys) == 0 {
		b.Bytes = bytes
	}
	if collects == "" {
		return b
	}
	b.Why += ", of which each keeps what " + collects + " has taken"
	if _, limited := holds(a.In); a.Window == nil && !limited {
		b.Grows, b.Keep = true, "a WINDOW forgets what is past; APPROX_COUNT_DISTINCT and APPROX_PERCENTILE need little memory"
	}
	return b
}

// keyBound says what bounds a state that has an entry for each combination of values of keys among the rows of in.
func keyBound(entry string, keys []expr.Expr, in plan.Node, ttl time.Duration) Bound {
	b := Bound{Entry: entry}
	each := "each different row"
	if entry == "group" {
		each = "one group for each " + keyNames(keys)
	}
	values := int64(1)
	for _, k := range keys {
		values = times(values, domain(k, in))
	}
	source, limited := holds(in)
	switch {
	case len(keys) == 0:
		b.Why = "one " + entry
	case values > 0:
		b.Why = fmt.Sprintf("%s, of which there are at most %d", each, values)
	case ttl > 0:
		b.Why = fmt.Sprintf("%s that has come in the last %s", each, ttl)
	case limited:
		b.Why = each + " among " + source
	default:
		b.Why, b.Grows = each+" that ever comes", true
		b.Keep = "a WINDOW, or 'state.ttl' = '1h' in WITH, forgets what is past"
	}
	return b
}

// despite is the bound in a statement with state.ttl: what still grows is not forgotten by it.
func (b Bound) despite(ttl time.Duration) Bound {
	if b.Grows && ttl > 0 {
		b.Keep = "'state.ttl' forgets nothing here: rows come late, or replace earlier ones; a WINDOW forgets what is past"
	}
	return b
}

// keyNames lists expressions as their author wrote them.
func keyNames(keys []expr.Expr) string {
	var out []string
	for _, k := range keys {
		out = append(out, cmp.Or(strings.Join(strings.Fields(k.Span().Text()), " "), expr.String(k)))
	}
	return strings.Join(out, ", ")
}

// times multiplies numbers of values; 0: nobody knows how many there are, or they are too many to be called few.
func times(a, b int64) int64 {
	const few = 1 << 20
	if a == 0 || b == 0 || a > few/b {
		return 0
	}
	return a * b
}

// domain is how many different values an expression over the rows of in can have; 0: nobody knows.
func domain(e expr.Expr, in plan.Node) int64 {
	null := int64(0)
	if e.Col().Nullable {
		null = 1
	}
	switch e := e.(type) {
	case *expr.Lit:
		return 1
	case *expr.Column:
		if n := columnDomain(e.Index, in); n > 0 {
			return n + null
		}
	case *expr.Case:
		if n := caseDomain(e, in); n > 0 {
			return n
		}
	}
	if e.Col().Type.Kind == types.Boolean {
		return 2 + null
	}
	return 0
}

// caseDomain is how many different values CASE can have, NULL included; 0: nobody knows.
func caseDomain(e *expr.Case, in plan.Node) int64 {
	results := []expr.Expr{}
	for _, w := range e.Whens {
		results = append(results, w.Then)
	}
	n := int64(1) // NULL, without ELSE
	if e.Else != nil {
		n, results = 0, append(results, e.Else)
	}
	for _, r := range results {
		values := domain(r, in)
		if values == 0 {
			return 0
		}
		n += values
	}
	return n
}

// columnDomain is how many different values a column of n can have besides NULL; 0: nobody knows.
func columnDomain(i int, n plan.Node) int64 {
	switch n := n.(type) {
	case *plan.Scan:
		c := n.Source.Schema[n.Columns[i]]
		if n.Source.Connector != "datagen_source" || n.Source.Hints == nil {
			return 0
		}
		for _, h := range n.Source.Hints.Columns {
			if h.Name == c.Name {
				return int64(len(h.Values))
			}
		}
	case *plan.Filter, *plan.Distinct, *plan.Limit, *plan.Sort:
		return columnDomain(i, n.Inputs()[0])
	case *plan.Project:
		return domain(n.Exprs[i], n.In)
	case *plan.Aggregate:
		if i < len(n.Keys) {
			return domain(n.Keys[i], n.In)
		}
	case *plan.Ref:
		return columnDomain(i, n.Statement.Root)
	}
	return 0
}

// holds says of which rows an input has at most so many at any time; limited is false where more and more of them can come.
func holds(n plan.Node) (what string, limited bool) {
	if n.Props().Bounded {
		return "the rows of " + inputName(n) + " (bounded)", true
	}
	switch n := n.(type) {
	case *plan.Limit:
		if n.N >= 0 {
			return fmt.Sprintf("%d rows", n.N), true
		}
		return holds(n.In)
	case *plan.Aggregate:
		values := int64(1)
		for _, k := range n.Keys {
			values = times(values, domain(k, n.In))
		}
		switch {
		case n.Window != nil:
			return "", false
		case values > 0:
			return fmt.Sprintf("%d groups", values), true
		}
		return holds(n.In)
	case *plan.Over:
		if n.Top > 0 && len(n.Partition) == 0 {
			return plan.FirstRows(n.Top), true
		}
		return holds(n.In)
	case *plan.Ref:
		if n.P.Mode != plan.Append {
			return holds(n.Statement.Root)
		}
	case *plan.Join:
		left, l := holds(n.Left)
		right, r := holds(n.Right)
		return together(left, right), l && (r || n.Form == plan.LookupJoin || n.Form == plan.TemporalJoin)
	case *plan.SetOp:
		left, l := holds(n.Left)
		right, r := holds(n.Right)
		return together(left, right), l && r
	case *plan.Filter, *plan.Project, *plan.Distinct, *plan.Sort, *plan.Unnest:
		return holds(n.Inputs()[0])
	}
	return "", false
}

// meetingBound says what bounds the rows that a join or a set operation keeps.
func meetingBound(m *Meeting) Bound {
	inputs := m.Op.Inputs()
	both := Bound{Entry: "row", Bytes: (rowBytes(inputs[0]) + rowBytes(inputs[1])) / 2}
	left, leftEnds := holds(inputs[0])
	right, rightEnds := holds(inputs[1])
	j, ok := m.Op.(*plan.Join)
	switch {
	case !ok:
		both.Why = "each different row among " + together(left, right)
		if !leftEnds || !rightEnds {
			both.Why, both.Grows = "each different row that ever comes", true
		}
		return both
	case m.Way == Lookup || m.Way == Temporal:
		return tableBound(m, j)
	}
	before, after, limited := Waits(j)
	switch {
	case limited && m.Way == Wait:
		both.Why = fmt.Sprintf("rows of the left for %s and of the right for %s of event time", max(before, 0), max(after, 0))
	case leftEnds && rightEnds:
		both.Why = together(left, right)
	default:
		both.Why, both.Grows = "every row of both inputs", true
		if m.Way == Update {
			both.Why = "every row that both inputs hold"
		}
	}
	return both
}

// together names what two inputs hold.
func together(left, right string) string {
	if left == right {
		return left
	}
	return left + " and " + right
}

// tableBound says what bounds the rows that are looked up.
func tableBound(m *Meeting, j *plan.Join) Bound {
	b := Bound{Entry: "row", Bytes: rowBytes(j.Right)}
	what, limited := holds(j.Right)
	name := inputName(j.Right)
	switch {
	case m.Way == Temporal:
		b.Why = "versions of " + name + " that a row can still ask for, the last one of each key, and rows whose time has not passed"
		b.Grows = !limited && (j.Right.Props().Key == nil || j.Form == plan.AsOfJoin) && len(j.RightKeys) > 0
	case limited:
		b.Why = what
	case j.Right.Props().Key != nil:
		b.Why = "one row for each key of the table " + name
	default:
		b.Why, b.Grows = "every row of "+name, true
		b.Keep = "PRIMARY KEY in the declaration of " + name + " keeps the newest row of each key"
	}
	return b
}
