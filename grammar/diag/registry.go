package diag

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed codes/*.md
var pages embed.FS

// Page returns the Markdown page that explains a code; false when the code
// does not exist. Case is ignored, so that `veloc explain vl0304` works.
func Page(code string) (string, bool) {
	text, err := pages.ReadFile("codes/" + strings.ToUpper(code) + ".md")
	if name := LintName(Code(strings.ToUpper(code))); name != "" {
		text = append(text, "\nThe comment `-- veloc:ignore "+name+"` above a statement silences this warning.\n"...)
	}
	return string(text), err == nil
}

// Codes lists every code that has a page, in order.
func Codes() []Code {
	names, err := fs.Glob(pages, "codes/VL*.md")
	if err != nil {
		panic("bug: " + err.Error())
	}
	codes := make([]Code, len(names))
	for i, name := range names {
		codes[i] = Code(strings.TrimSuffix(strings.TrimPrefix(name, "codes/"), ".md"))
	}
	return codes
}

// Title is the sentence of a page's first line, which reads
// "# VL0304: the column does not exist".
func Title(code Code) string {
	page, _ := Page(string(code))
	first, _, _ := strings.Cut(page, "\n")
	_, title, _ := strings.Cut(first, ": ")
	return title
}

// Example is the pair of programs of a code's page.
type Example struct {
	// Fail raises the code; it is the block that opens with ```sql fail.
	Fail string
	// OK compiles without it; it is the block that opens with ```sql ok.
	OK string
	// Config is what both need beside them, from a block that opens with
	// ```config, or "".
	Config string
}

// ExampleOf reads the example blocks of a code's page.
func ExampleOf(code Code) Example {
	page, _ := Page(string(code))
	return Example{
		Fail:   block(page, "sql fail"),
		OK:     block(page, "sql ok"),
		Config: block(page, "config"),
	}
}

// block returns the text of the first fenced block with this info string.
func block(page, info string) string {
	_, after, found := strings.Cut("\n"+page, "\n```"+info+"\n")
	if !found {
		return ""
	}
	body, _, _ := strings.Cut(after, "```")
	return body
}
