// Package veloc compiles streaming SQL to specialised Go programs. It is the library behind the veloc command: Compile runs the
// front end and the planner and reports every mistake of a file at once, Generate writes the Go package, Build makes a static
// binary of it.
//
// In: SQL text and the files that it names. Out: diagnostics, plans, Go files, binaries.
//
// Forbidden here: printing, flags, process exit. The command does that.
package veloc

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/velostream/veloc/codegen"
	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/lint"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/rewrite"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/compiler/udf"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Options change how a file is compiled. The zero Options are those of `veloc build`.
type Options struct {
	// Dir is where relative paths in the SQL start; empty: the folder of the file.
	Dir string
	// Lock is the path of the schema lock file; empty: beside the SQL file, <job>.schema.lock. "-" for none.
	Lock string
	// Strict makes warnings errors.
	Strict bool
	// Notes reports where a result differs from Velostream's.
	Notes bool
	// Package is the name of the generated package; empty: made from the job's name.
	Package string
	// Output is the format of a bare SELECT's rows on standard output: table, json or csv; empty: json.
	Output string
	// Dump is called after each phase with its name and a rendering of what it made; nil: nobody asks.
	Dump func(phase string, text func() string)
	// Saw is called with every name that binding resolves, for tools that explain SQL to its reader; nil: nobody asks.
	Saw func(bind.Use)
	// Partial goes on to binding over what is correct in a file with mistakes, for the sake of Catalog and Saw. Diagnostics stay those
	// of the first phase that found errors. Schema registries are not asked: an editor wants answers with every key.
	Partial bool

	reading []string // the files that depend on this one, which is compiled for the sake of its results
	offline bool     // schema registries are not asked, as for the file that is edited
}

// Job is a compiled file.
type Job struct {
	Source      *source.File
	Syntax      *grammar.File
	Catalog     *catalog.Catalog
	Logical     *plan.Job
	Physical    *physical.Job
	Files       []codegen.File  // generated Go, without main.go
	Tables      []codegen.Table // state that survives restarts
	Package     string
	Diagnostics diag.List

	opts         Options
	refusedEarly bool // binding has found errors, and the plan is not whole

	declared  *udf.Declared // functions of the user's
	functions functions
	emitters  codegen.Functions
}

// functions are those of the language, and those that the file declares.
type functions interface {
	bind.Functions
	rewrite.Functions
}

// phase is one step of compilation. The driver stops after a phase with errors, so that later phases may assume a correct tree.
type phase struct {
	name string
	run  func(*Job) diag.List
	dump func(*Job) string
}

// phases are the way of the data, in order.
var phases = []phase{
	{"ast", (*Job).parse, func(j *Job) string { return grammar.Dump(j.Syntax) }},
	{"catalog", (*Job).declare, func(j *Job) string { return catalog.Print(j.Catalog) }},
	{"logical", (*Job).bind, func(j *Job) string { return plan.Print(j.Logical) }},
	{"rewrite", (*Job).rewrite, func(j *Job) string { return plan.Print(j.Logical) }},
	{"physical", (*Job).lower, func(j *Job) string { return physical.Print(j.Physical) }},
	{"go", (*Job).emit, (*Job).goText},
}

// Phases names the phases, for --dump.
func Phases() []string {
	names := []string{"tokens"}
	for _, p := range phases {
		names = append(names, p.name)
		if p.name == "rewrite" {
			for _, pass := range rewrite.Passes {
				names = append(names, "rewrite/"+pass.Name)
			}
		}
	}
	return names
}

// Compile runs all phases over the text of a file. Diagnostics are those of all phases that ran, sorted by position; when they hold
// errors the job is incomplete. A panic in a phase is a bug of veloc: it comes back as an error that names the phase.
func Compile(name, text string, opts Options) (job *Job, err error) {
	return compile(name, text, opts, "")
}

// Check is Compile without code generation: it finds everything that can be wrong with a file.
func Check(name, text string, opts Options) (job *Job, err error) {
	return compile(name, text, opts, "go")
}

