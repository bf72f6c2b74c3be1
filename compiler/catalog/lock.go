package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Lock is the schema lock file of a job: the columns that were inferred from data, so that later builds need no data and all
// builds agree.
type Lock struct {
	Path    string // where it belongs; empty: the job has none (SQL from the command line)
	Text    string // what it should hold; empty: nothing was inferred, there should be no file
	Changed bool   // Text differs from what the file holds now: the driver should write it
}

// locked is the entry of one source.
type locked struct {
	name    string
	data    string // the file that was looked at
	format  Format
	rows    int
	header  bool // CSV: names come from a header line
	columns []lockedColumn

	// Of what a schema registry answered; registry is empty for what data showed.
	registry, subject, message, language string
	version, id                          int
}

type lockedColumn struct {
	name    string
	typ     types.Type
	seen    string
	notNull bool
	at      source.Span // of its name in the lock file
}

// declared are the columns of an entry.
func (e *locked) declared() []Column {
	cols := make([]Column, len(e.columns))
	for i, c := range e.columns {
		cols[i] = Column{Name: c.name, Col: types.Col{Type: c.typ, Nullable: !c.notNull}, At: c.at, Seen: c.seen}
	}
	return cols
}

// answer names what a registry answered.
func (e *locked) answer() string {
	if e.subject == "" {
		return fmt.Sprintf("schema %d", e.id)
	}
	return fmt.Sprintf("%s, version %d", e.subject, e.version)
}

const lockHead = `# Columns that veloc found in data or asked a schema registry for, so that every build sees the same ones. Commit this file.
# To look again, remove a source from it. To decide yourself, declare the columns in SQL or in a schema file.
`

// lockText writes entries, sorted by name.
func lockText(entries []locked) string {
	if len(entries) == 0 {
		return ""
	}
	slices.SortFunc(entries, func(a, b locked) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	b.WriteString(lockHead + "version: 1\nsources:\n")
	for _, e := range entries {
		fmt.Fprintf(&b, "  - name: %s\n", quoteYAML(e.name))
		e.writeOrigin(&b)
		b.WriteString("    columns:\n")
		for _, c := range e.columns {
			fmt.Fprintf(&b, "      - name: %s\n        type: %s\n", quoteYAML(c.name), quoteYAML(c.typ.String()))
			if c.notNull {
				b.WriteString("        nullable: false\n")
			}
			if c.seen != "" {
				fmt.Fprintf(&b, "        seen: %s\n", quoteYAML(c.seen))
			}
		}
	}
	return b.String()
}

// writeOrigin writes where the columns of an entry come from.
func (e *locked) writeOrigin(b *strings.Builder) {
	if e.registry == "" {
		fmt.Fprintf(b, "    data: %s\n    format: %s\n    rows: %d\n", quoteYAML(e.data), e.format, e.rows)
		if e.format == CSV {
			fmt.Fprintf(b, "    header: %v\n", e.header)
		}
		return
	}
	fmt.Fprintf(b, "    registry: %s\n", quoteYAML(e.registry))
	if e.subject != "" {
		fmt.Fprintf(b, "    subject: %s\n    version: %d\n", quoteYAML(e.subject), e.version)
	}
	fmt.Fprintf(b, "    id: %d\n    language: %s\n", e.id, quoteYAML(e.language))
	if e.message != "" {
		fmt.Fprintf(b, "    message: %s\n", quoteYAML(e.message))
	}
}

// quoteYAML leaves plain words alone and quotes everything else.
func quoteYAML(s string) string {
	plain := func(r rune) bool {
		return r == '_' || r == '/' || r == '.' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	word := s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) && (s[0] == '_' || s[0] >= 'A')
	if word && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(s)) {
		return s
	}
	return strconv.Quote(s)
}

// readLock reads a lock file; a file that is not there is empty.
func readLock(path string, diags *diag.List) (entries []locked, text string, ok bool) {
	if path == "" {
		return nil, "", true
	}
	raw, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, "", true
	}
	c, ok := readYAML(path, source.Span{}, diags, diag.BadLock)
	if !ok {
		return nil, "", false
	}
	entries, ok = lockEntries(c, filepath.ToSlash(path), diags)
	return entries, string(raw), ok
}

