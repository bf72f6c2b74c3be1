package lsp_test

import (
	"os"
	"strings"
	"testing"
)

// The benchmarks play an editor with an application of a thousand lines: what a person waits for behind a key.

func application(b *testing.B) string {
	text, err := os.ReadFile("../../../testdata/large/application.sql")
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// BenchmarkEdit changes one letter and waits for the diagnostics, those of a correct text and those of a mistake in turns.
func BenchmarkEdit(b *testing.B) {
	e := start(b)
	right := application(b)
	wrong := strings.Replace(right, "UPPER(TRIM(symbol))", "UPPER(TRIM(symbl))", 1)
	e.change(right)
	for i := 0; b.Loop(); i++ {
		if i%2 == 0 {
			e.change(wrong)
		} else {
			e.change(right)
		}
	}
}

// BenchmarkComplete asks for what could stand in the last SELECT list.
func BenchmarkComplete(b *testing.B) {
	e := start(b)
	text, at := atLast(e, application(b), "SUM(vol")
	e.change(text)
	for b.Loop() {
		if e.complete(at, "volume") == "" {
			b.Fatal("no column is offered")
		}
	}
}

// BenchmarkHover asks what a column of the last statement is.
func BenchmarkHover(b *testing.B) {
	e := start(b)
	text, at := atLast(e, application(b), "SUM(vol")
	e.change(text)
	for b.Loop() {
		if e.hover(at) == "nothing\n" {
			b.Fatal("nothing is said of a column")
		}
	}
}

// atLast is the place behind the last occurrence of a text.
func atLast(e *editor, text, mark string) (string, place) {
	i := strings.LastIndex(text, mark) + len(mark)
	return e.cursor(text[:i] + "‸" + text[i:])
}
