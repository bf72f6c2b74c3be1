package bind

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// UseKind says what a name stands for.
type UseKind uint8

// The kinds of uses.
const (
	InputColumn  UseKind = iota // a column of what FROM reads
	OutputAlias                 // a name that SELECT gave to an expression
	SystemColumn                // _timestamp, _window_start and their like
	StructField                 // a field of a STRUCT
	Function                    // a function that is called
	Relation                    // what FROM reads
)

// Use is a name in the SQL and what it was found to mean. An editor shows it to the reader.
type Use struct {
	At       source.Span // of the name
	Kind     UseKind
	Name     string
	Col      types.Col   // of the value; not of functions and relations
	Of       string      // the relation of a column, the path to the STRUCT of a field
	Declared source.Span // where the SQL says what it is; zero where no SQL does
	Columns  plan.Schema // of a relation; nil when it is not known
}

func (b *binder) uses(u Use) {
	b.remember(u)
	if b.opts.Saw != nil {
		b.opts.Saw(u)
	}
}

// usesAlias notes the use of an output alias, declared where SELECT gives it.
func (s *scope) usesAlias(at source.Span, name string, e expr.Expr) {
	u := Use{At: at, Kind: OutputAlias, Name: name, Col: e.Col(), Declared: e.Span()}
	if item, ok := s.defined[name]; ok {
		u.Declared = aliasSpan(item)
	}
	s.uses(u)
}

// usesRelation notes that FROM reads a relation under the name as. Node is nil when it could not be read.
func (b *binder) usesRelation(at source.Span, name, as string, node plan.Node) {
	u := Use{At: at, Kind: Relation, Name: as}
	if node != nil {
		u.Columns = node.Props().Schema
	}
	if r, ok := b.relations[name]; ok {
		u.Declared = r.at
	} else if src := b.cat.Source(name); src != nil && src.At != at {
		u.Declared = src.At
	}
	b.uses(u)
}
