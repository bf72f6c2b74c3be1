package oracle

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// event is a row of a stream, or of the table that a plan holds in the end.
type event struct {
	row  []any
	time any // event time in ns; nil: it has none, or one that cannot be read
	// watermark of the source as of this row, the row itself included. Behind a join it lies between watermark and latest.
	watermark, latest int64
	at                place
	rank              int  // behind a Sort: rows of one rank may stand in any order
	maybe             bool // SQL leaves open whether the row fails or is there
}

// output is everything that a statement produces.
type output struct {
	events    []event
	doubt     bool // nothing can be said: a row that may or may not fail has gone into a group, for example
	unordered bool // the events are a bag of rows: their order means nothing
	sorted    bool // the order of ranks is the order of rows
	arrival   bool // the values depend on the order in which rows come; other engines have none
}

// machine evaluates a job over whole inputs.
type machine struct {
	dir     string // where relative paths start
	now     int64
	zero    bool                    // dividing by zero fails the row
	net     bool                    // of changes only what is left at the end counts
	needed  map[string]map[int]bool // source → columns that some statement reads; nil: all
	sources map[string][]event
	inputs  map[string]int // sources in the order in which the plan reads them
	out     map[*plan.Statement]*output
	tables  map[*plan.Statement]*output // what statements hold in the end
	given   map[string]string           // the data of sources that are no files
	st      *plan.Statement             // that is being evaluated
}

func newMachine(dir string, now int64, needed map[string]map[int]bool) *machine {
	return &machine{
		dir: dir, now: now, needed: needed, sources: map[string][]event{}, inputs: map[string]int{},
		out: map[*plan.Statement]*output{}, tables: map[*plan.Statement]*output{},
	}
}

// run evaluates the statements in order.
func (m *machine) run(job *plan.Job) {
	for _, st := range job.Statements {
		m.st = st
		m.out[st] = m.node(st.Root)
	}
}

// node is what an operator shows: its rows, and of groups that are shown again and again each version.
func (m *machine) node(n plan.Node) *output {
	switch n := n.(type) {
	case *plan.Scan:
		return m.scan(n)
	case *plan.Ref:
		o := *m.out[n.Statement]
		return &o
	case *plan.Aggregate:
		if versions(n) {
			return m.aggregate(n, m.node(n.In), n.Emit)
		}
	case *plan.Filter, *plan.Project, *plan.Distinct, *plan.Limit, *plan.Unnest:
		return m.apply(n, m.node(n.Inputs()[0]))
	}
	return m.table(n)
}

// versions tells whether an operator shows rows that replace earlier ones, each as a line of its own, over rows that are only ever added.
func versions(n plan.Node) bool {
	a, ok := n.(*plan.Aggregate)
	return ok && a.In.Props().Mode == plan.Append && n.Props().Mode != plan.Retract
}

// apply is an operator that treats rows alike, whatever they are.
func (m *machine) apply(n plan.Node, in *output) *output {
	switch n := n.(type) {
	case *plan.Filter:
		return m.each(in, func(v *env, e *event) bool { return v.eval(n.Cond) == true })
	case *plan.Project:
		return m.each(in, func(v *env, e *event) bool {
			e.row = make([]any, len(n.Exprs))
			for i, x := range n.Exprs {
				e.row[i] = v.eval(x)
			}
			setTime(n, e)
			return true
		})
	case *plan.Distinct:
		if ttl := physical.TTL(m.st, n); ttl > 0 {
			return recent(in, n.Columns(), ttl)
		}
		return distinct(in, n.Columns())
	case *plan.Limit:
		return limit(n, in)
	case *plan.Unnest:
		return m.unnest(n, in)
	}
	panic(fmt.Sprintf("bug: unhandled node %T", n))
}

func (m *machine) env(e event) *env {
	return &env{row: e.row, time: e.time, now: m.now, zeroFails: m.zero}
}

