package builtin

import "strings"

// Entry is what the reference says of one function, in Markdown, headed by its name; of a name that is a scalar function and an
// aggregate, both. Empty if there is none. The name is in upper case.
func Entry(name string) string {
	var b strings.Builder
	if f := Set.scalars[name]; f != nil {
		f.reference(&b)
	}
	if a := Set.aggregates[name]; a != nil {
		a.reference(&b)
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "\n### ", "\n"))
}
