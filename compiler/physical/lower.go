package physical

import (
	"fmt"
	"slices"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
)

// Options are the properties of the whole job that lowering obeys.
type Options struct {
	DivisionByZeroFails bool
	MaxCardinality      string
	StateDir            string
	CheckpointInterval  string
	Linger              string
	Workers             int
	// OrderSensitive tells whether an aggregate's result depends on the order in which rows are added up.
	OrderSensitive func(a plan.Agg) bool
	// State is about how many bytes an aggregate keeps of a group, and whether it keeps more with each row or each value. With changes rows
	// can be taken back from it.
	State func(a plan.Agg, changes bool) (bytes int64, grows bool)
	// Ordered tells whether partial results of an aggregate must be merged in row order (FIRST, LAST).
	Ordered func(a plan.Agg) bool
}

// Lower decides how the job runs.
func Lower(job *plan.Job, opts Options) *Job {
	l := &lowering{
		job: &Job{Name: job.Name, File: job.File, Logical: job, DivisionByZeroFails: opts.DivisionByZeroFails, MaxCardinality: opts.MaxCardinality,
			StateDir: opts.StateDir, CheckpointInterval: opts.CheckpointInterval, Linger: opts.Linger, Workers: opts.Workers},
		opts:  opts,
		flows: map[*plan.Statement]*Flow{},
		pipes: map[*Flow]*Pipeline{},
		ins:   map[*catalog.Source]*Input{},
		sinks: map[*catalog.Sink]*Sink{},
		named: map[string]bool{},
		ways:  ways(job),
	}
	for _, s := range job.Statements {
		l.statement(s)
	}
	for _, p := range l.job.Pipelines {
		l.decide(p)
		markChanges(p.Roots())
		l.bounds(p)
	}
	return l.job
}

type lowering struct {
	job   *Job
	opts  Options
	flows map[*plan.Statement]*Flow // the flow that ends with the statement's rows
	pipes map[*Flow]*Pipeline
	ins   map[*catalog.Source]*Input
	sinks map[*catalog.Sink]*Sink
	named map[string]bool
	ways  map[*plan.Join]JoinWay
}

func (l *lowering) statement(s *plan.Statement) {
	f := l.flow(s, s.Root)
	l.flows[s] = f
	if s.Sink != nil {
		f.Sink = l.sink(s.Sink)
	}
}

// flow builds the flow whose last operator is n, and those that meet in it.
func (l *lowering) flow(s *plan.Statement, n plan.Node) *Flow {
	ops := chain(n)
	f := &Flow{Statement: s, Leaf: ops[0], Stages: l.stages(s, ops[0].Props().Schema, ops[1:])}
	switch leaf := f.Leaf.(type) {
	case *plan.Scan:
		in, p := l.input(leaf)
		in.Flows = append(in.Flows, f)
		l.pipes[f] = p
	case *plan.Ref:
		up := l.flows[leaf.Statement]
		up.Flows = append(up.Flows, f)
		l.pipes[f] = l.pipe(up)
	case *plan.Values:
		p := &Pipeline{Name: s.Name, Flows: []*Flow{f}}
		l.job.Pipelines = append(l.job.Pipelines, p)
		l.pipes[f] = p
	case *plan.Join, *plan.SetOp:
		l.meeting(f, leaf)
	default:
		panic(unhandled(leaf))
	}
	return f
}

// meeting builds the flows that meet in op, whose result out is.
func (l *lowering) meeting(out *Flow, op plan.Node) {
	m := &Meeting{Op: op, Name: l.stateName(out.Statement, op), Out: out}
	out.From = m
	if j, ok := op.(*plan.Join); ok {
		m.Way = l.ways[j]
	}
	for i, in := range op.Inputs() {
		side := l.flow(out.Statement, in)
		side.Into, side.Side = m, i
		m.Sides = append(m.Sides, side)
		if p := l.pipe(side); i == 0 {
			l.pipes[out] = p
		} else {
			l.unite(l.pipe(out), p)
		}
	}
}

// stateName is the name of an operator's state, which no other of the statement has.
func (l *lowering) stateName(s *plan.Statement, op plan.Node) string {
	what := "join"
	if _, ok := op.(*plan.SetOp); ok {
		what = "rows"
	}
	name := s.Name + "." + what
	for n := 2; l.named[name]; n++ {
		name = fmt.Sprintf("%s.%s%d", s.Name, what, n)
	}
	l.named[name] = true
	return name
}

// pipe is the pipeline of a flow.
func (l *lowering) pipe(f *Flow) *Pipeline { return l.pipes[f] }

// unite makes one pipeline of two whose rows meet.
func (l *lowering) unite(p, other *Pipeline) {
	if p == other {
		return
	}
	p.Inputs = append(p.Inputs, other.Inputs...)
	p.Flows = append(p.Flows, other.Flows...)
	for f, at := range l.pipes {
		if at == other {
			l.pipes[f] = p
		}
	}
	l.job.Pipelines = slices.DeleteFunc(l.job.Pipelines, func(x *Pipeline) bool { return x == other })
}

func (l *lowering) sink(s *plan.Sink) *Sink {
	out, ok := l.sinks[s.Target]
	if !ok {
		out = &Sink{Sink: s, Index: len(l.job.Sinks)}
		l.sinks[s.Target] = out
		l.job.Sinks = append(l.job.Sinks, out)
		return out
	}
	// Another statement into the same target: the same connector, perhaps another key.
	return &Sink{Sink: s, Index: out.Index}
}

// input is the input that reads a source, and its pipeline.
func (l *lowering) input(scan *plan.Scan) (*Input, *Pipeline) {
	in, ok := l.ins[scan.Source]
	if !ok {
		in = &Input{Source: scan.Source, Time: scan.Props().Time, EventTime: l.job.Logical.Times[scan.Source]}
		l.ins[scan.Source] = in
		l.job.Pipelines = append(l.job.Pipelines, &Pipeline{Name: scan.Source.Name, Inputs: []*Input{in}})
	}
	if scan.Props().Time.EventTime { // another scan may have no use for the time
		in.Time = scan.Props().Time
	}
	for _, c := range scan.Columns {
		in.read(c)
	}
	for _, p := range l.job.Pipelines {
		if slices.Contains(p.Inputs, in) {
			return in, p
		}
	}
	panic("bug: physical: an input without a pipeline")
}

// chain lists the operators of a plan from its leaf, or from the operator in which several inputs meet, to its root.
func chain(n plan.Node) []plan.Node {
	in := n.Inputs()
	if len(in) != 1 {
		return []plan.Node{n}
	}
	return append(chain(in[0]), n)
}

func (l *lowering) stages(s *plan.Statement, input plan.Schema, ops []plan.Node) []*Stage {
	var out []*Stage
	cur := &Stage{Input: input}
	for _, op := range ops {
		cur.Ops = append(cur.Ops, op)
		if t := keeps(s, op); t != nil {
			cur.Tables = append(cur.Tables, t)
		}
		if a, ok := op.(*plan.Aggregate); ok {
			name := s.Name + ".groups"
			if a.Window != nil {
				name = s.Name + ".window"
			}
			cur.Table = &Table{Name: name, Agg: a, Form: l.windowForm(a)}
			out = append(out, cur)
			cur = &Stage{Input: a.Props().Schema}
		}
	}
	return append(out, cur)
}
