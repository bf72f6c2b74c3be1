package catalog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/schema"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// siblingSuffixes are those of the schema files that are found by the name of the source.
var siblingSuffixes = []string{".schema.yaml", ".avsc", ".proto", ".json"}

// siblingColumns are those of schemas/<source>.schema.yaml, .avsc, .proto or .json beside the SQL, or beside its folder. Two of them in one
// folder would sooner or later say different things.
func (b *builder) siblingColumns(c *component) ([]Column, Origin, string, bool) {
	for _, dir := range []string{"schemas", filepath.Join("..", "schemas")} {
		var found []string
		for _, suffix := range siblingSuffixes {
			path := filepath.Join(b.opts.Dir, dir, c.name+suffix)
			if info, err := os.Stat(path); err == nil && !info.IsDir() {
				found = append(found, path)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			cols, ok := schemaFile(found[0], c.at, schema.Options{Name: c.name}, &b.diags)
			return cols, FromSibling, b.shown(found[0]), ok
		default:
			var names []string
			for _, path := range found {
				names = append(names, b.shown(path))
			}
			b.diags.Add(diag.SeveralSchemas(c.at, c.name, names))
			return nil, FromSibling, "", false
		}
	}
	return nil, FromSibling, "", true
}

// hintedColumns are those with `@data.<column>.type`.
func (b *builder) hintedColumns(src *Source) ([]Column, Origin, bool) {
	if src.Hints == nil {
		return nil, FromHints, true
	}
	var cols []Column
	ok := true
	for _, h := range src.Hints.Columns {
		if h.Type.Text == "" {
			continue
		}
		t, err := typeOfText(h.Type.Text)
		if err != nil {
			word, _, _ := strings.Cut(h.Type.Text, "(")
			b.diags.Add(diag.BadType(h.Type.At, word, err.Error(), types.Names()))
			ok = false
		}
		cols = append(cols, Column{Name: h.Name, Col: types.Col{Type: t, Nullable: true}, At: h.At})
	}
	return cols, FromHints, ok
}

// look is what could be seen of the data of a source.
type look struct {
	files  bool    // it reads files, so there could be a sample
	path   string  // where
	sample *sample // nil: none
	why    string  // then the reason, if it is worth telling
	broken bool    // there are data, but no sample can be made of them
}

// look takes a sample of a file source.
func (b *builder) look(src *Source) look {
	switch path := src.Prop("path", ""); {
	case src.Connector != "file_source" && src.Connector != "file_source_mmap", src.Format == Raw:
		return look{}
	case b.opts.NoData:
		return look{files: true, why: "data are not looked at in this build"}
	case path == "-":
		return look{files: true, why: "standard input cannot be read while the job is built"}
	}
	data := b.path(src.Prop("path", ""), b.opts.Dir)
	skip, _ := strconv.Atoi(src.Prop("skip_lines", "0"))
	o := sampleOptions{
		format: src.Format, compression: src.Prop("compression", "auto"), header: src.Header, skip: skip,
		delimiter: src.Prop("delimiter", ",")[0], quote: '"',
	}
	seen, err := takeSample(data, o)
	switch {
	case err == nil:
		return look{files: true, path: data, sample: seen}
	case errors.Is(err, os.ErrNotExist):
		return look{files: true, path: data, why: fmt.Sprintf("there is no %s here to find them in", filepath.ToSlash(data))}
	}
	return look{files: true, path: data, why: osProblem(err), broken: true}
}

// lockedColumns are those that the lock file remembers. A warning says when data can be seen and do not look like that.
func (b *builder) lockedColumns(c *component, src *Source, l look) ([]Column, Origin, bool) {
	if !b.lockOK {
		b.diags.Merge(b.lockDiags)
		return nil, FromLock, false
	}
	i := slices.IndexFunc(b.entries, func(e locked) bool { return e.name == c.name && e.registry == "" })
	if i < 0 {
		return nil, FromLock, true
	}
	e := b.entries[i]
	b.kept = append(b.kept, e)
	if l.sample != nil {
		if d := e.difference(inferColumns(l.sample), src.Format); d != "" {
			b.diags.Add(diag.LockDisagrees(c.at, c.name, filepath.ToSlash(b.opts.Lock), d))
		}
	}
	return e.declared(), FromLock, true
}

// inferredColumns are concluded from a sample, and go into the lock file.
func (b *builder) inferredColumns(c *component, src *Source, l look) ([]Column, Origin, bool) {
	seen := l.sample
	if seen == nil {
		if l.broken {
			b.diags.Add(diag.BadSample(c.at, filepath.ToSlash(l.path), l.why))
		}
		return nil, FromInferred, !l.broken
	}
	found := inferColumns(seen)
	used, all := b.used(c)
	if src.Format == CSV && seen.header == nil {
		b.diags.Add(diag.NoNames(c.at, c.name, len(found)))
	}
	data := b.shown(seen.file)
	if written := src.Prop("path", ""); strings.Contains(written, "${") {
		data = filepath.ToSlash(written) // what the environment says is nobody else's business
	}
	e := locked{name: c.name, data: data, format: src.Format, rows: seen.count(), header: src.Header}
	var cols []Column
	for _, f := range found {
		at := c.at
		if f.name == "" || !utf8.ValidString(f.name) {
			problem := "a column has no name"
			if f.name != "" {
				problem = fmt.Sprintf("the name of a column, %q, is not text in UTF-8", f.name)
			}
			b.diags.Add(diag.BadSample(at, filepath.ToSlash(seen.file), problem))
			return nil, FromInferred, false
		}
		if f.warn != "" && (all || slices.Contains(used, f.name)) {
			b.diags.Add(diag.GuessedColumn(at, c.name, f.name, f.warn))
		}
		if slices.Contains(columnNames(cols), f.name) {
			b.diags.Add(diag.BadSample(at, filepath.ToSlash(seen.file), fmt.Sprintf("two columns are named `%s`", f.name)))
			return nil, FromInferred, false
		}
		cols = append(cols, Column{Name: f.name, Col: types.Col{Type: f.typ, Nullable: true}, Seen: f.seen})
		e.columns = append(e.columns, lockedColumn{name: f.name, typ: f.typ, seen: f.seen})
	}
	b.kept = append(b.kept, e)
	return cols, FromInferred, true
}

// formatColumns are those that rows have whatever the data: a line of text is one column.
func formatColumns(src *Source) ([]Column, Origin, bool) {
	if src.Format != Raw {
		return nil, FromFormat, true
	}
	return []Column{{Name: "line", Col: types.Col{Type: types.TString}}}, FromFormat, true
}

// checkRaw reports columns that are not one line of text. The column is never NULL, whatever its declaration says.
func (b *builder) checkRaw(src *Source) {
	if src.Format != Raw {
		return
	}
	if len(src.Schema) != 1 || src.Schema[0].Col.Type.Kind != types.String {
		at := src.At
		if first := src.Schema[0].At; first.File != nil {
			at = first
		}
		var have []string
		for _, c := range src.Schema {
			have = append(have, c.Name+" "+c.Col.String())
		}
		b.diags.Add(diag.NotOneLine(at, src.Name, "read", have))
		return
	}
	src.Schema[0].Col.Nullable = false
}

// shown is the path of a file as the lock file shows it: from the folder of the SQL, so that it is the same on every machine.
func (b *builder) shown(file string) string {
	if rel, err := filepath.Rel(orElse(b.opts.Dir, "."), file); err == nil {
		file = rel
	}
	return filepath.ToSlash(file)
}

// writeLock makes the new text of the lock file.
func (b *builder) writeLock() {
	if b.opts.Lock == "" || !b.lockOK {
		return
	}
	text := lockText(b.kept)
	b.out.Lock = Lock{Path: b.opts.Lock, Text: text, Changed: text != b.lockText}
}

// used lists the columns that queries read from a source, as far as names tell: those with its name or alias in front, and bare ones
// where nothing else is read. all tells of a SELECT *, which reads every column.
func (b *builder) used(c *component) (out []string, all bool) {
	add := func(name string) {
		if !slices.Contains(out, name) && !strings.HasPrefix(name, "_") {
			out = append(out, name)
		}
	}
	for _, q := range c.queries {
		called, others := []string{}, 0
		aliases := map[string]bool{}
		grammar.Walk(q, func(n grammar.Node) bool {
			switch n := n.(type) {
			case *grammar.FromItem:
				if b.componentOf(n.Relation) == c {
					called = append(called, n.Name(), c.name)
				} else {
					others++
				}
			case *grammar.Item:
				aliases[n.Alias()] = true
			}
			return true
		})
		grammar.Walk(q, func(n grammar.Node) bool {
			col, ok := n.(*grammar.Column)
			if _, star := n.(*grammar.Star); star {
				all = true
			}
			switch {
			case !ok:
			case len(col.Parts) > 1 && slices.Contains(called, col.Parts[0].Name):
				add(col.Parts[1].Name)
			case others == 0 && !(len(col.Parts) == 1 && aliases[col.Parts[0].Name]):
				add(col.Parts[0].Name)
			}
			return true
		})
	}
	return out, all
}
