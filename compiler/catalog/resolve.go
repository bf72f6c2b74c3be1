package catalog

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar/diag"
	rt "github.com/velostream/veloc/runtime"
)

// resolved is a component whose properties are understood.
type resolved struct {
	spec   *connector.Spec
	format Format
	props  map[string]Property
	config config         // of its configuration file, for schema.fields
	lost   bool           // the configuration file could not be read: what it may have said is not missed
	schema map[string]raw // properties about columns, under their registry names
}

// hasType tells whether anything names the connector of a component.
func (b *builder) hasType(c *component) bool {
	for _, r := range c.raws {
		if k := connector.Bare(r.key); slices.Contains(connector.TypeKeys, k) || slices.Contains(connector.ConfigKeys, k) {
			return true
		}
	}
	return false
}

// resolve reads the configuration file of a component, finds its connector, and checks every property.
func (b *builder) resolve(c *component) (*resolved, bool) {
	r := &resolved{props: map[string]Property{}, schema: map[string]raw{}}
	raws := b.withConfig(c, r)
	slices.SortStableFunc(raws, func(x, y raw) int { return x.level - y.level })
	spec, raws, ok := b.spec(c, raws, r.lost)
	if !ok {
		return nil, false
	}
	r.spec = spec
	raws, ok = b.chooseFormat(c, r, raws)
	options := slices.Concat(spec.Options, connector.OptionsOf(spec.Kind, string(r.format)), connector.Common(), connector.SchemaOptions())
	values := map[string]raw{}
	for _, p := range raws {
		b.property(c, r, p, options, values)
	}
	for i := range spec.Options {
		o := &spec.Options[i]
		if _, has := r.props[o.Key]; o.Required && !has && !r.lost {
			b.diags.Add(diag.MissingProperty(c.at, c.name, spec.Name, o.Key, o.Example))
			ok = false
		}
	}
	b.checkFailure(c, r)
	return r, ok
}

// withConfig adds the entries of the configuration files that a component names.
func (b *builder) withConfig(c *component, r *resolved) []raw {
	raws := []raw{}
	for _, p := range c.raws {
		if !slices.Contains(connector.ConfigKeys, p.key) {
			raws = append(raws, p)
			continue
		}
		path, before := b.path(p.value, b.opts.Dir), b.diags.Count(diag.Error)
		for _, e := range joined(b.yaml.loadConfig(path, p.at, &b.diags)) {
			r.config = append(r.config, e)
			if !forOther(e.key, c.kind) && !isField(e.key) {
				raws = append(raws, raw{key: e.key, value: e.value, from: filepath.ToSlash(e.file), file: e.file, keyAt: e.keyAt, at: e.at, level: 3})
			}
		}
		r.lost = r.lost || b.diags.Count(diag.Error) > before
	}
	return raws
}

// joined makes one entry of a list of scalars, as properties have lists: names separated by commas.
func joined(c config) config {
	var out config
	for _, e := range c {
		list, index, isItem := strings.Cut(e.key, "[")
		if !isItem || !strings.HasSuffix(index, "]") || strings.ContainsAny(index, ".[") || isField(e.key) {
			out = append(out, e)
			continue
		}
		if n := len(out) - 1; index != "0]" && n >= 0 && out[n].key == list {
			out[n].value += "," + e.value
			continue
		}
		e.key = list
		out = append(out, e)
	}
	return out
}

// forOther tells whether an entry of a configuration file that holds both is about the other end.
func forOther(key string, kind connector.Kind) bool {
	other := []string{"datasink.", "data_sink.", "sink."}
	if kind == connector.Sink {
		other = []string{"datasource.", "data_source.", "source."}
	}
	return slices.ContainsFunc(other, func(p string) bool { return strings.HasPrefix(key, p) })
}

func isField(key string) bool {
	return slices.ContainsFunc(fieldPrefixes, func(p string) bool { return strings.HasPrefix(key, p+"[") || strings.HasPrefix(key, p+".") })
}

