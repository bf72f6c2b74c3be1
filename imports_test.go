package veloc

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/velostream/veloc"

// layers says which packages of the module each part may import; a package belongs to the longest prefix that fits. Imports go one
// way: text, meaning, Go, and beside them the runtime, which knows nothing of the compiler. "=runtime" is that package without those below it.
var layers = []struct {
	part string
	may  []string
}{
	{"grammar/source", nil},
	{"grammar/diag", []string{"grammar/source"}},
	{"grammar", []string{"grammar/source", "grammar/diag"}},

	{"compiler/types", nil},
	{"compiler", []string{"grammar", "compiler", "=runtime", "runtime/decimal", "runtime/sqlfn"}},

	{"codegen/emit", []string{"compiler/types", "compiler/expr", "grammar/source", "runtime/decimal", "runtime/sqlfn"}},
	{"codegen/builtin", []string{"codegen/emit", "compiler/types", "compiler/expr", "grammar/source", "runtime/decimal", "runtime/sqlfn"}},
	{"codegen", []string{"codegen", "compiler", "grammar/source", "runtime/decimal", "runtime/sqlfn"}},

	{"runtime", []string{"runtime"}},
	{"templates", nil},
	{"", []string{"grammar", "compiler", "codegen", "templates"}},
	{"cmd/veloc", []string{"", "grammar/diag", "grammar/source", "grammar", "runtime/kafka/devserver", "runtime/engine"}},

	{"docs", []string{"", "docs", "grammar", "compiler", "codegen"}},
	{"golden", []string{"", "golden", "grammar", "compiler", "runtime"}},
	{"bench", []string{"", "bench", "grammar", "runtime"}},
	{"examples", []string{"", "examples", "runtime"}},
}

// libraries that only some parts may use: participle's types stop at grammar, jennifer's at codegen, and a job links the clients
// and codecs of those connectors only that it uses.
var libraries = []struct {
	path string
	only []string
}{
	{"github.com/alecthomas/participle", []string{"grammar"}},
	{"github.com/dave/jennifer", []string{"codegen"}},
	{"github.com/twmb/franz-go", []string{"runtime/kafka", "bench", "cmd/veloc"}},
	{"github.com/klauspost/compress", []string{"runtime/file/gzip", "runtime/file/zstd", "compiler/catalog"}},
	{"github.com/prometheus", []string{"runtime/metric", "runtime/engine"}},
	{"github.com/alecthomas/kong", []string{"cmd/veloc"}},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// TestImports checks the imports of every package, tests aside.
func TestImports(t *testing.T) {
	for _, p := range listPackages(t) {
		part := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		may, known := allowed(part)
		if !known {
			t.Errorf("package %s belongs to no layer: add it to layers", p.ImportPath)
		}
		for _, path := range p.Imports {
			own, inside := strings.CutPrefix(path, module)
			own = strings.TrimPrefix(own, "/")
			if inside && !within(own, may) {
				t.Errorf("%s must not import %s", p.ImportPath, path)
			}
			for _, l := range libraries {
				if strings.HasPrefix(path, l.path) && !within(part, l.only) {
					t.Errorf("%s must not import %s: only %s may", p.ImportPath, path, strings.Join(l.only, ", "))
				}
			}
		}
		if part == "runtime" {
			for _, path := range p.Imports {
				if strings.Contains(path, ".") {
					t.Errorf("%s must import the standard library only, not %s", p.ImportPath, path)
				}
			}
		}
	}
}

// allowed finds what a package may import.
func allowed(part string) (may []string, known bool) {
	best := -1
	for _, l := range layers {
		if within(part, []string{l.part}) && len(l.part) > best {
			best, may = len(l.part), l.may
		}
	}
	return may, best >= 0
}

// within tells whether a package is one of the parts or below one. The root of the module is "" and holds nothing else.
func within(part string, parts []string) bool {
	for _, p := range parts {
		if part == p || "="+part == p || p != "" && strings.HasPrefix(part, p+"/") {
			return true
		}
	}
	return false
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}
