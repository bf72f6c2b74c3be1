package veloc_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/velostream/veloc"

// layers say which packages of this module each package may import, in the order of the data's way: text, meaning, Go, then the
// command; runtime and templates stand apart. "/..." stands for a folder and all below it. The first line that fits a package counts.
// See docs/design for the reasons; a new package needs a line here.
var layers = []struct {
	pkg string
	may string
}{
	{"grammar/source", ""},
	{"grammar/diag", "grammar/source"},
	{"grammar", "grammar/source grammar/diag"},

	{"compiler/types", ""},
	{"compiler/connector", "runtime"}, // names of options, which compiler and runtime must spell alike
	{"compiler/annot", "grammar/... compiler/types"},
	{"compiler/schema", "grammar/source compiler/types"},
	{"compiler/schema/registry", "compiler/schema"},
	{"compiler/schema/topic", "runtime runtime/kafka"}, // data are looked at by the source that will read them
	{"compiler/catalog", "grammar/... compiler/types compiler/annot compiler/connector compiler/schema/... runtime runtime/sqlfn"}, // sqlfn: samples are read as the program will read them
	{"compiler/expr", "grammar/source compiler/types"},
	{"compiler/plan", "grammar/source compiler/types compiler/catalog compiler/expr"},
	{"compiler/bind", "grammar/... compiler/types compiler/annot compiler/catalog compiler/expr compiler/plan runtime/sqlfn runtime/sqlfn/zone"}, // intervals and time zones are read as the program will read them
	{"compiler/bind/bindtest", "grammar/... compiler/..."},
	{"compiler/lint", "grammar grammar/diag grammar/source compiler/types compiler/catalog compiler/expr compiler/plan"},
	{"compiler/udf", "grammar grammar/diag grammar/source compiler/types"},
	{"compiler/rewrite", "grammar/diag grammar/source compiler/types compiler/catalog compiler/expr compiler/plan"},
	{"compiler/physical", "grammar/diag grammar/source compiler/types compiler/catalog compiler/expr compiler/plan"},

	{"codegen/emit", "grammar/source compiler/types"},
	{"codegen/builtin", "codegen/emit compiler/types runtime/sqlfn/... runtime/decimal"},
	{"codegen", "grammar/source codegen/emit compiler/types compiler/catalog compiler/connector compiler/expr compiler/plan compiler/physical"},

	{"templates", ""},
	{".", "grammar/... compiler/... codegen codegen/builtin templates runtime/state"}, // runtime/state: what becomes of saved state is decided in one place
	{"cmd/veloc", ". cmd/veloc/lsp grammar/... compiler/plan compiler/physical codegen/builtin runtime runtime/kafka/devserver"},
	{"cmd/veloc/lsp", ". grammar/... compiler/annot compiler/bind compiler/catalog compiler/connector compiler/plan compiler/types codegen/builtin"},
	{"docs/...", "docs grammar/... compiler/... codegen/builtin"},

	{"runtime", ""},
	{"runtime/kafka/devserver", ""},
	{"runtime/...", "runtime/..."},
	{"golden/...", "golden/... runtime/..."},
	{"examples/...", "runtime/..."},
	{"bench/...", "bench/..."},
}

// libraries say which packages may import a module from elsewhere. What is not listed may be imported by none. Package runtime and all
// packages of the compiler that are not listed need nothing but the standard library.
var libraries = []struct {
	lib string
	by  string
}{
	{"github.com/alecthomas/participle/v2", "grammar"}, // its types stop here
	{"github.com/dave/jennifer", "codegen codegen/emit codegen/builtin"},
	{"github.com/alecthomas/kong", "cmd/veloc"},
	{"github.com/rogpeppe/go-internal", "cmd/veloc"},
	{"github.com/sourcegraph/jsonrpc2", "cmd/veloc/lsp"},
	{"github.com/goccy/go-yaml", "compiler/catalog"},
	{"github.com/twmb/franz-go/pkg/kfake", "runtime/kafka/devserver bench/..."}, // never linked into a job
	{"github.com/twmb/franz-go/pkg/sr", "compiler/schema/registry"},             // jobs ask no registry
	{"github.com/twmb/franz-go", "runtime/kafka bench/..."},
	{"github.com/twmb/avro", "compiler/schema"},
	{"github.com/bufbuild/protocompile", "compiler/schema"},
	{"google.golang.org/protobuf", "compiler/schema"},
	{"github.com/prometheus/client_golang", "runtime/metric"},
	{"github.com/cespare/xxhash/v2", "runtime/sqlfn/digest runtime/sqlfn/cardinality"},
	{"github.com/axiomhq/hyperloglog", "runtime/sqlfn/cardinality"},
	{"github.com/DataDog/sketches-go", "runtime/sqlfn/quantile"},
	{"github.com/klauspost/compress", "runtime/file/... compiler/catalog"},
	{"golang.org/x/tools", "compiler/udf"},
	{"golang.org/x/mod", "compiler/udf"},
	{"golang.org/x/term", "runtime/... cmd/veloc"},
	{"golang.org/x/sys", "runtime/... bench/..."},
}

