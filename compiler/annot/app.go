package annot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// App is what a file says about itself.
type App struct {
	Name        string // without one: empty, and the caller uses the name of the file
	Version     string
	Description string
	Owner       string
	Author      string
	Phase       string
	Tags        []string
	DependsOn   []Dependency // files whose results this one reads, those of its statements included
	At          source.Span  // of Name
}

// Application reads the annotations of the whole file. A name that stands above a statement counts too: the first statement often
// follows the header without a blank line.
func Application(f *grammar.File) (App, diag.List) {
	var out diag.List
	head := f.Header
	if len(f.Statements) > 0 {
		head = append(append([]*grammar.Annotation(nil), head...), f.Statements[0].Annotations...)
	}
	repeated(&out, head, "app")
	if len(f.Statements) > 1 {
		for _, s := range f.Statements[1:] {
			repeated(&out, append(find(head, "app"), find(s.Annotations, "app")...), "app")
		}
	}
	app := App{
		Version:     first(head, "version").text,
		Description: first(head, "description").text,
		Owner:       first(head, "owner").text,
		Author:      first(head, "author").text,
		Phase:       first(head, "phase").text,
	}
	name := first(head, "app")
	app.Name, app.At = name.text, name.at
	if app.Version == "" {
		app.Version = "1.0.0"
	}
	for _, a := range find(head, "tags") {
		for _, t := range value(a).unwrap("[]").split() {
			app.Tags = append(app.Tags, t.unquote().text)
		}
	}
	for _, st := range f.Statements {
		head = append(head[:len(head):len(head)], st.Annotations...)
	}
	app.DependsOn = dependencies(head)
	return app, out
}

// Dependency is a file that an annotation names.
type Dependency struct {
	Text   string
	At     source.Span
	Remark bool // it stands in a header line, which may name anything
}

func dependencies(list []*grammar.Annotation) []Dependency {
	var out []Dependency
	for _, a := range find(list, "depends_on") {
		for _, p := range value(a).unwrap("[]").split() {
			p = p.unquote()
			if p.text != "" && !slices.ContainsFunc(out, func(d Dependency) bool { return d.Text == p.text }) {
				out = append(out, Dependency{p.text, p.at, a.Plain})
			}
		}
	}
	return out
}

func first(list []*grammar.Annotation, name string) part {
	if found := spoken(find(list, name)); len(found) > 0 {
		return value(found[0]).unquote()
	}
	return part{}
}

// Job is what annotations set for one statement; the file's header holds for all statements that do not say otherwise.
type Job struct {
	Name       string // of a SELECT without CREATE; empty if not given
	NameAt     source.Span
	Workers    int       // the most workers; 0: as many as there are processors
	Exactly    bool      // job_mode is transactional
	Grows      bool      // state that grows without bound is accepted
	Properties []Setting // WITH properties that are written as annotations
}

// Setting is a WITH property that an annotation sets.
type Setting struct {
	Key, Value string
	KeyAt, At  source.Span // of the value; KeyAt is the same where the annotation's name stands for the key
}

// JobOf reads the settings of a statement.
func JobOf(f *grammar.File, s *grammar.Statement) (Job, diag.List) {
	var out diag.List
	repeated(&out, s.Annotations, "name", "state_unbounded", "job_mode", "num_partitions", "failure_strategy", "max_retries", "retry_backoff_ms")
	var j Job
	name := last(s.Annotations, "name")
	j.Name, j.NameAt = name.text, name.at
	mode := last(s.Annotations, "job_mode").text
	if mode == "" {
		mode = last(f.Header, "job_mode").text
	}
	j.Exactly = strings.EqualFold(mode, "transactional")
	j.Workers = workers(s.Annotations, f.Header)
	j.Grows = last(s.Annotations, "state_unbounded").text != "" || last(f.Header, "state_unbounded").text != ""
	for _, spec := range All() {
		if spec.Property == "" {
			continue
		}
		v := last(s.Annotations, spec.Name)
		if v.text == "" {
			v = last(f.Header, spec.Name)
		}
		if v.text != "" {
			text := v.text
			if known := spec.value(text); known != "" {
				text = known
			}
			j.Properties = append(j.Properties, Setting{spec.Property, text, v.at, v.at})
		}
	}
	for _, list := range [][]*grammar.Annotation{s.Annotations, f.Header} {
		for _, a := range find(list, "property") {
			p := value(a)
			i := strings.IndexByte(p.text, '=')
			key, val := p.slice(0, i).trim(), p.slice(i+1, len(p.text)).trim().unquote()
			if !slices.ContainsFunc(j.Properties, func(have Setting) bool { return have.Key == key.text }) {
				j.Properties = append(j.Properties, Setting{key.text, val.text, key.at, val.at})
			}
		}
	}
	return j, out
}

// workers is the most workers that job_mode and num_partitions of a statement, or else of the header, ask for; 0: as many as there are processors.
func workers(own, header []*grammar.Annotation) int {
	mode, n := last(own, "job_mode").text, partitions(own)
	switch {
	case strings.EqualFold(mode, "simple"):
		return 1
	case n > 0:
		return n
	case mode == "" && strings.EqualFold(last(header, "job_mode").text, "simple"):
		return 1
	}
	return partitions(header)
}

func partitions(list []*grammar.Annotation) int {
	n, err := strconv.Atoi(last(list, "num_partitions").text)
	if err != nil {
		return 0
	}
	return n
}
