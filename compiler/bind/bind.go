package bind

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Functions tells which functions there are. Names are in upper case; a name that is another's alias gives the signatures of
// the one that it stands for, whose Name then goes into the plan.
type Functions interface {
	Scalar(name string) []*types.Signature    // nil: no such scalar function
	Aggregate(name string) []*types.Signature // nil: no such aggregate
	Window(name string) []*types.Signature    // nil: no such function of windows; aggregates are not among them
	PerCall(name string) bool                 // two calls in one row differ, as those of RANDOM()
	Names() []string                          // of all kinds, for suggestions
}

// Options changes what binding reports.
type Options struct {
	// Name is the name of the job; "" takes that of the application header, or else the base name of the file.
	Name string
	// Notes adds diagnostics of family 09: places where Velostream would compute something else.
	Notes bool
	// Saw is called with every name that has been resolved, for tools that explain SQL to its reader; nil: nobody asks.
	Saw func(Use)
}

// Bind builds the logical plan of a file. The list holds errors, warnings and, if asked for, notes, sorted by place; when it has
// errors the plan is incomplete and must not be used.
func Bind(f *grammar.File, cat Catalog, fns Functions, o Options) (*plan.Job, diag.List) {
	b := &binder{
		warned: map[source.Span]bool{},
		cat:    cat, fns: fns, opts: o,
		relations: map[string]*relation{}, later: map[string]source.Span{},
		blocks: map[*grammar.Statement][]annot.MetricBlock{},
		job:    &plan.Job{Name: o.Name, File: f.Source},
	}
	if app, _ := annot.Application(f); b.job.Name == "" {
		b.job.Name = app.Name
	}
	if b.job.Name == "" {
		b.job.Name = baseName(f.Source.Name)
	}
	b.readMetrics(f)
	for _, st := range f.Statements {
		if c := creation(st.Body); c != nil {
			if _, again := b.later[c.Name.String()]; !again {
				b.later[c.Name.String()] = c.Name.Span()
			}
		}
	}
	for _, st := range f.Statements {
		b.statement(st)
	}
	b.diags.Sort()
	return b.job, b.diags
}

// Catalog is what binding asks of the catalog.
type Catalog interface {
	// Source is the readable relation of that name outside of the file, or nil.
	Source(name string) *catalog.Source
	// Sink is where the rows of a statement go, or nil.
	Sink(st *grammar.Statement) *catalog.Sink
	// Sources lists the names that Source knows, for suggestions.
	Sources() []string
	// StatementName is what a statement that makes rows is called: as CREATE says, by its target, or "result", "result_2", ….
	StatementName(st *grammar.Statement) string
	// JoinTTL is how long a statement keeps rows of a join of streams without a time bound; 0: it does not say.
	JoinTTL(st *grammar.Statement) time.Duration
	// StateTTL is how long a statement keeps groups and distinct rows that no row has come to; 0: for ever.
	StateTTL(st *grammar.Statement) time.Duration
	// Grows tells whether a statement accepts state that grows without bound.
	Grows(st *grammar.Statement) bool
	// Job is a property of the whole program, or def.
	Job(key, def string) string
}

// relation is the result of a statement, for those below it.
type relation struct {
	st   *plan.Statement // nil: its statement is broken and has been reported, or it is a view
	view plan.Node       // of CREATE VIEW
	at   source.Span
}

type binder struct {
	cat       Catalog
	fns       Functions
	opts      Options
	diags     diag.List
	job       *plan.Job
	relations map[string]*relation   // made by the statements so far
	later     map[string]source.Span // made by any statement
	blocks    map[*grammar.Statement][]annot.MetricBlock
	ctes      []*cte               // that can be seen at this point, the innermost last
	now       *grammar.Statement   // that is being bound
	forgets   bool                 // a join of it keeps rows for join.ttl, or state.ttl
	warned    map[source.Span]bool // places of operators whose state was reported as not durable
	foreign   []use                // columns of schema files that the SQL names
}

func (b *binder) report(d diag.Diagnostic) { b.diags.Add(b.withDeclarations(d)) }

// note reports a difference from Velostream, if those were asked for.
func (b *binder) note(d diag.Diagnostic) {
	if b.opts.Notes {
		b.diags.Add(d)
	}
}

func baseName(path string) string {
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	if base == "" || strings.HasPrefix(base, "-") || base == "." || base == string(filepath.Separator) {
		return "job" // SQL from standard input or from the command line
	}
	return base
}

// known lists what FROM may name at this point.
func (b *binder) known() []string {
	known := b.cat.Sources()
	for name := range b.relations {
		if !slices.Contains(known, name) {
			known = append(known, name)
		}
	}
	for _, c := range b.ctes {
		known = append(known, c.name)
	}
	slices.Sort(known)
	return known
}
