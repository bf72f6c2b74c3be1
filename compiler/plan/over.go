package plan

import (
	"slices"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// SortKey is one key of an order.
type SortKey struct {
	E          expr.Expr
	Desc       bool
	NullsFirst bool
}

// FrameUnit says what a frame counts.
type FrameUnit uint8

// The units: single rows, distances of the ORDER BY value, groups of rows with equal values.
const (
	FrameRows FrameUnit = iota
	FrameRange
	FrameGroups
)

func (u FrameUnit) String() string { return [...]string{"ROWS", "RANGE", "GROUPS"}[u] }

// FrameBound is one end of a frame. Neither Unbounded nor Offset means the current row.
type FrameBound struct {
	Unbounded bool
	Following bool
	Offset    expr.Expr // a literal: INTEGER, or for RANGE a distance of the ORDER BY value; nil: none
}

// Frame is the part of a partition that a call sees.
type Frame struct {
	Unit       FrameUnit
	Start, End FrameBound
}

// OverEmit says when the rows of ROWS WINDOW BUFFER are shown.
type OverEmit uint8

// The modes: each row as it comes, or all of a buffer when it is full.
const (
	EveryRecord OverEmit = iota
	OnBufferFull
)

// WindowSpec is what several calls over one window have in common.
type WindowSpec struct {
	Partition []expr.Expr
	Order     []SortKey
	Frame     Frame
	// Buffer is the number of rows of ROWS WINDOW BUFFER, of which the last ones are kept in each partition; 0: the frame decides.
	Buffer int64
	Emit   OverEmit
	Expire time.Duration // a partition without rows for so long is forgotten; 0: never
	// Top is how many rows of each partition there are in the result, by their ROW_NUMBER, as top-rows has found; 0: all.
	Top int64
}

// Call is one function over a window.
type Call struct {
	Name        string
	Sig         int
	Aggregate   bool // an aggregate rather than a function of windows
	Args        []expr.Expr
	Distinct    bool
	IgnoreNulls bool
	Filter      expr.Expr
	Col         types.Col
	At          source.Span
}

// Over adds to each row the results of calls over rows around it.
type Over struct {
	Op
	WindowSpec
	In    Node
	Calls []Call
	Names []string // of the columns that are added
}

// Inputs is In.
func (o *Over) Inputs() []Node { return []Node{o.In} }

// NewOver adds calls over one window to the rows of in. A row gets its values when it comes, unless it has to wait for rows that follow
// it, or can be overtaken by one that belongs before it: then earlier results are withdrawn, except over input that ends.
func NewOver(in Node, spec WindowSpec, calls []Call, names []string, at source.Span) *Over {
	o := &Over{Op: Op{P: *in.Props(), At: at}, WindowSpec: spec, In: in, Calls: calls, Names: names}
	o.P.Schema = slices.Clone(o.P.Schema)
	for i, c := range calls {
		o.P.Schema = append(o.P.Schema, Column{Name: names[i], Col: c.Col, At: c.At})
	}
	switch when := o.When(); {
	case when == TopRows && o.Top == 1:
		o.P.Mode, o.P.Key = Upsert, o.partitionColumns()
		if o.P.Key == nil {
			o.P.Mode = Retract
		}
	case when == Unsettled, when == NeverWhole, when == TopRows:
		o.P.Mode, o.P.Key = Retract, nil
	}
	o.P.Delayed = o.P.Delayed || o.delays()
	return o
}

// partitionColumns are the positions of the columns by which the rows are parted; nil if it is not by columns alone.
func (o *Over) partitionColumns() []int {
	key := []int{}
	for _, p := range o.Partition {
		c, ok := p.(*expr.Column)
		if !ok {
			return nil
		}
		key = append(key, c.Index)
	}
	return key
}

// SortAt says when a Sort knows its order.
type SortAt uint8

// The moments: when the input ends; when a window closes; as the event time advances; never, so that the first rows are kept up to date.
const (
	AtInputEnd SortAt = iota
	PerWindow
	AsTimePasses
	KeepTop
)

func (s SortAt) String() string {
	return [...]string{"at the end of the input", "when a window closes", "as event time advances", "kept up to date"}[s]
}

// Sort orders rows.
type Sort struct {
	Op
	In   Node
	Keys []SortKey
	When SortAt
}

// Inputs is In.
func (s *Sort) Inputs() []Node { return []Node{s.In} }

// NewSort orders the rows of in.
func NewSort(in Node, keys []SortKey, when SortAt, at source.Span) *Sort {
	s := &Sort{Op: Op{P: *in.Props(), At: at}, In: in, Keys: keys, When: when}
	switch when {
	case KeepTop:
		s.P.Mode = Retract
	case AtInputEnd:
		s.P.Delayed = true
	}
	return s
}

// WindowKind is a way to cut time, or rows, into windows.
type WindowKind uint8

// The kinds of window.
const (
	Tumbling WindowKind = iota
	Hopping             // of one size, one each Advance
	Session             // until Size passes without a row
	Cumulate            // growing by Advance up to Size
)

func (k WindowKind) String() string {
	return [...]string{"tumbling", "hopping", "session", "cumulating"}[k]
}

// Map is s with its expressions replaced.
func (s WindowSpec) Map(f func(expr.Expr) expr.Expr) WindowSpec {
	s.Partition = mapAll(s.Partition, f)
	s.Order = MapKeys(s.Order, f)
	return s
}

// MapKeys are sort keys with their expressions replaced.
func MapKeys(keys []SortKey, f func(expr.Expr) expr.Expr) []SortKey {
	var out []SortKey
	for _, k := range keys {
		k.E = f(k.E)
		out = append(out, k)
	}
	return out
}

// MapCalls are calls with their expressions replaced.
func MapCalls(calls []Call, f func(expr.Expr) expr.Expr) []Call {
	var out []Call
	for _, c := range calls {
		c.Args = mapAll(c.Args, f)
		if c.Filter != nil {
			c.Filter = f(c.Filter)
		}
		out = append(out, c)
	}
	return out
}
