package annot

import (
	"fmt"
	"strings"
)

// Reference is the annotation reference, docs/annotations.md, written from the specs.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Annotations

<!-- Written from compiler/annot. Do not edit: change the specs there and run ` + "`make docs`" + `. -->

Comments that start with ` + "`@`" + ` say something about the statement below them: ` + "`-- @metric: trades_total`" + `. Those at the head of the file, up to
the first blank line before a statement, describe the whole application, and settings there hold for every statement that does not say otherwise.
Names are compared without regard to case. A name that looks misspelt is an error; other unknown names, and annotations without effect, are warnings.

The first lines of a file may also be written as ` + "`-- SQL Application: name`, `-- Version: 1.0.0`, `-- Description: …`, `-- Author: …`" + `.

`)
	b.WriteString("| annotation | describes | value | default | meaning |\n|---|---|---|---|---|\n")
	for i := range all {
		if s := &all[i]; s.Idle == "" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s Example: `%s` |\n", nameCell(s), s.Scope, valueCell(s), defaultCell(s), s.Doc, s.Example)
		}
	}
	b.WriteString("\n## Without effect\n\nThese are known from other systems; a warning says why they do nothing.\n\n| annotation | meant for | why |\n|---|---|---|\n")
	for i := range all {
		if s := &all[i]; s.Idle != "" {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", nameCell(s), s.Doc, s.Idle)
		}
	}
	return b.String()
}

func nameCell(s *Spec) string {
	cell := "`@" + strings.ReplaceAll(s.Name, "*", "…") + "`"
	for _, a := range s.Aliases {
		cell += ", `@" + a + "`"
	}
	return cell
}

func valueCell(s *Spec) string {
	if s.Kind == Enum {
		return "`" + strings.Join(s.Values, "`, `") + "`"
	}
	return s.Kind.String()
}

func defaultCell(s *Spec) string {
	if s.Default == "" {
		return "—"
	}
	return "`" + s.Default + "`"
}
