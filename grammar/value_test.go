package grammar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// annotationOf parses a file with one annotation and returns it.
func annotationOf(t *testing.T, comment string) *Annotation {
	t.Helper()
	f, diags := Parse(source.New("job.sql", comment+"\nSELECT 1"))
	if diags.HasErrors() || len(f.Statements[0].Annotations) != 1 {
		t.Fatalf("%q: %v, %s", comment, f.Statements, diag.Text(diags))
	}
	return f.Statements[0].Annotations[0]
}

// places prints diagnostics as "column-end: message".
func places(diags diag.List) string {
	var all []string
	for _, d := range diags {
		all = append(all, fmt.Sprintf("%d-%d: %s", d.Span.StartPos().Column, d.Span.EndPos().Column, d.Message))
	}
	return strings.Join(all, "; ")
}

// Each part of a list keeps the place in the comment where it stands.
func TestAnnotationLists(t *testing.T) {
	for _, c := range []struct {
		comment, read, want, wrong string
	}{
		{`-- @l: symbol, meta.region`, "names", "symbol@8 meta.region@16", ""},
		{`-- @l: [ a ,b ]`, "names", "a@10 b@13", ""},
		{`-- @l: "a", 'b'`, "names", "a@9 b@14", ""},
		{`-- @l: a,, b-c, 5d`, "names", "a@8", "10-10: expected a name, found nothing; 12-15: expected a name, found `b-c`; 17-19: expected a name, found `5d`"},
		{`-- @l:`, "names", "", "7-7: expected a name, found nothing"},
		{`-- @l: [a`, "names", "", "10-10: expected `]`, found nothing"},
		{`-- @l: GDPR, "a, b"`, "words", "GDPR@8 a, b@15", ""},
		{`-- @l: 0.1, 1,2.5e3`, "numbers", "0.1@8 1@13 2.5e3@15", ""},
		{`-- @l: [1, x, 0x2, NaN]`, "numbers", "1@9", "12-13: expected a number, found `x`; 15-18: expected a number, found `0x2`; 20-23: expected a number, found `NaN`"},
	} {
		a := annotationOf(t, c.comment)
		var got []string
		var diags diag.List
		switch c.read {
		case "numbers":
			var numbers []AnnotationNumber
			numbers, diags = a.Numbers()
			for _, n := range numbers {
				got = append(got, fmt.Sprintf("%s@%d", n.Text, n.Span.StartPos().Column))
			}
		default:
			read := map[string]func() ([]Word, diag.List){"names": a.Names, "words": a.Words}[c.read]
			var words []Word
			words, diags = read()
			for _, w := range words {
				got = append(got, fmt.Sprintf("%s@%d", w.Text, w.Span.StartPos().Column))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.comment, s, c.want)
		}
		if s := places(diags); s != c.wrong {
			t.Errorf("%s: diagnostics %s, want %s", c.comment, s, c.wrong)
		}
	}
}

func TestAnnotationScalars(t *testing.T) {
	if w := annotationOf(t, `-- @h: "a -- b" -- c`).String(); w.Text != "a -- b" || w.Span.StartPos().Column != 9 {
		t.Errorf("String = %+v", w)
	}
	if n, diags := annotationOf(t, "-- @r: 0.50").Number(); n.Value != 0.5 || n.Text != "0.50" || len(diags) > 0 {
		t.Errorf("Number = %+v, %v", n, diags)
	}
	if _, diags := annotationOf(t, "-- @r: half").Number(); places(diags) != "8-12: expected a number, found `half`" {
		t.Errorf("Number: %s", places(diags))
	}
	for text, want := range map[string]bool{"true": true, "OFF": false, "'yes'": true, "no": false} {
		if got, diags := annotationOf(t, "-- @b: "+text).Bool(); got != want || len(diags) > 0 {
			t.Errorf("Bool(%s) = %v, %v", text, got, diags)
		}
	}
	if _, diags := annotationOf(t, "-- @b: maybe").Bool(); places(diags) != "8-13: expected true or false, found `maybe`" {
		t.Errorf("Bool: %s", places(diags))
	}
}

// A condition is an expression at its true place in the comment, so that its
// mistakes are underlined there.
func TestAnnotationExpr(t *testing.T) {
	e, diags := annotationOf(t, "-- @c: volume > hourly.avg * 2").Expr()
	if len(diags) > 0 {
		t.Fatal(diag.Text(diags))
	}
	if col := e.(*Binary).Y.(*Binary).X.Span().StartPos().Column; col != 17 {
		t.Errorf("hourly.avg is at column %d", col)
	}
	for comment, want := range map[string]string{
		"-- @c: volume >":    "16-16: unexpected end of the expression, expected an expression",
		"-- @c: a = 'x":      "12-13: this string is never closed",
		"-- @c: a > 1 b":     "14-15: unexpected `b`, expected an operator",
		"-- @c:":             "7-7: expected an expression, found nothing",
		"-- @c: a = b = c":   "14-15: comparisons do not chain",
		`-- @c: "volume > "`: "17-17: unexpected end of the expression, expected an expression",
	} {
		if _, diags := annotationOf(t, comment).Expr(); places(diags) != want {
			t.Errorf("%s: %s, want %s", comment, places(diags), want)
		}
	}
	if e, diags := annotationOf(t, `-- @c: "volume > 5"`).Expr(); e == nil || len(diags) > 0 {
		t.Errorf("a condition in quotes: %v", diags)
	}
}
