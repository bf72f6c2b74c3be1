package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// A sample is one run of one program.
type sample struct {
	seconds float64
	cpu     time.Duration
	peak    int64   // bytes; 0 when the program does not say
	allocs  float64 // per row; -1 when the program does not say
	written int64   // rows; 0 when the program does not say
}

// A result is all that was measured of a query.
type result struct {
	query       query
	trades      int // rows that the data were generated for
	rows        int // of all inputs
	bytes       int64
	twin, veloc []sample
	failure     string // why the line of veloc is missing or wrong
}

func (b *builder) measure(q query) (result, error) {
	fmt.Fprintf(os.Stderr, "%s: building\n", q.name)
	twin, veloc, err, velocErr := b.build(q)
	if err != nil {
		return result{}, err
	}
	r := result{query: q, trades: b.rows}
	if velocErr != nil {
		r.failure = "does not build"
		loud(q.name, "THE VELOC SIDE DOES NOT BUILD; only the hand-written program is measured", velocErr)
		veloc = ""
	}
	var paths, config []string
	for _, in := range q.inputs {
		path, rows, bytes, err := b.input(in.kind)
		if err != nil {
			return result{}, err
		}
		paths, config = append(paths, path), append(config, "--config", in.stream+".path="+path)
		r.rows, r.bytes = r.rows+rows, r.bytes+bytes
	}
	if q.isKafka() {
		return b.measureKafka(r, paths[0], twin, veloc)
	}
	outputs := map[bool]string{false: filepath.Join(b.scratch, "twin"), true: filepath.Join(b.scratch, "veloc")}
	run := func(isVeloc bool) (sample, error) {
		os.Remove(outputs[isVeloc])
		if isVeloc {
			return start(veloc, append(config, "--stats", "--config", "result.path="+outputs[true])...)
		}
		return start(twin, append(paths, outputs[false])...)
	}
	for round := range b.rounds {
		if err := r.pair(round, veloc != "", run); err != nil {
			return result{}, err
		}
		if round == 0 && r.failure == "" {
			if err := same(outputs[false], outputs[true]); err != nil {
				r.failure = "output differs"
				loud(q.name, "THE OUTPUTS DIFFER", err)
			}
		}
	}
	os.Remove(outputs[false])
	os.Remove(outputs[true])
	return r, nil
}

// pair runs both programs, the other one first in every second round.
func (r *result) pair(round int, hasVeloc bool, run func(isVeloc bool) (sample, error)) error {
	fmt.Fprintf(os.Stderr, "%s: round %d\n", r.query.name, round+1)
	for _, isVeloc := range [2]bool{round%2 == 1, round%2 == 0} {
		if isVeloc && !hasVeloc {
			continue
		}
		s, err := run(isVeloc)
		switch {
		case err != nil && isVeloc:
			r.failure = "fails"
			loud(r.query.name, "THE VELOC SIDE FAILS", err)
		case err != nil:
			return err
		case isVeloc:
			r.veloc = append(r.veloc, s)
		default:
			r.twin = append(r.twin, s)
		}
	}
	return nil
}

func loud(name, what string, err error) {
	fmt.Fprintf(os.Stderr, "\n**** %s: %s ****\n%v\n\n", name, what, err)
}

// warm reads the file once, so that every round finds it in the page cache.
func warm(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(io.Discard, f)
}

// start runs a program to its end.
func start(name string, args ...string) (sample, error) {
	cmd := exec.Command(name, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	started := time.Now()
	err := cmd.Run()
	seconds := time.Since(started).Seconds()
	if err != nil {
		return sample{}, fmt.Errorf("%s %q: %w\n%s", name, args, err, stderr.Bytes())
	}
	s := usage(cmd, stderr.Bytes())
	s.seconds = seconds
	return s, nil
}

var (
	twinSays  = regexp.MustCompile(`(?m)^rows=(\d+) .*mallocs=(\d+) peak=(\d+)`)
	velocSays = regexp.MustCompile(`(?m)^stats: (\{.*\})$`)
)

// usage is what the system and the program itself say about a finished run. Only the program knows its peak: what the system says of a child
// includes the process that started it.
func usage(cmd *exec.Cmd, stderr []byte) sample {
	s := sample{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), allocs: -1}
	if m := twinSays.FindSubmatch(stderr); m != nil {
		rows, _ := strconv.ParseFloat(string(m[1]), 64)
		mallocs, _ := strconv.ParseFloat(string(m[2]), 64)
		s.peak, _ = strconv.ParseInt(string(m[3]), 10, 64)
		s.allocs = mallocs / max(rows, 1)
	}
	if m := velocSays.FindSubmatch(stderr); m != nil {
		var stats struct {
			Allocs *float64 `json:"allocs_per_row"`
			Peak   int64    `json:"max_rss_bytes"`
			Out    int64    `json:"rows_out"`
		}
		if json.Unmarshal(m[1], &stats) == nil {
			s.peak, s.written = stats.Peak, stats.Out
			if stats.Allocs != nil {
				s.allocs = *stats.Allocs
			}
		}
	}
	return s
}

// same compares two files and shows the first line that differs.
func same(a, b string) error {
	left, err := os.ReadFile(a)
	if err != nil {
		return err
	}
	right, err := os.ReadFile(b)
	if err != nil {
		return err
	}
	if bytes.Equal(left, right) {
		return nil
	}
	at := 0
	for at < min(len(left), len(right)) && left[at] == right[at] {
		at++
	}
	return fmt.Errorf("at line %d\ntwin:  %s\nveloc: %s", 1+bytes.Count(left[:at], []byte{'\n'}), lineAt(left, at), lineAt(right, at))
}

func lineAt(text []byte, at int) []byte {
	line := text[bytes.LastIndexByte(text[:at], '\n')+1:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	return line
}
