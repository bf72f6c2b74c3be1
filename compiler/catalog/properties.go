package catalog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// properties hands every property of a statement to whom it belongs: a source, the sink, or the statement itself.
func (b *builder) properties(s *statement, syntax *grammar.Statement) {
	owners := map[*grammar.Properties]*component{} // lists that stand behind a relation or a target
	aliases := map[string]*component{}
	lists := []*grammar.Properties{}
	grammar.Walk(syntax, func(n grammar.Node) bool {
		switch n := n.(type) {
		case *grammar.FromItem:
			c := b.componentOf(n.Relation)
			if n.Properties != nil {
				owners[n.Properties] = c
			}
			if c != nil && n.Alias != nil {
				aliases[n.Alias.Name.Name] = c
			}
		case *grammar.Into:
			if n.Properties != nil {
				owners[n.Properties] = s.sink
			}
		case *grammar.Properties:
			lists = append(lists, n)
		}
		return true
	})
	seen := map[string]source.Span{}
	for _, list := range lists {
		for _, p := range list.List {
			r := raw{key: p.Key.Text, value: p.Value.Text, from: "WITH", keyAt: textSpan(p.Key), at: textSpan(p.Value)}
			if first, again := seen[r.key]; again {
				b.diags.Add(diag.RepeatedProperty(r.keyAt, first, r.key))
				continue
			}
			seen[r.key] = r.keyAt
			b.assign(s, r, owners[list], aliases)
		}
	}
	for _, a := range s.Job.Properties {
		if _, said := s.Props[a.Key]; !said {
			b.assign(s, raw{key: a.Key, value: a.Value, from: "annotation", keyAt: a.KeyAt, at: a.At, level: 1}, nil, aliases)
		}
	}
	for _, g := range b.global {
		if o, ok := connector.Find(connector.Common(), g.key); ok && s.Props[o.Key].Key == "" {
			b.unprefixed(s, g, nil)
		}
	}
	b.workers(s)
}

// componentOf is the source that a relation reads, or nil.
func (b *builder) componentOf(r grammar.Relation) *component {
	switch r := r.(type) {
	case *grammar.NamedTable:
		return b.sources[r.Name.String()]
	case *grammar.URITable:
		return b.sources[r.URI]
	}
	return nil
}

// assign finds the owner of one property. owner is whom the list stands behind, if it does.
func (b *builder) assign(s *statement, r raw, owner *component, aliases map[string]*component) {
	if c, rest := s.prefixed(r.key, aliases); c != nil {
		r.key, r.keyAt = rest, cut(r.keyAt, len(r.key)-len(rest))
		c.raws = append(c.raws, r)
		return
	}
	for _, ref := range s.refs {
		if rest, ok := strings.CutPrefix(r.key, ref+"."); ok {
			if c := s.sink; rest == "type" && c.name == ref { // the target has the name of what is read
				c.raws = append(c.raws, raw{key: rest, value: r.value, from: r.from, keyAt: r.keyAt, at: r.at})
				return
			}
			if !slices.Contains(s.told, ref) { // once is enough
				s.told = append(s.told, ref)
				b.diags.Add(diag.MadeHere(r.keyAt, b.made[ref], ref))
			}
			return
		}
	}
	b.unprefixed(s, r, owner)
}

// prefixed finds the source or sink whose name a key starts with; the longest name wins.
func (s *statement) prefixed(key string, aliases map[string]*component) (*component, string) {
	var best *component
	name := ""
	try := func(n string, c *component) {
		if strings.HasPrefix(key, n+".") && len(n) > len(name) {
			best, name = c, n
		}
	}
	for _, c := range s.inputs {
		try(c.name, c)
	}
	for _, n := range sortedKeys(aliases) {
		try(n, aliases[n])
	}
	try(s.sink.name, s.sink)
	if best == nil && len(s.inputs) == 1 {
		try("source", s.inputs[0])
	}
	if best == nil {
		try("sink", s.sink)
	}
	if best == nil {
		return nil, key
	}
	return best, key[len(name)+1:]
}

