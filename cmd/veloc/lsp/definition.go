package lsp

import (
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// definition is where the name at an offset is declared; nil if nothing in any file declares it.
func (d *document) definition(offset int) *location {
	u := d.use(offset)
	if u == nil || !u.Declared.IsValid() {
		return nil
	}
	at := d.location(u.Declared)
	return &at
}

// heading is the name of a statement, what it does in a word or two, and where its name stands.
func (d *document) heading(st *grammar.Statement) (name, detail string, at source.Span) {
	switch body := st.Body.(type) {
	case *grammar.Create:
		detail = body.KindWord
		if body.Query == nil {
			detail += ", declared"
		}
		return body.Name.String(), detail, body.Name.Span()
	case *grammar.CreateFunction:
		return body.Name.Name, "FUNCTION", body.Name.Span()
	case *grammar.Insert:
		return body.Target.Span().Text(), "INSERT INTO", body.Target.Span()
	}
	if d.job.Catalog != nil {
		name = d.job.Catalog.StatementName(st)
	}
	if name == "" {
		name = st.Span().Snippet(40)
	}
	return name, "", st.Span()
}
