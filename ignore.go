package veloc

import (
	"regexp"
	"strings"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// ignore is one name in a comment `-- veloc:ignore updates-as-rows, float-money`. It silences the warning of that name in the statement
// that the comment belongs to: the one that it stands above, or in, or behind on the last line. In the head of a file, with a blank line
// between it and the first statement, it holds for the whole file.
type ignore struct {
	code diag.Code
	name string
	at   source.Span // of the name
	from int         // the statement, as offsets
	to   int
	used bool
}

var ignoreComment = regexp.MustCompile(`^--[ \t]*veloc:ignore\b[ \t]*:?(.*)$`)

// readIgnores finds the comments of a file that silence warnings. Names that no warning has are reported.
func readIgnores(f *source.File) ([]*ignore, diag.List) {
	var out []*ignore
	var found diag.List
	tokens := grammar.Tokens(f)
	for i, t := range tokens {
		if t.Kind != grammar.CommentToken {
			continue
		}
		m := ignoreComment.FindStringSubmatchIndex(t.At.Text())
		if m == nil {
			continue
		}
		from, to := statementOf(tokens, i)
		at := t.At.Start + m[2]
		for _, part := range strings.Split(f.Text[at:t.At.Start+m[3]], ",") {
			name := strings.TrimSpace(part)
			start := at + strings.Index(part, name)
			at += len(part) + 1
			span := f.Span(start, start+len(name))
			code := diag.LintCode(name)
			if code == "" {
				found.Add(diag.UnknownLint(span, name))
				continue
			}
			out = append(out, &ignore{code: code, name: name, at: span, from: from, to: to})
		}
	}
	return out, found
}

// statementOf is the range of the statement that the comment at position i belongs to.
func statementOf(tokens []grammar.Token, i int) (from, to int) {
	file := tokens[i].At.File
	from, to = 0, len(file.Text)
	first := true
	for k := i - 1; k >= 0; k-- {
		if isCode(tokens[k]) {
			first = false
			if tokens[k].At.Text() != ";" {
				continue
			}
			if from = tokens[k].At.End; tokens[k].At.Line() == tokens[i].At.Line() && k > 0 {
				return statementOf(tokens, k) // behind the end of a statement, on its line
			}
			break
		}
	}
	blank := false
	for k := i + 1; k < len(tokens); k++ {
		if first && file.Pos(tokens[k-1].At.End).Line+1 < tokens[k].At.Line() {
			blank = true
		}
		if isCode(tokens[k]) {
			if first && blank {
				return 0, len(file.Text)
			}
			if first = false; tokens[k].At.Text() == ";" {
				return from, tokens[k].At.End
			}
		}
	}
	return from, to
}

func isCode(t grammar.Token) bool {
	return t.Kind != grammar.CommentToken && t.Kind != grammar.AnnotationToken
}

// silence leaves out the warnings that comments ignore. One that has no place in the file, because it is about another file, is only
// silenced for the whole file.
func silence(ignores []*ignore, found diag.List) diag.List {
	if len(ignores) == 0 {
		return found
	}
	var out diag.List
	for _, d := range found {
		silent := false
		for _, ig := range ignores {
			if d.Severity != diag.Warning || d.Code != ig.code {
				continue
			}
			whole := ig.from == 0 && ig.to == len(ig.at.File.Text)
			if whole || d.Span.File == ig.at.File && d.Span.Start >= ig.from && d.Span.End <= ig.to {
				silent, ig.used = true, true
			}
		}
		if !silent {
			out.Add(d)
		}
	}
	return out
}

// unused reports comments that silenced nothing.
func unused(ignores []*ignore, strict bool) diag.List {
	var found diag.List
	for _, ig := range ignores {
		if !ig.used {
			found.Add(diag.UnusedIgnore(ig.at, ig.name))
		}
	}
	if strict {
		return found.Strict()
	}
	return found
}
