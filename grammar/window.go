package grammar

import "time"

// WindowKind is the kind of a time window.
type WindowKind uint8

const (
	// Tumbling windows have one size and do not overlap.
	Tumbling WindowKind = iota
	// Sliding windows have a size and start every Advance; HOP and HOPPING are
	// other names for it.
	Sliding
	// Session windows end after a Gap without rows.
	Session
	// Cumulate windows grow by Advance up to Size.
	Cumulate
)

// String is the canonical name.
func (k WindowKind) String() string {
	return [...]string{"TUMBLING", "SLIDING", "SESSION", "CUMULATE"}[k]
}

// Window is WINDOW kind(arguments).
type Window struct {
	node
	// Word is the kind as written: TUMBLING, TUMBLE, SLIDING, HOP, HOPPING,
	// SESSION or CUMULATE.
	Word *Ident `parser:"'WINDOW' @@"`
	// Args are the arguments as written.
	Args []*WindowArg `parser:"'(' @@ ( ',' @@ )* ')'"`

	Kind WindowKind
	// Time is the time column, or nil for the default.
	Time Expr
	// Size is the length of a window, or the gap of a session.
	Size *DurationArg
	// Advance is the step of a sliding or cumulating window, else nil.
	Advance *DurationArg
	// Offset is how far behind multiples of the size, or of the advance, windows begin; or nil.
	Offset *DurationArg
	// Zone is the time zone of windows of days and months, or "".
	Zone string
	// Keys are the partition keys of a session window.
	Keys []Expr
	// Rows is the size of a window that counts rows, WINDOW TUMBLING(100 ROWS), and RowsStep the rows from one window to the
	// next; else 0.
	Rows, RowsStep int64
}

// WindowArg is one argument of a window: SIZE 5 MINUTES, 5m, ts, INTERVAL '5' MINUTE, OFFSET 8h, TIME ZONE 'Europe/Berlin'.
type WindowArg struct {
	node
	Zone     string       `parser:"( (?= 'TIME' 'ZONE' String ) 'TIME' 'ZONE' @String ) |"`
	Word     string       `parser:"@( ( 'SIZE' | 'GAP' | 'ADVANCE' 'BY' | 'HOP' 'BY' | 'TIMEOUT' | 'OFFSET' ) (?= Number | Duration | String | 'INTERVAL' ) )?"`
	Duration *DurationArg `parser:"( @@"`
	Expr     Expr         `parser:"| @@ )"`
}

// DurationArg is a duration in any spelling: 5m, 500ms, 5 (seconds), 5 MINUTES,
// '5' (seconds), INTERVAL '5' MINUTE, INTERVAL 5 MINUTES.
type DurationArg struct {
	node
	Interval bool `parser:"@( (?= 'INTERVAL' ( '-' | Number | Duration | String ) ) 'INTERVAL' )?"`
	// Text is the number as written, without quotes; for 5m the whole of it.
	Text string `parser:"@( '-'? ( Number | Duration ) | String )"`
	// Unit is the unit as written, or "".
	Unit string `parser:"( (?! 'INACTIVITY' ) @Ident )?"`

	// Value is the length of time.
	Value time.Duration
	// Months is the number of months of 3 MONTHS or 1 YEAR, which have no fixed length; else 0.
	Months int64
	// Rows is the number of 100 ROWS, which is no length of time; else 0.
	Rows int64

	resolved bool
}

// NamedWindow is name AS (specification) of a WINDOW clause.
type NamedWindow struct {
	node
	Name *Ident    `parser:"@@"`
	Spec *OverSpec `parser:"'AS' '(' @@ ')'"`
}

// Named is WINDOW name AS (…), ….
type Named struct {
	node
	Windows []*NamedWindow `parser:"(?= 'WINDOW' ( Ident | QuotedIdent ) 'AS' ) 'WINDOW' @@ ( ',' @@ )*"`
}

// Over is OVER name or OVER (specification).
type Over struct {
	node
	Name *Ident    `parser:"'OVER' ( @@"`
	Spec *OverSpec `parser:"| '(' @@ ')' )"`
}

// OverSpec is the inside of OVER (…), in the classic form and in that of
// ROWS WINDOW BUFFER. Its parts may come in any order, each at most once.
type OverSpec struct {
	node
	// Base is the named window that this one extends, or nil.
	Base  *Ident      `parser:"( (?! 'ROWS' | 'RANGE' | 'GROUPS' | 'PARTITION' | 'EMIT' | 'EXPIRE' ) @@ )?"`
	Parts []*OverPart `parser:"@@*"`

	// Buffer is the number of rows of ROWS WINDOW BUFFER n ROWS, as written, or "".
	Buffer      string
	PartitionBy []Expr
	OrderBy     *OrderBy
	// Frame is nil for the default frame.
	Frame *Frame
	// Emit is the EMIT part, or nil for every record.
	Emit   *OverEmit
	Expire *OverExpire
}

// OverPart is one part of an OverSpec; exactly one field is set.
type OverPart struct {
	node
	Buffer      string      `parser:"  'ROWS' 'WINDOW' 'BUFFER' @Number 'ROWS'?"`
	PartitionBy []Expr      `parser:"| 'PARTITION' 'BY' @@ ( ',' @@ )*"`
	OrderBy     *OrderBy    `parser:"| @@"`
	Frame       *Frame      `parser:"| @@"`
	Emit        *OverEmit   `parser:"| @@"`
	Expire      *OverExpire `parser:"| @@"`
}

// Frame is ROWS|RANGE|GROUPS BETWEEN start AND end, or with one bound.
type Frame struct {
	node
	// Unit is ROWS, RANGE or GROUPS, in upper case.
	Unit  string      `parser:"@( 'ROWS' | 'RANGE' | 'GROUPS' )"`
	Start *FrameBound `parser:"( 'BETWEEN' @@"`
	End   *FrameBound `parser:"  'AND' @@"`
	Only  *FrameBound `parser:"| @@ )"`
}

// FrameBound is one end of a frame.
type FrameBound struct {
	node
	// Unbounded, CurrentRow, or Offset says where; Following says in which direction.
	Unbounded  bool `parser:"( @'UNBOUNDED'"`
	CurrentRow bool `parser:"| @( 'CURRENT' 'ROW' )"`
	Offset     Expr `parser:"| @@ )"`
	Following  bool `parser:"( 'PRECEDING' | @'FOLLOWING' )?"`
}

// OverEmit is EMIT [EVERY RECORD | ON BUFFER FULL | CHANGES | FINAL].
type OverEmit struct {
	node
	EveryRecord  bool `parser:"'EMIT' ( @( 'EVERY' 'RECORD' )"`
	OnBufferFull bool `parser:"| @( 'ON' 'BUFFER' 'FULL' )"`
	Changes      bool `parser:"| @'CHANGES'"`
	Final        bool `parser:"| @'FINAL' )?"`
}

// OverExpire is EXPIRE AFTER NEVER, or EXPIRE AFTER duration INACTIVITY.
type OverExpire struct {
	node
	Never bool         `parser:"'EXPIRE' 'AFTER' ( @'NEVER'"`
	After *DurationArg `parser:"| @@ ) 'INACTIVITY'?"`
}
