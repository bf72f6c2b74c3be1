package oracle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// window is a random WINDOW clause, or adds a window to the keys.
func (q *query) window(keys *[]string) string {
	time := "_event_time"
	if q.time != "" && !chance(q.r, 6) {
		time = q.time
	}
	span := func(seconds int) string { return fmt.Sprintf("INTERVAL '%d' SECOND", seconds) }
	size := pick(q.r, 10, 60, 7, 3600, 90)
	sessions := q.style == windowed && chance(q.r, 4) // whose CHANGES withdraw rows
	switch {
	case sessions:
		if chance(q.r, 3) {
			*keys = append(*keys, "SESSION("+time+", "+span(size)+")")
			return ""
		}
		return "\nWINDOW SESSION(" + time + ", " + span(size) + ")"
	case chance(q.r, 3):
		advance := pick(q.r, 10, 7, 30, 60)
		size := advance * pick(q.r, 1, 2, 3, 5)
		if chance(q.r, 3) {
			size += q.r.Intn(advance)
		}
		if chance(q.r, 2) {
			*keys = append(*keys, "HOP("+time+", "+span(advance)+", "+span(size)+")")
			return ""
		}
		return "\nWINDOW " + pick(q.r, "SLIDING", "HOPPING") + "(" + time + ", " + span(size) + ", " + span(advance) + ")"
	case chance(q.r, 6):
		step := pick(q.r, 10, 7, 60)
		return "\nWINDOW CUMULATE(" + time + ", " + span(step) + ", " + span(step*pick(q.r, 1, 2, 4)) + ")"
	case chance(q.r, 8):
		rows := 1 + q.r.Intn(6)
		if chance(q.r, 2) {
			return fmt.Sprintf("\nWINDOW HOPPING(%d ROWS, %d ROWS)", rows, 1+q.r.Intn(rows))
		}
		return fmt.Sprintf("\nWINDOW TUMBLING(%d ROWS)", rows)
	case chance(q.r, 2):
		*keys = append(*keys, "TUMBLE("+time+", "+span(size)+")")
		return ""
	}
	return "\nWINDOW TUMBLING(" + time + ", " + span(size) + ")"
}

// cutter evaluates an aggregate over windows: row by row, with every window that a row is in.
type cutter struct {
	m      *machine
	n      *plan.Aggregate
	w      *plan.Window
	out    *output
	open   []*group         // of all windows that there have been, in the order of their first rows
	counts map[string]int64 // rows of each group so far, for windows of rows
	// changes tells that each row shows its windows.
	changes bool
}

func (m *machine) inWindows(n *plan.Aggregate, in *output) *output {
	x := &cutter{m: m, n: n, w: n.Window, out: &output{doubt: in.doubt}, counts: map[string]int64{}, changes: n.Emit == plan.EmitChanges && !m.net}
	own := &follower{bound: n.In.Props().Time.Bound, limit: m.now + int64(n.In.Props().Time.MaxFuture)}
	for _, e := range in.events {
		v := m.env(e)
		var at, watermark int64
		var keys []any
		var f fed
		_, failed := attempt(func() any {
			var ok bool
			if at, ok = v.eval(x.w.Time).(int64); !ok {
				fail("the row has no time")
			}
			if watermark = e.watermark; !isEventTime(x.w.Time) {
				watermark = own.see(at)
			}
			keys = groupKeys(n, v)
			f = feed(v, n.Aggs)
			return nil
		})
		x.out.doubt = x.out.doubt || e.maybe || v.doubt
		if !failed {
			x.row(at, watermark, keys, f, e)
		}
	}
	x.end()
	return x.out
}

func isEventTime(e expr.Expr) bool {
	_, ok := e.(*expr.Meta)
	return ok
}

// groupKeys are the values of GROUP BY.
func groupKeys(n *plan.Aggregate, v *env) (keys []any) {
	for _, k := range n.Keys {
		x := v.eval(k)
		if f, ok := x.(float64); ok && f == 0 {
			x = 0.0 // -0 is in the group of 0
		}
		keys = append(keys, x)
	}
	return keys
}

// row adds a row to its windows.
func (x *cutter) row(at, watermark int64, keys []any, f fed, e event) {
	if x.w.Rows > 0 {
		x.count(at, keys, f, e)
		return
	}
	if x.w.Late == plan.UpdateLate && !x.changes {
		x.fire(watermark)
	}
	took := x.take(at, watermark, keys, f, e)
	if !took && x.w.Late == plan.MoveLate {
		x.take(watermark-int64(x.w.Lateness), watermark, keys, f, e)
	}
}

// over tells whether the time t, with the lateness that is allowed, lies at or before the watermark.
func (x *cutter) over(t, watermark int64) bool {
	return watermark != math.MinInt64 && t+int64(x.w.Lateness) <= watermark
}

