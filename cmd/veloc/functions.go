package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/velostream/veloc/codegen/builtin"
)

// functionsCommand is `veloc functions`.
type functionsCommand struct {
	Name string `arg:"" optional:"" help:"The function to describe; without it all are listed."`
}

// Run prints a line for each function, or the entry of one in the language reference.
func (c *functionsCommand) Run(t *terminal) error {
	if c.Name == "" {
		return c.list(t)
	}
	name := strings.ToUpper(strings.TrimSuffix(c.Name, "()"))
	entry := builtin.Entry(name)
	if entry == "" {
		return usagef("there is no function %s%s", c.Name, didYouMean(name, builtin.Set.Names()))
	}
	_, err := fmt.Fprintln(t.stdout, entry)
	return err
}

func (c *functionsCommand) list(t *terminal) error {
	w := tabwriter.NewWriter(t.stdout, 0, 0, 2, ' ', 0)
	for _, name := range builtin.Set.Names() {
		fmt.Fprintf(w, "%s\t%s\n", name, firstSentence(builtin.Set.Doc(name)))
	}
	return w.Flush()
}

func firstSentence(doc string) string {
	doc = strings.ReplaceAll(doc, "\n", " ")
	if first, _, more := strings.Cut(doc, ". "); more {
		return first + "."
	}
	return doc
}
