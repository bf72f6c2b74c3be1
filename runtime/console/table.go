package console

import (
	"bytes"
	"strings"
	"time"
)

const (
	firstRows = 1000        // that a table waits for to find its widths
	firstWait = time.Second // or for so long
	minWidth  = 8           // text columns are not cut below it
	gap       = "  "        // between columns
)

const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	plain = "\x1b[0m"
)

// table lays out rows. Widths only grow; when they do, the header is repeated.
type table struct {
	opt     Options
	width   func() int
	widest  []int // widest cell of each column so far
	widths  []int // as printed
	pending []byte
	rows    int64
	since   int64 // when the first pending row came, ns
	started bool  // the header was printed
	out     []byte
	cell    []byte
}

func newTable(o Options, width func() int) *table {
	t := &table{opt: o, width: width, widest: make([]int, len(o.Columns)), widths: make([]int, len(o.Columns))}
	for i, c := range o.Columns {
		t.cell = appendVisible(t.cell[:0], []byte(c.Name))
		t.widest[i] = displayWidth(t.cell)
	}
	return t
}

// add takes rows and returns what is to be printed now.
func (t *table) add(data []byte, rows int64) []byte {
	if len(data) == 0 {
		return nil
	}
	if len(t.pending) == 0 {
		t.since = t.opt.Clock.Now()
	}
	t.pending = append(t.pending, data...)
	t.rows += rows
	if t.started || t.rows >= firstRows || t.due() {
		return t.format()
	}
	return nil
}

// due tells whether pending rows have waited for long enough.
func (t *table) due() bool {
	return len(t.pending) > 0 && (t.started || t.opt.Clock.Now()-t.since >= int64(firstWait))
}

// finish returns the rest of the table; a table without rows has a header.
func (t *table) finish() []byte {
	if len(t.pending) == 0 && t.started {
		return nil
	}
	return t.format()
}

// format lays out the pending rows.
func (t *table) format() []byte {
	t.out = t.out[:0]
	t.eachCell(func(col int, cell []byte, null bool) {
		if col < len(t.widest) {
			t.widest[col] = max(t.widest[col], t.cellWidth(cell, null))
		}
	})
	if t.fit() || !t.started {
		t.header()
	}
	last := len(t.widths) - 1
	t.eachCell(func(col int, cell []byte, null bool) {
		if col > last {
			return
		}
		t.appendCell(col, cell, null)
		if col == last {
			t.endLine()
		}
	})
	t.pending, t.rows = t.pending[:0], 0
	return t.out
}

func (t *table) cellWidth(cell []byte, null bool) int {
	switch {
	case null && t.opt.Color:
		return len("NULL")
	case null:
		return 0
	}
	return displayWidth(cell)
}

// fit sets widths from widest so that a row fits the terminal, where cutting text can do it, and tells whether they changed.
func (t *table) fit() (changed bool) {
	widths := append([]int(nil), t.widest...)
	limit, total := t.width(), len(gap)*(len(widths)-1)
	for i, w := range widths {
		if limit > 0 && !t.opt.Columns[i].Numeric {
			widths[i] = min(w, max(limit, minWidth)) // so that the loop below is short even for huge cells
		}
		total += widths[i]
	}
	for limit > 0 && total > limit {
		wide := -1
		for i, w := range widths {
			if !t.opt.Columns[i].Numeric && w > minWidth && (wide < 0 || w > widths[wide]) {
				wide = i
			}
		}
		if wide < 0 {
			break
		}
		widths[wide]--
		total--
	}
	for i, w := range widths {
		changed = changed || w != t.widths[i]
	}
	t.widths = widths
	return changed
}

func (t *table) header() {
	if t.started {
		t.out = append(t.out, '\n')
	}
	t.started = true
	if t.opt.Color {
		t.out = append(t.out, bold...)
	}
	for i, c := range t.opt.Columns {
		t.cell = appendVisible(t.cell[:0], []byte(c.Name))
		t.appendText(i, t.cell)
	}
	t.out = bytes.TrimRight(t.out, " ")
	if t.opt.Color {
		t.out = append(t.out, plain...)
	}
	t.out = append(t.out, '\n')
	for i, w := range t.widths {
		if i > 0 {
			t.out = append(t.out, gap...)
		}
		t.out = append(t.out, strings.Repeat("─", w)...)
	}
	t.out = append(t.out, '\n')
}

func (t *table) appendCell(col int, cell []byte, null bool) {
	switch {
	case null && t.opt.Color:
		mark := len(t.out)
		t.appendText(col, []byte("NULL"))
		i := mark + bytes.Index(t.out[mark:], []byte("NULL"))
		rest := string(t.out[i+len("NULL"):])
		t.out = append(t.out[:i], faint+"NULL"+plain+rest...)
	case null:
		t.appendText(col, nil)
	default:
		t.appendText(col, cell)
	}
}

// appendText pads or cuts text to the width of its column.
func (t *table) appendText(col int, text []byte) {
	if col > 0 {
		t.out = append(t.out, gap...)
	}
	w, have := t.widths[col], displayWidth(text)
	if have > w {
		text, have = cut(text, w)
	}
	pad := max(w-have, 0)
	if t.opt.Columns[col].Numeric {
		t.out = append(t.out, spaces(pad)...)
		t.out = append(t.out, text...)
		return
	}
	t.out = append(t.out, text...)
	t.out = append(t.out, spaces(pad)...)
}

func (t *table) endLine() {
	t.out = append(bytes.TrimRight(t.out, " "), '\n')
}

const blanks = "                                                                "

func spaces(n int) string {
	if n <= len(blanks) {
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// eachCell calls f with every cell of the pending rows, made visible. The cell is valid until f returns.
func (t *table) eachCell(f func(col int, cell []byte, null bool)) {
	b := t.pending
	var raw []byte
	for len(b) > 0 {
		for col := 0; ; col++ {
			var n int
			var null bool
			raw, n, null = field(raw[:0], b)
			t.cell = appendVisible(t.cell[:0], raw)
			f(col, t.cell, null)
			end := n == len(b) || b[n] == '\n'
			b = b[min(n+1, len(b)):]
			if end {
				break
			}
		}
	}
}

// field reads the CSV cell at the start of b into dst. n is where its delimiter or newline stands.
func field(dst, b []byte) (cell []byte, n int, null bool) {
	if len(b) > 0 && b[0] == '"' {
		for n = 1; n < len(b); n++ {
			if b[n] == '"' {
				n++
				if n == len(b) || b[n] != '"' {
					break
				}
			}
			dst = append(dst, b[n])
		}
		return dst, n, false
	}
	n = bytes.IndexAny(b, ",\n")
	if n < 0 {
		n = len(b)
	}
	return append(dst, bytes.TrimSuffix(b[:n], []byte{'\r'})...), n, n == 0
}
