package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// explainCommand is `veloc explain`.
type explainCommand struct {
	What   string `arg:"" optional:"" name:"code-or-file" help:"A code such as VL0304, a SQL file, or - for standard input."`
	Inline string `name:"execute" short:"e" placeholder:"SQL" help:"Explain this SQL."`
	Format string `enum:"text,json,mermaid" default:"text" help:"The plan as text, json or mermaid (a flow chart)."`
	Dump   string `placeholder:"PHASE" help:"Print what a phase of the compiler made: ${phases}."`
	Strict bool   `help:"Make warnings errors."`
	Live   string `placeholder:"ADDR" help:"Ask a running job how far event time has come, and what holds it back: host:port, as its --metrics-port said."`
}

var codePattern = regexp.MustCompile(`^(?i)VL\d+$`)

// Run prints a code's page, a plan, or what a phase made.
func (c *explainCommand) Run(t *terminal) error {
	if c.Live != "" {
		return c.live(t)
	}
	if codePattern.MatchString(c.What) && c.Inline == "" {
		if _, err := os.Stat(c.What); err != nil {
			return c.page(t)
		}
	}
	if c.Dump != "" && !slices.Contains(veloc.Phases(), c.Dump) {
		return usagef("there is no phase %q%s; phases are %s", c.Dump, didYouMean(c.Dump, veloc.Phases()), strings.Join(veloc.Phases(), ", "))
	}
	p, err := t.load(c.What, c.Inline)
	if err != nil {
		return err
	}
	dump := func(phase string, text func() string) {
		if phase == c.Dump {
			fmt.Fprintln(t.stdout, strings.TrimSuffix(text(), "\n"))
		}
	}
	job, err := t.compile(p, veloc.Options{Strict: c.Strict, Dump: dump})
	if c.Dump == "" && job != nil && job.NotYetCompiled() {
		return errors.Join(c.logical(t, job), err)
	}
	if err != nil || c.Dump != "" {
		return err
	}
	switch c.Format {
	case "json":
		_, err = t.stdout.Write(plan.JSON(job.Logical))
	case "mermaid":
		_, err = fmt.Fprint(t.stdout, plan.Mermaid(job.Logical))
	default:
		_, err = fmt.Fprint(t.stdout, physical.Print(job.Physical))
	}
	return err
}

// live prints how far event time has come in a running job.
func (c *explainCommand) live(t *terminal) error {
	if c.What != "" || c.Inline != "" || c.Dump != "" || c.Format == "mermaid" {
		return usagef("--live asks a running job: leave out the SQL and --dump; its formats are text and json")
	}
	answer, err := askJob(http.MethodGet, c.Live, "/debug/time?format="+c.Format)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.stdout, answer)
	return nil
}

// logical prints the plan of a job that is correct and that there is no code for yet.
func (c *explainCommand) logical(t *terminal, job *veloc.Job) error {
	text := plan.Print(job.Logical)
	switch c.Format {
	case "json":
		text = string(plan.JSON(job.Logical))
	case "mermaid":
		text = plan.Mermaid(job.Logical)
	}
	_, err := fmt.Fprint(t.stdout, text)
	return err
}

func (c *explainCommand) page(t *terminal) error {
	page, known := diag.Page(c.What)
	if !known {
		var codes []string
		for _, code := range diag.Codes() {
			codes = append(codes, string(code))
		}
		return usagef("there is no code %s%s", c.What, didYouMean(c.What, codes))
	}
	_, err := fmt.Fprint(t.stdout, page)
	return err
}

// didYouMean is a suggestion for a name that is not among candidates, or nothing.
func didYouMean(name string, candidates []string) string {
	if near := diag.Nearest(name, candidates); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}
