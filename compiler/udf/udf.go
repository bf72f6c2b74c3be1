package udf

import (
	"fmt"
	gotypes "go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Outcome says what a Go function returns besides its result.
type Outcome uint8

// The outcomes.
const (
	Always Outcome = iota // func(…) T
	Maybe                 // func(…) (T, bool): NULL where false
	Fails                 // func(…) (T, error): an error rejects the row
)

// Function is a function or aggregate of the user's.
type Function struct {
	Name      string // in upper case, as SQL calls it
	Params    []Param
	Result    types.Type
	Gives     types.GoValue
	Outcome   Outcome
	Aggregate bool   // Symbol is a type with the methods Add, Merge and Result
	Stored    bool   // it also has the methods Append and Decode, by which a state survives a restart
	Path      string // import path of the package
	Symbol    string
	At        source.Span
}

// Param is a parameter as the SQL declares it.
type Param struct {
	Name string
	Type types.Type
	Go   types.GoValue
}

// Signature is the function in the notation of the registry: "F(x FLOAT) -> FLOAT".
func (f *Function) Signature() string {
	var params []string
	for _, p := range f.Params {
		params = append(params, p.Name+" "+p.Type.String())
	}
	text := fmt.Sprintf("%s(%s) -> %s", f.Name, strings.Join(params, ", "), f.Result)
	if f.Outcome == Maybe {
		text += " NULL"
	}
	return text
}

// Declared is what a file declares.
type Declared struct {
	Functions []Function
	Module    string // folder of the Go module around the SQL; empty if nothing of it is needed
}

// Known tells whether the language has a function of that name, which is in upper case.
type Known func(name string) bool

// Load checks the declarations of a file, whose folder is dir. It starts the Go toolchain only if there are any.
func Load(f *grammar.File, dir string, known Known) (*Declared, diag.List) {
	l := &loader{dir: dir, known: known, seen: map[string]source.Span{}, packages: map[string]*packages.Package{}}
	for _, st := range f.Statements {
		if c, ok := st.Body.(*grammar.CreateFunction); ok {
			l.declare(c)
		}
	}
	return &l.out, l.found
}

type loader struct {
	dir      string
	known    Known
	seen     map[string]source.Span
	packages map[string]*packages.Package
	out      Declared
	found    diag.List
}

// declare reads one declaration. A function whose Go side is wrong is declared all the same: what calls it is not to blame.
func (l *loader) declare(c *grammar.CreateFunction) {
	name := strings.ToUpper(c.Name.Name)
	if first, again := l.seen[name]; again {
		l.found.Add(diag.FunctionTwice(c.Name.Span(), name, first))
		return
	}
	if l.seen[name] = c.Name.Span(); l.known(name) {
		l.found.Add(diag.HiddenFunction(c.Name.Span(), name))
	}
	fn := Function{Name: name, At: c.Span()}
	ok := true
	for _, p := range c.Params {
		t, forGo := l.sqlType(p.Type)
		fn.Params, ok = append(fn.Params, Param{Name: p.Name.Name, Type: t}), ok && forGo
	}
	var forGo bool
	fn.Result, forGo = l.sqlType(c.Returns)
	if !strings.EqualFold(c.Language.Name, "GO") {
		l.found.Add(diag.NotGo(c.Language.Span(), c.Language.Name))
	} else if ok && forGo {
		l.define(&fn, c.Symbol)
	}
	l.out.Functions = append(l.out.Functions, fn)
}

// define finds what the package of the symbol defines.
func (l *loader) define(fn *Function, symbol *grammar.String) {
	dot := strings.LastIndexByte(symbol.Value, '.')
	if dot < 0 || strings.Contains(symbol.Value[dot:], "/") {
		l.found.Add(diag.NoGoSymbol(symbol.Span(), symbol.Value, "it has the form 'module/package.Func'", nil))
		return
	}
	fn.Path, fn.Symbol = symbol.Value[:dot], symbol.Value[dot+1:]
	if pkg := l.load(fn.Path, symbol.Span()); pkg != nil {
		l.check(fn, pkg, symbol.Span())
	}
}

// sqlType is a declared type, and whether Go code can take and give it.
func (l *loader) sqlType(t *grammar.Type) (types.Type, bool) {
	parsed, _, err := types.Parse(t.Span().Text())
	if err != nil || !crosses(parsed) {
		l.found.Add(diag.NotForGo(t.Span(), t.Span().Text()))
	}
	if err != nil {
		return types.TString, false
	}
	return parsed, crosses(parsed)
}

// load finds a Go package by its import path, as the module around the SQL sees it.
func (l *loader) load(path string, at source.Span) *packages.Package {
	if pkg, ok := l.packages[path]; ok {
		return pkg
	}
	l.packages[path] = nil
	root, err := moduleAround(l.dir)
	if err != nil {
		l.found.Add(diag.NoGoPackage(at, path, err.Error()))
		return nil
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedModule,
		Dir:  root, Env: append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly"),
	}, path)
	switch {
	case err != nil:
		l.found.Add(diag.NoGoPackage(at, path, firstLine(err.Error())))
	case len(loaded[0].Errors) > 0:
		l.found.Add(diag.NoGoPackage(at, path, firstLine(strings.ReplaceAll(loaded[0].Errors[0].Error(), root+string(filepath.Separator), ""))))
	default:
		l.packages[path], l.out.Module = loaded[0], root
	}
	return l.packages[path]
}

func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(strings.TrimPrefix(text, "-: ")), "\n")
	return text
}

// moduleAround is the nearest folder at or above dir that holds a go.mod.
func moduleAround(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := start; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("there is no go.mod in %s or above it", filepath.Base(start))
		}
	}
}