func compile(name, text string, opts Options, stop string) (job *Job, err error) {
	job = &Job{Source: source.New(name, text), opts: opts}
	at := "lexing"
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("bug: %s, phase %s: %v\n%s", name, at, r, debug.Stack())
		}
	}()
	job.dump("tokens", func() string { return grammar.DumpTokens(job.Source) })
	ignores, unknown := readIgnores(job.Source)
	job.Diagnostics.Merge(unknown)
	for _, p := range phases {
		if p.name == stop {
			break
		}
		at = p.name
		ds := silence(ignores, p.run(job))
		if opts.Strict {
			ds = ds.Strict()
		}
		job.Diagnostics.Merge(ds)
		if job.Diagnostics.HasErrors() {
			job.partial(p.name)
			break
		}
		job.dump(p.name, func() string { return p.dump(job) })
	}
	if !job.Diagnostics.HasErrors() {
		job.Diagnostics.Merge(unused(ignores, opts.Strict))
	}
	job.Diagnostics.Sort()
	return job, nil
}

// partial runs the phases up to binding that come after the one named, if that was asked for. They were made for correct trees: what
// they report is not worth reading, and a panic only means that there is no more to learn.
func (j *Job) partial(failed string) {
	if !j.opts.Partial {
		return
	}
	defer func() { _ = recover() }()
	switch failed {
	case "ast":
		j.declare()
		j.bind()
	case "catalog":
		j.bind()
	}
}

func (j *Job) dump(name string, text func() string) {
	if j.opts.Dump != nil {
		j.opts.Dump(name, text)
	}
}

func (j *Job) parse() (ds diag.List) {
	j.Syntax, ds = grammar.Parse(j.Source)
	return ds
}

func (j *Job) declare() (ds diag.List) {
	offline := j.opts.Partial || j.opts.offline
	j.Catalog, ds = catalog.Build(j.Syntax, catalog.Options{
		Dir: j.dir(), Lock: j.lockPath(), Offline: offline,
		Upstream: &upstream{offline: offline, reading: append(slices.Clone(j.opts.reading), j.Source.Name)},
	})
	if ds.HasErrors() {
		return ds
	}
	for _, s := range j.Catalog.Statements {
		if s.Sink != nil && s.Sink.Connector == "stdout_sink" {
			s.Sink.Print(j.opts.Output)
		}
	}
	return ds
}

// lockPath is where the schema lock file of the job belongs.
func (j *Job) lockPath() string {
	switch {
	case j.opts.Lock == "-":
		return ""
	case j.opts.Lock != "":
		return j.opts.Lock
	case j.Source.Name == "-" || j.Source.Name == "-e":
		return ""
	}
	return strings.TrimSuffix(j.Source.Name, ".sql") + ".schema.lock"
}

func (j *Job) bind() (ds diag.List) {
	defer func() { j.refusedEarly = ds.HasErrors() }()
	ds = j.declareFunctions()
	var bound diag.List
	j.Logical, bound = bind.Bind(j.Syntax, j.Catalog, j.functions, bind.Options{Notes: j.opts.Notes, Saw: j.opts.Saw})
	ds.Merge(bound)
	if !ds.HasErrors() {
		ds.Merge(lint.Check(j.Logical, j.Catalog, j.functions))
	}
	return ds
}

// declareFunctions adds what CREATE FUNCTION declares to the functions of the language.
func (j *Job) declareFunctions() (ds diag.List) {
	j.declared, ds = udf.Load(j.Syntax, j.dir(), func(name string) bool { return builtin.Set.Doc(name) != "" })
	var users []builtin.User
	saves := j.Catalog != nil && j.Catalog.Job("state.dir", "") != ""
	for _, f := range j.declared.Functions {
		if saves && f.Aggregate && !f.Stored {
			ds.Add(diag.NotSaved(f.At, f.Name, f.Symbol))
		}
		var takes []types.GoValue
		for _, p := range f.Params {
			takes = append(takes, p.Go)
		}
		users = append(users, builtin.User{Signature: f.Signature(), Path: f.Path, Symbol: f.Symbol, Takes: takes, Gives: f.Gives,
			Aggregate: f.Aggregate, Stored: f.Stored, Maybe: f.Outcome == udf.Maybe, Fails: f.Outcome == udf.Fails})
	}
	j.functions, j.emitters = builtin.With(users)
	return ds
}

