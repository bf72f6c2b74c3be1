package grammar

import "github.com/velostream/veloc/grammar/source"

// Annotation is a comment that means something: `-- @name: value`, `-- @name value`
// or, above a statement, `-- Key Words: value`. Which names exist is not known here.
type Annotation struct {
	// Name is as written, without "@" and ":". Compare it without regard to case.
	Name string
	// NameSpan covers the name without "@".
	NameSpan source.Span
	// Value is the trimmed text behind the name, "" when there is none.
	Value string
	// ValueSpan covers Value; an empty span behind the name when Value is "".
	ValueSpan source.Span
	// Plain is set for `-- Key Words: value`, which is an annotation only when
	// the registry knows the key, and otherwise an ordinary comment.
	Plain bool

	span source.Span
}

// Span implements [Node]; it is the comment.
func (a *Annotation) Span() source.Span { return a.span }
