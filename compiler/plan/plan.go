package plan

import (
	"time"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// Job is a whole file, bound: its statements in order, later ones reading earlier ones through Ref.
type Job struct {
	Name       string // application name, or the file's base name
	File       *source.File
	Statements []*Statement
	// Times are the event times that declarations compute, over all columns of the source.
	Times map[*catalog.Source]expr.Expr
}

// Split tells whether j has statements that are parts of those of whole.
func (j *Job) Split(whole *Job) bool { return len(j.Statements) > len(whole.Statements) }

// Statement is one CREATE … AS, INSERT … SELECT or bare SELECT.
type Statement struct {
	Name    string // of the stream or table; of a bare SELECT "result", "result_2", …
	Table   bool   // CREATE TABLE rather than CREATE STREAM
	Part    bool   // a query that stands in the FROM of the statements behind it, and keeps state; it is read as a table is
	Root    Node   // the query, without its sink
	Sink    *Sink  // nil when the result is only read by later statements
	Key     []int  // positions in the root's schema: the PRIMARY KEY columns, else the GROUP BY columns; nil: no key
	Metrics []*Metric
	At      source.Span
	Begins  source.Span   // where it begins in the file; empty
	Grows   bool          // its author accepts state that grows without bound
	TTL     time.Duration // groups and distinct rows are forgotten when no row has come to them for so long; 0: never
}

// Sink says where a statement's rows go.
type Sink struct {
	Target *catalog.Sink
	Key    []int // positions in the root's schema that make the record key; PRIMARY KEY columns, else the GROUP BY columns
	At     source.Span
}

// MetricKind is the Prometheus type of an annotated metric.
type MetricKind uint8

// The metric kinds.
const (
	Counter MetricKind = iota
	Gauge
	Histogram
)

func (k MetricKind) String() string { return [...]string{"counter", "gauge", "histogram"}[k] }

// Metric is one @metric block, bound against the statement's output schema.
type Metric struct {
	Name       string
	Kind       MetricKind
	Help       string
	Labels     []MetricLabel
	Condition  expr.Expr // BOOLEAN over the output row, or nil
	Value      expr.Expr // numeric over the output row; nil for a counter that counts rows
	Buckets    []float64 // histogram: ascending upper bounds
	SampleRate float64   // 0 < rate <= 1
	At         source.Span
}

// MetricLabel is one label of a metric.
type MetricLabel struct {
	Name  string // Prometheus label name: a dotted path with dots turned into underscores
	Value expr.Expr
}

// Column is one column of a node's output.
type Column struct {
	Name      string
	Qualifier string // alias or name of the relation it came from; empty for computed columns
	Col       types.Col
	At        source.Span // where the SQL declares or computes it; zero for columns that a file told of
}

// Schema is an ordered list of columns.
type Schema []Column

// Mode says what a node's output rows mean.
type Mode uint8

// Changelog modes: rows only ever added; rows that replace the earlier one of the same key; rows that can also be withdrawn.
const (
	Append Mode = iota
	Upsert
	Retract
)

func (m Mode) String() string { return [...]string{"append", "upsert", "retract"}[m] }

// Time says how rows of a node carry event time.
type Time struct {
	Column    int           // position of the event-time column, or -1: no column shows the time that the row carries
	Bound     time.Duration // watermark = max event time - Bound
	Idle      time.Duration // a partition without rows for so long no longer holds the watermark; 0: never excluded
	MaxFuture time.Duration // a row further ahead of the clock does not move the watermark
	EventTime bool          // declared event time; false means arrival time
}

// Props are the four properties every node derives.
type Props struct {
	Schema  Schema
	Key     []int // positions of the columns that rows are partitioned and, in Upsert mode, replaced by; nil: none
	Time    Time
	Mode    Mode
	Delayed bool // rows come later than their time, in no order of it: when others have come, or at the end of the input
	Bounded bool // the input ends
}

// Node is one logical operator. The set is sealed: Scan, Ref, Values, Filter, Project, Aggregate, Distinct, Limit, Join, SetOp, Over, Sort,
// Unnest.
type Node interface {
	Props() *Props
	Inputs() []Node
	Span() source.Span
	node()
}

// Op is what every operator carries.
type Op struct {
	P  Props
	At source.Span
}

// Props are the derived properties.
func (o *Op) Props() *Props { return &o.P }

// Span is the clause that the operator comes from.
func (o *Op) Span() source.Span { return o.At }
func (o *Op) node()             {}

// Scan reads a source. Its schema holds all columns of the source until prune-columns removes those that nothing reads;
// Columns maps schema positions to positions in Source.Schema.
type Scan struct {
	Op
	Source   *catalog.Source
	Alias    string
	Columns  []int
	Timeless bool // nothing reads the time of the rows, as place-time has found: they need no event time and no watermark
}

// Inputs of a Scan: none.
func (*Scan) Inputs() []Node { return nil }

// Ref reads the rows that an earlier statement of the file produces.
type Ref struct {
	Op
	Statement *Statement
	Alias     string
}

// Inputs of a Ref: none; the statement is a root of its own.
func (*Ref) Inputs() []Node { return nil }

// Values is a SELECT without FROM: one row without columns, once; or VALUES: the given rows, of expressions without columns.
type Values struct {
	Op
	Rows [][]expr.Expr // nil: the one row without columns
}

// Inputs of a Values: none.
func (*Values) Inputs() []Node { return nil }

// Filter keeps rows for which Cond is TRUE.
type Filter struct {
	Op
	In      Node
	Cond    expr.Expr
	Having  bool  // came from HAVING (for printing)
	NonNull []int // columns that cannot be NULL in the rows that pass, as narrow-nulls has found; not nullable in the schema
}

// Inputs is In.
func (f *Filter) Inputs() []Node { return []Node{f.In} }

// Project computes one output column per expression; names are in the schema.
type Project struct {
	Op
	In    Node
	Exprs []expr.Expr
}

// Inputs is In.
func (p *Project) Inputs() []Node { return []Node{p.In} }

// Emit says when an aggregate shows its groups.
type Emit uint8

// The emission modes.
const (
	EmitFinal   Emit = iota // once: when the window closes, or when a bounded input ends
	EmitChanges             // the group's new row after every input row that changes it
)

func (e Emit) String() string { return [...]string{"FINAL", "CHANGES"}[e] }

// Window cuts rows into windows [start, end). Those of a length of time are aligned to the epoch plus Offset; see [WindowKind]. Lateness keeps
// a window open that much longer.
type Window struct {
	Kind     WindowKind
	Size     time.Duration // the gap of a session
	Advance  time.Duration // hopping and cumulating
	Offset   time.Duration
	Zone     string // whose days and months are meant; empty: lengths of time, and months of UTC
	Months   int64  // > 0: windows of so many calendar months instead of a length of time
	MonthsBy int64  // months between the beginnings of two such windows, or by which they grow
	Rows     int64  // > 0: windows of so many rows of a group instead of a length of time
	RowsStep int64  // rows between the beginnings of two such windows
	Lateness time.Duration
	Late     LateRows
	Rest     time.Duration // open windows are shown when no row has come for so long; 0: never
	Time     expr.Expr     // TIMESTAMP over the input row
	At       source.Span
}

// Calendar tells whether windows follow days or months of a calendar, which have no fixed length.
func (w *Window) Calendar() bool { return w.Zone != "" || w.Months > 0 }

// LateRows says what becomes of rows whose windows have closed.
type LateRows uint8

// The strategies: they are dropped; set aside in the dead-letter queue; added to their window, whose result is shown again, within the allowed
// lateness; added to the oldest window that is open.
const (
	DropLate LateRows = iota
	LetterLate
	UpdateLate
	MoveLate
)

func (l LateRows) String() string {
	return [...]string{"dropped", "set aside", "shown again", "moved to the oldest open window"}[l]
}

// Aggregate groups rows by Keys (none: one group) within Window (nil: over everything so far). Output columns: the keys, then
// window_start and window_end if there is a window, then one per Agg.
type Aggregate struct {
	Op
	In     Node
	Keys   []expr.Expr
	Window *Window
	Aggs   []Agg
	Emit   Emit
}

// Agg is one aggregate function call.
type Agg struct {
	Name     string // registry name: COUNT, SUM, …
	Sig      int    // overload
	Args     []expr.Expr
	Distinct bool
	Filter   expr.Expr // FILTER (WHERE …), or nil
	OrderBy  []SortKey // order of the rows: WITHIN GROUP (ORDER BY …), or ORDER BY behind the arguments
	// IgnoreNulls and RespectNulls are set where the SQL says so.
	IgnoreNulls, RespectNulls bool
	Col                       types.Col // result
	At                        source.Span
}

// Inputs is In.
func (a *Aggregate) Inputs() []Node { return []Node{a.In} }

// Distinct passes the first of equal rows.
type Distinct struct {
	Op
	In Node
	On []int // the columns that make rows equal; nil: all
}

// Columns are the positions of the columns that make rows equal.
func (d *Distinct) Columns() []int {
	if d.On != nil {
		return d.On
	}
	out := make([]int, len(d.P.Schema))
	for i := range out {
		out[i] = i
	}
	return out
}

// Inputs is In.
func (d *Distinct) Inputs() []Node { return []Node{d.In} }

// Limit passes N rows after the first Offset ones and then ends the job's input.
type Limit struct {
	Op
	In     Node
	N      int64 // -1: all
	Offset int64
}

// Inputs is In.
func (l *Limit) Inputs() []Node { return []Node{l.In} }
