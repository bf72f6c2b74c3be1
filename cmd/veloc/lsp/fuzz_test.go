package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzEditor analyses any text and asks about any place in it: there are answers, and never that the compiler has failed. What the protocol adds is left out: a
// connection for each text costs more than the text.
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
		text = strings.ToValidUTF8(text, "?")
		d := analyse("file:///nowhere/job.sql", text)
		for _, found := range d.diagnostics() {
			if strings.Contains(found.Message, "This is a bug in veloc") {
				t.Fatal(found.Message)
			}
		}
		i := min(int(offset), len(text))
		d.complete(i)
		d.hover(i)
		d.definition(i)
		d.fixes(textRange{d.position(d.job.Source, i), d.position(d.job.Source, i)})
		d.format()
		d.symbols()
		d.semanticTokens()
	})
}