func cut(at source.Span, n int) source.Span {
	at.Start += n
	return at
}

// unprefixed places a property that names nobody: one of the statement, or of whom its list stands behind.
func (b *builder) unprefixed(s *statement, r raw, owner *component) {
	o, ok := connector.Find(connector.Common(), r.key)
	switch {
	case ok && o.Later != "":
		b.later(r, o)
	case ok:
		b.common(s, r, o)
	case owner != nil && !namesSomebody(r.key):
		owner.raws = append(owner.raws, r)
	case (slices.Contains(connector.ConfigKeys, r.key) || aboutColumns(r.key)) && len(s.inputs) == 1:
		s.inputs[0].raws = append(s.inputs[0].raws, r)
	default:
		b.stranger(s, r)
	}
}

// later reports a property that has no effect yet. Its value is checked all the same, so that it means something when the day comes.
func (b *builder) later(r raw, o *connector.Option) {
	if b.checkValue(r, o) {
		b.diags.Add(diag.IdleProperty(r.keyAt, r.key, o.Later))
	}
}

// workers applies the properties `mode`, `use_transactions` and `num_partitions`, which win over the annotations.
func (b *builder) workers(s *statement) {
	if p, ok := s.Props["num_partitions"]; ok {
		s.Job.Workers, _ = strconv.Atoi(p.Value)
	}
	switch p := s.Props["mode"]; p.Value {
	case "simple":
		if p, ok := s.Props["num_partitions"]; ok {
			b.diags.Add(diag.IdleProperty(p.At, p.Key, "mode simple has one worker"))
		}
		s.Job.Workers = 1
		s.Job.Exactly = false
	case "adaptive":
		s.Job.Exactly = false
	case "transactional":
		s.Job.Exactly = true
	}
	if p, ok := s.Props["use_transactions"]; ok {
		s.Job.Exactly = p.Value == "true"
	}
}

// common places a property that belongs to no connector.
func (b *builder) common(s *statement, r raw, o *connector.Option) {
	if !b.fixed(&r, o) || !b.checkValue(r, o) {
		return
	}
	if o.Scope&connector.OfStatement != 0 {
		s.Props[o.Key] = Property{Key: o.Key, Value: o.Normal(r.value), From: r.from, At: r.at}
	}
	switch {
	case o.Scope&connector.OfSink != 0:
		s.sink.raws = append(s.sink.raws, r)
	case o.Scope&connector.OfSource == 0:
	case len(s.inputs) == 0:
		if r.from == "WITH" && len(s.refs) > 0 {
			b.diags.Add(diag.IdleProperty(r.keyAt, r.key, "it is about sources, and this statement reads the result of `"+s.refs[0]+"`; set it where that is made"))
		}
	case len(s.inputs) > 1 && (o.Key == "event.time.field" || o.Scope&connector.OfStatement == 0):
		names := make([]string, len(s.inputs))
		for i, c := range s.inputs {
			names[i] = c.name
		}
		b.diags.Add(diag.WhichSource(r.keyAt, r.key, names))
	default:
		for _, c := range s.inputs {
			c.raws = append(c.raws, r)
		}
	}
}

// stranger explains a property that belongs to nobody.
func (b *builder) stranger(s *statement, r raw) {
	if why, ok := connector.Foreign(r.key); ok {
		b.diags.Add(diag.IdleProperty(r.keyAt, r.key, why))
		return
	}
	var names []string
	for _, c := range s.inputs {
		names = append(names, c.name)
	}
	if !slices.Contains(names, s.sink.name) {
		names = append(names, s.sink.name)
	}
	if c := knownAnywhere(r.key, s); c != "" { // 'path' without a name
		b.diags.Add(diag.UnknownProperty(r.keyAt, r.key, "a statement", c+"."+r.key))
		return
	}
	if first, rest, ok := strings.Cut(r.key, "."); ok {
		meant := diag.Nearest(first, names)
		if meant != "" || ofSomeConnector(rest) {
			if meant != "" {
				meant += "." + rest
			}
			b.diags.Add(diag.PropertyOfNobody(r.keyAt, r.key, first, meant, names))
			return
		}
	}
	b.diags.Add(diag.UnknownProperty(r.keyAt, r.key, "a statement", diag.Nearest(r.key, connector.Keys(connector.Common()))))
}

