package annot

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// SourceHints is what @data annotations say about one source.
type SourceHints struct {
	Source    string // empty: the only source of the file
	At        source.Span
	Columns   []ColumnHint
	Records   Ref // how many rows to make
	Seed      Ref
	TimeStart Ref // a time, "now", or "-1h"
	TimeEnd   Ref
	Steady    bool // times are spread evenly from start to end
}

// ColumnHint is what @data annotations say about one column.
type ColumnHint struct {
	Name         string
	At           source.Span
	Type         Ref      // as written: decimal(4); empty if not declared
	Values       []string // enum
	Weights      []float64
	Low, High    string // range; empty without one
	Distribution string // "uniform", "normal", "log_normal", "zipf" or "random_walk"; empty without one
	Params       map[string]float64
	GroupBy      string // random_walk: one walk per value of this column
	Sequential   bool   // times ascend
	// Raw are the texts as written, by setting; the value of `@data.<column>` itself has the key "". The datagen connector reads them.
	Raw map[string]string
}

// settings can be written on a line of their own, `@data.<column>.<setting>: value`, as well as behind the values.
var settings = []string{"enum", "weights", "range", "distribution", "mean", "std_dev", "exponent", "volatility", "drift", "min", "max",
	"group_by", "sequential", "time_start", "time_end", "uuid", "derived"}

// For is what the datagen connector needs to know of a column: its own hints, and when times begin and end.
func (h *SourceHints) For(column string) map[string]string {
	out := map[string]string{}
	if h == nil {
		return out
	}
	for key, ref := range map[string]Ref{"time_start": h.TimeStart, "time_end": h.TimeEnd} {
		if ref.Text != "" {
			out[key] = ref.Text
		}
	}
	for _, c := range h.Columns {
		if c.Name == column {
			maps.Copy(out, c.Raw)
		}
	}
	return out
}

var distributions = []string{"uniform", "normal", "log_normal", "zipf", "random_walk"}

// distributionParams are the numbers that shape a distribution.
var distributionParams = []string{"volatility", "drift", "mean", "std_dev", "exponent", "min", "max"}

// Hints reads the @data annotations of a file, those of its header and of all statements, in order. `@data.source` says which source
// the lines below it describe.
func Hints(f *grammar.File) ([]SourceHints, diag.List) {
	var out diag.List
	var hints []SourceHints
	lists := [][]*grammar.Annotation{f.Header}
	for _, s := range f.Statements {
		lists = append(lists, s.Annotations)
	}
	current := ""
	for _, list := range lists {
		for _, a := range list {
			if a.Plain || !strings.HasPrefix(strings.ToLower(a.Name), "data.") {
				continue
			}
			v := value(a).unquote()
			if strings.EqualFold(a.Name, "data.source") {
				current = v.text
				continue
			}
			if v.text == "" {
				continue // Check has reported it
			}
			i := slices.IndexFunc(hints, func(h SourceHints) bool { return h.Source == current })
			if i < 0 {
				hints, i = append(hints, SourceHints{Source: current, At: a.Span()}), len(hints)
			}
			hints[i].add(&out, a, v)
		}
	}
	return hints, out
}

