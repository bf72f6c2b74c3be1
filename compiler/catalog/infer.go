package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/types"
)

// evidence is what a sample showed of one column. See docs/design/schema-inference.md for the rules.
type evidence struct {
	name                     string
	csv                      bool
	nulls, values            int
	bools, ints, fixed, exps int
	dates, times             int
	texts, objects, arrays   int
	big                      bool // an integer that does not fit 64 bits
	digits                   int  // most digits before the point
	least, most              int  // fewest and most digits after it
	fixedTexts               int  // JSON strings that hold a number with decimals
	leastInText, mostInText  int
	digitsInText             int
	keys                     []string
	fields                   map[string]*evidence
	elem                     *evidence
	firstText                string
	firstTextRow             int
}

// found is one inferred column.
type found struct {
	name string
	typ  types.Type
	seen string // what the type was concluded from
	warn string // why it is only a guess; empty if it is not
	none bool   // no value was seen
}

var (
	integerText = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	fixedText   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)\.([0-9]+)$`)
	expText     = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?[eE][+-]?[0-9]+$`)
	dateText    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	timeText    = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?$`)
)

// inferColumns concludes columns from a sample. Every column can be NULL: what a sample lacks, later rows may have.
func inferColumns(s *sample) []found {
	var all []*evidence
	if s.cells != nil || s.header != nil {
		all = s.csvEvidence()
	} else {
		all = s.jsonEvidence()
	}
	out := make([]found, len(all))
	for i, e := range all {
		out[i] = e.conclude()
	}
	return out
}

func (s *sample) csvEvidence() []*evidence {
	names := s.header
	if names == nil {
		for i := range s.cells[0] {
			names = append(names, fmt.Sprintf("column_%d", i+1))
		}
	}
	all := make([]*evidence, len(names))
	for i, n := range names {
		all[i] = &evidence{name: n, csv: true}
	}
	for row, cells := range s.cells {
		for i, e := range all {
			if i < len(cells) {
				e.cell(cells[i], row+1)
			} else {
				e.nulls++
			}
		}
	}
	return all
}

func (s *sample) jsonEvidence() []*evidence {
	all := make([]*evidence, len(s.keys))
	for i, k := range s.keys {
		all[i] = &evidence{name: k}
		for row, o := range s.rows {
			v, _ := o.get(k)
			all[i].value(v, row+1)
		}
	}
	return all
}

func (e *evidence) cell(c cell, row int) {
	if c.text == "" && !c.quoted {
		e.nulls++
		return
	}
	e.values++
	if !e.number(c.text) {
		e.text(c.text, row)
	}
}

func (e *evidence) value(v any, row int) {
	if v == nil {
		e.nulls++
		return
	}
	e.values++
	switch v := v.(type) {
	case bool:
		e.bools++
	case number:
		e.number(string(v))
	case string:
		e.text(v, row)
	case []any:
		e.arrays++
		if e.elem == nil {
			e.elem = &evidence{name: e.name}
		}
		for _, x := range v {
			e.elem.value(x, row)
		}
	case *object:
		e.object(v, row)
	}
}

func (e *evidence) object(o *object, row int) {
	e.objects++
	if e.fields == nil {
		e.fields = map[string]*evidence{}
	}
	for i, k := range o.keys {
		if e.fields[k] == nil {
			e.fields[k] = &evidence{name: k}
			e.keys = append(e.keys, k)
		}
		e.fields[k].value(o.values[i], row)
	}
}

// number counts text that is a number as JSON writes them; leading zeros and plus signs make it text, so that codes stay codes.
func (e *evidence) number(t string) bool {
	switch {
	case t == "" || t[0] != '-' && (t[0] < '0' || t[0] > '9'):
		return false
	case integerText.MatchString(t):
		e.ints++
		_, err := strconv.ParseInt(t, 10, 64)
		e.digits = max(e.digits, len(strings.TrimPrefix(t, "-")))
		e.big = e.big || err != nil
	case fixedText.MatchString(t):
		whole, frac, _ := strings.Cut(strings.TrimPrefix(t, "-"), ".")
		if e.fixed == 0 {
			e.least = len(frac)
		}
		e.fixed++
		e.digits = max(e.digits, len(whole))
		e.least, e.most = min(e.least, len(frac)), max(e.most, len(frac))
	case expText.MatchString(t):
		e.exps++
	default:
		return false
	}
	return true
}

func (e *evidence) text(t string, row int) {
	switch low := strings.ToLower(t); {
	case e.csv && (low == "true" || low == "false"):
		e.bools++
	case len(t) == 10 && dateText.MatchString(t) && valid("2006-01-02", t):
		e.dates++
	case len(t) >= 19 && t[4] == '-' && timeText.MatchString(t) && valid("2006-01-02 15:04:05", t[:10]+" "+t[11:19]):
		e.times++
	default:
		e.texts++
		if !e.csv && fixedText.MatchString(t) {
			whole, frac, _ := strings.Cut(strings.TrimPrefix(t, "-"), ".")
			if e.fixedTexts == 0 {
				e.leastInText = len(frac)
			}
			e.fixedTexts++
			e.digitsInText = max(e.digitsInText, len(whole))
			e.leastInText, e.mostInText = min(e.leastInText, len(frac)), max(e.mostInText, len(frac))
			return
		}
		if e.firstText == "" {
			e.firstText, e.firstTextRow = t, row
		}
	}
}

func valid(layout, t string) bool {
	_, err := time.Parse(layout, t)
	return err == nil
}

// conclude decides the type.
func (e *evidence) conclude() found {
	f := found{name: e.name}
	n := e.values
	numbers := e.ints + e.fixed + e.exps
	switch {
	case n == 0:
		f.typ, f.none = types.TString, true
		f.seen, f.warn = count(e.nulls, "NULL"), "no row of the sample has a value"
		return f
	case e.bools == n:
		f.typ, f.seen = types.TBoolean, count(n, "boolean")
	case numbers == n:
		f.typ, f.seen = e.numeric()
	case e.dates == n:
		f.typ, f.seen = types.TDate, count(n, "date")
	case e.times == n:
		f.typ, f.seen = types.TTimestamp, count(n, "timestamp")
	case e.objects == n:
		f.typ, f.seen = e.structure(), count(n, "object")
	case e.arrays == n:
		f.typ, f.seen = e.array(), count(n, "array")
	case e.fixedTexts == n && e.leastInText == e.mostInText:
		f.typ = decimalFor(e.digitsInText, e.mostInText)
		f.seen = count(n, "number") + fmt.Sprintf(" in quotes, each with %s", count(e.mostInText, "decimal"))
	case e.objects+e.arrays > 0:
		f.typ, f.seen = types.TJSON, e.mixture()
	default:
		f.typ, f.seen = types.TString, e.mixture()
		if numbers > 0 && e.texts > 0 && numbers*10 >= n*9 {
			f.warn = fmt.Sprintf("%s, but row %d has %q", count(numbers, "number"), e.firstTextRow, clip(e.firstText))
		} else if !e.csv && numbers+e.bools > 0 {
			f.warn = "the sample holds " + f.seen
		}
	}
	if e.nulls > 0 {
		f.seen += ", " + count(e.nulls, "NULL")
	}
	return f
}

// numeric chooses among INTEGER, DECIMAL and FLOAT. DECIMAL is preferred for numbers that are printed with few decimals: sums are
// exact and do not depend on the order of rows.
func (e *evidence) numeric() (types.Type, string) {
	switch {
	case e.exps > 0:
		return types.TFloat, count(e.values, "number") + ", some with exponents"
	case e.fixed == 0 && !e.big:
		return types.TInteger, count(e.values, "integer")
	case e.fixed == 0 && e.digits <= types.MaxPrecision:
		return types.TDecimal(types.MaxPrecision, 0), count(e.values, "integer") + fmt.Sprintf(" of up to %d digits", e.digits)
	}
	seen := fmt.Sprintf("%s with %s to %s", count(e.values, "number"), fmt.Sprint(map[bool]int{true: 0, false: e.least}[e.ints > 0]), count(e.most, "decimal"))
	if e.least == e.most && e.ints == 0 {
		seen = fmt.Sprintf("%s, each with %s", count(e.values, "number"), count(e.most, "decimal"))
	}
	scale, ok := e.scale()
	if !ok || e.digits+scale > types.MaxPrecision {
		return types.TFloat, seen
	}
	return decimalFor(e.digits, scale), seen
}

// scale is how many decimals to keep. Numbers that all show the same count are fixed-point data and keep it. Else there is room for
// two, and for four where the name sounds like money. Many and varying decimals are measurements: not ok.
func (e *evidence) scale() (int, bool) {
	money := soundsLikeMoney(e.name)
	switch {
	case e.least == e.most && e.ints == 0 && e.values >= 5 && e.most <= 9:
		if money {
			return max(2, e.most), true
		}
		return e.most, true
	case money && e.most <= 8:
		return max(4, e.most), true
	case e.most <= 4:
		return max(2, e.most), true
	}
	return 0, false
}

func decimalFor(digits, scale int) types.Type {
	if digits+scale <= types.MaxNarrow {
		return types.TDecimal(types.MaxNarrow, scale)
	}
	return types.TDecimal(types.MaxPrecision, scale)
}

var moneyWords = []string{"amount", "price", "cost", "fee", "total", "balance", "payment", "charge", "salary", "pnl", "notional", "vwap", "bid", "ask", "revenue"}

func soundsLikeMoney(name string) bool {
	low := strings.ToLower(name)
	return slices.ContainsFunc(moneyWords, func(w string) bool { return strings.Contains(low, w) })
}

func (e *evidence) structure() types.Type {
	t := types.Type{Kind: types.Struct}
	for _, k := range e.keys {
		if k == "" || strings.ContainsAny(k, " \t\r\n()<>,") { // no name that a type can spell
			return types.TJSON
		}
		t.Fields = append(t.Fields, types.Field{Name: k, Col: types.Col{Type: e.fields[k].conclude().typ, Nullable: true}})
	}
	if len(t.Fields) == 0 {
		return types.TJSON
	}
	return t
}

func (e *evidence) array() types.Type {
	elem := e.elem.conclude().typ
	return types.Type{Kind: types.Array, Elem: &elem}
}

// mixture lists what was seen.
func (e *evidence) mixture() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{e.texts, "text"}, {e.ints + e.fixed + e.exps, "number"}, {e.bools, "boolean"}, {e.dates, "date"}, {e.times, "timestamp"}, {e.objects, "object"}, {e.arrays, "array"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if what == "NULL" {
		return fmt.Sprintf("%d NULL", n)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// clip cuts text to a length that reads well in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
