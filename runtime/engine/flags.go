package engine

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// flags are the command line of a built program.
type flags struct {
	help, version, explain, check, quiet, stats bool

	config      overrides
	baseDir     string
	workers     int
	stateDir    string   // empty: state is in memory only
	restoreFrom string   // a savepoint
	resetState  []string // tables that begin empty
	metricsAddr string   // host:port; empty: no metrics are served
	progress    string
	logFormat   string
	cpuProfile  string
	memProfile  string
}

// overrides collects --config key=value.
type overrides map[string]string

func (o overrides) String() string { return "" }

func (o overrides) Set(s string) error {
	key, value, ok := strings.Cut(s, "=")
	if key = strings.TrimSpace(key); !ok || key == "" {
		return errors.New("expected key=value, for example trades.path=trades.csv")
	}
	o[key] = value
	return nil
}

// flagDocs is every flag in the order of --help: name, argument, meaning.
var flagDocs = [][3]string{
	{"config", "key=value", "override a property of the job; can be given many times"},
	{"base-dir", "dir", "folder that relative paths start from (default: the working directory)"},
	{"workers", "n", "goroutines that process rows of one source (default: one per processor)"},
	{"check", "", "open all sources and sinks, report, and exit"},
	{"explain", "", "print the plan and exit"},
	{"state-dir", "dir", "keep state here and go on from it after a restart (docs/state.md); without, state is in memory only"},
	{"restore-from", "dir", "begin with the state of a savepoint; --state-dir is new or empty then"},
	{"reset-state", "table", "let a table begin empty whose saved state the program cannot use; can be given many times"},
	{"metrics-port", "port", "serve /metrics, /healthz, /readyz and /debug/pprof on this port of all interfaces"},
	{"metrics-addr", "host:port", "the same on one address"},
	{"progress", "when", "show progress: auto (on a terminal), always or never (default: auto)"},
	{"quiet", "", "print errors and rejected rows only"},
	{"log-format", "form", "text or json, one object per line (default: text)"},
	{"stats", "", "measure, and print one line 'stats: {…}' to standard error at the end"},
	{"cpuprofile", "file", "write a processor profile"},
	{"memprofile", "file", "write a profile of allocations"},
	{"version", "", "print the version and exit"},
	{"help", "", "print this text and exit"},
}

func parse(name string, args []string) (*flags, error) {
	f := &flags{config: overrides{}}
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.Var(f.config, "config", "")
	set.StringVar(&f.baseDir, "base-dir", "", "")
	set.IntVar(&f.workers, "workers", 0, "")
	set.BoolVar(&f.check, "check", false, "")
	set.BoolVar(&f.explain, "explain", false, "")
	set.StringVar(&f.stateDir, "state-dir", "", "")
	set.StringVar(&f.restoreFrom, "restore-from", "", "")
	set.Func("reset-state", "", func(table string) error {
		f.resetState = append(f.resetState, table)
		return nil
	})
	port := set.Int("metrics-port", 0, "")
	set.StringVar(&f.metricsAddr, "metrics-addr", "", "")
	set.StringVar(&f.progress, "progress", "auto", "")
	set.BoolVar(&f.quiet, "quiet", false, "")
	set.StringVar(&f.logFormat, "log-format", "text", "")
	set.BoolVar(&f.stats, "stats", false, "")
	set.StringVar(&f.cpuProfile, "cpuprofile", "", "")
	set.StringVar(&f.memProfile, "memprofile", "", "")
	set.BoolVar(&f.version, "version", false, "")
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		f.help = true
		return f, nil
	} else if err != nil {
		return nil, err
	}
	if set.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	return f, f.valid(*port)
}

func (f *flags) valid(port int) error {
	switch {
	case f.workers < 0:
		return fmt.Errorf("--workers %d: expected a number of at least 1", f.workers)
	case f.progress != "auto" && f.progress != "always" && f.progress != "never":
		return fmt.Errorf("--progress %s: expected auto, always or never", f.progress)
	case f.logFormat != "text" && f.logFormat != "json":
		return fmt.Errorf("--log-format %s: expected text or json", f.logFormat)
	case port < 0 || port > 65535:
		return fmt.Errorf("--metrics-port %d: expected a port from 1 to 65535", port)
	case port > 0 && f.metricsAddr != "":
		return errors.New("give --metrics-port or --metrics-addr, not both")
	case port > 0:
		f.metricsAddr = ":" + strconv.Itoa(port)
	}
	if f.metricsAddr != "" {
		if _, _, err := net.SplitHostPort(f.metricsAddr); err != nil {
			return fmt.Errorf("--metrics-addr %s: expected host:port", f.metricsAddr)
		}
	}
	return nil
}
