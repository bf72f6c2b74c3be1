package rt

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Clock tells time and makes timers. Tests pass their own.
type Clock interface {
	Now() int64 // ns since 1970
	NewTimer(d time.Duration) Timer
}

// Timer is a stoppable one-shot timer.
type Timer interface {
	C() <-chan time.Time
	Stop() bool
}

// Env is the world as a starting job sees it: configuration overrides, variables, the folder that relative paths start from, the
// clock. Its readers collect errors, so that all wrong properties are reported at once; Err returns them.
type Env struct {
	Config  map[string]string           // --config key=value
	BaseDir string                      // relative paths start here
	Lookup  func(string) (string, bool) // environment variables
	Clock   Clock
	App     string            // name of the application, for client and group ids
	Log     func(line string) // takes what connectors have to tell while the job runs (a broker is away, …); nil: stderr
	Metrics any               // the run's *metric.Registry; metric.NewSet reads it
	errs    []string
	read    map[string]bool
}

// String is property key: the override, else def, with ${…} references resolved.
func (e *Env) String(key, def string) string {
	v, ok := e.Config[key]
	if !ok {
		v = def
	}
	if e.read == nil {
		e.read = map[string]bool{}
	}
	e.read[key] = true
	out, err := Expand(v, e.lookup)
	if err != nil {
		e.fail(key, v, err.Error())
		return ""
	}
	return out
}

func (e *Env) lookup(name string) (string, bool) {
	if e.Lookup != nil {
		return e.Lookup(name)
	}
	return os.LookupEnv(name)
}

func (e *Env) fail(key, val, why string) {
	e.errs = append(e.errs, fmt.Sprintf("property '%s' = '%s': %s", key, val, why))
}

// Path is a property that names a file; relative ones are joined to BaseDir. "-" (stdin, stdout) and absolute paths stay.
func (e *Env) Path(key, def string) string {
	p := e.String(key, def)
	if p == "" || p == "-" || filepath.IsAbs(p) || e.BaseDir == "" {
		return p
	}
	return filepath.Join(e.BaseDir, p)
}

// Int is a property that holds a whole number.
func (e *Env) Int(key, def string) int64 {
	s := e.String(key, def)
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		e.fail(key, s, "expected a whole number")
	}
	return n
}

// Bool is a property that is true or false.
func (e *Env) Bool(key, def string) bool {
	s := strings.ToLower(strings.TrimSpace(e.String(key, def)))
	switch s {
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	}
	e.fail(key, s, "expected true or false")
	return false
}

// Duration is a property such as 500ms, 5s, 1m, 2h, 1d; a bare number is milliseconds.
func (e *Env) Duration(key, def string) time.Duration {
	s := e.String(key, def)
	d, err := ParseDuration(s)
	if err != nil {
		e.fail(key, s, err.Error())
	}
	return d
}

// Size is a property that counts bytes: 1048576, 64KiB, 16MiB, 1GiB (KB, MB, GB mean the same).
func (e *Env) Size(key, def string) int64 {
	s := e.String(key, def)
	n, err := ParseSize(s)
	if err != nil {
		e.fail(key, s, err.Error())
	}
	return n
}

// Err returns everything wrong that the readers met, and overrides that name no property among known.
func (e *Env) Err(known []Option) error {
	errs := append([]string(nil), e.errs...)
	names := map[string]bool{}
	for _, o := range known {
		names[o.Key] = true
	}
	var unknown []string
	for k := range e.Config {
		if !names[k] && !e.read[k] {
			unknown = append(unknown, k)
		}
	}
	sort.Strings(unknown)
	for _, k := range unknown {
		errs = append(errs, fmt.Sprintf("--config %s: this job has no such property%s", k, e.meant(k, known)))
	}
	if len(errs) == 0 {
		return nil
	}
	return Error(strings.Join(errs, "\n"))
}

// meant names the property that is most like an unknown one, among those of the job and those that were read.
func (e *Env) meant(key string, known []Option) string {
	var names []string
	for _, o := range known {
		names = append(names, o.Key)
	}
	for k := range e.read {
		names = append(names, k)
	}
	sort.Strings(names)
	if near := Nearest(key, names); near != "" {
		return "; did you mean " + near + "?"
	}
	return " (--help lists them)"
}

// ParseDuration reads a number and a unit: ns, us, ms, s, m, h, d, w. A bare number is milliseconds.
func ParseDuration(s string) (time.Duration, error) {
	t := strings.TrimSpace(s)
	i := 0
	for i < len(t) && (t[i] >= '0' && t[i] <= '9' || t[i] == '.') {
		i++
	}
	n, err := strconv.ParseFloat(t[:i], 64)
	unit, ok := durationUnits[strings.ToLower(strings.TrimSpace(t[i:]))]
	if err != nil || !ok {
		return 0, Error("expected a duration such as 500ms, 5s, 1m, 2h or 1d")
	}
	d := n * float64(unit)
	if d > 1<<62 {
		return 0, Error("this duration is longer than 146 years")
	}
	return time.Duration(d), nil
}

var durationUnits = map[string]time.Duration{
	"": time.Millisecond, "ns": 1, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute,
	"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
}

// ParseSize reads a number of bytes with an optional unit.
func ParseSize(s string) (int64, error) {
	t := strings.ToLower(strings.TrimSpace(s))
	t = strings.TrimSuffix(strings.TrimSuffix(t, "b"), "i")
	shift := 0
	if n := len(t); n > 0 {
		switch t[n-1] {
		case 'k':
			shift = 10
		case 'm':
			shift = 20
		case 'g':
			shift = 30
		}
		if shift > 0 {
			t = t[:n-1]
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(t), 10, 64)
	if err != nil || n < 0 || n > (1<<62)>>shift {
		return 0, Error("expected a number of bytes such as 1048576, 64KiB, 16MiB or 1GiB")
	}
	return n << shift, nil
}
