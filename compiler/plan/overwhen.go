package plan

import (
	"github.com/velostream/veloc/compiler/expr"
)

// OverWhen says when the rows of an Over get their results, which is what it has to keep.
type OverWhen uint8

// The moments.
const (
	AtOnce       OverWhen = iota // when the row comes
	InArrival                    // in the order of arrival, when the rows have come that it waits for
	InTime                       // in the order of event time, when that has passed the row
	WholeInput                   // when the input has ended
	WholeWindow                  // when the window has closed that the partition belongs to
	FullBuffer                   // when the buffer is full
	SortedBuffer                 // when the row comes, among the rows of an ordered buffer
	Unsettled                    // never for good: a later row can change them
	NeverWhole                   // never: they need a partition that does not end
	TopRows                      // when the row comes; the first rows of each partition are kept up to date
	TopAtEnd                     // when the input has ended; the first rows of each partition are kept until then
)

func (w OverWhen) String() string {
	return [...]string{"at once", "when the following rows have come", "as event time advances", "at the end of the input", "when a window closes", "when the buffer is full",
		"at once", "kept up to date", "never", "kept up to date", "at the end of the input"}[w]
}

// When tells when rows get their results.
func (o *Over) When() OverWhen {
	switch when := o.whenOfAll(); {
	case o.Top == 0:
		return when
	case when == WholeInput:
		return TopAtEnd
	}
	return TopRows
}

// whenOfAll tells when rows get their results if all are asked for.
func (o *Over) whenOfAll() OverWhen {
	in := o.In.Props()
	whole := o.wholePartition()
	switch {
	case o.Buffer > 0 && in.Mode != Append:
		return Unsettled
	case o.Buffer > 0 && o.Emit == OnBufferFull:
		return FullBuffer
	case o.Buffer > 0 && len(o.Order) > 0:
		return SortedBuffer
	case o.Buffer > 0:
		return AtOnce
	case in.Mode != Append:
		return Unsettled
	case o.perWindow() && !in.Delayed:
		return WholeWindow
	case in.Bounded && whole:
		return WholeInput
	case whole:
		return NeverWhole
	case o.inArrivalOrder() && o.waits():
		return InArrival
	case o.inArrivalOrder():
		return AtOnce
	case o.inTimeOrder() && !in.Delayed:
		return InTime
	case in.Bounded:
		return WholeInput
	}
	return Unsettled
}

// delays tells whether rows go on later than their time.
func (o *Over) delays() bool {
	switch o.When() {
	case WholeInput, TopAtEnd, InArrival, FullBuffer:
		return true
	case InTime:
		return o.waits()
	}
	return false
}

// wholePartition tells whether some result needs all rows of the partition.
func (o *Over) wholePartition() bool {
	for _, c := range o.Calls {
		switch c.Name {
		case "NTILE", "PERCENT_RANK", "CUME_DIST":
			return true
		case "LAG", "LEAD":
			if n, known := c.Distance(); !known || c.IgnoreNulls && n < 0 {
				return true
			}
		case "ROW_NUMBER", "RANK", "DENSE_RANK", "CONDITIONAL_CHANGE_EVENT", "EXPONENTIAL_MOVING_AVERAGE":
		default:
			end := o.Frame.End
			peers := end.Offset == nil && !end.Unbounded && o.Frame.Unit != FrameRows && len(o.Order) == 0
			if end.Unbounded && end.Following || peers || o.Frame.Start.Unbounded && c.keepsFrame() {
				return true
			}
		}
	}
	return false
}

// keepsFrame tells whether a result over a frame that begins with the first row needs all rows of it.
func (c *Call) keepsFrame() bool {
	if c.Name != "NTH_VALUE" {
		return false
	}
	_, known := c.Nth()
	return !known
}

// Distance is how many rows a LAG looks back, below zero for those ahead; known is false unless it is a constant.
func (c *Call) Distance() (n int64, known bool) {
	n = 1
	if len(c.Args) > 1 {
		l, ok := c.Args[1].(*expr.Lit)
		if !ok {
			return 0, false
		}
		if n, ok = l.Val.(int64); !ok {
			return 0, false
		}
	}
	if c.Name == "LEAD" {
		n = -n
	}
	return n, true
}

