package lsp

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// hover explains what stands at an offset: a name with its type, a function, property or annotation with its documentation. Nil if
// there is nothing to say.
func (d *document) hover(offset int) *hover {
	for _, explain := range []func(int) (string, source.Span){d.annotation, d.property, d.name} {
		if text, at := explain(offset); text != "" {
			return &hover{markdown(text), d.rangeOf(at)}
		}
	}
	return nil
}

// name explains a resolved name.
func (d *document) name(offset int) (string, source.Span) {
	u := d.use(offset)
	if u == nil {
		return "", source.Span{}
	}
	switch u.Kind {
	case bind.Function:
		return builtin.Entry(u.Name), u.At
	case bind.Relation:
		return d.relation(u), u.At
	}
	text := code(u.Name + " " + u.Col.String())
	switch u.Kind {
	case bind.InputColumn:
		text += "column of `" + u.Of + "`"
	case bind.OutputAlias:
		text += "named in this SELECT"
	case bind.StructField:
		text += "field of `" + u.Of + "`"
	case bind.SystemColumn:
		text += "a column that every row has besides its own"
	}
	return text, u.At
}

// relation lists the columns of what FROM reads, and where they are known from.
func (d *document) relation(u *bind.Use) string {
	text := code(columnList(u.Name, u.Columns))
	if src := d.job.Catalog.Source(u.At.Text()); src != nil {
		text += fmt.Sprintf("`%s`, %s", src.Connector, src.Format)
		if src.Origin != "" {
			text += "; columns: " + string(src.Origin)
		}
		if src.EventTime.Declared {
			text += fmt.Sprintf("; event time `%s`", src.EventTime.Name)
		}
	}
	return text
}

func columnList(name string, columns plan.Schema) string {
	var b strings.Builder
	b.WriteString(name + " (")
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n  %s %s", c.Name, c.Col)
	}
	return b.String() + "\n)"
}

// annotation explains the annotation whose comment holds the offset.
func (d *document) annotation(offset int) (string, source.Span) {
	for _, a := range d.annotations() {
		if offset < a.Span().Start || offset > a.Span().End {
			continue
		}
		if spec, ok := annot.Lookup(a.Name); ok {
			return annotationDoc(spec), a.NameSpan
		}
	}
	return "", source.Span{}
}

// annotations are all annotations of the document, in no order.
func (d *document) annotations() []*grammar.Annotation {
	if d.job.Syntax == nil {
		return nil
	}
	all := append(append([]*grammar.Annotation{}, d.job.Syntax.Header...), d.job.Syntax.Trailing...)
	for _, st := range d.job.Syntax.Statements {
		all = append(all, st.Annotations...)
	}
	return all
}

func annotationDoc(s *annot.Spec) string {
	text := fmt.Sprintf("**@%s** (%s): %s\n\n%s", strings.ReplaceAll(s.Name, "*", "…"), s.Scope, s.Expects(), s.Doc)
	if s.Default != "" {
		text += "\n\nDefault: `" + s.Default + "`"
	}
	if s.Idle != "" {
		text += "\n\nWithout effect: " + s.Idle
	}
	if s.Example != "" {
		text += "\n\n" + code("-- "+s.Example)
	}
	return text
}

// property explains the property whose key or value holds the offset.
func (d *document) property(offset int) (string, source.Span) {
	var text string
	var at source.Span
	d.walk(func(n grammar.Node) {
		p, ok := n.(*grammar.Property)
		if !ok || offset < p.Span().Start || offset > p.Span().End {
			return
		}
		if o := findOption(p.Key.Text); o != nil {
			text, at = optionDoc(o), p.Key.Span()
		}
	})
	return text, at
}

// walk visits all nodes of all statements.
func (d *document) walk(visit func(grammar.Node)) {
	if d.job.Syntax == nil {
		return
	}
	for _, st := range d.job.Syntax.Statements {
		grammar.Walk(st, func(n grammar.Node) bool { visit(n); return true })
	}
}

// findOption is the property that a key means, without the names of sources, sinks and sections that may stand before it: the longest
// rest that any connector, format or statement knows.
func findOption(key string) *connector.Option {
	for rest := key; rest != ""; {
		for _, options := range optionLists() {
			if o, ok := connector.Find(options, rest); ok {
				return o
			}
		}
		_, after, more := strings.Cut(rest, ".")
		if !more {
			break
		}
		rest = after
	}
	return nil
}

// optionLists are the properties of statements, then those of all connectors.
func optionLists() [][]connector.Option {
	lists := [][]connector.Option{connector.Common(), connector.SchemaOptions()}
	for _, s := range connector.All() {
		lists = append(lists, s.Options)
		for _, f := range s.Formats {
			lists = append(lists, connector.OptionsOf(s.Kind, f.Encoding))
		}
	}
	return lists
}

func optionDoc(o *connector.Option) string {
	text := fmt.Sprintf("**%s**: %s\n\n%s", o.Key, o.Expects(), o.Doc)
	if o.Later != "" {
		text += "\n\nNot built yet: " + o.Later
	}
	if o.Default != "" {
		text += "\n\nDefault: `" + o.Default + "`"
	}
	if o.Example != "" {
		text += "\n\nExample: `" + o.Example + "`"
	}
	return text
}

func code(sql string) string { return "```sql\n" + sql + "\n```\n" }
