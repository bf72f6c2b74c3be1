package annot

import (
	"strconv"
	"strings"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// MetricBlock is one @metric with the lines that describe it, checked as far as that is possible without columns.
type MetricBlock struct {
	Name       string
	Kind       string // "counter", "gauge" or "histogram"
	Help       string // never empty
	Labels     []MetricLabel
	Field      Ref // empty Text: a counter that counts rows
	Condition  Ref // empty Text: every row
	Buckets    []float64
	SampleRate float64     // 0 < rate <= 1
	At         source.Span // of the name
	kindAt     source.Span
	bucketsAt  source.Span
}

// MetricLabel is one label.
type MetricLabel struct {
	Path string // column, or column.field.field
	Name string // in Prometheus: dots of the path are underscores
	At   source.Span
}

// Ref is SQL in an annotation: a column path or a condition.
type Ref struct {
	Text string
	At   source.Span
}

// defaultBuckets are those of a histogram without @metric_buckets; Check of the registry's text is in the tests.
var defaultBuckets = []float64{.001, .005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10}

// Metrics reads the metrics of a statement. Blocks with mistakes are left out, their mistakes are in the list; mistakes that
// [Check] reports (values of @metric_type and @metric_sample_rate) are not repeated.
func Metrics(s *grammar.Statement) ([]MetricBlock, diag.List) {
	var out diag.List
	var blocks []MetricBlock
	var lines []*grammar.Annotation // of the current block, @metric first
	finish := func() {
		if len(lines) > 0 {
			if b, ok := metric(&out, lines); ok {
				blocks = append(blocks, b)
			}
		}
	}
	for _, a := range s.Annotations {
		spec, ok := specOf(a)
		switch {
		case !ok || spec.Idle != "":
		case spec.Name == "metric":
			finish()
			lines = []*grammar.Annotation{a}
		case strings.HasPrefix(spec.Name, "metric_") && len(lines) == 0:
			out.Add(diag.MetricPartWithoutMetric(a.NameSpan))
		case strings.HasPrefix(spec.Name, "metric_"):
			lines = append(lines, a)
		}
	}
	finish()
	return blocks, out
}

// metric reads one block.
func metric(out *diag.List, lines []*grammar.Annotation) (MetricBlock, bool) {
	before := out.Count(diag.Error)
	name := value(lines[0]).unquote()
	if name.text == "" {
		return MetricBlock{}, false // Check has reported it
	}
	b := MetricBlock{Name: name.text, At: name.at, Kind: "counter", SampleRate: 1}
	checkMetricName(out, name)
	repeated(out, lines, "metric_type", "metric_help", "metric_labels", "metric_field", "metric_condition", "metric_buckets", "metric_sample_rate")
	for _, a := range lines[1:] {
		b.add(out, a)
	}
	b.complete(out)
	return b, out.Count(diag.Error) == before
}

func (b *MetricBlock) add(out *diag.List, a *grammar.Annotation) {
	spec, _ := specOf(a)
	v := value(a)
	if spec.Name == "metric_condition" { // "--" cannot be an operator, but may stand in a string
		v = part{a.Value, a.ValueSpan}
	}
	if v.text == "" || !spec.fits(v.text) {
		return
	}
	switch spec.Name {
	case "metric_type":
		b.Kind, b.kindAt = spec.value(v.text), v.at
	case "metric_help":
		b.Help = v.unquote().text
	case "metric_labels":
		b.Labels = labels(out, v)
	case "metric_field":
		f := v.unquote()
		b.Field = Ref{f.text, f.at}
	case "metric_condition":
		c := v
		if n := len(c.text); n > 1 && c.text[0] == '"' && strings.IndexByte(c.text[1:], '"') == n-2 {
			c = c.unquote()
		}
		b.Condition = Ref{c.text, c.at}
	case "metric_buckets":
		b.bucketsAt = a.NameSpan
		b.Buckets = buckets(out, a, v)
	case "metric_sample_rate":
		b.SampleRate, _ = strconv.ParseFloat(v.text, 64) // fits has checked it
	}
}

// complete checks the block as a whole and fills what was not given.
func (b *MetricBlock) complete(out *diag.List) {
	if b.Kind != "counter" && b.Field.Text == "" {
		out.Add(diag.MetricWithoutField(b.At, b.Kind))
	}
	if b.Kind != "histogram" && b.bucketsAt.IsValid() {
		out.Add(diag.MetricPartOfOtherKind(b.bucketsAt, b.Kind, "histogram"))
	}
	if b.Kind == "histogram" && !b.bucketsAt.IsValid() {
		b.Buckets = defaultBuckets
	}
	if b.Kind == "histogram" {
		for _, l := range b.Labels {
			if l.Name == "le" {
				out.Add(diag.BadMetricName(l.At, "label", "le").WithNote("`le` is the label that holds the bounds of a histogram's buckets"))
			}
		}
	}
	if b.Help == "" {
		b.Help = map[string]string{"counter": "Rows counted by SQL.", "gauge": "Newest value seen by SQL.", "histogram": "Values seen by SQL."}[b.Kind]
		if b.Kind == "counter" && b.Field.Text != "" {
			b.Help = "Sum of values seen by SQL."
		}
	}
}

func checkMetricName(out *diag.List, name part) {
	for i, r := range name.text {
		if !(r == '_' || r == ':' || letter(r) || i > 0 && r >= '0' && r <= '9') {
			out.Add(diag.BadMetricName(name.slice(i, i+len(string(r))).at, "metric", name.text))
			return
		}
	}
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// labels reads a list of paths and makes label names of them.
func labels(out *diag.List, list part) []MetricLabel {
	var ls []MetricLabel
	seen := map[string]source.Span{}
	for _, p := range list.unwrap("[]").split() {
		p = p.unquote()
		l := MetricLabel{Path: p.text, Name: strings.ReplaceAll(p.text, ".", "_"), At: p.at}
		if i, bad := badLabel(p.text); bad {
			at := p.at
			if i >= 0 {
				at = p.slice(i, i+len(string([]rune(p.text[i:])[0]))).at
			}
			out.Add(diag.BadMetricName(at, "label", p.text))
			continue
		}
		if first, again := seen[l.Name]; again {
			out.Add(diag.RepeatedLabel(l.At, first, l.Name))
			continue
		}
		seen[l.Name] = l.At
		ls = append(ls, l)
	}
	return ls
}

// badLabel finds the byte where a path stops being usable as a label; -1: the name as a whole.
func badLabel(path string) (int, bool) {
	if strings.HasPrefix(path, "__") {
		return -1, true
	}
	for i, r := range path {
		start := i == 0 || path[i-1] == '.'
		if !(r == '_' || letter(r) || !start && r >= '0' && r <= '9' || !start && r == '.') {
			return i, true
		}
	}
	return -1, strings.HasSuffix(path, ".")
}

// buckets reads ascending positive bounds.
func buckets(out *diag.List, a *grammar.Annotation, list part) []float64 {
	var bounds []float64
	before := ""
	for _, p := range list.unwrap("[]", "()").split() {
		f, err := strconv.ParseFloat(p.text, 64)
		switch {
		case err != nil || f != f:
			out.Add(diag.BadAnnotationValue(p.at, a.Name, p.text, "ascending numbers separated by commas", ""))
			return nil
		case before == "" && f <= 0 || before != "" && f <= bounds[len(bounds)-1]:
			out.Add(diag.UnsortedBuckets(p.at, p.text, before))
			return nil
		}
		bounds, before = append(bounds, f), p.text
	}
	if len(bounds) == 0 {
		out.Add(diag.BadAnnotationValue(list.at, a.Name, list.text, "ascending numbers separated by commas", ""))
	}
	return bounds
}
