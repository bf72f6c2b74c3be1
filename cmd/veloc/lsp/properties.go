package lsp

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar"
)

// component is a source or sink whose properties a WITH list can set.
type component struct {
	prefix  string // "trades."; empty where the list stands behind the declaration of the component
	kind    connector.Kind
	options []connector.Option
}

// scopes tell which properties that belong to no connector may stand behind the name of a source or sink.
var scopes = map[connector.Kind]connector.Scope{connector.Source: connector.OfSource, connector.Sink: connector.OfSink}

// completeProperty lists the keys or values that fit a string in a WITH list; nothing elsewhere.
func (d *document) completeProperty(tokens []grammar.Token, i, offset int) []completionItem {
	if i == 0 || !inProperties(tokens[:i]) {
		return nil
	}
	word := d.job.Source.Span(tokens[i].At.Start+1, offset)
	if tokens[i-1].At.Text() == "=" {
		return d.edits(word, propertyValues(strings.Trim(tokens[i-2].At.Text(), "'")))
	}
	var out []completionItem
	seen := map[string]bool{}
	add := func(key, detail string, o *connector.Option) {
		if seen[key] {
			return
		}
		seen[key] = true
		doc := markdown(optionDoc(o))
		out = append(out, completionItem{Label: key, Kind: propertyItem, Detail: detail, Documentation: &doc})
	}
	for _, c := range d.components(tokens, offset) {
		for _, o := range slices.Concat(c.options, connector.Common(), connector.SchemaOptions()) {
			if o.Later == "" && (o.Scope == 0 || o.Scope&scopes[c.kind] != 0) {
				add(c.prefix+strings.TrimSuffix(o.Key, "*"), c.kind.String()+", "+o.Expects(), &o)
			}
		}
	}
	for _, o := range connector.Common() {
		if o.Later == "" && o.Scope&connector.OfStatement != 0 {
			add(strings.TrimSuffix(o.Key, "*"), o.Expects(), &o)
		}
	}
	return d.edits(word, out)
}

// inProperties tells whether the tokens end inside of WITH ( … .
func inProperties(tokens []grammar.Token) bool {
	depth := 0
	for i, t := range slices.Backward(tokens) {
		switch t.At.Text() {
		case ")":
			depth++
		case "(":
			if depth--; depth < 0 {
				return i > 0 && strings.EqualFold(tokens[i-1].At.Text(), "WITH")
			}
		case ";":
			return false
		}
	}
	return false
}

// components are the sources and the sink of the statement around an offset. The text is compiled without the property at the cursor,
// which is seldom complete.
func (d *document) components(tokens []grammar.Token, offset int) []component {
	statement := statementAt(tokens, offset)
	var out []component
	for _, u := range d.read(statement) {
		src := d.job.Catalog.Source(u.At.Text())
		if src == nil {
			src = d.job.Catalog.Source(u.Name)
		}
		if src != nil {
			out = append(out, component{src.Name + ".", connector.Source, optionsOf(src.Connector, string(src.Format))})
		}
	}
	if d.job.Catalog != nil {
		for _, s := range d.job.Catalog.Statements {
			if s.Sink != nil && s.Syntax.Span().Start < offset && offset <= s.Syntax.Span().End {
				out = append(out, component{s.Sink.Name + ".", connector.Sink, optionsOf(s.Sink.Connector, string(s.Sink.Format))})
			}
		}
	}
	if len(out) == 0 { // a declaration, or a statement that says too little yet
		for _, s := range connector.All() {
			out = append(out, component{"", s.Kind, optionsOf(s.Name, "")})
		}
	}
	return out
}

// optionsOf are the properties of a connector, with those of an encoding and those that name the connector itself.
func optionsOf(name, encoding string) []connector.Option {
	spec, ok := connector.Lookup(name)
	if !ok {
		return nil
	}
	out := []connector.Option{
		{Key: "type", Type: connector.Enum, Values: connector.Names(spec.Kind), Doc: "Which connector reads or writes the rows."},
		{Key: "format", Type: connector.Enum, Values: spec.FormatNames(), Doc: "How rows are encoded."},
	}
	return append(append(out, spec.Options...), connector.OptionsOf(spec.Kind, encoding)...)
}

// propertyValues are the values that a property takes, where they can be listed.
func propertyValues(key string) []completionItem {
	last := key[strings.LastIndexByte(key, '.')+1:]
	var values []string
	switch {
	case slices.Contains(connector.TypeKeys, last):
		values = append(connector.Names(connector.Source), connector.Names(connector.Sink)...)
	case slices.Contains(connector.FormatKeys, last):
		for _, s := range connector.All() {
			values = append(values, s.FormatNames()...)
		}
	default:
		o := findOption(key)
		if o == nil {
			return nil
		}
		values = slices.Clone(o.Values)
		if o.Type == connector.Bool {
			values = []string{"true", "false"}
		}
	}
	slices.Sort(values)
	var out []completionItem
	for _, v := range slices.Compact(values) {
		out = append(out, completionItem{Label: v, Kind: valueItem})
	}
	return out
}
