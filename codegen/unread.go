package codegen

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// discardUnread makes variables that nothing reads legal Go, by an assignment to _ behind their declaration. They come from SQL that
// computes what cannot matter, such as an argument of a function that is NULL anyway; its errors still count, so it stays.
func discardUnread(files []File) error {
	for range 3 { // an assignment to _ reads the variable, so one round is enough but for shadowed names
		found, err := unread(files)
		if err != nil || len(found) == 0 {
			return err
		}
		for i := range files {
			files[i].Data = insertReads(files[i].Data, found[files[i].Name])
		}
	}
	return nil
}

// read is a variable to discard behind a line.
type read struct {
	line int
	name string
}

// unread finds declared variables that nothing reads. Packages that are imported need not be known for that.
func unread(files []File) (map[string][]read, error) {
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		p, err := parser.ParseFile(fset, f.Name, f.Data, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, p)
	}
	found := map[string][]read{}
	conf := types.Config{
		Importer: noImports{},
		Error: func(err error) {
			e, ok := err.(types.Error)
			if !ok {
				return
			}
			if name, ok := strings.CutPrefix(e.Msg, "declared and not used: "); ok {
				at := fset.Position(declarationEnd(parsed, e.Pos))
				found[at.Filename] = append(found[at.Filename], read{at.Line, name})
			}
		},
	}
	_, _ = conf.Check("generated", fset, parsed, nil) // errors about imports are expected
	return found, nil
}

type noImports struct{}

func (noImports) Import(path string) (*types.Package, error) {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if path == "github.com/velostream/veloc/runtime" {
		name = "rt"
	}
	p := types.NewPackage(path, name)
	p.MarkComplete()
	return p, fmt.Errorf("not loaded")
}

func insertReads(data []byte, reads []read) []byte {
	if len(reads) == 0 {
		return data
	}
	sort.SliceStable(reads, func(i, j int) bool { return reads[i].line > reads[j].line })
	lines := bytes.Split(data, []byte("\n"))
	for _, r := range reads {
		indent := lines[r.line-1][:len(lines[r.line-1])-len(bytes.TrimLeft(lines[r.line-1], "\t"))]
		text := append(append([]byte(nil), indent...), []byte("_ = "+r.name)...)
		lines = append(lines[:r.line], append([][]byte{text}, lines[r.line:]...)...)
	}
	return bytes.Join(lines, []byte("\n"))
}

// declarationEnd is the end of the var declaration around a position, whose type may take several lines; the position itself if there
// is none around it.
func declarationEnd(files []*ast.File, at token.Pos) token.Pos {
	end := at
	for _, f := range files {
		if f.FileStart > at || at >= f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil || at < n.Pos() || at >= n.End() {
				return false
			}
			if d, ok := n.(*ast.DeclStmt); ok {
				end = d.End() - 1
			}
			return true
		})
	}
	return end
}
