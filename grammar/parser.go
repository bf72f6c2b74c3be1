package grammar

import (
	"errors"
	"reflect"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Limits that keep the stack bounded whatever the input is.
const (
	maxNesting = 200
	maxChain   = 10_000
)

// lookahead is how many tokens a production may read before it is the only
// choice. CREATE OR REPLACE TEMPORARY STREAM needs the most.
const lookahead = 5

// parser holds the generated parsers and the state of one parse. The generated
// parsers call back into the precedence parser of the same instance, so an
// instance serves one parse at a time; parsers keeps them for the next.
type parser struct {
	statement *participle.Parser[Statement]
	query     *participle.Parser[Query]
	typ       *participle.Parser[Type]
	orderBy   *participle.Parser[OrderBy]
	over      *participle.Parser[Over]

	file  *source.File
	diags diag.List
	depth int
	// tooDeep is where the nesting limit was reached.
	tooDeep source.Span
	// explain is set while the reason of a syntax error is computed.
	explain *explainer
}

// parsers keeps built parsers: building one takes longer than parsing a page.
var parsers = sync.Pool{New: func() any { return newParser() }}

func newParser() *parser {
	p := &parser{}
	options := []participle.Option{
		participle.Lexer(definition{}),
		participle.Elide("Space", "Comment", "Annotation"),
		participle.CaseInsensitive("Ident", "Keyword"),
		participle.UseLookahead(lookahead),
		participle.ParseTypeWith(p.parseExpr),
		participle.ParseTypeWith(p.parseTableCall),
		participle.Union[Body](&Create{}, &CreateFunction{}, &Insert{}, &Query{}, &Drop{}, &Change{}, &Job{},
			&Show{}, &Describe{}, &Explain{}, &Set{}),
		participle.Union[Runnable](&Create{}, &Insert{}, &Query{}),
		participle.Union[Term](&Select{}, &Values{}, &Nested{}),
		participle.Union[Relation](&TableFunction{}, &DerivedTable{}, &JoinedTable{}, &URITable{}, &NamedTable{}),
	}
	p.statement = participle.MustBuild[Statement](options...)
	p.over = participle.MustBuild[Over](options[:6]...)
	p.query = must(participle.ParserForProduction[Query](p.statement))
	p.typ = must(participle.ParserForProduction[Type](p.statement))
	p.orderBy = must(participle.ParserForProduction[OrderBy](p.statement))
	return p
}

func must[T any](v T, err error) T {
	if err != nil {
		panic("bug: " + err.Error())
	}
	return v
}

// begin takes a parser for one file; end gives it back.
func begin(f *source.File) *parser {
	p := parsers.Get().(*parser)
	p.file, p.diags, p.explain = f, nil, nil
	return p
}

func (p *parser) end() diag.List {
	diags := p.diags
	p.file, p.diags, p.explain = nil, nil, nil
	parsers.Put(p)
	return diags
}

// Parse reads a whole file. The result holds every statement that parses; the
// list holds one error for each that does not, in source order.
func Parse(f *source.File) (*File, diag.List) {
	p := begin(f)
	s := scanner{file: f, text: f.Text, end: len(f.Text), pos: lexer.Position{Filename: f.Name, Line: 1, Column: 1}}
	tokens := s.all()
	file := &File{Source: f}
	var pending []*Annotation // of pieces that hold no statement
	for _, piece := range split(tokens) {
		above, inside, hasCode := p.annotations(piece)
		if !hasCode {
			pending = append(pending, above...)
			continue
		}
		if file.Header == nil && len(file.Statements) == 0 {
			var header []*Annotation
			header, above = splitHeader(f, above, firstCode(piece))
			file.Header = append(pending, header...) // a lone ";" parts them from the statement, as a blank line does
		} else {
			above = append(pending, above...)
		}
		pending = nil
		if p.rejectInvalid(piece, &s.diags) {
			continue
		}
		if stmt := p.parseStatement(piece); stmt != nil {
			stmt.Annotations = append(above, inside...)
			file.Statements = append(file.Statements, stmt)
		}
	}
	if len(file.Statements) == 0 && file.Header == nil {
		file.Header, pending = pending, nil
	}
	for _, a := range pending {
		if !a.Plain { // a plain one is only a comment when nothing follows
			file.Trailing = append(file.Trailing, a)
		}
	}
	return file, p.end()
}

// split cuts tokens at ";". Each ";" becomes the EOF of the piece before it, placed
// where that piece ends, so that ends of nodes stay exact.
func split(tokens []lexer.Token) [][]lexer.Token {
	var pieces [][]lexer.Token
	start := 0
	for i := range tokens {
		t := &tokens[i]
		if isPunct(t, ";") {
			*t = lexer.EOFToken(t.Pos)
		}
		if t.Type == lexer.EOF {
			pieces = append(pieces, tokens[start:i+1])
			start = i + 1
		}
	}
	return pieces
}

// firstCode is the offset of the first token that is not trivia.
func firstCode(piece []lexer.Token) int {
	for i := range piece {
		if !isTrivia(piece[i].Type) {
			return piece[i].Pos.Offset
		}
	}
	return piece[len(piece)-1].Pos.Offset
}

// rejectInvalid reports the first invalid token of a piece, if there is one.
// Its other diagnostics would mostly follow from the first and are dropped.
func (p *parser) rejectInvalid(piece []lexer.Token, lexical *diag.List) bool {
	n := 0
	for i := range piece {
		if piece[i].Type == tokInvalid {
			n++
		}
	}
	if n == 0 {
		return false
	}
	p.diags.Add((*lexical)[0])
	*lexical = (*lexical)[n:]
	return true
}

// parseStatement parses one piece, or reports why it cannot and returns nil.
func (p *parser) parseStatement(piece []lexer.Token) *Statement {
	l := peekable(piece)
	if at, deep := nesting(piece); deep {
		p.diags.Add(diag.TooDeep(p.tokenSpan(at), "this is nested", maxNesting))
		return nil
	}
	p.depth, p.tooDeep = 0, source.Span{}
	stmt, err := p.statement.ParseFromLexer(l)
	if err != nil {
		p.diags.Add(p.why(piece, "Statement", err))
		return nil
	}
	if !p.finish(stmt) {
		return nil
	}
	return stmt
}

func peekable(piece []lexer.Token) *lexer.PeekingLexer {
	l, err := lexer.Upgrade(&tokenSlice{tokens: piece}, tokSpace, tokComment, tokAnnotation)
	if err != nil {
		panic("bug: " + err.Error()) // a tokenSlice does not fail
	}
	return l
}

// nesting finds the first bracket that is nested too deeply. Brackets of types,
// ARRAY<…>, count as well.
func nesting(piece []lexer.Token) (*lexer.Token, bool) {
	depth, types := 0, 0
	var before *lexer.Token
	for i := range piece {
		t := &piece[i]
		if isTrivia(t.Type) {
			continue
		}
		if t.Type == tokPunct {
			switch t.Value {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			case "<":
				if before != nil && before.Type == tokIdent {
					types++
				}
			case ">":
				types = max(0, types-1)
			case ",":
				if depth <= 1 && types > 0 {
					types--
				}
			}
		}
		if depth > maxNesting || types > 2*maxNesting {
			return t, true
		}
		before = t
	}
	return nil, false
}

// finish completes a tree: every node learns its file, and nodes that read some
// of their fields from others do so. It reports whether no error was found.
func (p *parser) finish(n Node) bool {
	before := p.diags.Count(diag.Error)
	p.finishNode(n)
	return p.diags.Count(diag.Error) == before
}

// settler is a node that has more to do once its children are complete.
type settler interface {
	settle(p *parser)
}

func (p *parser) finishNode(n Node) {
	v := reflect.ValueOf(n)
	if v.IsNil() {
		return
	}
	n.(interface{ setFile(*source.File) }).setFile(p.file)
	elem := v.Elem()
	for _, i := range childFields(elem.Type()) {
		f := elem.Field(i)
		if f.Kind() != reflect.Slice {
			p.finishField(f)
			continue
		}
		for j := range f.Len() {
			p.finishField(f.Index(j))
		}
	}
	if s, ok := n.(settler); ok {
		s.settle(p)
	}
}

func (p *parser) finishField(f reflect.Value) {
	if !f.IsNil() {
		p.finishNode(f.Interface().(Node))
	}
}

// ParseExpr reads text that is one expression.
func ParseExpr(f *source.File) (Expr, diag.List) {
	return ParseExprIn(f.Span(0, len(f.Text)))
}

// ParseExprIn reads the expression that a span of a file holds, such as the
// value of an annotation. Spans of the result and of the diagnostics are those of
// the file. The expression is nil when there is an error.
func ParseExprIn(at source.Span) (Expr, diag.List) {
	p := begin(at.File)
	start := at.StartPos()
	s := scanner{file: at.File, text: at.File.Text, end: at.End, pos: lexer.Position(start)}
	piece := s.all()
	if p.rejectInvalid(piece, &s.diags) {
		return nil, p.end()
	}
	if t, deep := nesting(piece); deep {
		p.diags.Add(diag.TooDeep(p.tokenSpan(t), "this is nested", maxNesting))
		return nil, p.end()
	}
	p.depth, p.tooDeep = 0, source.Span{}
	l := peekable(piece)
	e, err := p.expr(l, 0)
	if err != nil || !l.Peek().EOF() {
		p.diags.Add(p.why(piece, "Expr", err))
		return nil, p.end()
	}
	if !p.finish(e) {
		e = nil
	}
	return e, p.end()
}

// errSyntax stops a parse; what is wrong is computed afterwards, by why.
var errSyntax = errors.New("syntax error")

// within parses a production from inside of an expression.
func within[T any](p *parser, generated *participle.Parser[T], production string, l *lexer.PeekingLexer) (*T, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, p.deep(l)
	}
	defer func() { p.depth-- }()
	if p.explain != nil {
		return new(T), p.explain.skip(production, l)
	}
	return generated.ParseFromLexer(l, participle.AllowTrailing(true))
}

// deep records that the nesting limit is reached at the next token.
func (p *parser) deep(l *lexer.PeekingLexer) error {
	if !p.tooDeep.IsValid() {
		p.tooDeep = p.tokenSpan(l.Peek())
	}
	return errSyntax
}

func (p *parser) tokenSpan(t *lexer.Token) source.Span {
	return p.file.Span(t.Pos.Offset, t.Pos.Offset+len(t.Value))
}
