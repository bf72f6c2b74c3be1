package grammar

import "github.com/velostream/veloc/grammar/source"

// Node is a piece of the syntax tree. Trees are immutable once [Parse] has
// returned them, and every node knows the text it came from.
type Node interface {
	// Span is the text from the first to the last token of the node.
	Span() source.Span
}

// node is the place of a syntax node. The parser fills Pos and EndPos; file is
// set when the statement is complete.
type node struct {
	Pos    source.Pos
	EndPos source.Pos
	file   *source.File
}

// Span implements [Node].
func (n *node) Span() source.Span {
	return source.Span{File: n.file, Start: n.Pos.Offset, End: n.EndPos.Offset}
}

func (n *node) setFile(f *source.File) { n.file = f }

// File is a parsed source file: one application.
type File struct {
	Source *source.File
	// Header holds the annotations of the application: all those before the last
	// blank line above the first statement. When no blank line is there, the
	// comments are one block, and of it the plain `-- Key: value` lines are the
	// header's and the `-- @name` lines are the statement's. Whoever knows the
	// scope of a name may still move it: a @metric in the header can only be
	// meant for the first statement.
	Header []*Annotation
	// Statements are in source order. A statement that does not parse is left
	// out; its diagnostic is in the list that [Parse] returns.
	Statements []*Statement
	// Trailing holds annotations after the last statement, which belong to nothing.
	Trailing []*Annotation
}

// Span implements [Node]; it is the whole text.
func (f *File) Span() source.Span { return f.Source.Span(0, len(f.Source.Text)) }

// Statement is one statement with the annotations of its comments.
type Statement struct {
	node
	// Body is one of *Create, *CreateFunction, *Insert, *Query, *Drop, *Change, *Job, *Show,
	// *Describe, *Explain, *Set.
	Body Body `parser:"@@"`
	// Annotations are those between the previous ";" and the first token of the
	// statement, without the file header, and those in comments inside of it.
	Annotations []*Annotation
}

// Body is the statement proper; see [Statement].
type Body interface {
	Node
	body()
}

// Ident is a name as the user wrote it, without backticks. Names of columns and
// streams are case-sensitive.
type Ident struct {
	node
	Name string `parser:"@(Ident | QuotedIdent)"`
	// Quoted is set for `backtick` names.
	Quoted bool
}

// String is the name.
func (i *Ident) String() string {
	if i == nil {
		return ""
	}
	return i.Name
}

// Label is a name in a place where any word may stand, reserved or not: after AS.
type Label struct {
	node
	Name   string `parser:"@(Ident | QuotedIdent | Keyword)"`
	Quoted bool
}

// String is the name.
func (l *Label) String() string {
	if l == nil {
		return ""
	}
	return l.Name
}

// Name is a name of one or more parts: trades, market.trades.
type Name struct {
	node
	Parts []*Ident `parser:"@@ ( '.' @@ )*"`
}

// String joins the parts with dots.
func (n *Name) String() string {
	if n == nil {
		return ""
	}
	s := ""
	for i, p := range n.Parts {
		if i > 0 {
			s += "."
		}
		s += p.Name
	}
	return s
}

// Properties is a WITH (…) list.
type Properties struct {
	node
	List []*Property `parser:"'WITH' '(' ( @@ ( ',' @@ )* ','? )? ')'"`
}

// Property is one 'key' = value pair of a WITH list.
type Property struct {
	node
	Key   *PropertyKey   `parser:"@@ '='"`
	Value *PropertyValue `parser:"@@"`
}

// PropertyKey is a quoted or bare dotted key.
type PropertyKey struct {
	node
	// Text is the key without quotes.
	Text string `parser:"@( String | ( Ident | Keyword | QuotedIdent ) ( ( '.' | '-' ) ( Ident | Keyword | QuotedIdent | Number | Duration ) | Number )* )"`
}

// PropertyValue is the right side of a property.
type PropertyValue struct {
	node
	// Text is the value without quotes: 'kafka_source', 500ms, -1, true, earliest.
	Text string `parser:"@( String | ( '-' | '+' )? ( Number | Duration ) | URI | ( Ident | Keyword | QuotedIdent ) ( ( '.' | '-' ) ( Ident | Keyword | QuotedIdent | Number | Duration ) | Number )* )"`
	// Quoted is set for a string in quotes.
	Quoted bool
}

// Type is a type as written: DECIMAL(10,2), ARRAY<STRING>, STRUCT<a INTEGER>.
// Whether such a type exists is for the binder to say.
type Type struct {
	node
	// Name is the first word in upper case. Further words of one type are
	// joined: "DOUBLE PRECISION", "TIMESTAMP WITH TIME ZONE".
	Name string `parser:"@( 'DOUBLE' 'PRECISION' | 'INTERVAL' ( 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND' ) ( 'TO' ( 'MONTH' | 'HOUR' | 'MINUTE' | 'SECOND' ) )? | ( 'TIMESTAMP' | 'TIME' ) ( 'WITH' | 'WITHOUT' ) 'LOCAL'? 'TIME' 'ZONE' | Ident )"`
	// Params are the arguments of DECIMAL(10,2) and VARCHAR(20), as written.
	Params []string `parser:"( '(' ( @Number ( ',' @Number )*"`
	// Elems are the element types of ARRAY<T>, ARRAY(T), MAP<K,V>. NOT NULL behind them is left to the reader of the type's text.
	Elems []*Type `parser:"    | @@ ( 'NOT' 'NULL' )? ( ',' @@ ( 'NOT' 'NULL' )? )* ) ')' | '<' ( (?! (?! 'INTERVAL' ( 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND' ) ( 'TO' | '>' | ',' | 'NOT' ) ) ( Ident | QuotedIdent ) ':'? ( Ident | QuotedIdent ) ) @@ ( 'NOT' 'NULL' )? ( ',' @@ ( 'NOT' 'NULL' )? )*"`
	// Fields are the fields of STRUCT<a INTEGER, b STRING>.
	Fields []*TypeField `parser:"    | @@ ( ',' @@ )* ) '>' )?"`
	// Suffix is set for the postfix form `INTEGER ARRAY` and `INTEGER[]`.
	Suffix bool `parser:"( @'ARRAY' | @'[' ']' )?"`
}

// TypeField is a named field of a STRUCT type.
type TypeField struct {
	node
	Name *Ident `parser:"@@ ':'?"`
	Type *Type  `parser:"@@ ( 'NOT' 'NULL' )?"`
}