func (h *SourceHints) add(out *diag.List, a *grammar.Annotation, v part) {
	name := a.Name[len("data."):]
	switch strings.ToLower(name) {
	case "record_count", "seed":
		n, err := strconv.ParseInt(v.text, 10, 64)
		if err != nil || n < 0 {
			out.Add(diag.BadAnnotationValue(v.at, a.Name, v.text, "a whole number", ""))
		} else if strings.EqualFold(name, "seed") {
			h.Seed = Ref{v.text, v.at}
		} else {
			h.Records = Ref{v.text, v.at}
		}
		return
	case "time_start":
		h.TimeStart = Ref{v.text, v.at}
		return
	case "time_end":
		h.TimeEnd = Ref{v.text, v.at}
		return
	case "time_simulation":
		if h.Steady = strings.EqualFold(v.text, "sequential"); !h.Steady {
			out.Add(diag.BadAnnotationValue(v.at, a.Name, v.text, "sequential", diag.Nearest(v.text, []string{"sequential"})))
		}
		return
	}
	at := a.NameSpan
	at.Start += len("data.")
	if column, ok := strings.CutSuffix(name, ".type"); ok {
		at.End -= len(".type")
		h.column(column, at).Type = Ref{v.text, v.at}
		return
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 && slices.Contains(settings, strings.ToLower(name[i+1:])) {
		at.End = at.Start + i
		key := strings.ToLower(name[i+1:])
		c := h.column(name[:i], at)
		c.Raw[key] = v.text
		if key == "enum" || key == "range" {
			c.head(out, value(a), key, value(a))
		} else {
			c.setting(out, value(a), key, v)
		}
		return
	}
	c := h.column(name, at)
	c.Raw[""] = value(a).text
	c.values(out, value(a))
}

func (h *SourceHints) column(name string, at source.Span) *ColumnHint {
	for i := range h.Columns {
		if h.Columns[i].Name == name {
			return &h.Columns[i]
		}
	}
	h.Columns = append(h.Columns, ColumnHint{Name: name, At: at, Raw: map[string]string{}})
	return &h.Columns[len(h.Columns)-1]
}

// values reads what values to make: a head (enum […], range […], timestamp) and settings "key: value".
func (c *ColumnHint) values(out *diag.List, v part) {
	for i, p := range v.split() {
		key, rest, isSetting := strings.Cut(p.text, ":")
		if i > 0 || isSetting && !strings.HasPrefix(p.text, "enum") {
			if !isSetting {
				out.Add(diag.BadHint(p.at, fmt.Sprintf("`%s` is no setting; expected key: value", p.text)))
				continue
			}
			c.setting(out, p, strings.ToLower(strings.TrimSpace(key)), p.slice(len(p.text)-len(rest), len(p.text)).trim())
			continue
		}
		word := strings.ToLower(strings.FieldsFunc(p.text, func(r rune) bool { return r == ' ' || r == '[' || r == ':' })[0])
		list := p.slice(len(word), len(p.text)).trim()
		if strings.HasPrefix(list.text, ":") {
			list = list.slice(1, len(list.text)).trim()
		}
		c.head(out, p, word, list)
	}
	if len(c.Weights) > 0 && len(c.Weights) != len(c.Values) {
		out.Add(diag.BadHint(v.at, fmt.Sprintf("there are %d weights for %d values", len(c.Weights), len(c.Values))))
	}
}

func (c *ColumnHint) head(out *diag.List, p part, word string, list part) {
	switch word {
	case "enum":
		for _, e := range list.unwrap("[]", "()").split() {
			c.Values = append(c.Values, e.unquote().text)
		}
		if len(c.Values) == 0 {
			out.Add(diag.BadHint(p.at, "enum has no values; write enum [\"A\", \"B\"]"))
		}
	case "range":
		bounds := list.unwrap("[]", "()").split()
		if len(bounds) != 2 {
			out.Add(diag.BadHint(p.at, "a range has two bounds; write range [1, 100]"))
			return
		}
		c.Low, c.High = bounds[0].unquote().text, bounds[1].unquote().text
		lo, err := strconv.ParseFloat(c.Low, 64)
		hi, err2 := strconv.ParseFloat(c.High, 64)
		if err == nil && err2 == nil && lo > hi {
			out.Add(diag.BadHint(list.at, fmt.Sprintf("the range ends before it begins: %s is less than %s", c.High, c.Low)))
		}
	case "timestamp", "uuid", "random", "sequential":
		c.Sequential = c.Sequential || word == "sequential"
	default:
		out.Add(diag.BadHint(p.at, fmt.Sprintf("`%s` says nothing about values; expected enum […], range […] or timestamp", p.text)))
	}
}

func (c *ColumnHint) setting(out *diag.List, p part, key string, v part) {
	switch {
	case key == "weights":
		for _, w := range v.unwrap("[]").split() {
			f, err := strconv.ParseFloat(w.text, 64)
			if err != nil || f < 0 {
				out.Add(diag.BadHint(w.at, fmt.Sprintf("`%s` is no weight; expected a number that is not negative", w.text)))
				return
			}
			c.Weights = append(c.Weights, f)
		}
	case key == "distribution":
		if !slices.Contains(distributions, strings.ToLower(v.text)) {
			out.Add(diag.BadAnnotationValue(v.at, "data."+c.Name, v.text, "one of "+strings.Join(distributions, ", "), diag.Nearest(v.text, distributions)))
			return
		}
		c.Distribution = strings.ToLower(v.text)
	case key == "group_by":
		c.GroupBy = v.unquote().text
	case key == "time_start" || key == "time_end" || key == "uuid" || key == "derived": // read where rows are made
	case key == "sequential":
		c.Sequential = strings.EqualFold(v.text, "true")
	case slices.Contains(distributionParams, key):
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			out.Add(diag.BadHint(v.at, fmt.Sprintf("`%s` is no number", v.text)))
			return
		}
		if c.Params == nil {
			c.Params = map[string]float64{}
		}
		c.Params[key] = f
	default:
		out.Add(diag.BadHint(p.at, fmt.Sprintf("`%s` is no setting of made-up values", key)))
	}
}