// Nth is the row that NTH_VALUE asks for; known is false unless it is a constant above zero.
func (c *Call) Nth() (n int64, known bool) {
	l, ok := c.Args[1].(*expr.Lit)
	if !ok {
		return 0, false
	}
	n, ok = l.Val.(int64)
	return n, ok && n > 0
}

// Framed tells whether a call looks at the rows of the frame.
func (c *Call) Framed() bool {
	switch c.Name {
	case "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE":
		return true
	}
	return c.Aggregate
}

// waits tells whether some result needs rows behind its own.
func (o *Over) waits() bool { return o.Ahead() > 0 || o.aheadByValue() }

// Ahead is how many rows behind its own a row waits for.
func (o *Over) Ahead() (rows int64) {
	for _, c := range o.Calls {
		if n, known := c.Distance(); (c.Name == "LAG" || c.Name == "LEAD") && known {
			rows = max(rows, -n)
		}
		if end := o.Frame.End; c.Framed() && o.Frame.Unit == FrameRows && end.Following && end.Offset != nil {
			rows = max(rows, Whole(end.Offset))
		}
	}
	return rows
}

// aheadByValue tells whether some frame reaches to rows that are ahead by a distance or by groups.
func (o *Over) aheadByValue() bool {
	for _, c := range o.Calls {
		if c.Framed() && o.Frame.Unit != FrameRows && o.Frame.End.Following && o.Frame.End.Offset != nil {
			return true
		}
	}
	return false
}

// Whole is the value of a literal number of rows.
func Whole(e expr.Expr) int64 {
	n, _ := e.(*expr.Lit).Val.(int64)
	return n
}

// inArrivalOrder tells whether rows are taken as they come.
func (o *Over) inArrivalOrder() bool {
	if len(o.Order) == 0 {
		return true
	}
	m, ok := o.Order[0].E.(*expr.Meta)
	return ok && m.Field == expr.MetaTimestamp && !o.Order[0].Desc
}

// inTimeOrder tells whether rows are taken in the order of event time.
func (o *Over) inTimeOrder() bool {
	if len(o.Order) == 0 || o.Order[0].Desc {
		return false
	}
	switch k := o.Order[0].E.(type) {
	case *expr.Meta:
		return k.Field == expr.MetaEventTime
	case *expr.Column:
		in := o.In.Props()
		if in.Time.EventTime && k.Index == in.Time.Column {
			return true
		}
		w, end := windowBound(o.In, k.Index)
		return w != nil && (end || w.Kind == Tumbling || w.Kind == Hopping) && w.Rows == 0
	}
	return false
}

// perWindow tells whether a partition has rows of one window only, which come together when it closes.
func (o *Over) perWindow() bool {
	for _, p := range o.Partition {
		if c, ok := p.(*expr.Column); ok {
			if w, _ := windowBound(o.In, c.Index); w != nil && w.Kind != Session && w.Rows == 0 {
				return true
			}
		}
	}
	return false
}

// windowBound tells whether a column of n is the start or the end of the window that the row is the result of; w is nil if not.
func windowBound(n Node, col int) (w *Window, end bool) {
	switch n := n.(type) {
	case *Aggregate:
		if n.Window == nil || n.Emit != EmitFinal || col < len(n.Keys) || col > len(n.Keys)+1 {
			return nil, false
		}
		return n.Window, col == len(n.Keys)+1
	case *Project:
		if c, ok := n.Exprs[col].(*expr.Column); ok {
			return windowBound(n.In, c.Index)
		}
	case *Filter:
		return windowBound(n.In, col)
	case *Over:
		if col < len(n.In.Props().Schema) {
			return windowBound(n.In, col)
		}
	case *Ref:
		return windowBound(n.Statement.Root, col)
	}
	return nil, false
}
