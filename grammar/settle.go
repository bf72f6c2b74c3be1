package grammar

import (
	"strconv"
	"strings"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// The methods in this file complete a node after its children are complete: they
// take quotes off, sort clauses that may come in any order into their fields, and
// report what the grammar itself cannot say.

func (i *Ident) settle(*parser) { i.Name, i.Quoted = unquoteName(i.Name) }
func (l *Label) settle(*parser) { l.Name, l.Quoted = unquoteName(l.Name) }

func unquoteName(name string) (string, bool) {
	if strings.HasPrefix(name, "`") {
		return unquote(name), true
	}
	return name, false
}

func isQuoted(text string) bool { return text != "" && (text[0] == '\'' || text[0] == '"') }

// unquoteString takes off the quotes of a string, if it has any.
func unquoteString(text string) string {
	if isQuoted(text) {
		return unquote(text)
	}
	return text
}

func (s *String) settle(*parser)       { s.Value = unquoteString(s.Value) }
func (t *TypedLiteral) settle(*parser) { t.Value = unquoteString(t.Value) }
func (u *URITable) settle(*parser)     { u.URI = unquoteString(u.URI) }
func (t *Target) settle(*parser)       { t.URI = unquoteString(t.URI) }
func (k *PropertyKey) settle(*parser)  { k.Text = unquoteString(k.Text) }

func (v *PropertyValue) settle(*parser) {
	v.Quoted = isQuoted(v.Text)
	v.Text = unquoteString(v.Text)
}

func (ps *Properties) settle(p *parser) {
	seen := make(map[string]*PropertyKey, len(ps.List))
	for _, prop := range ps.List {
		if first := seen[prop.Key.Text]; first != nil {
			p.diags.Add(diag.DuplicateKey(prop.Key.Span(), first.Span(), prop.Key.Text))
			continue
		}
		seen[prop.Key.Text] = prop.Key
	}
}

func (t *Type) settle(*parser) {
	// Several words are captured without the spaces between them.
	text := strings.ToUpper(t.Name)
	switch {
	case text == "DOUBLEPRECISION":
		text = "DOUBLE PRECISION"
	case strings.HasSuffix(text, "TIMEZONE"):
		text = strings.NewReplacer("TIMESTAMPWITH", "TIMESTAMP WITH", "TIMEWITH", "TIME WITH",
			"OUTLOCAL", "OUT LOCAL", "WITHLOCAL", "WITH LOCAL", "TIMEZONE", " TIME ZONE").Replace(text)
	}
	t.Name = text
}

func (i *Interval) settle(p *parser) {
	i.Unit, i.To = strings.ToUpper(i.Unit), strings.ToUpper(i.To)
	i.Text = strings.TrimSpace(intervalText(i.Text))
	var err error
	if i.To != "" {
		if i.Value, i.Months, err = parseCompound(i.Text, i.Unit, i.To); err != nil {
			p.diags.Add(diag.BadDuration(i.Span(), i.Span().Snippet(60), err.Error()))
		}
		return
	}
	if i.Value, i.Months, err = parseDuration(i.Text, i.Unit); err != nil {
		p.diags.Add(diag.BadDuration(i.Span(), i.Span().Snippet(40), err.Error()))
	}
}

// intervalText takes the quotes off a number that may have a sign before them.
func intervalText(text string) string {
	if rest, negative := strings.CutPrefix(text, "-"); negative && isQuoted(rest) {
		return "-" + strings.TrimSpace(unquote(rest))
	}
	return unquoteString(text)
}

func (a *WindowArg) settle(*parser) { a.Word, a.Zone = strings.ToUpper(a.Word), intervalText(a.Zone) }

func (d *DurationArg) settle(p *parser) {
	d.Unit = strings.ToUpper(d.Unit)
	d.Text = strings.TrimSpace(intervalText(d.Text))
	if (d.Unit == "ROW" || d.Unit == "ROWS") && !d.Interval {
		n, err := strconv.ParseInt(d.Text, 10, 64)
		if err != nil || n < 1 {
			p.diags.Add(diag.BadDuration(d.Span(), d.Span().Snippet(40), "a number of rows is a whole number above zero"))
			n = 1
		}
		d.Rows, d.resolved = n, true
		return
	}
	if d.bareNumber() {
		return // a Window may find the unit in its next argument
	}
	d.resolve(p)
}

// bareNumber reports whether no unit is written, so that seconds are meant.
func (d *DurationArg) bareNumber() bool {
	return d.Unit == "" && strings.Trim(d.Text, "0123456789.") == ""
}

// resolve computes Value from Text and Unit.
func (d *DurationArg) resolve(p *parser) {
	value, months, err := parseDuration(d.Text, d.Unit)
	switch {
	case d.Interval && d.bareNumber():
		p.diags.Add(diag.BadDuration(d.Span(), d.Span().Snippet(40), "it needs a unit of time"))
	case err != nil:
		p.diags.Add(diag.BadDuration(d.Span(), d.Span().Snippet(40), err.Error()))
	case value <= 0 && months <= 0:
		p.diags.Add(diag.BadDuration(d.Span(), d.Span().Snippet(40), "it must be more than zero"))
	}
	d.Value, d.Months, d.resolved = value, months, true
}

// A comparison that is an operand of another without parentheses begins where
// the other begins.
func (b *Binary) settle(p *parser) {
	if b.Op.IsComparison() {
		p.rejectChain(b.Pos, b.X, b.OpNode.Span())
	}
}

func (b *Between) settle(p *parser) { p.rejectChain(b.Pos, b.X, after(b.X, b)) }
func (i *InList) settle(p *parser)  { p.rejectChain(i.Pos, i.X, after(i.X, i)) }
func (i *InQuery) settle(p *parser) { p.rejectChain(i.Pos, i.X, after(i.X, i)) }
func (l *Like) settle(p *parser)    { p.rejectChain(l.Pos, l.X, after(l.X, l)) }

// after is the part of a node behind its first operand.
func after(operand Expr, whole Node) source.Span {
	s := whole.Span()
	s.Start = operand.Span().End
	text := s.Text()
	s.Start += len(text) - len(strings.TrimLeft(text, " \t\r\n)"))
	return s
}

func (p *parser) rejectChain(start source.Pos, operand Expr, second source.Span) {
	if operand.Span().Start != start.Offset {
		return
	}
	switch x := operand.(type) {
	case *Binary:
		if x.Op.IsComparison() {
			p.diags.Add(diag.ChainedCompare(second, x.OpNode.Span()))
		}
	case *Between, *InList, *InQuery, *Like, *Quantified:
		p.diags.Add(diag.ChainedCompare(second, operand.Span()))
	}
}

func (m *MapLit) settle(p *parser) {
	if len(m.Keys) != len(m.Values) {
		p.diags.Add(diag.OddMap(m.Keys[len(m.Keys)-1].Span()))
	}
}

func (t *TableFunction) settle(*parser) { t.Call = t.Func.(*Call) }

func (f *Frame) settle(*parser) {
	f.Unit = strings.ToUpper(f.Unit)
	if f.Only != nil {
		f.Start = f.Only
		f.Only = nil
	}
}

// settle gives both ways to write a limit one form.
func (l *Limit) settle(*parser) {
	for _, e := range []Expr{l.Fetch, l.Only} {
		if e != nil {
			l.Count = e
		}
	}
	if l.Skip != nil {
		l.Offset = l.Skip
	}
}

func (k *OrderKey) settle(*parser) { k.Nulls = strings.ToUpper(k.Nulls) }
func (s *SetOp) settle(*parser)    { s.Op = strings.ToUpper(s.Op) }
func (d *Drop) settle(*parser)     { d.Kind = strings.ToUpper(d.Kind) }
func (c *Change) settle(*parser)   { c.Verb = strings.ToUpper(c.Verb) }

func (s *Show) settle(*parser) {
	s.What, s.Of = strings.ToUpper(s.What), strings.ToUpper(s.Of)
}

func (j *Job) settle(*parser) {
	j.Verb, j.Strategy = strings.ToUpper(j.Verb), strings.ToUpper(j.Strategy)
}

var joinKinds = map[string]JoinKind{
	"": InnerJoin, "INNER": InnerJoin, "CROSS": CrossJoin, "SEMI": SemiJoin, "ANTI": AntiJoin,
	"ASOF": InnerJoin, "ASOFINNER": InnerJoin, "ASOFLEFT": LeftJoin, "ASOFLEFTOUTER": LeftJoin,
	"LEFT": LeftJoin, "LEFTOUTER": LeftJoin, "LEFTSEMI": SemiJoin, "LEFTANTI": AntiJoin,
	"RIGHT": RightJoin, "RIGHTOUTER": RightJoin, "FULL": FullJoin, "FULLOUTER": FullJoin,
}

func (j *Join) settle(p *parser) {
	j.KindWords = strings.ToUpper(j.KindWords)
	kind, known := joinKinds[j.KindWords]
	if !known {
		p.diags.Add(diag.Unexpected(j.Span(), "`"+j.KindWords+" JOIN`", []string{"LEFT SEMI JOIN", "LEFT ANTI JOIN"}))
	}
	if strings.HasPrefix(j.Span().Text(), ",") {
		kind = CrossJoin
	}
	j.Kind, j.Within = kind, j.Before
	j.AsOf = strings.HasPrefix(j.KindWords, "ASOF")
	if j.Match != nil && !j.AsOf {
		p.diags.Add(diag.Unexpected(j.Match.Span(), "MATCH_CONDITION", []string{"ASOF JOIN in front of it"}))
	}
	if j.After != nil {
		if j.Before != nil {
			p.diags.Add(diag.DuplicateClause(j.After.Span(), j.Before.Span(), "WITHIN"))
		}
		j.Within = j.After
	}
}

func (w *Within) settle(p *parser) {
	for _, d := range []*DurationArg{w.First, w.Before, w.After} {
		d.mustBeTime(p)
	}
}

// mustBeTime resolves a length of time; a number of rows is none.
func (d *DurationArg) mustBeTime(p *parser) {
	switch {
	case d == nil:
	case d.Rows > 0:
		p.diags.Add(diag.BadDuration(d.Span(), d.Span().Snippet(40), "rows are no unit of time"))
	case d.Months > 0:
		p.diags.Add(diag.BadDuration(d.Span(), d.Span().Snippet(40), "months and years have no fixed length"))
	case d.bareNumber():
		d.resolve(p)
	}
}

func (e *Emit) settle(p *parser) { e.After.mustBeTime(p) }

func (e *OverExpire) settle(p *parser) {
	e.After.mustBeTime(p)
}

func (c *ColumnDef) settle(p *parser) {
	for _, o := range c.Options {
		switch {
		case o.NotNull:
			c.NotNull = true
		case o.PrimaryKey, o.Key:
			c.PrimaryKey = true
		case o.Default != nil:
			c.Default = o.Default
		case o.Metadata:
			c.Metadata = true
			if o.From != nil {
				c.MetadataKey = o.From.Value
			}
		}
	}
}

func (c *Create) settle(p *parser) {
	c.KindWord = strings.ToUpper(c.KindWord)
	switch c.KindWord {
	case "TABLE":
		c.Kind = Table
	case "VIEW":
		c.Kind = View
	}
	var once onceOnly
	for _, e := range c.Elements {
		switch {
		case e.Column != nil:
			c.Columns = append(c.Columns, e.Column)
			if e.Column.Type == nil && e.Column.Computed == nil && c.Query == nil {
				p.diags.Add(diag.Unexpected(e.Column.Span(), "`"+e.Column.Name.Name+"` without a type", []string{"a type behind it"}))
			}
		case e.Watermark != nil && once.first(p, "WATERMARK", e.Watermark):
			c.Watermark = e.Watermark
		case e.PrimaryKey != nil && once.first(p, "PRIMARY KEY", e.PrimaryKey):
			c.PrimaryKey = e.PrimaryKey
		}
	}
	for _, k := range c.Clauses {
		switch {
		case k.Properties != nil && once.first(p, "WITH", k.Properties):
			c.Properties = k.Properties
		case k.Into != nil && once.first(p, "INTO", k.Into):
			c.Into = k.Into
		case k.PartitionBy != nil && once.first(p, "PARTITIONED BY", k),
			k.Comment != nil && once.first(p, "COMMENT", k):
		}
	}
	if c.Into != nil && c.Query != nil && c.Query.Into != nil {
		p.diags.Add(diag.DuplicateClause(c.Query.Into.Span(), c.Into.Span(), "INTO"))
	}
}

// onceOnly finds clauses that are written twice.
type onceOnly map[string]Node

// first reports whether a clause of this name has not come before, and the
// mistake if it has.
func (o *onceOnly) first(p *parser, name string, n Node) bool {
	if *o == nil {
		*o = onceOnly{}
	}
	if earlier := (*o)[name]; earlier != nil {
		p.diags.Add(diag.DuplicateClause(n.Span(), earlier.Span(), name))
		return false
	}
	(*o)[name] = n
	return true
}
