package diag

import (
	"cmp"
	"slices"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// Apply makes the edits of a list in the text of a file: those that are no guesses, unless guesses are asked for as well. Of edits that
// touch each other only the first is made; the next compilation proposes the others again, if they still matter. It returns the new
// text and how many edits it holds.
func Apply(f *source.File, l List, guesses bool) (text string, edits int) {
	var fixes []*Fix
	for i := range l {
		if x := l[i].Fix; x != nil && x.Span.File == f && (guesses || !x.Guess) {
			fixes = append(fixes, x)
		}
	}
	slices.SortStableFunc(fixes, func(a, b *Fix) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	end := 0
	for _, x := range fixes {
		if edits > 0 && x.Span.Start <= end {
			continue
		}
		text += f.Text[end:x.Span.Start]
		if x.Replacement == "" && closes(f.Text[x.Span.End:]) { // the space in front of what goes away goes with it
			text = strings.TrimRight(text, " \t")
		}
		text += x.Replacement
		end = x.Span.End
		edits++
	}
	return text + f.Text[end:], edits
}

// closes tells whether a text begins with something that needs no space in front of it.
func closes(text string) bool { return text == "" || strings.ContainsAny(text[:1], " \t\r\n,;)") }
