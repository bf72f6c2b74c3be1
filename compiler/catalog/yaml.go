package catalog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// entry is one scalar of a YAML file with its path: nested maps joined by dots, list items as key[0].
type entry struct {
	key   string
	value string
	file  string // path of the file
	keyAt source.Span
	at    source.Span // of the value
}

// config is a YAML file, flattened, with everything it inherits.
type config []entry

// get is the entry of a key.
func (c config) get(key string) (entry, bool) {
	for _, e := range c {
		if e.key == key {
			return e, true
		}
	}
	return entry{}, false
}

// maxEntries bounds what aliases can blow a file up to.
const maxEntries = 20000

// loadConfig reads a configuration file and the files that it extends; what a file says wins over what it extends. at is where
// the file is named.
func (y yamlFiles) loadConfig(path string, at source.Span, diags *diag.List) config {
	return y.extend(path, at, nil, diags)
}

// yamlFiles are the files that were read, by path, so that each is read once and a mistake in it has one place.
type yamlFiles map[string]yamlFile

type yamlFile struct {
	text config
	ok   bool
}

func (y yamlFiles) read(path string, at source.Span, diags *diag.List, problem func(source.Span, string, string) diag.Diagnostic) (config, bool) {
	f, known := y[path]
	if !known || !f.ok { // a file that is not there is reported wherever it is named
		f.text, f.ok = readYAML(path, at, diags, problem)
		y[path] = f
	}
	return f.text, f.ok
}

func (y yamlFiles) extend(path string, at source.Span, chain []string, diags *diag.List) config {
	path = filepath.Clean(path)
	for i, p := range chain {
		if p == path {
			diags.Add(diag.ConfigCycle(at, append(append([]string(nil), chain[i:]...), path)))
			return nil
		}
	}
	own, ok := y.read(path, at, diags, diag.BadConfigFile)
	if !ok {
		return nil
	}
	base, has := own.get("extends")
	if !has {
		return own
	}
	parent := base.value
	if !filepath.IsAbs(parent) {
		parent = filepath.Join(filepath.Dir(path), parent)
	}
	return merge(y.extend(parent, base.at, append(chain, path), diags), own)
}

// merge lays child over parent. A list of the child replaces the list of the parent as a whole, and so does a value that is a
// scalar on one side and a map on the other.
func merge(parent, child config) config {
	replaced := func(key string) bool {
		for _, c := range child {
			if c.key == key || strings.HasPrefix(c.key, key+".") || strings.HasPrefix(c.key, key+"[") ||
				strings.HasPrefix(key, c.key+".") || strings.HasPrefix(key, c.key+"[") {
				return true
			}
			if list, _, ok := strings.Cut(key, "["); ok && strings.HasPrefix(c.key, list+"[") {
				return true
			}
		}
		return false
	}
	var out config
	for _, e := range parent {
		if !replaced(e.key) {
			out = append(out, e)
		}
	}
	for _, e := range child {
		if e.key != "extends" {
			out = append(out, e)
		}
	}
	return out
}

// readYAML reads and flattens one file. problem makes the diagnostic for what is wrong with it.
func readYAML(path string, at source.Span, diags *diag.List, problem func(source.Span, string, string) diag.Diagnostic) (config, bool) {
	shown := filepath.ToSlash(path)
	text, err := os.ReadFile(path)
	if err != nil {
		diags.Add(problem(at, shown, osProblem(err)))
		return nil, false
	}
	if !utf8.Valid(text) {
		diags.Add(problem(at, shown, "it is not text in UTF-8"))
		return nil, false
	}
	f := source.New(shown, string(text))
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		where, why := at, err.Error()
		var wrong yaml.Error
		if errors.As(err, &wrong) {
			where, why = tokenSpan(f, wrong.GetToken()), wrong.GetMessage()
		}
		diags.Add(problem(where, shown, why))
		return nil, false
	}
	w := flattener{file: f, path: path, anchors: map[string]ast.Node{}}
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			w.value("", doc.Body, tokenSpan(f, doc.Body.GetToken()))
		}
	}
	if w.problem != "" {
		diags.Add(problem(w.problemAt, shown, w.problem))
		return nil, false
	}
	return w.out, true
}

// osProblem is the reason of a file error without the path, which the message has already.
func osProblem(err error) string {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, os.ErrPermission):
		return "it may not be read"
	}
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// tokenSpan is the place of a token. Line and column are exact, also behind other letters than ASCII; offsets are not.
func tokenSpan(f *source.File, t *token.Token) source.Span {
	if t == nil || t.Position == nil || t.Position.Line < 1 || t.Position.Line > f.LineCount() {
		return f.Span(0, 0)
	}
	line := f.Line(t.Position.Line)
	start := f.LineStart(t.Position.Line)
	skip := 0
	for n := 1; n < t.Position.Column && skip < len(line); n++ {
		_, size := utf8.DecodeRuneInString(line[skip:])
		skip += size
	}
	length := min(len(strings.TrimSpace(t.Origin)), len(line)-skip)
	return f.Span(start+skip, start+skip+max(1, length))
}

// flattener walks a YAML tree.
type flattener struct {
	file      *source.File
	path      string
	anchors   map[string]ast.Node
	out       config
	depth     int
	problem   string
	problemAt source.Span
}

func (w *flattener) fail(at source.Span, problem string) {
	if w.problem == "" {
		w.problem, w.problemAt = problem, at
	}
}

func (w *flattener) value(key string, n ast.Node, keyAt source.Span) {
	w.depth++
	defer func() { w.depth-- }()
	at := tokenSpan(w.file, n.GetToken())
	if w.depth > 60 || len(w.out) > maxEntries {
		w.fail(at, "it is nested too deeply, or too large")
		return
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			w.pair(key, v)
		}
	case *ast.MappingValueNode:
		w.pair(key, n)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			w.value(fmt.Sprintf("%s[%d]", key, i), v, keyAt)
		}
	case *ast.AnchorNode:
		w.anchors[n.Name.GetToken().Value] = n.Value
		w.value(key, n.Value, keyAt)
	case *ast.AliasNode:
		target, ok := w.anchors[n.Value.GetToken().Value]
		if !ok {
			w.fail(at, "the alias *"+n.Value.GetToken().Value+" names no anchor above it")
			return
		}
		w.value(key, target, keyAt)
	case *ast.TagNode:
		w.value(key, n.Value, keyAt)
	case *ast.LiteralNode:
		w.scalar(key, n.Value.Value, keyAt, at)
	case *ast.NullNode:
		w.scalar(key, "null", keyAt, at)
	default:
		w.scalar(key, n.GetToken().Value, keyAt, at)
	}
}

func (w *flattener) scalar(key, value string, keyAt, at source.Span) {
	if key == "" {
		w.fail(at, "it should hold keys and values")
		return
	}
	w.out = append(w.out, entry{key: key, value: value, file: w.path, keyAt: keyAt, at: at})
}

func (w *flattener) pair(prefix string, v *ast.MappingValueNode) {
	if v.Key.IsMergeKey() {
		w.value(prefix, v.Value, tokenSpan(w.file, v.Key.GetToken()))
		return
	}
	key := v.Key.GetToken().Value
	if prefix != "" {
		key = prefix + "." + key
	}
	if v.Value == nil {
		w.scalar(key, "null", tokenSpan(w.file, v.Key.GetToken()), tokenSpan(w.file, v.Key.GetToken()))
		return
	}
	w.value(key, v.Value, tokenSpan(w.file, v.Key.GetToken()))
}