func (x *cutter) take(at, watermark int64, keys []any, f fed, e event) bool {
	if x.w.Kind == plan.Session {
		return x.session(at, watermark, keys, f)
	}
	took := false
	for _, b := range around(x.w, at) {
		if x.over(b[1], watermark) {
			continue
		}
		took = true
		g := x.find(keys, b[0], b[1])
		g.rows = append(g.rows, f)
		switch {
		case x.changes:
			x.out.show(x.n, g, e)
		case x.w.Late == plan.UpdateLate && watermark != math.MinInt64 && b[1] <= watermark:
			g.shown = true
			x.out.show(x.n, g, e)
		}
	}
	return took
}

// around are the windows that a time is in, found by trying all that could be.
func around(w *plan.Window, at int64) (out [][2]int64) {
	zone := time.UTC
	if w.Zone != "" {
		zone, _ = time.LoadLocation(w.Zone)
	}
	first, every := 1, w.Advance
	if every == 0 || w.Kind == plan.Cumulate {
		every = w.Size
	}
	if w.Zone != "" && every%(7*24*time.Hour) == 0 {
		first = 5 // a Monday
	}
	// begin is when the window begins that is n units behind the first one.
	begin := func(n int64) int64 {
		var wall time.Time
		switch {
		case w.Months > 0:
			wall = time.Date(1970, 1+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		case w.Zone != "":
			wall = time.Date(1970, 1, first+int(n), 0, 0, 0, 0, time.UTC)
		default:
			return n + int64(w.Offset)
		}
		return instantOf(wall.Add(w.Offset), zone)
	}
	size, advance, unit := int64(w.Size), int64(w.Advance), int64(1)
	switch {
	case w.Months > 0:
		size, advance, unit = w.Months, w.MonthsBy, int64(27*24*time.Hour)
	case w.Zone != "":
		size, advance, unit = size/int64(24*time.Hour), advance/int64(24*time.Hour), int64(23*time.Hour)
	}
	if advance == 0 {
		advance = size
	}
	grows := w.Kind == plan.Cumulate
	by := advance
	if grows {
		by = size
	}
	guess := at - int64(w.Offset)
	if unit > 1 {
		if w.Months > 0 {
			t := time.Unix(0, at).UTC()
			guess = int64(t.Year()-1970)*12 + int64(t.Month()) - 1
		} else {
			guess = floorDiv(at, int64(24*time.Hour))
		}
	}
	for n := floorDiv(guess-size, by)*by - by; n <= guess+2*by+2; n += by {
		start := begin(n)
		if start > at {
			break
		}
		if !grows {
			if end := begin(n + size); at < end {
				out = append(out, [2]int64{start, end})
			}
			continue
		}
		for k := advance; k <= size; k += advance {
			if end := begin(n + k); at < end {
				out = append(out, [2]int64{start, end})
			}
		}
	}
	return out
}

// instantOf is when clocks in a zone first show a time or a later one.
func instantOf(wall time.Time, zone *time.Location) int64 {
	t := wall.Add(-36 * time.Hour)
	shows := func(t time.Time) time.Time {
		_, east := t.In(zone).Zone()
		return t.Add(time.Duration(east) * time.Second)
	}
	low, high := int64(0), int64(72*3600)
	for low < high {
		mid := (low + high) / 2
		if shows(t.Add(time.Duration(mid) * time.Second)).Before(wall) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return t.Add(time.Duration(low) * time.Second).UnixNano()
}

func (x *cutter) find(keys []any, start, end int64) *group {
	id := identity(append([]any{start, end}, keys...))
	for _, g := range x.open {
		if g.id == id {
			return g
		}
	}
	g := &group{id: id, keys: keys, start: start, end: end}
	x.open = append(x.open, g)
	return g
}

// session adds a row to the sessions that it belongs to, and makes one of them.
func (x *cutter) session(at, watermark int64, keys []any, f fed) bool {
	gap := int64(x.w.Size)
	id := identity(keys)
	var mine []*group
	for _, g := range x.open {
		if last := g.end - gap; g.id == id && !x.over(g.end+1, watermark) && at >= g.start-gap && at <= last+gap {
			mine = append(mine, g)
		}
	}
	if len(mine) == 0 {
		if x.over(at+gap+1, watermark) {
			return false
		}
		x.open = append(x.open, &group{id: id, keys: keys, start: at, end: at + gap, rows: []fed{f}})
		return true
	}
	one := mine[0] // that whose first row came first
	slices.SortFunc(mine, func(a, b *group) int { return cmp.Compare(a.start, b.start) })
	start, end := at, at+gap
	var rows []fed
	for _, g := range mine {
		start, end = min(start, g.start), max(end, g.end)
		rows = append(rows, g.rows...)
	}
	x.open = slices.DeleteFunc(x.open, func(g *group) bool { return g != one && slices.Contains(mine, g) })
	one.start, one.end, one.rows = start, end, append(rows, f)
	return true
}

// count adds a row to the windows of rows that it is in.
func (x *cutter) count(at int64, keys []any, f fed, e event) {
	id := identity(keys)
	row := x.counts[id]
	x.counts[id]++
	for first := int64(0); first <= row; first += x.w.RowsStep {
		if row >= first+x.w.Rows {
			continue
		}
		g := x.find(append([]any{id}, keys...), first, first+x.w.Rows)
		if len(g.rows) == 0 {
			g.keys, g.times = keys, [2]int64{at, at}
		}
		g.rows, g.times[1] = append(g.rows, f), at
		if full := int64(len(g.rows)) == x.w.Rows; full || x.changes {
			g.shown = full
			x.out.show(x.n, g.timed(), e)
		}
	}
}

// timed is a window of rows with the times of its first and last row as its bounds.
func (g *group) timed() *group {
	t := *g
	t.start, t.end = g.times[0], g.times[1]
	return &t
}

// fire shows the windows that end at or before the watermark.
func (x *cutter) fire(watermark int64) {
	var due []*group
	for _, g := range x.open {
		if !g.shown && g.end <= watermark {
			due = append(due, g)
		}
	}
	sort.SliceStable(due, func(i, j int) bool { return due[i].end < due[j].end })
	for _, g := range due {
		g.shown = true
		x.out.show(x.n, g, event{watermark: g.end - 1})
	}
}

// end shows what has not been shown.
func (x *cutter) end() {
	switch {
	case x.changes:
	case x.w.Rows > 0:
		var order []string // groups in order of first appearance
		for _, g := range x.open {
			if id := identity(g.keys); !slices.Contains(order, id) {
				order = append(order, id)
			}
		}
		sort.SliceStable(x.open, func(i, j int) bool {
			a, b := x.open[i], x.open[j]
			return cmp.Or(cmp.Compare(slices.Index(order, identity(a.keys)), slices.Index(order, identity(b.keys))), cmp.Compare(a.start, b.start)) < 0
		})
		for _, g := range x.open {
			if !g.shown {
				x.out.show(x.n, g.timed(), event{watermark: math.MinInt64})
			}
		}
	default:
		x.fire(math.MaxInt64)
	}
}

// net is what is left of the rows of a changelog, JSON lines with an op column or in Debezium's form, when deletions are taken away.
func net(t *testing.T, log []string) []string {
	count := map[string]int{}
	note := func(row json.RawMessage, n int) {
		if len(row) > 0 && string(row) != "null" {
			count[string(row)] += n
		}
	}
	for _, l := range log {
		var d struct {
			Before, After json.RawMessage
			Op            string
		}
		if err := json.Unmarshal([]byte(l), &d); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		switch d.Op {
		case "insert":
			note(json.RawMessage(strings.TrimSuffix(l, `,"op":"insert"}`)+"}"), 1)
		case "delete":
			note(json.RawMessage(strings.TrimSuffix(l, `,"op":"delete"}`)+"}"), -1)
		default:
			note(d.Before, -1)
			note(d.After, 1)
		}
	}
	var out []string
	for row, n := range count {
		if n < 0 {
			t.Fatalf("%s is withdrawn more often than shown", row)
		}
		for range n {
			out = append(out, row)
		}
	}
	slices.Sort(out)
	return out
}

// TestWindowChanges checks that what is left of the changes of windows is what the evaluator says of them at the end of the input.
func TestWindowChanges(t *testing.T) {
	dir := filepath.Join("..", "window_sessions_changes")
	sql, err := os.ReadFile(filepath.Join(dir, "job.sql"))
	if err != nil {
		t.Fatal(err)
	}
	job, err := veloc.Check(filepath.Join(dir, "job.sql"), string(sql), veloc.Options{})
	if err != nil || job.Diagnostics.HasErrors() {
		t.Fatal(err, job.Diagnostics)
	}
	m := newMachine(dir, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).UnixNano(), needed(job.Logical))
	m.net = true
	m.run(job.Logical)
	for _, st := range job.Logical.Statements {
		have, err := os.ReadFile(filepath.Join(dir, "want", filepath.Base(st.Sink.Target.Prop("path", ""))))
		if err != nil {
			t.Fatal(err)
		}
		want := textsOf(lines(st, m.out[st]))
		slices.Sort(want)
		if got := net(t, contents(have)); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %v\nwant %v", st.Name, got, want)
		}
	}
}