// path is where a file is that is named in SQL or in a configuration file. References to the environment count as they are now.
func (b *builder) path(value, dir string) string {
	if v, err := rt.Expand(value, b.opts.Lookup); err == nil {
		value = v
	}
	if value == "-" || filepath.IsAbs(value) || dir == "" {
		return value
	}
	return filepath.Join(dir, value)
}

// spec finds the connector and returns the remaining properties.
func (b *builder) spec(c *component, raws []raw, lost bool) (*connector.Spec, []raw, bool) {
	var rest []raw
	var types []raw
	for _, p := range raws {
		if slices.Contains(connector.TypeKeys, connector.Bare(p.key)) {
			types = append(types, p)
		} else {
			rest = append(rest, p)
		}
	}
	switch {
	case len(types) == 0 && lost:
		return nil, nil, false
	case len(types) == 0:
		b.diags.Add(diag.NoConnector(c.at, c.name, c.kind.String(), connector.Names(c.kind)))
		return nil, nil, false
	}
	b.contradiction(c, "type", types)
	value, _ := rt.Expand(types[0].value, b.opts.Lookup)
	spec, ok := connector.Resolve(value, c.kind)
	if !ok {
		known := connector.Names(c.kind)
		meant := diag.Nearest(value, connector.Spellings(c.kind))
		if other, found := connector.Resolve(value, 1-c.kind); found && meant == "" {
			meant = strings.Replace(other.Name, "_"+other.Kind.String(), "_"+c.kind.String(), 1)
			if !slices.Contains(known, meant) {
				meant = ""
			}
		}
		b.diags.Add(diag.UnknownConnector(types[0].at, value, c.kind.String(), meant, known, connector.Planned(value)))
		return nil, nil, false
	}
	return spec, rest, true
}

// contradiction reports two statements that configure one name differently: level 0 properties of the same key with other values.
func (b *builder) contradiction(c *component, key string, same []raw) {
	for _, p := range same[1:] {
		if p.level == same[0].level && p.level < 2 && p.value != same[0].value {
			b.diags.Add(diag.ConfigConflict(p.at, same[0].at, c.name, key, p.value, same[0].value))
		}
	}
}

// chooseFormat finds the encoding: what a property says, else what the file's name says, else the connector's first.
func (b *builder) chooseFormat(c *component, r *resolved, raws []raw) (rest []raw, ok bool) {
	var named []raw
	ok = true
	for _, p := range raws {
		if k := connector.Bare(p.key); slices.Contains(connector.FormatKeys, p.key) || slices.Contains(connector.FormatKeys, k) {
			named = append(named, p)
		} else {
			rest = append(rest, p)
		}
	}
	f := r.spec.Formats[0]
	if path, ok := find(rest, "path"); ok && len(named) == 0 {
		name, _ := rt.Expand(path.value, b.opts.Lookup)
		if byName, ok := r.spec.FormatOfFile(name); ok {
			f = byName
		}
	}
	if len(named) > 0 {
		b.contradiction(c, "format", named)
		p := named[0]
		if refers(p.value) {
			b.diags.Add(diag.FixedProperty(p.at, p.key, p.value))
			return rest, false
		}
		value, _ := rt.Expand(p.value, b.opts.Lookup)
		var found connector.Format
		if found, ok = r.spec.Format(value); !ok {
			names := r.spec.FormatNames()
			b.diags.Add(diag.BadFormat(p.at, value, r.spec.Name, diag.Nearest(value, names), names, slices.Contains(connector.PlannedFormats, strings.ToLower(value))))
		} else {
			f = found
		}
		r.props["format"] = Property{Key: "format", Value: f.Name, From: p.from, At: p.at}
	}
	if f.NoHeader {
		rest = append(rest, raw{key: "header", value: "false", from: "format", level: 4})
	}
	r.format = Format(f.Encoding)
	return rest, ok
}

func find(raws []raw, key string) (raw, bool) {
	for _, p := range raws {
		if p.key == key || connector.Bare(p.key) == key {
			return p, true
		}
	}
	return raw{}, false
}

