package catalog

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// target finds out what a statement is called and what its sink's properties start with.
func (b *builder) target(s *statement, t *grammar.Target) {
	switch {
	case t != nil && t.Name == nil:
		raws, name, ok := b.uri(t.URI, textSpan(t), connector.Sink)
		if s.Name == "" {
			s.Name = b.freeStatement(orElse(s.Job.Name, orElse(name, "result")))
		}
		s.sink = &component{name: s.Name, kind: connector.Sink, at: t.Span(), raws: raws, of: s}
		if !ok {
			s.sink.raws = []raw{{key: "type", value: "blackhole_sink", from: "address", at: t.Span(), keyAt: t.Span()}} // reported already
		}
	case t != nil:
		name := t.Name.String()
		if s.Name == "" {
			s.Name = b.freeStatement(name)
		}
		s.sink = &component{name: name, kind: connector.Sink, at: t.Span(), decl: b.decls[name], of: s}
	case s.create != nil:
		s.sink = &component{name: s.Name, kind: connector.Sink, at: s.At, of: s}
	default:
		s.Name = b.freeStatement(orElse(s.Job.Name, "result"))
		s.sink = &component{name: s.Name, kind: connector.Sink, at: s.At, of: s}
	}
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// freeStatement keeps names of statements apart: result, result_2, ….
func (b *builder) freeStatement(name string) string {
	return numbered(name, func(n string) bool {
		return slices.ContainsFunc(b.stmts, func(s *statement) bool { return s.Name == n })
	})
}

func numbered(name string, taken func(string) bool) string {
	if !taken(name) {
		return name
	}
	for i := 2; ; i++ {
		if n := fmt.Sprintf("%s_%d", name, i); !taken(n) {
			return n
		}
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// textSpan is the span of a quoted word without its quotes.
func textSpan(n grammar.Node) source.Span {
	at := n.Span()
	t := at.Text()
	if len(t) >= 2 && (t[0] == '\'' || t[0] == '"') && t[len(t)-1] == t[0] {
		at.Start, at.End = at.Start+1, at.End-1
	}
	return at
}

// sink resolves where a statement's rows go. Statements with one target share its sink.
func (b *builder) sink(s *statement) {
	c := s.sink
	own := len(c.raws) > 0
	b.addGlobals(c)
	if !b.hasType(c) {
		switch {
		case s.create == nil && c.decl == nil && s.Name == c.name && len(withKeys(c.raws)) == 0 && b.sinks[c.name] == nil:
			c.raws = append(c.raws, raw{key: "type", value: "stdout_sink", from: "WITH", keyAt: c.at, at: c.at})
		case len(c.raws) == 0 && s.create != nil && c.name == s.Name:
			return // checkUnread looks whether somebody reads it
		}
	}
	if first := b.sinks[c.name]; first != nil && !own {
		s.Sink, b.out.sinks[s.Syntax] = first, first
		return
	}
	r, ok := b.resolve(c)
	if !ok {
		return
	}
	sink := &Sink{Name: c.name, Connector: r.spec.Name, Format: r.format, Props: r.props, At: c.at}
	b.checkSinkTime(sink)
	b.sinkColumns(c, r, sink)
	if first := b.sinks[c.name]; first != nil {
		b.sameSink(first, sink)
		sink = first
	} else {
		b.checkFiles(sink)
		b.sinks[c.name] = sink
	}
	s.Sink, b.out.sinks[s.Syntax] = sink, sink
}

// sameSink reports what two statements say differently about one target.
func (b *builder) sameSink(first, again *Sink) {
	if first.Connector != again.Connector {
		b.diags.Add(diag.ConfigConflict(again.At, first.At, first.Name, "type", again.Connector, first.Connector))
	}
	for _, k := range sortedKeys(again.Props) {
		p := again.Props[k]
		if q, has := first.Props[k]; p.Value != q.Value {
			there := q
			if !has {
				there = Property{Value: "nothing", At: first.At}
			}
			b.diags.Add(diag.ConfigConflict(p.At, there.At, first.Name, k, p.Value, there.Value))
		}
	}
}

// checkFiles reports a file that two sinks write, or that is read as well as written.
func (b *builder) checkFiles(sink *Sink) {
	p, ok := sink.Props["path"]
	if !ok || p.Value == "-" || strings.Contains(p.Value, "${") {
		return
	}
	for _, name := range sortedKeys(b.sinks) {
		if q := b.sinks[name].Props["path"]; filepath.Clean(q.Value) == filepath.Clean(p.Value) {
			b.diags.Add(diag.SameFile(p.At, q.At, p.Value, "written by `"+name+"`"))
		}
	}
	for _, src := range b.out.sources {
		if q, ok := src.Props["path"]; ok && filepath.Clean(q.Value) == filepath.Clean(p.Value) {
			b.diags.Add(diag.SameFile(p.At, q.At, p.Value, "read as `"+src.Name+"`"))
		}
	}
}

// withKeys are the properties that say where rows go; those that only shape text leave a SELECT on standard output.
func withKeys(raws []raw) []raw {
	var out []raw
	for _, r := range raws {
		if _, foreign := connector.Foreign(r.key); foreign {
			continue
		}
		if _, shapes := connector.Find(connector.OptionsOf(connector.Sink, "csv"), r.key); !shapes && !slices.Contains(connector.FormatKeys, r.key) {
			out = append(out, r)
		}
	}
	return out
}

// checkSinkTime checks timestamp.format, which may be any pattern that can be written.
func (b *builder) checkSinkTime(s *Sink) {
	p, ok := s.Props["timestamp.format"]
	if !ok {
		return
	}
	format, problem, meant := timeFormat(p.Value)
	if problem != "" && problem != partialDate {
		b.diags.Add(diag.BadTimePattern(p.At, p.Value, problem, meant))
		return
	}
	if problem == "" {
		p.Value = string(format)
		s.Props["timestamp.format"] = p
	}
}

// checkUnread reports statements whose rows go nowhere.
func (b *builder) checkUnread() {
	for i, s := range b.stmts {
		read := slices.ContainsFunc(b.stmts[i+1:], func(later *statement) bool { return slices.Contains(later.refs, s.Name) })
		if s.Sink == nil && !read && len(s.sink.raws) == 0 && s.create != nil && s.create.Kind != grammar.View {
			b.diags.Add(diag.NowhereToGo(s.At, s.Name))
		}
	}
}

// checkWhole reports properties of the whole program to which two statements give different values.
func (b *builder) checkWhole() {
	first := map[string]Property{}
	for _, s := range b.stmts {
		for _, k := range sortedKeys(s.Props) {
			o, _ := connector.Find(connector.Common(), k)
			p := s.Props[k]
			if o.Scope != connector.OfStatement || slices.Contains([]string{"join.ttl", "state.ttl", "mode", "num_partitions"}, k) { // of workers the fewest count
				continue
			}
			if q, again := first[k]; again && q.Value != p.Value {
				b.diags.Add(diag.ProgramConflict(p.At, q.At, k, p.Value, q.Value))
			} else if !again {
				first[k] = p
			}
		}
	}
}
