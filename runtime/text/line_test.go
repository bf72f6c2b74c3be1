package text

import (
	"bytes"
	"slices"
	"testing"
)

// TestLine reads lines with every kind of end and every length around a word.
func TestLine(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"one\n", []string{"one"}},
		{"one\r\ntwo\n", []string{"one", "two"}},
		{"\n\n\r\n", []string{"", "", ""}},
		{"\r\r\na\rb\n", []string{"\r", "a\rb"}},
		{"seven77\neight888\nnine99999\nhow sixteen goes\n", []string{"seven77", "eight888", "nine99999", "how sixteen goes"}},
		{"\xff\x00 \xe2\x82\xac\n", []string{"\xff\x00 \xe2\x82\xac"}},
	} {
		if got := linesOf([]byte(tt.in)); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func linesOf(data []byte) (lines []string) {
	in := append(slices.Clip(data), make([]byte, 64)...)
	for at, end := Start(in), Start(in).Add(uintptr(len(data))); at.Before(end); {
		var line string
		line, at = Line(at)
		lines = append(lines, line)
	}
	return lines
}

// FuzzLine holds Line against bytes.Cut.
func FuzzLine(f *testing.F) {
	f.Add([]byte("one\r\n\ntwo"))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = append(data, '\n')
		var want []string
		for rest := data; len(rest) > 0; {
			var line []byte
			line, rest, _ = bytes.Cut(rest, []byte("\n"))
			want = append(want, string(bytes.TrimSuffix(line, []byte("\r"))))
		}
		if got := linesOf(data); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", data, got, want)
		}
	})
}
