package engine

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	rt "github.com/velostream/veloc/runtime"
)

// help describes a job to the person who runs it.
func help(w io.Writer, job *rt.Job) {
	fmt.Fprint(w, job.Name)
	if job.Version != "" {
		fmt.Fprint(w, " ", job.Version)
	}
	if job.Description != "" {
		fmt.Fprint(w, " — ", job.Description)
	}
	fmt.Fprintf(w, "\n\nUsage: %s [flags]\n", job.Name)
	if job.SQLFile != "" {
		fmt.Fprintf(w, "Compiled by veloc from %s.\n", job.SQLFile)
	}
	if job.Owner != "" {
		fmt.Fprintf(w, "Owner: %s\n", job.Owner)
	}
	fmt.Fprint(w, "\nReads\n")
	for _, p := range job.Pipelines {
		for _, in := range p.Inputs {
			fmt.Fprintf(w, "  %-20s %s\n", in.Source, in.Connector)
		}
	}
	fmt.Fprint(w, "\nWrites\n")
	for _, s := range job.Sinks {
		fmt.Fprintf(w, "  %-20s %s\n", s.Name, s.Connector)
	}
	fmt.Fprint(w, "\nFlags\n")
	for _, d := range flagDocs {
		fmt.Fprintf(w, "  --%-24s %s\n", d[0]+" "+d[1], d[2])
	}
	if len(job.Options) > 0 {
		fmt.Fprint(w, "\nProperties, set with --config key=value\n")
		for _, o := range job.Options {
			fmt.Fprintf(w, "  %s", o.Key)
			if o.Default != "" {
				fmt.Fprintf(w, "  (default: %s)", o.Default)
			}
			fmt.Fprintf(w, "\n      %s\n", o.Doc)
		}
	}
	fmt.Fprint(w, `
Signals
  SIGINT and SIGTERM stop reading. What was read is finished; a job without end is committed and exits with 0, a job
  that had not reached the end of its input leaves nothing under its final name. A second signal exits at once.

Exit codes
  0    done
  2    wrong flags or properties
  3    the run failed
  130  stopped by SIGINT before the input ended
  143  stopped by SIGTERM before the input ended
`)
}

// version names the job, its runtime contract and the Go release that built it.
func version(job *rt.Job) string {
	v := job.Version
	if v == "" {
		v = "(no version)"
	}
	built := runtime.Version()
	if info, ok := debug.ReadBuildInfo(); ok {
		built = info.GoVersion
	}
	return fmt.Sprintf("%s %s (veloc runtime %d, %s %s/%s)", job.Name, v, rt.ABI, built, runtime.GOOS, runtime.GOARCH)
}