// Functions are those of the language and those that the SQL declares.
func (j *Job) Functions() bind.Functions { return j.functions }

// dir is the folder in which relative paths of the SQL start.
func (j *Job) dir() string {
	if j.opts.Dir != "" {
		return j.opts.Dir
	}
	return filepath.Dir(j.Source.Name)
}

func (j *Job) rewrite() (ds diag.List) {
	j.Logical, ds = rewrite.Run(j.Logical, j.functions, func(pass string, job *plan.Job) {
		j.dump("rewrite/"+pass, func() string { return plan.Print(job) })
	})
	return ds
}

func (j *Job) lower() diag.List {
	opts := physical.Options{
		DivisionByZeroFails: j.Catalog.Job("division.by.zero", "null") == "error",
		MaxCardinality:      j.Catalog.Job("metrics.max.cardinality", ""),
		StateDir:            j.Catalog.Job("state.dir", ""),
		CheckpointInterval:  j.Catalog.Job("state.checkpoint.interval", ""),
		Linger:              j.Catalog.Job("output.linger.ms", ""),
		Workers:             j.Catalog.Workers(),
		State:               func(a plan.Agg, changes bool) (int64, bool) { return codegen.StateOf(j.emitters, a, changes) },
		OrderSensitive:      func(a plan.Agg) bool { return codegen.AggregateOf(j.emitters, a).OrderSensitive },
		Ordered:             func(a plan.Agg) bool { return codegen.AggregateOf(j.emitters, a).Ordered },
	}
	logical := physical.Branches(j.Logical)
	if logical.Split(j.Logical) { // what holds for the rows of one branch may not for those of all
		logical, _ = rewrite.Run(logical, j.functions, nil)
	}
	if found := physical.Refuse(logical); found.HasErrors() {
		return found
	}
	j.Physical = physical.Lower(logical, opts)
	return physical.Check(j.Physical)
}

func (j *Job) emit() diag.List {
	j.Package = j.opts.Package
	if j.Package == "" {
		j.Package = packageName(j.Logical.Name)
	}
	files, tables, err := codegen.Generate(j.Physical, codegen.Options{
		Package: j.Package, Functions: j.emitters, Explain: physical.Print(j.Physical),
		Name: j.Logical.Name, Version: j.Catalog.App.Version, Description: j.Catalog.App.Description, Owner: j.Catalog.App.Owner,
	})
	if err != nil {
		panic(err)
	}
	j.Files, j.Tables = files, tables
	return nil
}

func (j *Job) goText() string {
	var b strings.Builder
	for _, f := range j.Files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.Name, f.Data)
	}
	return b.String()
}

// NotYetCompiled tells whether a job is correct, so that its logical plan can be shown, but has something that there is no code for.
func (j *Job) NotYetCompiled() bool {
	errs := j.Diagnostics.Errors()
	for _, d := range errs {
		if d.Code != "VL0590" {
			return false
		}
	}
	return len(errs) > 0 && j.Logical != nil && j.Physical == nil && !j.refusedEarly
}

// WriteLock writes the schema lock file if inference found something that it does not hold yet. It returns the path that was written.
func (j *Job) WriteLock() (string, error) {
	l := j.Catalog.Lock
	if l.Path == "" || !l.Changed {
		return "", nil
	}
	return l.Path, os.WriteFile(l.Path, []byte(l.Text), 0o644)
}

// packageName makes a Go package name of a job's name: letters and digits, lower case.
func packageName(job string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(job) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case r >= '0' && r <= '9':
			b.WriteString("job" + string(r))
		}
	}
	if b.Len() == 0 {
		return "job"
	}
	return b.String()
}
