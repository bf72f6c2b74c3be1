package rt

// Job is a compiled application, as generated code describes it to the engine.
type Job struct {
	Name        string
	Version     string // of the application, from its header
	Description string // of the application, from its header
	Owner       string // whom to ask about it, from its header
	SQLFile     string // base name
	Plan        string // EXPLAIN text
	Pipelines   []Pipeline
	Sinks       []SinkSpec
	Workers     int      // the most workers per pipeline that the SQL asks for; 0: as many as there are processors
	Options     []Option // every property that --config can override
}

// Pipeline is a set of sources whose rows meet, with everything that is computed from them by one root task. Most have one source.
type Pipeline struct {
	Inputs      []Input
	Task        func(env *Env) (Task, error)
	Parallelism Parallelism // Ordered where there are several inputs
	// Rebuilt is set where all results are those of windows that are shown once. Their state need not be saved: see Holding.
	Rebuilt bool
}

// Input is one source of a pipeline.
type Input struct {
	Source    string // name in the SQL
	Connector string // "file_source", for --help and --check
	New       func(env *Env) (Source, Ledger, error)
	Time      TimeSpec
	OnError   FailureSpec
	// Table is set for what rows of other inputs look up. Each run reads all of it, so nothing of it is committed.
	Table bool
}

// SinkSpec is one sink.
type SinkSpec struct {
	Name      string
	Connector string // "file_sink", for --help and --check
	New       func(env *Env) (Sink, error)
}

// TimeSpec says how the watermark follows event time. Durations in ns.
type TimeSpec struct {
	EventTime bool  // false: no window depends on time
	Bound     int64 // watermark = max event time - Bound
	Idle      int64 // 0: partitions are never excluded
	MaxFuture int64 // a row further ahead of the clock does not move the watermark
}

// FailureSpec names the failure strategy of an input's rows. The engine reads its properties from Env when it starts, as
// '<source>.failure_strategy', '<source>.dead.letter.queue.path', '<source>.max_retries' and '<source>.retry_backoff'; an entry
// of Job.Options with that key gives the default.
type FailureSpec struct {
	Strategy string // LogAndContinue (also if empty), FailBatch, SendToDLQ, RetryWithBackoff
	Source   string
	Late     bool // the dead-letter queue takes late rows, too
	// DeadLetter makes the dead-letter queue of SendToDLQ and of late rows where that is not a file; nil: the file '<source>.dead.letter.queue.path'.
	DeadLetter func(env *Env) (DeadLetter, error)
}

// Option documents one property that a built job can be given at start.
type Option struct {
	Key     string // "trades.path"
	Default string // as compiled; ${…} unresolved, so that secrets stay outside
	Doc     string
}

// Opt describes a property.
func Opt(key, def, doc string) Option { return Option{Key: key, Default: def, Doc: doc} }
