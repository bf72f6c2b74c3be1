package rt

// Bounded is a Source that knows whether it ends by itself. A source without this method is taken for bounded when its Progress
// knows a total. Stopping a bounded source early leaves its result incomplete; stopping an unbounded one is how it ends.
type Bounded interface {
	Bounded() bool
}

// Replayable is a Source that knows whether its rows can be read again from a position. A source without this method can be.
type Replayable interface {
	Replayable() bool
}

// Placed is a Source whose partitions begin somewhere before their first row is read. Places tells where those that it has begin.
type Placed interface {
	Places() map[int32]Position
}

// Metered is a Task with metrics of its own. The engine calls FlushMetrics where the task's results take their place in the order
// of all results: for a worker when it is merged, for a root after each call.
type Metered interface {
	FlushMetrics()
}

// Holding is a Task whose open windows are made of rows that a restart has to read again. Held calls note with the position of the
// first such row in each partition, for each window; the engine commits no position beyond.
type Holding interface {
	Held(note func(part int32, from Position))
}

// Pending is a Ledger that may have something to store before any row is read: where a source begins that starts at the end. Otherwise a
// restart before the first row would skip what came meanwhile.
type Pending interface {
	Pending() bool
}