// namesSomebody tells whether a key looks like the property of something with a name: 'trade.path', but not 'value.serializer'.
func namesSomebody(key string) bool {
	_, rest, ok := strings.Cut(key, ".")
	return ok && !ofSomeConnector(key) && connector.Bare(key) == key && ofSomeConnector(rest)
}

// knownAnywhere is the name of the source or sink that a key without a name was most likely meant for.
func knownAnywhere(key string, s *statement) string {
	if !ofSomeConnector(key) {
		return ""
	}
	if len(s.inputs) == 1 {
		return s.inputs[0].name
	}
	return s.sink.name
}

// ofSomeConnector tells whether any connector or format has a property of that name.
func ofSomeConnector(key string) bool {
	if slices.Contains(connector.TypeKeys, key) || slices.Contains(connector.FormatKeys, key) || slices.Contains(connector.ConfigKeys, key) ||
		aboutColumns(key) {
		return true
	}
	for _, spec := range connector.All() {
		if _, ok := connector.Find(spec.Options, key); ok {
			return true
		}
	}
	_, ok := connector.Find(connector.OptionsOf(connector.Source, "csv"), key)
	return ok
}

// aboutColumns tells whether a key is that of a property about the columns of a source or sink.
func aboutColumns(key string) bool {
	_, ok := connector.Find(connector.SchemaOptions(), key)
	return ok
}

// declRaws are the properties of a declaration, for whoever uses it.
func declRaws(d *grammar.Create) []raw {
	if d == nil || d.Properties == nil {
		return nil
	}
	var out []raw
	for _, p := range d.Properties.List {
		key := p.Key.Text
		if !connector.HasOption(key) { // a stream called events may have 'events.num' as well as 'events.seed'
			key = strings.TrimPrefix(key, d.Name.String()+".")
		}
		keyAt := textSpan(p.Key)
		out = append(out, raw{key: key, value: p.Value.Text, from: "WITH", keyAt: cut(keyAt, len(p.Key.Text)-len(key)), at: textSpan(p.Value)})
	}
	return out
}

// addGlobals adds what the declaration and SET say about a component.
func (b *builder) addGlobals(c *component) {
	c.raws = append(c.raws, declRaws(c.decl)...)
	for _, g := range b.global {
		if rest, ok := strings.CutPrefix(g.key, c.name+"."); ok {
			g.key, g.keyAt = rest, cut(g.keyAt, len(g.key)-len(rest))
			c.raws = append(c.raws, g)
		}
	}
}

// checkValue reports a value that does not fit its option.
func (b *builder) checkValue(r raw, o *connector.Option) bool {
	if o.Valid(r.value) {
		return true
	}
	b.diags.Add(diag.BadProperty(r.at, r.key, r.value, o.Expects(), diag.Nearest(r.value, o.Values)))
	return false
}

// checkGlobals reports properties of SET that reach nobody.
func (b *builder) checkGlobals() {
	for _, g := range b.global {
		_, known := connector.Find(connector.Common(), g.key)
		for _, c := range b.order {
			known = known || strings.HasPrefix(g.key, c.name+".")
		}
		for _, s := range b.stmts {
			known = known || strings.HasPrefix(g.key, s.sink.name+".")
		}
		if why, foreign := connector.Foreign(g.key); foreign && !known {
			b.diags.Add(diag.IdleProperty(g.keyAt, g.key, why))
		} else if !known {
			b.diags.Add(diag.UnknownProperty(g.keyAt, g.key, "the program", diag.Nearest(g.key, connector.Keys(connector.Common()))))
		}
	}
}