// check compares what the package defines with what the SQL declares.
func (l *loader) check(fn *Function, pkg *packages.Package, at source.Span) {
	obj := pkg.Types.Scope().Lookup(fn.Symbol)
	if obj == nil || !obj.Exported() {
		l.found.Add(diag.NoGoSymbol(at, fn.Symbol, "package "+pkg.PkgPath+" exports nothing of that name", exported(pkg.Types)))
		return
	}
	var problem, want string
	switch obj := obj.(type) {
	case *gotypes.Func:
		want = fmt.Sprintf("func %s(%s) %s", fn.Symbol, strings.Join(fn.goParams(), ", "), goName(fn.Result, false))
		if problem = fn.checkFunc(obj.Signature()); problem != "" {
			problem = "func " + fn.Symbol + strings.TrimPrefix(typeText(obj.Type()), "func")
		}
	case *gotypes.TypeName:
		fn.Aggregate = true
		want = fmt.Sprintf("methods Add(%s), Merge(*%s) and Result() %s", strings.Join(fn.goParams(), ", "), fn.Symbol, goName(fn.Result, false))
		problem = fn.checkType(obj)
	default:
		problem, want = "it is neither a function nor a type", "a function, or a type for an aggregate"
	}
	if problem != "" {
		l.found.Add(diag.GoMismatch(at, fn.Symbol, fn.Signature(), want, problem))
	}
}

func exported(p *gotypes.Package) []string {
	var names []string
	for _, n := range p.Scope().Names() {
		if p.Scope().Lookup(n).Exported() {
			names = append(names, n)
		}
	}
	return names
}

func (f *Function) goParams() []string {
	var out []string
	for _, p := range f.Params {
		out = append(out, goName(p.Type, false))
	}
	return out
}

// typeText is a Go type with packages called by their names.
func typeText(t gotypes.Type) string { return gotypes.TypeString(t, (*gotypes.Package).Name) }

// checkFunc compares a Go function, and notes its outcome. It returns what is wrong.
func (f *Function) checkFunc(s *gotypes.Signature) string {
	if s.TypeParams() != nil || s.Variadic() || !f.takes(s.Params()) {
		return "parameters"
	}
	return f.gives(s.Results())
}

func (f *Function) takes(params *gotypes.Tuple) bool {
	if params.Len() != len(f.Params) {
		return false
	}
	for i := range f.Params {
		p := &f.Params[i]
		v, ok := fit(p.Type, false, params.At(i).Type())
		if !ok && p.Type.Kind != types.Decimal {
			v, ok = fit(p.Type, true, params.At(i).Type())
		}
		if p.Go = v; !ok {
			return false
		}
	}
	return true
}

func (f *Function) gives(results *gotypes.Tuple) string {
	if results.Len() < 1 || results.Len() > 2 {
		return "result"
	}
	var ok bool
	if f.Gives, ok = fit(f.Result, false, results.At(0).Type()); !ok {
		return "result"
	}
	if results.Len() == 1 {
		return ""
	}
	switch typeText(results.At(1).Type()) {
	case "bool":
		f.Outcome = Maybe
	case "error":
		f.Outcome = Fails
	default:
		return "result"
	}
	return ""
}

// checkType looks for the methods of an aggregate. It returns what is wrong.
func (f *Function) checkType(t *gotypes.TypeName) string {
	named, ok := t.Type().(*gotypes.Named)
	if !ok || named.TypeParams() != nil || t.IsAlias() {
		return f.Symbol + " has type parameters, or is an alias"
	}
	methods := gotypes.NewMethodSet(gotypes.NewPointer(named))
	method := func(name string) (*gotypes.Signature, bool) {
		m := methods.Lookup(t.Pkg(), name)
		if m == nil {
			return nil, false
		}
		s, ok := m.Type().(*gotypes.Signature)
		return s, ok
	}
	add, ok := method("Add")
	if !ok {
		return "there is no method Add"
	}
	if !f.takes(add.Params()) || add.Results().Len() > 0 || add.Variadic() {
		return "Add is " + typeText(add)
	}
	merge, ok := method("Merge")
	if !ok {
		return "there is no method Merge"
	}
	if merge.Params().Len() != 1 || !gotypes.Identical(merge.Params().At(0).Type(), gotypes.NewPointer(named)) || merge.Results().Len() > 0 {
		return "Merge is " + typeText(merge)
	}
	result, ok := method("Result")
	if !ok {
		return "there is no method Result"
	}
	if result.Params().Len() > 0 || f.gives(result.Results()) != "" || f.Outcome == Fails {
		return "Result is " + typeText(result)
	}
	write, canWrite := method("Append")
	read, canRead := method("Decode")
	if f.Stored = canWrite || canRead; !f.Stored {
		return ""
	}
	switch {
	case !canWrite:
		return "there is a method Decode, but no Append(dst []byte) []byte"
	case !canRead:
		return "there is a method Append, but no Decode(src []byte) error"
	case unnamed(write) != "func([]byte) []byte":
		return "Append is " + typeText(write)
	case unnamed(read) != "func([]byte) error":
		return "Decode is " + typeText(read)
	}
	return ""
}

// unnamed is a signature without the names of parameters and results.
func unnamed(s *gotypes.Signature) string {
	bare := func(t *gotypes.Tuple) *gotypes.Tuple {
		var vars []*gotypes.Var
		for v := range t.Variables() {
			vars = append(vars, gotypes.NewParam(0, nil, "", v.Type()))
		}
		return gotypes.NewTuple(vars...)
	}
	return typeText(gotypes.NewSignatureType(nil, nil, nil, bare(s.Params()), bare(s.Results()), s.Variadic()))
}
