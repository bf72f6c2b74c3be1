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
	// Workers is the most workers that annotations ask for; 0: as many as there are processors.
	Workers int
}

// Pipeline is one source (nil: a SELECT without FROM) with all flows that its rows enter, run by one kind of task.
type Pipeline struct {
	Name        string
	Source      *catalog.Source
	Columns     []int // positions in Source.Schema that some flow reads, ascending: the decoded row
	Flows       []*Flow
	Parallelism Parallelism
	Why         string // the reason for the parallelism, for EXPLAIN
	Time        plan.Time
	// EventTime computes the declared event time of a row, over all columns of the source; nil where a column holds it.
	EventTime expr.Expr
	// RowTime is the event time of every decoded row, an expression over Scan's columns, where windows follow it or records take it along;
	// nil: nobody asks for it, or windows disagree and each follows its own.
	RowTime expr.Expr
	Windows bool // some window follows RowTime
	// TimeScan is the scan whose columns RowTime reads.
	TimeScan *plan.Scan
	NeedKey  bool // some flow reads the record key
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

// Flow is the way of rows through one statement.
type Flow struct {
	Statement *plan.Statement
	// Stages are the statement's operators from its input upwards, cut behind each stateful one: a stage's operators run in one
	// piece of straight-line code.
	Stages []*Stage
	Sink   *Sink   // nil: none
	Flows  []*Flow // statements that read this one's rows
	// Timed tells that this statement, or one that reads it, asks for the event time of the pipeline's rows.
	Timed bool
}

// Stage is a run of operators up to and including a stateful one, or up to the end of the statement.
type Stage struct {
	Input plan.Schema // of the rows that enter
	Ops   []plan.Node // bottom up; only the last can be stateful (Aggregate)
	Table *Table      // state of the last operator; nil for the final stage
}

// Table is one piece of keyed state.
type Table struct {
	Name string // stable: <statement>.<what>
	// Agg is the operator that keeps it.
	Agg *plan.Aggregate
}

// Sink is a connector instance that one or more flows write to.
type Sink struct {
	*plan.Sink
	Index int
}
