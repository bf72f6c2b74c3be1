package catalog

import (
	"os"
	"slices"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Options say what surrounds the file.
type Options struct {
	Dir    string                      // folder of the SQL file: relative paths start here
	Lock   string                      // path of the schema lock file; empty: none is read or written
	Lookup func(string) (string, bool) // environment variables; nil: os.LookupEnv
	NoData bool                        // do not look at data: what was not declared must be in the lock file
	// Upstream knows the results of other files; nil: nothing is known of them.
	Upstream Upstream
	// Offline asks no schema registry: what one said must be in the lock file.
	Offline bool
}

// Build finds out which sources and sinks a file has, with their properties, columns and time. It checks every property and every
// annotation. When the list has errors, sources may lack columns, and the catalog must not be planned with.
func Build(f *grammar.File, o Options) (*Catalog, diag.List) {
	if o.Lookup == nil {
		o.Lookup = os.LookupEnv
	}
	b := &builder{
		file: f, opts: o, sources: map[string]*component{}, yaml: yamlFiles{}, sinks: map[string]*Sink{}, decls: map[string]*grammar.Create{}, made: map[string]source.Span{},
		out: &Catalog{byName: map[string]*Source{}, sinks: map[*grammar.Statement]*Sink{}},
	}
	b.diags.Merge(annot.Check(f))
	app, diags := annot.Application(f)
	b.out.App = app
	b.diags.Merge(diags)
	b.hints, diags = annot.Hints(f)
	b.diags.Merge(diags)
	b.entries, b.lockText, b.lockOK = readLock(o.Lock, &b.lockDiags)

	b.dependencies()
	b.declare()
	for _, st := range f.Statements {
		b.statement(st)
	}
	b.checkHints()
	b.checkGlobals()
	for _, c := range b.order {
		b.source(c)
	}
	for _, s := range b.stmts {
		b.sink(s)
		b.delivery(s)
	}
	b.checkUnread()
	b.checkWhole()
	b.writeLock()
	b.diags.Sort()
	return b.out, b.diags
}

// builder holds the state of one Build.
type builder struct {
	file  *grammar.File
	opts  Options
	diags diag.List
	out   *Catalog

	decls   map[string]*grammar.Create // CREATE without a query
	made    map[string]source.Span     // CREATE with one
	sources map[string]*component
	order   []*component
	stmts   []*statement
	yaml    yamlFiles
	sinks   map[string]*Sink
	hints   []annot.SourceHints
	// upstreams are the files that this one depends on.
	upstreams []dependency
	global    []raw // from SET

	entries []locked
	// lockDiags are reported when a source needs the lock file; others can do without it.
	lockDiags diag.List
	lockText  string
	lockOK    bool
	kept      []locked // entries of the new lock file
}

// component is a source or sink before its properties are understood.
type component struct {
	name    string // of its properties
	written string // in FROM: the name, or the address
	kind    connector.Kind
	at      source.Span
	decl    *grammar.Create // its declaration, or nil
	raws    []raw           // the first of a key counts, unless they contradict each other
	queries []*grammar.Query
	of      *statement // sinks: the statement
}

// raw is one property as written.
type raw struct {
	key, value string
	from       string // see Property.From
	file       string // path of the YAML file; empty in SQL
	keyAt, at  source.Span
	level      int // precedence: 0 WITH and address, 1 annotations, 2 SET, 3 files
}

// statement is one statement that makes rows.
type statement struct {
	*Statement
	query  *grammar.Query
	create *grammar.Create // nil for INSERT and SELECT
	inputs []*component    // sources outside of the file
	refs   []string        // names of statements that it reads
	told   []string        // those of them that were reported to be configured like sources
	sink   *component
}

// declare collects what the file creates, so that FROM can be understood in any order.
func (b *builder) declare() {
	for _, st := range b.file.Statements {
		switch body := unwrap(st.Body).(type) {
		case *grammar.Create:
			name := body.Name.String()
			if body.Query == nil {
				if first, again := b.decls[name]; again {
					b.diags.Add(diag.DuplicateRelation(body.Name.Span(), name, first.Name.Span()))
					continue
				}
				b.decls[name] = body
			} else if _, again := b.made[name]; !again {
				b.made[name] = body.Name.Span()
			}
		case *grammar.Set:
			p := body.Property
			b.global = append(b.global, raw{key: p.Key.Text, value: p.Value.Text, from: "SET", keyAt: textSpan(p.Key), at: textSpan(p.Value), level: 2})
		}
	}
	for name, d := range b.decls {
		if at, both := b.made[name]; both {
			b.diags.Add(diag.DuplicateRelation(at, name, d.Name.Span()))
		}
	}
}

// unwrap finds the statement inside of START JOB and DEPLOY JOB.
func unwrap(body grammar.Body) grammar.Body {
	for {
		j, ok := body.(*grammar.Job)
		if !ok || j.Statement == nil {
			return body
		}
		body = j.Statement
	}
}

// statement understands the names and the properties of one statement.
func (b *builder) statement(syntax *grammar.Statement) {
	job, diags := annot.JobOf(b.file, syntax)
	s := &statement{Statement: &Statement{Syntax: syntax, Job: job, Props: map[string]Property{}}}
	var into *grammar.Into
	var target *grammar.Target
	switch body := unwrap(syntax.Body).(type) {
	case *grammar.Create:
		if body.Query == nil {
			return
		}
		s.create, s.query, into = body, body.Query, body.Into
		s.Name, s.At = body.Name.String(), body.Name.Span()
		if job.Name != "" && job.Name != s.Name {
			b.diags.Add(diag.OtherName(job.NameAt, job.Name, s.Name))
		}
	case *grammar.Insert:
		s.query, target, s.At = body.Query, body.Target, body.Target.Span()
	case *grammar.Query:
		s.query, s.At = body, body.First.Span()
		s.At.End = min(s.At.End, s.At.Start+len("SELECT"))
	default:
		return
	}
	b.diags.Merge(diags)
	if into == nil {
		into = s.query.Into
	}
	if target == nil && into != nil {
		target = into.Target
	}
	b.inputs(s)
	b.target(s, target)
	b.properties(s, syntax)
	b.stmts = append(b.stmts, s)
	b.out.Statements = append(b.out.Statements, s.Statement)
}

// inputs finds what a query reads: sources, and results of other statements.
func (b *builder) inputs(s *statement) {
	local := map[string]bool{}
	grammar.Walk(s.query, func(n grammar.Node) bool {
		if c, ok := n.(*grammar.CTE); ok {
			local[c.Name.Name] = true
		}
		return true
	})
	grammar.Walk(s.query, func(n grammar.Node) bool {
		switch n := n.(type) {
		case *grammar.NamedTable:
			b.input(s, n.Name.String(), n.Span(), local)
		case *grammar.TableArg:
			b.input(s, n.Name.String(), n.Span(), local)
		case *grammar.URITable:
			b.address(s, n)
		}
		return true
	})
}

func (b *builder) input(s *statement, name string, at source.Span, local map[string]bool) {
	switch _, made := b.made[name]; {
	case local[name]:
	case made:
		if !slices.Contains(s.refs, name) {
			s.refs = append(s.refs, name)
		}
	default:
		b.read(s, b.component(name, name, at))
	}
}

// component finds or makes the source of a name.
func (b *builder) component(name, written string, at source.Span) *component {
	c, ok := b.sources[written]
	if !ok {
		c = &component{name: name, written: written, kind: connector.Source, at: at, decl: b.decls[name]}
		b.sources[written] = c
		b.order = append(b.order, c)
	}
	return c
}

func (b *builder) read(s *statement, c *component) {
	if !slices.Contains(s.inputs, c) {
		s.inputs = append(s.inputs, c)
		c.queries = append(c.queries, s.query)
	}
}

// address makes the source of a URI in FROM.
func (b *builder) address(s *statement, n *grammar.URITable) {
	if c, ok := b.sources[n.URI]; ok {
		b.read(s, c)
		return
	}
	raws, name, ok := b.uri(n.URI, textSpan(n), connector.Source)
	if !ok {
		return
	}
	c := b.component(b.free(name), n.URI, n.Span())
	c.raws = raws
	b.read(s, c)
}

// free is a name that no source has yet.
func (b *builder) free(name string) string {
	taken := func(n string) bool {
		return slices.ContainsFunc(b.order, func(c *component) bool { return c.name == n })
	}
	return numbered(name, taken)
}

// uri reads an address as properties.
func (b *builder) uri(text string, at source.Span, kind connector.Kind) ([]raw, string, bool) {
	u, isAddress, err := connector.ParseURI(text)
	switch {
	case !isAddress:
		b.diags.Add(diag.BadAddress(at, "`"+text+"` is no address; the name of a stream stands without quotes"))
		return nil, "", false
	case err != nil:
		b.diags.Add(diag.BadAddress(at, err.Error()))
		return nil, "", false
	}
	spec, ok := connector.OfScheme(u.Scheme, kind)
	if !ok {
		b.diags.Add(diag.UnknownConnector(at, u.Scheme, kind.String(), "", connector.Names(kind), connector.Planned(u.Scheme)))
		return nil, "", false
	}
	raws := []raw{{key: "type", value: spec.Name, from: "address", keyAt: at, at: at}}
	for _, k := range sortedKeys(u.Props) {
		raws = append(raws, raw{key: k, value: u.Props[k], from: "address", keyAt: at, at: at})
	}
	return raws, u.Name, true
}
