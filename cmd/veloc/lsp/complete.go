package lsp

import (
	"regexp"
	"slices"
	"strings"

	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// placeholder is a name that stands at the cursor while completion compiles the text, so that `SELECT | FROM t` is a statement.
const placeholder = "veloc_cursor"

// complete lists what can stand at an offset. The editor picks from it what fits the word that it is in.
func (d *document) complete(offset int) []completionItem {
	tokens := grammar.Tokens(d.job.Source)
	i, inside := tokenAt(tokens, offset)
	if inside {
		switch t := tokens[i]; t.Kind {
		case grammar.CommentToken, grammar.AnnotationToken:
			return d.completeAnnotation(t.At, offset)
		case grammar.StringToken, grammar.InvalidToken:
			return d.completeProperty(tokens, i, offset)
		case grammar.NumberToken:
			return nil
		}
	}
	word := d.wordAt(offset, "")
	path := d.wordAt(word.Start, ".`")
	reader := d
	if word.Start == word.End {
		reader = analyse(d.uri, d.text[:offset]+placeholder+d.text[offset:])
	}
	statement := statementAt(tokens, offset)
	if name, ok := strings.CutSuffix(path.Text(), "."); ok {
		return d.edits(word, reader.members(statement, strings.Split(name, ".")))
	}
	if before := wordBefore(tokens, word.Start); before == "FROM" || before == "JOIN" || before == "INTO" {
		return d.edits(word, reader.relations())
	}
	return d.edits(word, slices.Concat(reader.columns(statement), reader.aliases(statement), functions(), keywords()))
}

// tokenAt is the position of the first token that ends at or behind an offset, and whether the offset is inside of it: behind its first
// character, and not behind the end of one that is closed.
func tokenAt(tokens []grammar.Token, offset int) (int, bool) {
	i := slices.IndexFunc(tokens, func(t grammar.Token) bool { return t.At.End >= offset })
	if i < 0 {
		return len(tokens), false
	}
	t := tokens[i]
	closed := t.Kind == grammar.StringToken && offset == t.At.End
	return i, t.At.Start < offset && !closed
}

// statementAt is the part of the text between the semicolons around an offset.
func statementAt(tokens []grammar.Token, offset int) [2]int {
	at := [2]int{0, 1 << 60}
	for _, t := range tokens {
		if t.At.Text() != ";" {
			continue
		}
		if t.At.End <= offset {
			at[0] = t.At.End
		} else {
			at[1] = t.At.Start + len(placeholder)
			break
		}
	}
	return at
}

// wordBefore is the last token in front of an offset, in upper case.
func wordBefore(tokens []grammar.Token, offset int) string {
	before := ""
	for _, t := range tokens {
		if t.At.End > offset {
			break
		}
		if t.Kind != grammar.CommentToken && t.Kind != grammar.AnnotationToken {
			before = strings.ToUpper(t.At.Text())
		}
	}
	return before
}

// edits makes each item replace a span.
func (d *document) edits(at source.Span, items []completionItem) []completionItem {
	for i := range items {
		text := items[i].Label
		if items[i].Kind == fieldItem || items[i].Kind == classItem {
			text = quoted(text)
		}
		items[i].TextEdit = &textEdit{d.rangeOf(at), text}
	}
	return items
}

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// quoted is a name as SQL needs it.
func quoted(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// read lists the relations that a statement reads. What was not bound, because the statement does not parse yet, is guessed from the
// words behind FROM and JOIN.
func (d *document) read(statement [2]int) []bind.Use {
	var out []bind.Use
	for _, u := range d.uses {
		if u.Kind == bind.Relation && u.At.Start >= statement[0] && u.At.End <= statement[1] {
			out = append(out, u)
		}
	}
	if len(out) > 0 || d.job.Catalog == nil {
		return out
	}
	previous := ""
	for _, t := range grammar.Tokens(d.job.Source) {
		if t.At.Start < statement[0] || t.At.End > statement[1] {
			continue
		}
		if src := d.job.Catalog.Source(t.At.Text()); src != nil && (previous == "FROM" || previous == "JOIN") {
			out = append(out, bind.Use{Kind: bind.Relation, Name: src.Name, Columns: sourceColumns(src)})
		}
		previous = strings.ToUpper(t.At.Text())
	}
	return out
}

func sourceColumns(src *catalog.Source) plan.Schema {
	var out plan.Schema
	for _, c := range src.Schema {
		out = append(out, plan.Column{Name: c.Name, Qualifier: src.Name, Col: c.Col, At: c.At})
	}
	return out
}

// columns are those of all relations of a statement, and the relations' own names.
func (d *document) columns(statement [2]int) []completionItem {
	var out []completionItem
	for _, r := range d.read(statement) {
		for _, c := range r.Columns {
			out = append(out, completionItem{Label: c.Name, Kind: fieldItem, Detail: c.Col.String() + " of " + r.Name, SortText: "1" + c.Name})
		}
		out = append(out, completionItem{Label: r.Name, Kind: classItem, Detail: "relation", SortText: "2" + r.Name})
	}
	for _, name := range []string{"_timestamp", "_event_time", "_window_start", "_window_end", "_partition", "_offset", "_key", "_topic"} {
		out = append(out, completionItem{Label: name, Kind: fieldItem, Detail: "system column", SortText: "5" + name})
	}
	return out
}

// aliases are the names that the statement itself gives.
func (d *document) aliases(statement [2]int) []completionItem {
	var out []completionItem
	d.walk(func(n grammar.Node) {
		item, ok := n.(*grammar.Item)
		if !ok || item.Alias() == "" || item.Span().Start < statement[0] || item.Span().End > statement[1] {
			return
		}
		out = append(out, completionItem{Label: item.Alias(), Kind: fieldItem, Detail: "named in this SELECT", SortText: "1" + item.Alias()})
	})
	return out
}

// members are the columns of a relation, or the fields of a STRUCT, that a path of names leads to.
func (d *document) members(statement [2]int, path []string) []completionItem {
	for i := range path {
		path[i] = strings.Trim(path[i], "`")
	}
	var fields []types.Field
	for _, r := range d.read(statement) {
		for _, c := range r.Columns {
			if c.Name == path[0] {
				fields = c.Col.Type.Fields
			}
		}
		if r.Name == path[0] {
			fields = nil
			for _, c := range r.Columns {
				fields = append(fields, types.Field{Name: c.Name, Col: c.Col})
			}
			break
		}
	}
	for _, name := range path[1:] {
		i := slices.IndexFunc(fields, func(f types.Field) bool { return f.Name == name })
		if i < 0 {
			return nil
		}
		fields = fields[i].Col.Type.Fields
	}
	var out []completionItem
	for _, f := range fields {
		out = append(out, completionItem{Label: f.Name, Kind: fieldItem, Detail: f.Col.String(), SortText: "1" + f.Name})
	}
	return out
}

// relations are what FROM can read.
func (d *document) relations() []completionItem {
	var out []completionItem
	if d.job.Catalog == nil {
		return out
	}
	names := d.job.Catalog.Sources()
	d.walk(func(n grammar.Node) {
		if c, ok := n.(*grammar.Create); ok {
			names = append(names, c.Name.String())
		}
	})
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if name != placeholder {
			out = append(out, completionItem{Label: name, Kind: classItem, SortText: "1" + name})
		}
	}
	return out
}

func functions() []completionItem {
	var out []completionItem
	for _, name := range builtin.Set.Names() {
		doc := markdown(builtin.Entry(name))
		out = append(out, completionItem{Label: name, Kind: functionItem, Documentation: &doc, SortText: "3" + name})
	}
	return out
}

func keywords() []completionItem {
	var out []completionItem
	for _, w := range grammar.Words() {
		out = append(out, completionItem{Label: w, Kind: keywordItem, SortText: "4" + w})
	}
	return out
}

var (
	annotationName  = regexp.MustCompile(`^--[ \t]*@?([A-Za-z0-9_.\-]*)$`)
	annotationValue = regexp.MustCompile(`^--[ \t]*@([A-Za-z0-9_.\-]+):?[ \t]+(\S*)$`)
)

// completeAnnotation lists annotations, or the values of the one that the comment names.
func (d *document) completeAnnotation(comment source.Span, offset int) []completionItem {
	before := d.text[comment.Start:offset]
	if m := annotationValue.FindStringSubmatch(before); m != nil {
		var out []completionItem
		if spec, ok := annot.Lookup(m[1]); ok {
			for _, v := range spec.Values {
				out = append(out, completionItem{Label: v, Kind: valueItem})
			}
		}
		return d.edits(d.job.Source.Span(offset-len(m[2]), offset), out)
	}
	m := annotationName.FindStringSubmatch(before)
	if m == nil || !strings.Contains(before, "@") {
		return nil
	}
	var out []completionItem
	for _, s := range annot.All() {
		if s.Idle == "" && !strings.HasSuffix(s.Name, "*") {
			doc := markdown(annotationDoc(&s))
			out = append(out, completionItem{Label: s.Name, Kind: constantItem, Detail: s.Scope.String(), Documentation: &doc})
		}
	}
	return d.edits(d.job.Source.Span(offset-len(m[1]), offset), out)
}
