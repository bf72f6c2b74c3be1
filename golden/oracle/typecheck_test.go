package oracle

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"github.com/velostream/veloc/codegen"
)

// runtimePackages imports what generated code imports, once for all programs.
var runtimePackages = packages{types.Importer(importer.ForCompiler(token.NewFileSet(), "source", nil)), map[string]*types.Package{}}

// packages remembers packages: the importer behind it asks the go command about each path again.
type packages struct {
	types.Importer
	known map[string]*types.Package
}

func (p packages) Import(path string) (*types.Package, error) {
	if known := p.known[path]; known != nil {
		return known, nil
	}
	found, err := p.Importer.Import(path)
	p.known[path] = found
	return found, err
}

// goErrors are what the Go compiler would say of generated files. Checking a statement alone takes a millisecond and says which one it
// is; building the program takes seconds.
func goErrors(files []codegen.File) []string {
	fset := token.NewFileSet()
	var parsed []*ast.File
	var errs []string
	texts := map[string][]string{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".go") {
			continue
		}
		texts[f.Name] = strings.Split(string(f.Data), "\n")
		file, err := parser.ParseFile(fset, f.Name, f.Data, parser.SkipObjectResolution)
		if err != nil {
			return []string{err.Error()}
		}
		parsed = append(parsed, file)
	}
	conf := types.Config{Importer: runtimePackages, Error: func(err error) {
		e := err.(types.Error)
		at := fset.Position(e.Pos)
		errs = append(errs, err.Error()+"\n\t"+strings.TrimSpace(texts[at.Filename][at.Line-1]))
	}}
	conf.Check("job", fset, parsed, nil) //nolint:errcheck // Error has it
	return errs
}