// property understands one property of a component. The first of a key counts, in order of precedence.
func (b *builder) property(c *component, r *resolved, p raw, options []connector.Option, values map[string]raw) {
	key := p.key
	o, ok := connector.Find(options, key)
	if !ok {
		key = connector.Bare(key)
		o, ok = connector.Find(options, key)
	}
	switch {
	case ok && o.Later != "":
		b.later(p, o)
	case ok && o.Scope != 0 && !fits(o.Scope, c.kind):
		why := "it is about rows that are written; set it on the sink"
		if c.kind == connector.Sink {
			why = "it is about rows that are read; set it on the source, or without a name"
		}
		b.diags.Add(diag.IdleProperty(p.keyAt, p.key, why))
	case ok && isSchemaOption(o):
		b.setSchema(c, r, p, o)
	case ok:
		b.set(c, r, p, o, values)
	case p.file != "" && connector.Remark(p.key):
	case b.forOtherUse(c, p.key, key):
	default:
		b.strangerOf(r, p, key, options)
	}
}

// forOtherUse tells whether a property of a declaration that is read as well as written is about the other use.
func (b *builder) forOtherUse(c *component, keys ...string) bool {
	if c.decl == nil {
		return false
	}
	read := b.sources[c.decl.Name.String()]
	written := slices.ContainsFunc(b.stmts, func(s *statement) bool { return s.sink.decl == c.decl })
	if read == nil || !written {
		return false
	}
	for _, spec := range connector.All() {
		for _, k := range keys {
			if _, ok := connector.Find(spec.Options, k); ok && spec.Kind != c.kind {
				return true
			}
		}
	}
	return false
}

func isSchemaOption(o *connector.Option) bool {
	_, ok := connector.Find(connector.SchemaOptions(), o.Key)
	return ok
}

func fits(scope connector.Scope, kind connector.Kind) bool {
	if kind == connector.Sink {
		return scope&connector.OfSink != 0
	}
	return scope&connector.OfSource != 0
}

func (b *builder) strangerOf(r *resolved, p raw, key string, options []connector.Option) {
	for _, k := range []string{p.key, key} {
		if why, ok := connector.Foreign(k); ok {
			b.diags.Add(diag.IdleProperty(p.keyAt, p.key, why))
			return
		}
	}
	known := append(connector.Keys(options), connector.TypeKeys...)
	known = append(known, connector.FormatKeys[0], connector.ConfigKeys[0])
	if _, ok := connector.Find(connector.OptionsOf(r.spec.Kind, "csv"), key); ok && r.format != CSV {
		b.diags.Add(diag.IdleProperty(p.keyAt, p.key, "it is about CSV, and the format is "+string(r.format)))
		return
	}
	d := diag.UnknownProperty(p.keyAt, p.key, "a "+r.spec.Name, orElse(diag.Nearest(p.key, known), diag.Nearest(key, known)))
	if owners := connector.Owners(key); len(owners) > 0 {
		d = d.WithNote("it is a property of a " + strings.Join(owners, " and a "))
	}
	b.diags.Add(d)
}

func (b *builder) set(c *component, r *resolved, p raw, o *connector.Option, values map[string]raw) {
	if !b.fixed(&p, o) || !b.checkValue(p, o) {
		return
	}
	if _, shapes := connector.Find(connector.OptionsOf(connector.Sink, string(JSON)), o.Key); shapes && !shaped(o.Key, r.format) {
		b.diags.Add(diag.IdleProperty(p.keyAt, p.key, "rows are not written as JSON here; the format is "+string(r.format)))
		return
	}
	if first, has := values[o.Key]; has {
		b.contradiction(c, o.Key, []raw{first, p})
		return
	}
	values[o.Key] = p
	value := o.Normal(p.value)
	if p.file != "" && o.Type == connector.Path {
		value = b.relative(value, filepath.Dir(p.file))
	}
	r.props[o.Key] = Property{Key: o.Key, Value: value, From: p.from, At: p.at}
}

