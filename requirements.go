package veloc

import (
	"fmt"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

const modulePathOfVeloc = "github.com/velostream/veloc"

// needed are modules that libraries of the runtime use and that the runtime does not import itself. They are marked indirect in go.mod unless
// the compiler imports them too.
var needed = []string{"google.golang.org/protobuf"} // by the Prometheus client

// trimRequirements reduces the go.mod among files to what the Go files among them import, with all indirect requirements: generated
// programs need no parser generator and no test tools.
func trimRequirements(files map[string][]byte) ([]byte, error) {
	imported := map[string]bool{}
	fset := token.NewFileSet()
	for name, data := range files {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, data, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("bug: the embedded runtime: %w", err)
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, fmt.Errorf("bug: the embedded runtime: %s: %w", name, err)
			}
			imported[path] = true
		}
	}
	lines := strings.Split(string(files["go.mod"]), "\n")
	used := map[string]bool{}
	for path := range imported {
		used[providerOf(path, lines)] = true
	}
	for _, module := range needed {
		used[module] = true
	}
	kept := lines[:0]
	for _, line := range lines {
		module, direct := requirement(line)
		if module == "" || !direct || used[module] {
			kept = append(kept, line)
		}
	}
	return []byte(strings.Join(kept, "\n")), nil
}

// requirement reads a line of a require block: the module, empty for other lines, and whether it is required directly.
func requirement(line string) (module string, direct bool) {
	fields := strings.Fields(line)
	if !strings.HasPrefix(line, "\t") || len(fields) < 2 || !strings.HasPrefix(fields[1], "v") {
		return "", false
	}
	return fields[0], !strings.HasSuffix(line, "// indirect")
}

// providerOf is the required module that holds a package: the one with the longest path that is a prefix of the package's.
func providerOf(path string, lines []string) string {
	best := ""
	for _, line := range lines {
		module, _ := requirement(line)
		if len(module) > len(best) && (path == module || strings.HasPrefix(path, module+"/")) {
			best = module
		}
	}
	return best
}