// each maps rows one by one; a row that fails is gone.
func (m *machine) each(in *output, f func(v *env, e *event) bool) *output {
	out := in.like()
	for _, e := range in.events {
		v := m.env(e)
		keep, failed := attempt(func() any { return f(v, &e) })
		if !failed && keep.(bool) {
			e.maybe = e.maybe || v.doubt
			out.events = append(out.events, e)
		}
	}
	return out
}

func distinct(in *output, columns []int) *output {
	out := in.like()
	seen := map[string]bool{}
	for _, e := range in.events {
		out.doubt = out.doubt || e.maybe
		key := make([]any, len(columns))
		for i, c := range columns {
			key[i] = e.row[c]
		}
		if id := identity(key); !seen[id] {
			seen[id] = true
			out.events = append(out.events, e)
		}
	}
	return out
}

// recent is distinct for rows that are forgotten when no equal one has come for so long.
func recent(in *output, columns []int, ttl time.Duration) *output {
	out := in.like()
	seen := forgetful{ttl: ttl, last: map[string]int64{}}
	for _, e := range in.events {
		out.doubt = out.doubt || e.maybe
		key := make([]any, len(columns))
		for i, c := range columns {
			key[i] = e.row[c]
		}
		known, timed := seen.come(identity(key), &e)
		if timed && !known {
			out.events = append(out.events, e)
		}
	}
	return out
}

// forgetful knows when the newest row of each key was.
type forgetful struct {
	ttl  time.Duration
	last map[string]int64
}

// come notes a row of a key. It tells whether the key was known, and whether the row has a time.
func (f *forgetful) come(id string, e *event) (known, timed bool) {
	at, timed := e.time.(int64)
	if !timed {
		return false, false
	}
	now := max(at, e.watermark)
	last, known := f.last[id]
	if known && now > last && uint64(now-last) > uint64(f.ttl) {
		known = false
	}
	if !known || now > last {
		f.last[id] = now
	}
	return known, true
}

func (m *machine) scan(n *plan.Scan) *output {
	rows, ok := m.sources[n.Source.Name]
	if !ok {
		m.inputs[n.Source.Name] = len(m.inputs)
		rows = m.read(n.Source)
		m.sources[n.Source.Name] = rows
	}
	out := &output{}
	for _, e := range rows {
		full := e.row
		e.row = make([]any, len(n.Columns))
		for i, c := range n.Columns {
			e.row[i] = full[c]
		}
		out.events = append(out.events, e)
	}
	return out
}

// read decodes a source and follows its watermark: the greatest event time so far, rows in the far future left out, minus the bound.
func (m *machine) read(src *catalog.Source) []event {
	greatest, known := int64(0), false
	var out []event
	for i, row := range m.rows(src) {
		e := event{row: row, watermark: math.MinInt64}
		switch et := src.EventTime; {
		case !et.Declared:
			e.time = m.now
		default:
			e.time, _ = attempt(func() any { return eventTime(src, row) })
			at, ok := e.time.(int64)
			if ok && at <= m.now+int64(et.MaxFuture) && (!known || at > greatest) {
				greatest, known = at, true
			}
			if known {
				e.watermark = greatest - int64(et.Bound)
			}
		}
		e.latest = e.watermark
		e.at = place{head: greatest, input: m.inputs[src.Name], row: i}
		out = append(out, e)
	}
	return out
}

// rows are those of all files of a source.
func (m *machine) rows(src *catalog.Source) (out [][]any) {
	if text, ok := m.given[src.Name]; ok {
		return decode(src, []byte(text), m.needed[src.Name])
	}
	paths, err := filepath.Glob(filepath.Join(m.dir, src.Prop("path", "")))
	if err != nil || len(paths) == 0 {
		panic(fmt.Sprintf("bug: no file for %s: %v", src.Name, err))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err == nil && strings.HasSuffix(path, ".gz") {
			var r *gzip.Reader
			if r, err = gzip.NewReader(bytes.NewReader(data)); err == nil {
				data, err = io.ReadAll(r)
			}
		}
		if err != nil {
			panic(err)
		}
		out = append(out, decode(src, data, m.needed[src.Name])...)
	}
	return out
}
