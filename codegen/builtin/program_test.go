package builtin

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// program is a Go program of functions that print one result each. Tests write their cases into one program, because building
// takes longer than everything else.
type program struct {
	t     *testing.T
	file  *jen.File
	names *emit.Names
	stat  *emit.Statics
	calls []jen.Code
	want  map[string]string
}

func newProgram(t *testing.T) *program {
	p := &program{t: t, file: jen.NewFile("main"), names: emit.NewNames("main", "task", "t", "c"), want: map[string]string{}}
	p.stat = &emit.Statics{Names: p.names}
	p.file.ImportAlias(emit.Runtime, "rt")
	p.file.Type().Id("task").Struct(jen.Id("text").Qual(emit.Text, "Arena"), jen.Id("tally").Qual(emit.Runtime, "Tally"))
	return p
}

// block is an empty function body in which a failing row returns its error as text.
func (p *program) block() *emit.Block {
	arena := false
	return &emit.Block{Names: emit.NewNames("t", "c", "err", "snapshot", "r", "rest"), Func: &emit.Func{
		Fail: func(err *jen.Statement) []jen.Code {
			return []jen.Code{jen.Return(jen.Lit("error: ").Op("+").Add(err).Dot("Error").Call())}
		},
		Statics: p.stat, Position: func(source.Span) string { return "test.sql:1:1" }, Task: "t", UsesArena: &arena,
		Scratch: func(hint string, goType *jen.Statement) *jen.Statement {
			name := p.names.Unique(hint)
			p.file.Var().Id(name).Add(goType)
			return jen.Id(name)
		},
	}}
}

// add makes b, which computes v, a function of the program, and remembers what it should print.
func (p *program) add(name string, b *emit.Block, v emit.Value, want string) {
	if _, twice := p.want[name]; twice {
		p.t.Fatalf("two cases are called %s", name)
	}
	p.want[name] = want
	fn := p.names.Unique("f")
	if valid := v.Valid; valid != nil {
		b.Add(jen.If(jen.Op("!").Parens(jen.Add(valid))).Block(jen.Return(jen.Lit("NULL"))))
	}
	b.Add(jen.Return(show(v)))
	p.file.Func().Id(fn).Params(jen.Id("t").Op("*").Id("task"), jen.Id("c").Op("*").Qual(emit.Runtime, "Chunk")).String().Block(b.Code()...)
	p.calls = append(p.calls, jen.Qual("fmt", "Printf").Call(jen.Lit("%q %q\n"), jen.Lit(name), jen.Id(fn).Call(jen.Op("&").Id("t"), jen.Op("&").Id("c"))))
}

// show is Go code for the text of a value, as showConst writes constants.
func show(v emit.Value) *jen.Statement {
	x := emit.GoType(v.Type).Parens(v.Arg())
	if v.Type.Kind == types.Decimal {
		if v.Type.Wide() {
			return jen.String().Parens(x.Dot("Append").Call(jen.Nil(), jen.Lit(v.Type.Scale)))
		}
		return jen.String().Parens(jen.Qual(emit.Decimal, "Append").Call(jen.Nil(), x, jen.Lit(v.Type.Scale)))
	}
	return jen.Qual("fmt", "Sprint").Call(x)
}

func showConst(t types.Type, v any) string {
	if v == nil {
		return "NULL"
	}
	if m, ok := v.(*big.Int); ok {
		s := new(big.Int).Abs(m).String()
		if len(s) <= t.Scale {
			s = strings.Repeat("0", t.Scale+1-len(s)) + s
		}
		if t.Scale > 0 {
			s = s[:len(s)-t.Scale] + "." + s[len(s)-t.Scale:]
		}
		if m.Sign() < 0 {
			s = "-" + s
		}
		return s
	}
	return fmt.Sprint(v)
}

// anything is the expectation of cases that need only compile and run.
const anything = "*"

// run builds and runs the program and compares what it prints.
func (p *program) run() {
	p.t.Helper()
	main := append([]jen.Code{jen.Var().Id("t").Id("task"), jen.Var().Id("c").Qual(emit.Runtime, "Chunk")}, p.calls...)
	for _, d := range p.stat.Decls {
		p.file.Add(d)
	}
	for _, f := range p.stat.Funcs {
		p.file.Add(f)
	}
	p.file.Func().Id("main").Params().Block(main...)
	var src bytes.Buffer
	if err := p.file.Render(&src); err != nil {
		p.t.Fatal(err)
	}
	dir := p.t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, src.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).Output()
	if err != nil {
		stderr := ""
		if e, ok := err.(*exec.ExitError); ok {
			stderr = string(e.Stderr)
		}
		p.t.Fatalf("%v\n%s\n%s", err, stderr, numbered(src.String(), stderr))
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		name, rest, _ := cutQuoted(line)
		got, _, _ := cutQuoted(strings.TrimSpace(rest))
		seen++
		if want := p.want[name]; got != want && want != anything && !(strings.Contains(name, "cut at") && near(got, want)) {
			p.t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	if seen != len(p.want) {
		p.t.Errorf("%d results of %d", seen, len(p.want))
	}
}

// near tells whether two numbers differ in their last digits only, as sums in another order may.
func near(got, want string) bool {
	x, errX := strconv.ParseFloat(got, 64)
	y, errY := strconv.ParseFloat(want, 64)
	return errX == nil && errY == nil && math.Abs(x-y) <= 1e-12*math.Abs(y)
}

func cutQuoted(s string) (text, rest string, err error) {
	q, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", s, err
	}
	text, err = strconv.Unquote(q)
	return text, s[len(q):], err
}