// shaped tells whether a property that shapes the text of rows means something in a format.
func shaped(key string, format Format) bool {
	return format != None && (format != CSV && format != Raw || key == "timestamp.format")
}

// fixed reports a property that shapes the code and is left to the environment: the job could not follow it when it runs, and what the
// environment says now would be in the program for everyone to read. "$$" is a dollar sign.
func (b *builder) fixed(p *raw, o *connector.Option) bool {
	if !o.Build || !strings.Contains(p.value, "$") {
		return true
	}
	if refers(p.value) {
		b.diags.Add(diag.FixedProperty(p.at, p.key, p.value))
		return false
	}
	return b.expand(p, o)
}

// refers tells whether a value has a reference to the environment.
func refers(value string) bool { return strings.Contains(strings.ReplaceAll(value, "$$", ""), "${") }

// lookUp replaces references to the environment in a property about columns. These are looked at when the job is built, and only the
// columns that they tell of go into the program; a warning says when.
func (b *builder) lookUp(p *raw, o *connector.Option) bool {
	if refers(p.value) {
		b.diags.Add(diag.LookedUpAtBuild(p.at, p.key, p.value))
	}
	return b.expand(p, o)
}

// expand replaces references to the environment by what it says now.
func (b *builder) expand(p *raw, o *connector.Option) bool {
	v, err := rt.Expand(p.value, b.opts.Lookup)
	if err != nil {
		b.diags.Add(diag.BadProperty(p.at, p.key, p.value, o.Expects()+" ("+err.Error()+")", ""))
		return false
	}
	p.value = v
	return true
}

// relative turns a path of a configuration file, which starts from the file's folder, into one that starts from the folder of the
// SQL. In ${VAR:default} only the default comes from the file; what the environment says starts from where the job runs.
func (b *builder) relative(value, dir string) string {
	from := dir
	if rel, err := filepath.Rel(orElse(b.opts.Dir, "."), dir); err == nil {
		from = rel
	}
	join := func(p string) string {
		if p == "" || p == "-" || filepath.IsAbs(p) {
			return p
		}
		return filepath.ToSlash(filepath.Join(from, p))
	}
	if !strings.HasPrefix(value, "${") {
		return join(value)
	}
	end := strings.IndexByte(value, '}')
	colon := strings.IndexByte(value, ':')
	if end < 0 || colon < 0 || colon > end || value[colon+1] == '?' {
		return value
	}
	def := colon + 1
	if value[def] == '-' {
		def++
	}
	return value[:def] + join(value[def:end]) + value[end:]
}

// checkFailure looks that rows which SendToDLQ sets aside have a place to go.
func (b *builder) checkFailure(c *component, r *resolved) {
	enabled := r.props["dead.letter.queue.enabled"]
	_, topic := r.props["dead.letter.queue.topic"]
	_, path := r.props["dead.letter.queue.path"]
	strategy, said := r.props["failure_strategy"]
	delete(r.props, "dead.letter.queue.enabled")
	if enabled.Value == "true" && !said {
		strategy = Property{Key: "failure_strategy", Value: "SendToDLQ", From: enabled.From, At: enabled.At}
		r.props[strategy.Key] = strategy
	}
	late, lettered := r.props["late.data.strategy"]
	lettered = lettered && late.Value == string(LetterLate)
	if strategy.Value == "SendToDLQ" && !topic && !path {
		b.diags.Add(diag.Undeliverable(strategy.At, "SendToDLQ", "failed"))
	} else if lettered && !topic && !path {
		b.diags.Add(diag.Undeliverable(late.At, late.Value, "late"))
	}
	if (topic || path) && strategy.Value != "SendToDLQ" && !lettered && c.kind == connector.Source {
		p := r.props["dead.letter.queue.topic"]
		if path {
			p = r.props["dead.letter.queue.path"]
		}
		b.diags.Add(diag.IdleProperty(p.At, p.Key, "only `'failure_strategy' = 'SendToDLQ'` and `'late.data.strategy' = 'dead_letter'` write there"))
	}
}