// load lists the packages of this module without their tests.
func load(t *testing.T) []*packages.Package {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedImports | packages.NeedFiles}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) < 40 {
		t.Fatalf("only %d packages", len(pkgs))
	}
	return pkgs
}

// within is a package's path below the module, "." for the module's own, and whether it belongs to the module.
func within(pkgPath string) (string, bool) {
	if pkgPath == module {
		return ".", true
	}
	return strings.CutPrefix(pkgPath, module+"/")
}

// fits tells whether a path is one of those that a list of patterns stands for.
func fits(pkg, patterns string) bool {
	for _, p := range strings.Fields(patterns) {
		if dir, all := strings.CutSuffix(p, "/..."); pkg == p || all && (pkg == dir || strings.HasPrefix(pkg, dir+"/")) {
			return true
		}
	}
	return false
}

// TestImportsGoOneWay keeps the layers apart.
func TestImportsGoOneWay(t *testing.T) {
	for _, p := range load(t) {
		pkg, _ := within(p.PkgPath)
		i := slices.IndexFunc(layers, func(l struct{ pkg, may string }) bool { return fits(pkg, l.pkg) })
		if i < 0 {
			t.Errorf("package %s has no line in layers", pkg)
			continue
		}
		for imported := range p.Imports {
			if own, ok := within(imported); ok && !fits(own, layers[i].may) {
				t.Errorf("%s must not import %s", pkg, own)
			}
		}
	}
}

// TestLibraries keeps modules from elsewhere where they belong.
func TestLibraries(t *testing.T) {
	for _, p := range load(t) {
		pkg, _ := within(p.PkgPath)
		for imported := range p.Imports {
			if _, own := within(imported); own || !strings.Contains(strings.Split(imported, "/")[0], ".") {
				continue
			}
			i := slices.IndexFunc(libraries, func(l struct{ lib, by string }) bool { return fits(imported, l.lib+"/...") })
			if i < 0 {
				t.Errorf("%s imports %s, which has no line in libraries", pkg, imported)
			} else if !fits(pkg, libraries[i].by) {
				t.Errorf("%s must not import %s", pkg, imported)
			}
		}
	}
}

// TestFileJobIsLean looks at all that a program links that reads and writes files: no Kafka, no tracing, no compression that it does
// not use.
func TestFileJobIsLean(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps},
		module+"/golden/csv_passthrough/gen", module+"/runtime/engine")
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	packages.Visit(pkgs, func(p *packages.Package) bool { linked[p.PkgPath] = true; return true }, nil)
	if !linked[module+"/runtime/file"] || !linked[module+"/runtime/text/csv"] {
		t.Fatal("the golden program is not one that reads files")
	}
	for pkg := range linked {
		for _, foreign := range []string{"franz-go", "kfake", "opentelemetry", "klauspost/compress/zstd", "/runtime/kafka", "/runtime/rttest", "protocompile", "jsonschema", "twmb/avro", "/compiler/"} {
			if strings.Contains(pkg, foreign) {
				t.Errorf("a job with files links %s", pkg)
			}
		}
	}
}

var (
	generatedBy = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	emptyNames  = []string{"util", "utils", "common", "helper", "helpers", "manager", "base", "misc", "shared"}
)

const maxLines = 700

// TestShape keeps packages and files readable: every package says what it is, has a name that says something, and files fit a topic.
func TestShape(t *testing.T) {
	for _, p := range load(t) {
		pkg, _ := within(p.PkgPath)
		if name := path.Base(pkg); slices.Contains(emptyNames, name) || slices.Contains(emptyNames, p.Name) {
			t.Errorf("package %s: the name %s says nothing; name it after what it holds", pkg, p.Name)
		}
		documented := false
		for _, file := range p.GoFiles {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parser.ParseFile(token.NewFileSet(), file, data, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			documented = documented || f.Doc.Text() != ""
			lines := bytes.Count(data, []byte("\n"))
			if lines > maxLines && !generatedBy.Match(data) {
				t.Errorf("%s/%s has %d lines; at most %d fit a topic", pkg, filepath.Base(file), lines, maxLines)
			}
		}
		if !documented && len(p.GoFiles) > 0 { // some folders hold nothing but tests
			t.Errorf("package %s has no comment that says what it is", pkg)
		}
	}
}