// numbered is the lines of src around those that errors name.
func numbered(src, errors string) string {
	var b strings.Builder
	for i, line := range strings.Split(src, "\n") {
		if strings.Contains(errors, fmt.Sprintf("main.go:%d:", i+1)) {
			fmt.Fprintf(&b, "%d: %s\n", i+1, line)
		}
	}
	return b.String()
}

// nothing is a catalog without sources.
type nothing struct{}

func (nothing) Source(string) *catalog.Source { return nil }
func (nothing) Sources() []string             { return nil }

func (nothing) StatementName(*grammar.Statement) string   { return "result" }
func (nothing) Job(_, def string) string                  { return def }
func (nothing) JoinTTL(*grammar.Statement) time.Duration  { return 0 }
func (nothing) StateTTL(*grammar.Statement) time.Duration { return 0 }
func (nothing) Grows(*grammar.Statement) bool             { return false }
func (nothing) Sink(*grammar.Statement) *catalog.Sink {
	return &catalog.Sink{Name: "stdout", Connector: "stdout_sink"}
}

// bindSQL binds the expressions of a SELECT without FROM.
func bindSQL(t *testing.T, list string) []expr.Expr {
	t.Helper()
	f, diags := grammar.Parse(source.New("test.sql", "SELECT "+list))
	if len(diags) == 0 {
		job, more := bind.Bind(f, nothing{}, Set, bind.Options{Name: "test"})
		if diags = more; len(more) == 0 {
			return job.Statements[0].Root.(*plan.Project).Exprs
		}
	}
	t.Fatalf("SELECT %s: %v", list, diags)
	return nil
}

// shape says how the arguments of calls reach them.
type shape string

const (
	constants shape = "constants"        // written out
	columns   shape = "columns"          // variables that cannot be NULL
	nullables shape = "nullable columns" // variables that can
)

// emitter emits the expressions that examples consist of.
type emitter struct {
	t     *testing.T
	b     *emit.Block
	shape shape
}

func (e emitter) value(x expr.Expr) emit.Value {
	switch x := x.(type) {
	case *expr.Lit:
		return constant(x.T.Type, x.Val)
	case *expr.Call:
		args := make([]Thunk, len(x.Args))
		sig := Set.Scalar(x.Name)[x.Sig]
		for i, a := range x.Args {
			decides := sig.Params[min(i, len(sig.Params)-1)].Literal || sig.Derive != nil && i > 0 // the type, or what is generated
			args[i] = func(b *emit.Block) emit.Value {
				in := emitter{e.t, b, e.shape}
				v := in.value(a)
				if decides {
					return v
				}
				return in.variable(v)
			}
		}
		v := Code.EmitLazy(x.Name, x.Sig, x.T, e.b, args)
		if !x.T.Nullable && e.shape == constants {
			v.Valid = nil
		}
		return v
	case *expr.Cast:
		if v := e.value(x.X); x.T.Type.Kind == types.Timestamp && v.Type.Kind == types.Date && v.IsConst {
			return constant(x.T.Type, v.Const.(int64)*86400e9)
		} else if x.T.Type.Kind == types.String {
			return asText(e.b, v)
		}
		e.t.Fatalf("examples cannot cast %s to %s", x.X.Col(), x.T)
	case *expr.Compare:
		l, r := e.value(x.L), e.value(x.R)
		return emit.Of(types.TBoolean, emit.PrecCompare, l.Expr(4).Op(x.Op.String()).Add(r.Expr(4)))
	}
	e.t.Fatalf("examples cannot use %T", x)
	return emit.Value{}
}

// constant is a literal in Go.
func constant(t types.Type, val any) emit.Value {
	v := emit.Value{Type: t, Prec: emit.PrecUnary, Plain: true, IsConst: true, Const: val}
	switch x := val.(type) {
	case nil:
		return null(t)
	case float64:
		v.Code = jen.Lit(x)
	case int64:
		v.Code = jen.Op(strconv.FormatInt(x, 10))
	case *big.Int:
		v.Code = jen.Op(x.String())
		if t.Wide() {
			v.Code = jen.Qual(emit.Decimal, "Wide").Call(v.Code)
		}
	case string:
		v.Code = jen.Lit(x)
		if t.Kind == types.UUID {
			v.Code = emit.RT("Must").Call(jen.Qual(emit.SQLFn, "CastStringToUUID").Call(jen.Lit(x)))
		}
	default:
		v.Code = jen.Lit(x)
	}
	return v
}

// variable puts a constant argument into a variable, as the shape asks for.
func (e emitter) variable(v emit.Value) emit.Value {
	if e.shape == constants || !v.IsConst || v.Const == nil && e.shape == columns || v.Type.Kind == types.Null {
		return v
	}
	name := e.b.Names.Unique("column")
	if e.shape == columns {
		e.b.Add(jen.Id(name).Op(":=").Add(typed(v)), jen.Id("_").Op("=").Id(name))
		return emit.Named(v.Type, jen.Id(name))
	}
	e.b.Add(jen.Id(name).Op(":=").Add(emit.RT("Null").Types(emit.GoType(v.Type)).Values(v.Arg(), jen.Lit(v.Const != nil))), jen.Id("_").Op("=").Id(name))
	return emit.Field(types.Col{Type: v.Type, Nullable: true}, jen.Id(name))
}