func lockEntries(c config, path string, diags *diag.List) ([]locked, bool) {
	if v, has := c.get("version"); !has || v.value != "1" {
		at := source.Span{}
		if has {
			at = v.at
		}
		diags.Add(diag.BadLock(at, path, "it is of another version of veloc"))
		return nil, false
	}
	var entries []locked
	for i := 0; ; i++ {
		at := fmt.Sprintf("sources[%d]", i)
		name, has := c.get(at + ".name")
		if !has {
			return entries, true
		}
		e := locked{name: name.value}
		for key, set := range map[string]func(string){
			".data":   func(v string) { e.data = v },
			".format": func(v string) { e.format = Format(v) },
			".rows":   func(v string) { e.rows, _ = strconv.Atoi(v) },
			".header": func(v string) { e.header = v == "true" },

			".registry": func(v string) { e.registry = v },
			".subject":  func(v string) { e.subject = v },
			".message":  func(v string) { e.message = v },
			".language": func(v string) { e.language = v },
			".version":  func(v string) { e.version, _ = strconv.Atoi(v) },
			".id":       func(v string) { e.id, _ = strconv.Atoi(v) },
		} {
			if v, has := c.get(at + key); has {
				set(v.value)
			}
		}
		for j := 0; ; j++ {
			col := fmt.Sprintf("%s.columns[%d]", at, j)
			n, has := c.get(col + ".name")
			if !has {
				break
			}
			typ, _ := c.get(col + ".type")
			t, _, err := types.Parse(typ.value)
			if err != nil {
				diags.Add(diag.BadLock(typ.at, path, err.Error()))
				return nil, false
			}
			seen, _ := c.get(col + ".seen")
			null, _ := c.get(col + ".nullable")
			e.columns = append(e.columns, lockedColumn{n.value, t, seen.value, null.value == "false", n.at})
		}
		entries = append(entries, e)
	}
}

// difference compares what the lock says with what data show now; empty if rows like these fit the lock.
func (e *locked) difference(cols []found, format Format) string {
	names := make([]string, len(e.columns))
	for i, c := range e.columns {
		names[i] = c.name
	}
	for _, f := range cols {
		i := slices.Index(names, f.name)
		switch {
		case i < 0:
			return fmt.Sprintf("column `%s` (%s) is in the data only", f.name, f.typ)
		case !f.none && !holds(e.columns[i].typ, f.typ, format):
			return fmt.Sprintf("column `%s` is %s in the lock file and %s in the data (%s)", f.name, e.columns[i].typ, f.typ, f.seen)
		}
	}
	for _, c := range e.columns {
		if !slices.ContainsFunc(cols, func(f found) bool { return f.name == c.name }) {
			return fmt.Sprintf("column `%s` (%s) is in the lock file only", c.name, c.typ)
		}
	}
	return ""
}

// holds tells whether a column of type want can be read from data that look like got.
func holds(want, got types.Type, format Format) bool {
	switch {
	case want.Equal(got):
		return true
	case want.Kind == types.String:
		return format == CSV || got.Kind == types.Date || got.Kind == types.Timestamp || got.Kind == types.Decimal
	case want.Kind == types.Float:
		return got.Numeric()
	case want.Kind == types.Decimal:
		return got.Kind == types.Integer || got.Kind == types.Decimal && got.Scale <= want.Scale && got.Precision-got.Scale <= want.Precision
	case want.Kind == types.JSON:
		return true
	case want.Kind == types.Array && got.Kind == types.Array:
		return holds(*want.Elem, *got.Elem, format)
	case want.Kind == types.Struct && got.Kind == types.Struct:
		for _, g := range got.Fields {
			i := slices.IndexFunc(want.Fields, func(f types.Field) bool { return f.Name == g.Name })
			if i < 0 || !holds(want.Fields[i].Col.Type, g.Col.Type, format) {
				return false
			}
		}
		return true
	}
	return false
}
