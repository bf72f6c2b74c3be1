package physical

import (
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Check finds what a job asks for and code generation cannot write yet: columns of types that have no form in rows. Each place is reported
// once.
func Check(j *Job) diag.List {
	c := &checker{seen: map[source.Span]bool{}}
	for _, p := range j.Pipelines {
		walkFlows(p.Flows, c.expr)
		c.flows(p.Flows)
	}
	c.out.Sort()
	return c.out
}

type checker struct {
	out  diag.List
	seen map[source.Span]bool
}

func (c *checker) expr(e expr.Expr) {
	if col, ok := e.(*expr.Column); ok {
		c.column(col.Name, col.T.Type, col.At)
	}
}

func (c *checker) flows(flows []*Flow) {
	for _, f := range flows {
		for _, col := range f.Statement.Root.Props().Schema {
			c.column(col.Name, col.Col.Type, f.Statement.Root.Span())
			if f.Sink != nil && (f.Sink.Target.Format == catalog.CSV || f.Sink.Target.Format == catalog.Raw) && col.Col.Type.Kind == types.Struct && !c.seen[f.Sink.At] {
				c.seen[f.Sink.At] = true
				c.out.Add(diag.NotYetCompiled(f.Sink.At, "column `"+col.Name+"` of type "+col.Col.Type.String()+" in the format "+string(f.Sink.Target.Format), "write JSON, or select its fields one by one"))
			}
		}
		c.lines(f)
		c.flows(f.Flows)
	}
}

// lines reports a sink of lines of text that gets more than one column.
func (c *checker) lines(f *Flow) {
	schema := f.Statement.Root.Props().Schema
	if f.Sink == nil || f.Sink.Target.Format != catalog.Raw || len(schema) == 1 || c.seen[f.Sink.At] {
		return
	}
	c.seen[f.Sink.At] = true
	var names []string
	for _, col := range schema {
		names = append(names, col.Name)
	}
	c.out.Add(diag.NotOneLine(f.Sink.At, f.Sink.Target.Name, "write", names))
}

func (c *checker) column(name string, t types.Type, at source.Span) {
	if supported(t) || c.seen[at] {
		return
	}
	c.seen[at] = true
	c.out.Add(diag.NotYetCompiled(at, "column `"+name+"` of type "+t.String(), "leave it out of the SELECT list; columns that nothing reads may have any type"))
}

// supported tells whether rows can hold a value of the type.
func supported(t types.Type) bool {
	switch t.Kind {
	case types.Array, types.Map, types.UUID, types.Bytes, types.JSON:
		return false
	case types.Struct:
		for _, f := range t.Fields {
			if !supported(f.Col.Type) {
				return false
			}
		}
	}
	return true
}
