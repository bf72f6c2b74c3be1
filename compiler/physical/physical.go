package physical

import (
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/source"
)

// Job is a whole application, decided.
type Job struct {
	Name      string
	File      *source.File
	Logical   *plan.Job
	Pipelines []*Pipeline
	Sinks     []*Sink // distinct sinks, in statement order
	// DivisionByZeroFails is division.by.zero = error: the row is rejected instead of the result being NULL.
	DivisionByZeroFails bool
	// MaxCardinality caps the label sets of each annotated metric; empty: the runtime's default.
	MaxCardinality string
	// StateDir is the folder where state is kept, and CheckpointInterval how often it is saved; empty: in memory, and the runtime's default.
	StateDir, CheckpointInterval string
	// Linger is how long results wait for company; empty: the runtime's default.
	Linger string
	// Workers is the most workers that annotations ask for; 0: as many as there are processors.
	Workers int
}

// Pipeline is a set of sources whose rows meet, run by one kind of task. Most have one input; a SELECT without FROM has none, and its one flow
// stands in Flows.
type Pipeline struct {
	Name        string // of the only source, of the statement where several meet
	Inputs      []*Input
	Flows       []*Flow // of a pipeline without inputs
	Parallelism Parallelism
	Why         string // the reason for the parallelism, for EXPLAIN
}

// Input is one source of a pipeline with all flows that its rows enter.
type Input struct {
	Source  *catalog.Source
	Columns []int // positions in Source.Schema that some flow reads, ascending: the decoded row
	Flows   []*Flow
	Time    plan.Time
	// EventTime computes the declared event time of a row, over all columns of the source; nil where a column holds it.
	EventTime expr.Expr
	// RowTime is the event time of every decoded row, an expression over Scan's columns, where windows follow it or records take it along;
	// nil: nobody asks for it, or windows disagree and each follows its own.
	RowTime expr.Expr
	Windows bool // something follows RowTime as it passes: a window, a join, the order in which inputs are merged
	// TimeScan is the scan whose columns RowTime reads.
	TimeScan *plan.Scan
	NeedKey  bool // some flow reads the record key
	// First is set where rows of other inputs look up what is in this one: its rows go first.
	First bool
}

// Merged tells whether the rows of several inputs meet.
func (p *Pipeline) Merged() bool { return len(p.Inputs) > 1 }

// Roots are the flows of all inputs.
func (p *Pipeline) Roots() []*Flow {
	out := p.Flows
	for _, in := range p.Inputs {
		out = append(out, in.Flows...)
	}
	return out
}

// Parallelism mirrors rt.Parallelism.
type Parallelism uint8

// The choices.
const (
	Ordered Parallelism = iota // also where there is no source, and so nothing to share
	ByChunk
	AtEnd
)

func (p Parallelism) String() string {
	return [...]string{"several workers decode, rows are applied in order", "several workers, merged chunk by chunk in order", "several workers, merged at the end"}[p]
}

// Flow is the way of rows from a leaf of a statement's plan to its end, or to where they meet those of another flow.
type Flow struct {
	Statement *plan.Statement
	// Leaf is what the rows come from: a Scan, a Ref, a Values, or the operator of a Meeting.
	Leaf plan.Node
	// Stages are the operators from the leaf upwards, cut behind each stateful one: a stage's operators run in one piece of
	// straight-line code.
	Stages []*Stage
	// Into is where the rows meet others, and Side as which of its inputs; nil: the flow ends with the statement's rows.
	Into  *Meeting
	Side  int
	From  *Meeting // whose result the rows are; nil: they are those of a source or a statement
	Sink  *Sink    // nil: none
	Flows []*Flow  // statements that read this one's rows
	// Changes is set where the rows at the end of the flow are changes, insertions and deletions.
	Changes bool
	// Timed tells that this statement, or one that reads it, asks for the event time of the input's rows.
	Timed bool
}

// Meeting is an operator with several inputs: a join or a set operation. Its result goes on as Out.
type Meeting struct {
	Op    plan.Node
	Way   JoinWay // of a join
	Name  string  // of its state: <statement>.<what>
	Sides []*Flow
	Out   *Flow
	Bound // of its state, if it has one
	// Changes is set where its rows are changes.
	Changes bool
}

// Stage is a run of operators up to and including a stateful one, or up to the end of the flow.
type Stage struct {
	Input plan.Schema // of the rows that enter
	Ops   []plan.Node // bottom up; only the last can be stateful (Aggregate)
	Table *Table      // state of the last operator; nil for the final stage
	// Changes is set where the rows that enter are changes.
	Changes bool
	// Tables are the states of the other operators that keep rows, in the order of Ops.
	Tables []*Table
}

// Table is one piece of keyed state.
type Table struct {
	Name string // stable: <statement>.<what>
	// Agg is the operator that keeps it; nil for an operator of another kind.
	Agg *plan.Aggregate
	// Op is that operator, of any kind.
	Op   plan.Node
	Form WindowForm // of an aggregate with a window
	Bound
}

// WindowForm says how the windows of an aggregate are kept.
type WindowForm uint8

// The forms.
const (
	NoWindow    WindowForm = iota
	Tumbling               // each in one pane
	Sliced                 // put together of panes when they close
	Overlapping            // each row is added to all windows that it is in
	Sessions               // by group
	Counted                // of rows, by group
)

// Sink is a connector instance that one or more flows write to.
type Sink struct {
	*plan.Sink
	Index int
}
