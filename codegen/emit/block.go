package emit

import (
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// Block gathers the statements of a Go block, in order.
type Block struct {
	Func  *Func
	Names *Names
	code  []jen.Code
}

// Func is what the blocks of one generated function share.
type Func struct {
	// Fail is what happens to a row whose expression failed; err is a Go expression of type error. It ends with continue or return.
	Fail func(err *jen.Statement) []jen.Code
	// Statics are package-level variables that expressions asked for.
	Statics *Statics
	// Position prints a span as it should appear in run-time errors and comments, for example "trades.sql:12:5".
	Position func(source.Span) string
	// At is the span of the expression being emitted, for the errors it may raise.
	At source.Span
	// DivisionByZeroFails is division.by.zero = error.
	DivisionByZeroFails bool
	// Task is the name of the variable that holds the task, normally "t".
	Task string
	// Now makes the code of the clock reading that NOW() yields, an int64 of ns; nil: that of the chunk c.
	Now func() *jen.Statement
	// Scratch declares a field of the task that an expression uses for each row again, such as the memory of an ARRAY, and makes the code
	// that selects it. The hint names it.
	Scratch func(hint string, goType *jen.Statement) *jen.Statement
	// Method declares a method of the task that takes a value of one type and makes one of another, or returns an error, and returns its name.
	// Where it fails it returns the error. Methods are shared by type and place in the SQL.
	Method func(hint string, in, out types.Type, at source.Span, body func(b *Block, x Value) Value) string
	// UsesArena is set when an expression asked for the task's arena.
	UsesArena *bool
}

// Statics collects package-level variables: compiled patterns and formats, made once when the program starts.
type Statics struct {
	Names *Names
	Decls []jen.Code
	Funcs []jen.Code // functions over values that are made of others, in the order in which they were asked for
	known map[string]string
}

// Inner is an empty block nested in b.
func (b *Block) Inner() *Block { return &Block{Func: b.Func, Names: b.Names.Inner()} }

// Add appends statements.
func (b *Block) Add(code ...jen.Code) { b.code = append(b.code, code...) }

// Splice appends the statements of an inner block as they are: its names are names of b from here on.
func (b *Block) Splice(in *Block) {
	b.Add(in.code...)
	for n := range in.Names.used {
		b.Names.used[n] = true
	}
}

// Comment appends a comment of one line. The tab keeps gofmt from taking it for a doc comment, in which two single quotes would become a
// typographic one: before formatting, nothing else in the body of a function is indented.
func (b *Block) Comment(text string) { b.Add(jen.Op("\t// " + text)) }

// Code is what has been gathered.
func (b *Block) Code() []jen.Code { return b.code }

// Empty tells whether nothing has been gathered.
func (b *Block) Empty() bool { return len(b.code) == 0 }

// Let gives v a name, so that it is computed once. Plain values come back as they are.
func (b *Block) Let(hint string, v Value) Value {
	if !v.Plain {
		name := b.Names.Unique(Local(hint))
		b.Add(jen.Id(name).Op(":=").Add(typed(v)))
		v.Code, v.Prec, v.Plain = jen.Id(name), PrecUnary, true
	}
	return v
}

// typed makes an untyped constant expression take v's Go type in a short variable declaration.
func typed(v Value) *jen.Statement {
	if v.IsConst || !strings.ContainsFunc(v.Code.GoString(), unicode.IsLetter) {
		return GoType(v.Type).Parens(v.Arg())
	}
	return v.Arg()
}

// LetValid names the validity of v, if it is more than a name.
func (b *Block) LetValid(hint string, v Value, plain bool) Value {
	if v.Valid == nil || plain {
		return v
	}
	name := b.Names.Unique(Local(hint) + "Valid")
	b.Add(jen.Id(name).Op(":=").Add(v.Valid))
	v.Valid = jen.Id(name)
	return v
}

// Try calls a fallible function, func(…) (T, error), and names its result. Where args are not all valid it is not called and the
// result is NULL. A failure rejects the row with the position of the current expression.
func (b *Block) Try(hint string, t types.Type, call *jen.Statement, args ...Value) Value {
	valid := AllValid(args...)
	name := b.Names.Unique(Local(hint))
	v := Named(t, jen.Id(name)).With(valid)
	fail := b.Func.Fail(RT("At").Call(jen.Err(), jen.Lit(b.Func.Position(b.Func.At))))
	if valid == nil {
		b.Add(jen.List(jen.Id(name), jen.Err()).Op(":=").Add(call))
		b.Add(jen.If(jen.Err().Op("!=").Nil()).Block(fail...))
		return v
	}
	b.Add(jen.Var().Id(name).Add(GoType(t)))
	b.Add(jen.If(jen.Add(valid)).Block(
		jen.Var().Err().Error(),
		jen.If(jen.List(jen.Id(name), jen.Err()).Op("=").Add(call), jen.Err().Op("!=").Nil()).Block(fail...),
	))
	return v
}

// Maybe calls a function that may have no result, func(…) (T, bool), and names it: NULL where it returns false or an argument is NULL.
func (b *Block) Maybe(hint string, t types.Type, call *jen.Statement, args ...Value) Value {
	valid := AllValid(args...)
	name := b.Names.Unique(Local(hint))
	ok := b.Names.Unique(Local(hint) + "Valid")
	v := Named(t, jen.Id(name)).With(jen.Id(ok))
	if valid == nil {
		b.Add(jen.List(jen.Id(name), jen.Id(ok)).Op(":=").Add(call))
		return v
	}
	b.Add(jen.Var().Id(name).Add(GoType(t)))
	b.Add(jen.Id(ok).Op(":=").Add(valid))
	b.Add(jen.If(jen.Id(ok)).Block(jen.List(jen.Id(name), jen.Id(ok)).Op("=").Add(call)))
	return v
}

// Static is a package-level variable with the given initial value; equal text (key) shares one variable.
func (b *Block) Static(hint, key string, init *jen.Statement) *jen.Statement {
	return b.Func.Statics.static(hint, key, func() *jen.Statement { return init })
}

// static is a variable of the package; init is asked for its value once.
func (s *Statics) static(hint, key string, init func() *jen.Statement) *jen.Statement {
	key = hint + "\x00" + key
	if name, ok := s.known[key]; ok {
		return jen.Id(name)
	}
	if s.known == nil {
		s.known = map[string]string{}
	}
	name := s.Names.Unique(Local(hint))
	s.known[key] = name
	s.Decls = append(s.Decls, jen.Var().Id(name).Op("=").Add(init()))
	return jen.Id(name)
}

// Func is the name of a package-level function. Equal key shares one; write makes the declaration of a new one, which may ask for others.
func (s *Statics) Func(hint, key string, write func(name string) *jen.Statement) string {
	key = "func " + key
	if name, ok := s.known[key]; ok {
		return name
	}
	if s.known == nil {
		s.known = map[string]string{}
	}
	name := s.Names.Unique(hint)
	s.known[key] = name
	at := len(s.Funcs)
	s.Funcs = append(s.Funcs, nil) // callers stand in front of what they call
	s.Funcs[at] = write(name)
	return name
}

// Arena is a pointer to the task's text arena, whose texts live until the chunk has been processed.
func (b *Block) Arena() *jen.Statement {
	*b.Func.UsesArena = true
	return jen.Op("&").Id(b.Func.Task).Dot("text")
}
