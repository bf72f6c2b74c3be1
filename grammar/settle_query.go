package grammar

import (
	"strings"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// name is the clause's keyword, for messages.
func (c *Clause) name() string {
	switch {
	case c.From != nil:
		return "FROM"
	case c.Where != nil:
		return "WHERE"
	case c.GroupBy != nil:
		return "GROUP BY"
	case c.Having != nil:
		return "HAVING"
	case c.Named != nil:
		return "WINDOW … AS"
	case c.Window != nil:
		return "WINDOW"
	case c.Qualify != nil:
		return "QUALIFY"
	case c.OrderBy != nil:
		return "ORDER BY"
	case c.Limit != nil:
		return "LIMIT"
	case c.Emit != nil:
		return "EMIT"
	case c.Into != nil:
		return "INTO"
	default:
		return "WITH"
	}
}

// ofResult reports whether the clause is about the result of the whole query.
func (c *Clause) ofResult() bool {
	return c.OrderBy != nil || c.Limit != nil || c.Emit != nil || c.Into != nil || c.Properties != nil
}

// settle sorts the clauses that shape rows into the fields of the SELECT; the
// others are for its query.
func (s *Select) settle(p *parser) {
	var once onceOnly
	for i, c := range s.Clauses {
		if !once.first(p, c.name(), c) {
			continue
		}
		switch {
		case c.From != nil:
			p.precede(s.Clauses[:i], c, func(earlier *Clause) bool { return true })
			s.From = c.From
		case c.Where != nil:
			// INTO, EMIT and WITH commute with WHERE; what works on the rows
			// that WHERE lets through is read after it.
			p.precede(s.Clauses[:i], c, func(e *Clause) bool {
				return e.From == nil && e.Emit == nil && e.Into == nil && e.Properties == nil
			})
			s.Where = c.Where
		case c.GroupBy != nil:
			s.GroupBy = c.GroupBy
		case c.Having != nil:
			s.Having = c.Having
		case c.Named != nil:
			s.Named = c.Named.Windows
		case c.Window != nil:
			s.Window = c.Window
		case c.Qualify != nil:
			s.Qualify = c.Qualify
		}
	}
}

func (g *GroupBy) settle(*parser) {
	for _, e := range g.Elements {
		g.Exprs = append(g.Exprs, e.Exprs()...)
	}
}

func (g *Grouping) settle(p *parser) {
	if g.Word = strings.ToUpper(g.Word); g.Word == "GROUPINGSETS" {
		g.Word = "GROUPING SETS"
		return
	}
	for _, s := range g.Sets {
		if s.Expr == nil {
			p.diags.Add(diag.Unexpected(s.Span(), "`"+s.Span().Snippet(20)+"` in "+g.Word, []string{"an expression", "several in parentheses"}))
		}
	}
}

// precede reports a clause that stands behind one that it must precede, with the
// moved text as the fix.
func (p *parser) precede(earlier []*Clause, c *Clause, mustFollow func(*Clause) bool) {
	for _, e := range earlier {
		if !mustFollow(e) {
			continue
		}
		at := source.Span{File: p.file, Start: e.Pos.Offset, End: c.EndPos.Offset}
		between := source.Span{File: p.file, Start: e.Pos.Offset, End: c.Pos.Offset}
		gap := between.Text()[len(strings.TrimRight(between.Text(), " \t\r\n")):]
		d := diag.MisplacedClause(c.Span(), e.Span(), c.name(), e.name())
		if !strings.Contains(between.Text(), "--") {
			d = d.WithFix(at, c.Span().Text()+gap+strings.TrimSpace(between.Text()), "move it up")
		}
		p.diags.Add(d)
		return
	}
}

// settle takes from the last term what is about the whole result.
func (q *Query) settle(p *parser) {
	terms := []Term{q.First}
	for _, op := range q.Rest {
		terms = append(terms, op.Term)
	}
	last := len(terms) - 1
	var once onceOnly
	for i, t := range terms {
		_, shaped := t.(*Select)
		for _, c := range t.clauses() {
			switch {
			case !c.ofResult() && !shaped:
				p.diags.Add(diag.Unexpected(c.Span(), c.name(), []string{"ORDER BY", "LIMIT", "EMIT", "INTO", "WITH"}))
			case !c.ofResult(): // the SELECT has it
			case i < last:
				p.diags.Add(diag.ClauseInside(c.Span(), c.name(), q.Rest[i].Op))
			case shaped || once.first(p, c.name(), c): // a SELECT has reported what is written twice
				q.take(c)
			}
		}
	}
}

// take sets the field of a clause; the first of its kind stays.
func (q *Query) take(c *Clause) {
	switch {
	case c.OrderBy != nil && q.OrderBy == nil:
		q.OrderBy = c.OrderBy
	case c.Limit != nil && q.Limit == nil:
		q.Limit = c.Limit
	case c.Emit != nil && q.Emit == nil:
		q.Emit = c.Emit
	case c.Into != nil && q.Into == nil:
		q.Into = c.Into
	case c.Properties != nil && q.Properties == nil:
		q.Properties = c.Properties
	}
}

func (o *OverSpec) settle(p *parser) {
	var once onceOnly
	for _, part := range o.Parts {
		switch {
		case part.Buffer != "" && once.first(p, "ROWS WINDOW BUFFER", part):
			o.Buffer = part.Buffer
		case part.PartitionBy != nil && once.first(p, "PARTITION BY", part):
			o.PartitionBy = part.PartitionBy
		case part.OrderBy != nil && once.first(p, "ORDER BY", part):
			o.OrderBy = part.OrderBy
		case part.Frame != nil && once.first(p, "the frame", part):
			o.Frame = part.Frame
		case part.Emit != nil && once.first(p, "EMIT", part):
			o.Emit = part.Emit
		case part.Expire != nil && once.first(p, "EXPIRE", part):
			o.Expire = part.Expire
		}
	}
}

// windowForms are the kinds by every word for them, each with its form.
var windowForms = map[string]struct {
	kind  WindowKind
	usage string
	sizes int
}{
	"TUMBLING": {Tumbling, "WINDOW TUMBLING([time column,] size)", 1},
	"TUMBLE":   {Tumbling, "WINDOW TUMBLING([time column,] size)", 1},
	"SLIDING":  {Sliding, "WINDOW SLIDING([time column,] size, advance)", 2},
	"HOPPING":  {Sliding, "WINDOW HOPPING([time column,] size, advance)", 2},
	"HOP":      {Sliding, "WINDOW HOPPING([time column,] size, advance)", 2},
	"SESSION":  {Session, "WINDOW SESSION([time column,] gap [, key])", 1},
	"CUMULATE": {Cumulate, "WINDOW CUMULATE([time column,] step, size)", 2},
}

// settle finds out which argument is which, in every spelling of the clause.
func (w *Window) settle(p *parser) {
	form, known := windowForms[strings.ToUpper(w.Word.Name)]
	if !known {
		d := diag.BadWindow(w.Word.Span(), "`"+w.Word.Name+"` is not a kind of window", "WINDOW TUMBLING(…), SLIDING(…) or SESSION(…)")
		if near := diag.Nearest(w.Word.Name, []string{"TUMBLING", "SLIDING", "HOPPING", "SESSION", "CUMULATE", "TUMBLE", "HOP"}); near != "" {
			d = d.WithGuess(w.Word.Span(), near, "did you mean "+near+"?")
		}
		p.diags.Add(d)
		return
	}
	w.Word.Name = strings.ToUpper(w.Word.Name)
	w.Kind = form.kind
	var sizes []*DurationArg
	for i, a := range w.Args {
		switch {
		case a.Zone != "":
			w.Zone = a.Zone
		case a.Word == "OFFSET":
			w.Offset = a.Duration
			a.Duration.mustBeTime(p)
		case a.Duration != nil:
			sizes = append(sizes, a.Duration)
		case i > 0 && w.Args[i-1].Duration != nil && w.Args[i-1].Duration.bareNumber() && unitColumn(a.Expr) != "":
			w.Args[i-1].Duration.Unit = strings.ToUpper(unitColumn(a.Expr)) // TUMBLING(5, MINUTE)
		case len(sizes) == 0 && w.Time == nil,
			w.Kind != Session && w.Time == nil && len(sizes) == form.sizes:
			w.Time = a.Expr
		case w.Kind == Session && len(sizes) == 1:
			w.Keys = append(w.Keys, a.Expr)
		default:
			p.diags.Add(diag.BadWindow(a.Span(), "this argument has no meaning here", form.usage))
			return
		}
	}
	if len(sizes) != form.sizes {
		p.diags.Add(diag.BadWindow(w.Span(), sizesMessage(len(sizes), form.sizes, w.Word.Name), form.usage))
		return
	}
	for _, d := range sizes {
		if !d.resolved {
			d.resolve(p)
		}
	}
	if counted := countedSizes(sizes); counted > 0 {
		if counted < len(sizes) || w.Kind == Session || w.Kind == Cumulate {
			p.diags.Add(diag.BadWindow(w.Span(), w.Word.Name+" takes either rows or lengths of time, and sessions no rows", form.usage))
			return
		}
		w.Rows, w.RowsStep = sizes[0].Rows, sizes[len(sizes)-1].Rows
		return
	}
	w.Size = sizes[0]
	if len(sizes) == 2 {
		w.Advance = sizes[1]
	}
	if w.Kind == Cumulate {
		w.Size, w.Advance = w.Advance, w.Size
	}
}

// countedSizes is how many of the sizes are numbers of rows.
func countedSizes(sizes []*DurationArg) int {
	n := 0
	for _, d := range sizes {
		if d.Rows > 0 {
			n++
		}
	}
	return n
}

func sizesMessage(got, want int, word string) string {
	word = strings.ToUpper(word)
	switch {
	case got == 0:
		return word + " needs a length of time"
	case got < want:
		return word + " needs two lengths of time, size and advance"
	case want == 1:
		return word + " takes one length of time"
	default:
		return word + " takes two lengths of time"
	}
}

// unitColumn is the name of a column that is a unit of time, or "".
func unitColumn(e Expr) string {
	if c, ok := e.(*Column); ok && len(c.Parts) == 1 && !c.Parts[0].Quoted && isUnit(c.Parts[0].Name) {
		return c.Parts[0].Name
	}
	return ""
}
