package plan

import (
	"slices"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// JoinKind says which rows a join puts out.
type JoinKind uint8

// The kinds of join. Mark and Single come from subqueries: Mark adds a BOOLEAN column that tells whether the left row has a partner,
// Single adds the columns of the one partner, or NULL, and fails a row that has several.
const (
	InnerJoin JoinKind = iota
	LeftJoin
	RightJoin
	FullJoin
	SemiJoin
	AntiJoin
	MarkJoin
	SingleJoin
)

func (k JoinKind) String() string {
	return [...]string{"inner", "left", "right", "full", "semi", "anti", "mark", "single"}[k]
}

// JoinForm says what a row waits for, and what it meets.
type JoinForm uint8

// The forms of join.
const (
	// StreamJoin keeps rows of both sides until their time bound has passed.
	StreamJoin JoinForm = iota
	// LookupJoin lets a row of the left meet what the table on the right holds when it comes.
	LookupJoin
	// TemporalJoin lets a row of the left meet what the table on the right held at the row's time (FOR SYSTEM_TIME AS OF).
	TemporalJoin
	// AsOfJoin lets a row of the left meet the nearest row of the right that the condition allows.
	AsOfJoin
	// TableJoin follows the changes of both sides.
	TableJoin
)

func (f JoinForm) String() string {
	return [...]string{"stream", "lookup", "temporal", "as-of", "table"}[f]
}

// TimeBound limits how far the times of two rows that meet are apart: Right - Left is in [Lower, Upper]. A side without limit has
// its Has unset. Left reads the left row, Right the right row.
type TimeBound struct {
	Left, Right        expr.Expr
	Lower, Upper       time.Duration
	HasLower, HasUpper bool
}

// Closed tells whether both sides are limited, so that rows need not be kept for ever.
func (b *TimeBound) Closed() bool { return b != nil && b.HasLower && b.HasUpper }

// JoinSpec is what a join does besides reading its inputs.
type JoinSpec struct {
	Kind JoinKind
	Form JoinForm
	// LeftKeys[i] over the left row equals RightKeys[i] over the right row.
	LeftKeys, RightKeys []expr.Expr
	// Bound is nil where time does not matter.
	Bound *TimeBound
	// SameWindow is set where only rows of one window meet.
	SameWindow *Window
	// Cond is what else must be TRUE, over the columns of the left followed by those of the right; nil: nothing.
	Cond expr.Expr
	// AsOf is the time of a temporal join, over the left row; of an as-of join the comparison that picks the nearest row, over both.
	AsOf expr.Expr
	// NullAware is set where a NULL makes the answer NULL rather than false: NOT IN, and quantified comparisons.
	NullAware bool
	// TTL is how long rows are kept in a join of streams without a time bound.
	TTL time.Duration
	// Name is the column of a mark.
	Name string
	// Missing says what becomes of a row of the left that finds no partner in a lookup, beyond what Kind says.
	Missing Missing
	// Defaults are columns of the right, by name, that such a row has with DefaultMissing.
	Defaults []Named
}

// Missing says what becomes of rows of a lookup without partner.
type Missing uint8

// As the kind of the join says; they fail; they have Defaults in place of NULLs.
const (
	KindMissing Missing = iota
	FailMissing
	DefaultMissing
)

// Join joins two inputs. Its columns are those of the left, then those of the right; semi and anti joins have only the left's, a mark
// join adds its mark.
type Join struct {
	Op
	JoinSpec
	Left, Right Node
}

// Inputs are left and right.
func (j *Join) Inputs() []Node { return []Node{j.Left, j.Right} }

// NewJoin joins left and right.
//
// A stream join with a bound, or a time for which rows are kept, only adds rows: one without partner is shown once, with NULLs, when its time has passed. A lookup adds rows
// as the left does. A join of tables follows both: an inner one replaces rows where its inputs do, an outer one also withdraws the row
// with NULLs that a partner comes to replace. The time of a row is the later of its two sides'.
func NewJoin(left, right Node, spec JoinSpec, at source.Span) *Join {
	j := &Join{Op: Op{At: at}, JoinSpec: spec, Left: left, Right: right}
	l, r := left.Props(), right.Props()
	j.P = Props{Time: Time{Column: -1, EventTime: l.Time.EventTime, Bound: l.Time.Bound, Idle: l.Time.Idle, MaxFuture: l.Time.MaxFuture}}
	if spec.Form == StreamJoin {
		j.P.Time.EventTime = l.Time.EventTime && r.Time.EventTime
		j.P.Time.Bound = max(l.Time.Bound, r.Time.Bound)
		if spec.Kind != InnerJoin && spec.Kind != SemiJoin { // rows without partner are shown when their wait is over
			j.P.Time.Bound += spec.wait()
		}
	} else {
		j.P.Time.Column = l.Time.Column
	}
	j.P.Schema = joinSchema(l.Schema, r.Schema, spec)
	j.P.Mode = joinMode(l, r, spec)
	j.P.Bounded = l.Bounded && (r.Bounded || spec.Form == LookupJoin || spec.Form == TemporalJoin)
	if j.P.Mode != Retract && spec.Form != StreamJoin {
		j.P.Key = slices.Clone(l.Key)
	}
	return j
}

// wait is how long a row of a join of streams waits for partners at most; 0 where nothing limits it.
func (s *JoinSpec) wait() time.Duration {
	if s.Bound.Closed() {
		return max(s.Bound.Upper, -s.Bound.Lower, 0)
	}
	return s.TTL
}

func joinSchema(l, r Schema, spec JoinSpec) Schema {
	out := slices.Clone(l)
	switch spec.Kind {
	case SemiJoin, AntiJoin:
		return out
	case MarkJoin:
		return append(out, Column{Name: spec.Name, Col: types.Col{Type: types.TBoolean, Nullable: spec.NullAware}})
	}
	out = append(out, r...)
	for i := range out {
		onLeft := i < len(l)
		if spec.Kind == FullJoin || onLeft && spec.Kind == RightJoin || !onLeft && (spec.Kind == LeftJoin || spec.Kind == SingleJoin) {
			out[i].Col.Nullable = true
		}
	}
	return out
}

func joinMode(l, r *Props, spec JoinSpec) Mode {
	switch {
	case spec.Form == LookupJoin || spec.Form == TemporalJoin:
		return l.Mode
	case l.Bounded && r.Bounded && l.Mode == Append && r.Mode == Append:
		return Append
	case spec.Form == StreamJoin && l.Mode == Append && r.Mode == Append:
		if spec.Bound.Closed() || spec.TTL > 0 || spec.Kind == InnerJoin || spec.Kind == SemiJoin {
			return Append
		}
		return Retract
	case spec.Form == AsOfJoin && r.Mode == Append:
		return l.Mode
	case spec.Kind != InnerJoin && spec.Kind != SemiJoin:
		return Retract
	}
	return max(l.Mode, r.Mode, Upsert)
}

// SetOpKind is a set operation.
type SetOpKind uint8

// The set operations.
const (
	Union SetOpKind = iota
	Intersect
	Except
)

func (k SetOpKind) String() string { return [...]string{"Union", "Intersect", "Except"}[k] }

// SetOp puts the rows of two inputs together. Columns correspond by position and have equal types; names are those of the left.
type SetOp struct {
	Op
	Kind        SetOpKind
	All         bool
	Left, Right Node
	// Of is what the SQL says where it does not say UNION ALL: "HOP", "GROUPING SETS"; else "".
	Of string
	// UpdateKey are the columns by which rows of a union that the SQL does not name replace each other.
	UpdateKey []int
}

// Inputs are left and right.
func (s *SetOp) Inputs() []Node { return []Node{s.Left, s.Right} }

// NewSetOp puts left and right together. UNION and INTERSECT only add rows where both inputs do; EXCEPT may have to withdraw one while
// its inputs have not ended.
func NewSetOp(kind SetOpKind, all bool, left, right Node, at source.Span) *SetOp {
	s := &SetOp{Op: Op{At: at}, Kind: kind, All: all, Left: left, Right: right}
	l, r := left.Props(), right.Props()
	s.P = Props{Time: l.Time, Bounded: l.Bounded && r.Bounded}
	if l.Time.Column != r.Time.Column || l.Time.EventTime != r.Time.EventTime {
		s.P.Time.Column = -1
	}
	s.P.Time.EventTime = l.Time.EventTime && r.Time.EventTime
	s.P.Time.Bound = max(l.Time.Bound, r.Time.Bound)
	s.P.Schema = slices.Clone(l.Schema)
	for i := range s.P.Schema {
		null := s.P.Schema[i].Col.Nullable
		switch kind {
		case Union:
			null = null || r.Schema[i].Col.Nullable
		case Intersect:
			null = null && r.Schema[i].Col.Nullable
		}
		s.P.Schema[i].Col.Nullable = null
		s.P.Schema[i].Qualifier = ""
	}
	if l.Mode != Append || r.Mode != Append || kind == Except && !s.P.Bounded {
		s.P.Mode = Retract
	}
	return s
}

// NewUnion is UNION ALL of several plans that a construct of another name stands for. Rows of different inputs never replace each other:
// key tells apart those of one.
func NewUnion(of string, inputs []Node, key []int, at source.Span) Node {
	out := inputs[0]
	for _, in := range inputs[1:] {
		out = newUnion(of, out, in, key, at)
	}
	return out
}

func newUnion(of string, left, right Node, key []int, at source.Span) *SetOp {
	s := NewSetOp(Union, true, left, right, at)
	s.Of, s.UpdateKey = of, key
	if s.P.Mode = max(left.Props().Mode, right.Props().Mode); key != nil {
		s.P.Key = key
	}
	return s
}

// Unnest adds to each row of In the elements of an array, one row for each. Outer keeps rows whose array is empty or NULL.
type Unnest struct {
	Op
	In         Node
	Array      expr.Expr // ARRAY or MAP over the input row
	Ordinality bool      // adds the position of the element, from 1
	Outer      bool
	Names      []string // of the added columns
}

// Inputs is In.
func (u *Unnest) Inputs() []Node { return []Node{u.In} }

// NewUnnest adds the elements of array.
func NewUnnest(in Node, array expr.Expr, names []string, ordinality, outer bool, at source.Span) *Unnest {
	u := &Unnest{Op: Op{P: *in.Props(), At: at}, In: in, Array: array, Ordinality: ordinality, Outer: outer, Names: names}
	u.P.Schema = slices.Clone(u.P.Schema)
	u.P.Key = nil
	for i, c := range ElementColumns(array.Col().Type, ordinality) {
		c.Nullable = c.Nullable || outer
		u.P.Schema = append(u.P.Schema, Column{Name: names[i], Col: c})
	}
	return u
}

// ElementColumns are the types of the columns that UNNEST makes of a value.
func ElementColumns(t types.Type, ordinality bool) []types.Col {
	var out []types.Col
	switch {
	case t.Kind == types.Array && t.Elem.Kind == types.Struct:
		for _, f := range t.Elem.Fields {
			c := f.Col
			c.Nullable = true
			out = append(out, c)
		}
	case t.Kind == types.Array:
		out = append(out, types.Col{Type: *t.Elem, Nullable: true})
	case t.Kind == types.Map:
		out = append(out, types.Col{Type: *t.Key}, types.Col{Type: *t.Elem, Nullable: true})
	}
	if ordinality {
		out = append(out, types.Col{Type: types.TInteger})
	}
	return out
}

// Map is s with its expressions replaced: those over the left row by left, over the right row by right, over both by both.
func (s JoinSpec) Map(left, right, both func(expr.Expr) expr.Expr) JoinSpec {
	s.LeftKeys, s.RightKeys = mapAll(s.LeftKeys, left), mapAll(s.RightKeys, right)
	if s.Bound != nil {
		b := *s.Bound
		b.Left, b.Right = left(b.Left), right(b.Right)
		s.Bound = &b
	}
	if s.Cond != nil {
		s.Cond = both(s.Cond)
	}
	switch {
	case s.AsOf == nil:
	case s.Form == TemporalJoin:
		s.AsOf = left(s.AsOf)
	default:
		s.AsOf = both(s.AsOf)
	}
	return s
}

func mapAll(list []expr.Expr, f func(expr.Expr) expr.Expr) []expr.Expr {
	var out []expr.Expr
	for _, e := range list {
		out = append(out, f(e))
	}
	return out
}
