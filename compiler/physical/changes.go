package physical

import (
	"slices"
	"strconv"

	"github.com/velostream/veloc/compiler/plan"
)

// changes decides where rows go on as changes, insertions and deletions, rather than as insertions alone: where they can be replaced or
// withdrawn, and what follows has to know. An aggregate that only feeds a sink which keeps the newest row of each key need not say what it
// showed before.
type changes struct{ seen map[*Flow]bool }

// Changing marks the stages of flows into which rows come as changes, and the flows and meetings that hand them on so.
func markChanges(flows []*Flow) {
	c := &changes{seen: map[*Flow]bool{}}
	eachFlow(flows, func(f *Flow) { c.flow(f) })
}

// flow tells whether the leaf of a flow has to hand on changes.
func (c *changes) flow(f *Flow) bool {
	if c.seen[f] {
		return f.Stages[0].Changes
	}
	c.seen[f] = true
	wanted := c.end(f)
	f.Changes = wanted && c.endMode(f) != plan.Append
	for i := len(f.Stages) - 1; i >= 0; i-- {
		st := f.Stages[i]
		for _, op := range slices.Backward(st.Ops) {
			wanted = below(op, wanted)
		}
		st.Changes = wanted && c.inputMode(f, i) != plan.Append
	}
	return f.Stages[0].Changes
}

// below tells whether an operator wants its input as changes, given whether its own rows are wanted so.
func below(op plan.Node, wanted bool) bool {
	switch op.(type) {
	case *plan.Filter, *plan.Project, *plan.Limit, *plan.Unnest:
		return wanted
	}
	return true // what keeps rows takes them back
}

// end tells whether what follows a flow wants changes.
func (c *changes) end(f *Flow) bool {
	if m := f.Into; m != nil {
		m.Changes = c.flow(m.Out)
		if s, ok := m.Op.(*plan.SetOp); ok && s.Kind == plan.Union && s.All {
			return m.Changes
		}
		if j, ok := m.Op.(*plan.Join); ok && (WayOf(j) == Lookup && f.Side == 0 || WayOf(j) == Temporal) { // versions only ever come
			return m.Changes
		}
		return true
	}
	wanted := f.Sink != nil && sinkTakesChanges(f)
	for _, child := range f.Flows {
		if c.flow(child) {
			wanted = true
		}
	}
	return wanted
}

// sinkTakesChanges tells whether a flow's sink has to be told of deletions: where it writes them, and where rows can be withdrawn for good.
func sinkTakesChanges(f *Flow) bool {
	root := f.Statement.Root
	switch Changelog(f.Sink, root) {
	case OpColumn, Debezium:
		return true
	case Tombstones:
		return Withdraws(root)
	}
	return Vanishes(root)
}

// Vanishes tells whether rows of a plan can disappear for good, not counting those that a condition hides.
func Vanishes(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Filter, *plan.Project, *plan.Distinct, *plan.Limit:
		return Vanishes(n.Inputs()[0])
	case *plan.Aggregate:
		return n.P.Mode == plan.Retract || n.P.Mode != plan.Append && n.In.Props().Mode != plan.Append // the last row of a group can go
	case *plan.Join:
		return n.P.Mode != plan.Append && WayOf(n) == Update
	case *plan.Ref:
		return n.P.Mode != plan.Append && Vanishes(n.Statement.Root)
	}
	return n.Props().Mode == plan.Retract
}

// Withdraws tells whether rows of a plan that replaces rows can disappear for good: its operators withdraw them, or a condition over them stops
// being true.
func Withdraws(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Filter:
		return n.In.Props().Mode != plan.Append
	case *plan.Project:
		return Withdraws(n.In)
	case *plan.Ref:
		return n.Props().Mode != plan.Append && Withdraws(n.Statement.Root)
	}
	return Vanishes(n)
}

// BatchOf is how many rows share a showing of the groups that they change, in an aggregate that ends stage i of a flow; 0: each row shows its own.
func BatchOf(f *Flow, i int) int {
	if f.Sink == nil || i != len(f.Stages)-2 || f.Stages[i].Changes {
		return 0
	}
	n, _ := strconv.Atoi(f.Sink.Target.Prop("emit.batch.rows", "0"))
	a := f.Stages[i].Table.Agg
	if a.Window != nil || a.Emit != plan.EmitChanges || f.Stages[i+1].Changes {
		return 0
	}
	return n
}

// Encoding is how a sink writes rows that can be replaced or withdrawn.
type Encoding uint8

// The encodings. Newest: every row stands for its key until the next one; deletions cannot be written. Tombstones: a record without value
// deletes its key. OpColumn: a column says whether the row is inserted or deleted. Debezium: before, after and op.
const (
	Newest Encoding = iota
	Tombstones
	OpColumn
	Debezium
)

// Changelog is how a sink writes the rows of a plan. The terminal shows deletions where there are any.
func Changelog(s *Sink, root plan.Node) Encoding {
	if s.Target.Connector == "table_sink" { // which is what changes lead to
		return Tombstones
	}
	switch s.Target.Prop("changelog", "") {
	case "op":
		return OpColumn
	case "debezium":
		return Debezium
	}
	switch {
	case s.Target.Connector == "kafka_sink" && len(s.Key) > 0:
		return Tombstones
	case s.Target.Connector == "stdout_sink" && Vanishes(root):
		return OpColumn
	}
	return Newest
}

func (c *changes) endMode(f *Flow) plan.Mode {
	if f.Into != nil {
		return f.Into.Op.Inputs()[f.Side].Props().Mode
	}
	return f.Statement.Root.Props().Mode
}

// inputMode is the mode of the rows that enter a stage.
func (c *changes) inputMode(f *Flow, i int) plan.Mode {
	if i == 0 {
		return f.Leaf.Props().Mode
	}
	before := f.Stages[i-1].Ops
	return before[len(before)-1].Props().Mode
}
