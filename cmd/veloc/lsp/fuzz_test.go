package lsp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzEditor opens any text and asks about any place in it: the server answers, and never says that the compiler has failed.
func FuzzEditor(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, path := range files {
		if filepath.Base(path) == "fuzz" { // what fuzzing has found
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "----\n") {
			_, sql, ok := strings.Cut(block, "\n")
			if i := strings.Index(sql, "‸"); ok && i >= 0 {
				f.Add(strings.Replace(sql, "‸", "", 1), uint16(i))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string, offset uint16) {
		e := start(t)
		i := int(offset)
		if i > len(text) {
			i = len(text)
		}
		text, at := e.cursor(strings.ToValidUTF8(text[:i], "?") + "‸" + strings.ToValidUTF8(text[i:], "?"))
		if found := e.change(text); strings.Contains(found, "This is a bug in veloc") {
			t.Fatal(found)
		}
		e.complete(at, "")
		e.hover(at)
		e.definition(at)
		e.fix(at)
		e.format()
		e.symbols()
	})
}
