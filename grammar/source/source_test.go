package source

import "testing"

func TestPos(t *testing.T) {
	f := New("a.sql", "SELECT 'é',\r\n  x\n")
	for _, c := range []struct {
		offset, line, column int
	}{
		{0, 1, 1},
		{8, 1, 9},
		{10, 1, 10}, // é is two bytes and one column
		{14, 2, 1},
		{16, 2, 3},
		{18, 3, 1},
		{99, 3, 1}, // past the end
	} {
		got := f.Pos(c.offset)
		if got.Line != c.line || got.Column != c.column {
			t.Errorf("Pos(%d) = %d:%d, want %d:%d", c.offset, got.Line, got.Column, c.line, c.column)
		}
	}
	if got := f.Pos(16).String(); got != "a.sql:2:3" {
		t.Errorf("String() = %q", got)
	}
}

func TestLine(t *testing.T) {
	f := New("a.sql", "one\r\ntwo\nthree")
	for n, want := range []string{"", "one", "two", "three", ""} {
		if got := f.Line(n); got != want {
			t.Errorf("Line(%d) = %q, want %q", n, got, want)
		}
	}
	if f.LineCount() != 3 || f.LineStart(3) != 9 {
		t.Errorf("LineCount = %d, LineStart(3) = %d", f.LineCount(), f.LineStart(3))
	}
	if empty := New("e", ""); empty.LineCount() != 1 || empty.Pos(0).Column != 1 {
		t.Error("an empty file has one empty line")
	}
}

func TestSpan(t *testing.T) {
	f := New("a.sql", "SELECT  a,\n\t b FROM t")
	s := f.Span(8, 14)
	if got := s.Text(); got != "a,\n\t b" {
		t.Errorf("Text() = %q", got)
	}
	if got := s.Snippet(80); got != "a, b" {
		t.Errorf("Snippet(80) = %q", got)
	}
	if got := s.Snippet(3); got != "a,…" {
		t.Errorf("Snippet(3) = %q", got)
	}
	if got := s.To(f.Span(0, 6)); got != f.Span(0, 14) {
		t.Errorf("To = %+v", got)
	}
	if !f.Span(0, 14).Contains(s) || s.Contains(f.Span(0, 14)) {
		t.Error("Contains")
	}
	var none Span
	if none.IsValid() || none.Text() != "" || none.To(s) != s || s.To(none) != s || none.Line() != 0 {
		t.Error("the zero span points nowhere")
	}
}
