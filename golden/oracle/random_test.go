package oracle

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc"
)

var (
	first = flag.Int64("oracle.first", 1, "first seed")
	seeds = flag.Int64("oracle.seeds", 8, "number of seeds")
	keep  = flag.String("oracle.keep", "", "folder for the SQL, data and results of seeds that fail")
	vet   = flag.Bool("oracle.vet", false, "run go vet over the generated programs")
)

// variants are the ways in which each program runs. All must write the same.
var variants = []struct {
	workers int
	chunk   string
}{{1, "1MiB"}, {1, "16"}, {2, "64"}, {4, "512"}, {3, "4KiB"}}

// TestRandom builds one program per seed, of some sixty statements, and runs it in all variants.
func TestRandom(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	t.Setenv("VELOC_CACHE", t.TempDir())
	var statements, skipped int
	refused := map[string]int{}
	for seed := *first; seed < *first+*seeds; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir := t.TempDir()
			defer keepFailed(t, seed, dir)
			p, err := newProgram(seed, dir)
			if err != nil {
				t.Fatal(err)
			}
			for why, n := range p.refused {
				refused[why] += n
			}
			statements += len(p.stmts)
			skipped += p.test(t)
		})
	}
	t.Logf("%d statements, of which %d can only be compared between runs", statements, skipped)
	if testing.Verbose() {
		report(t, refused)
	}
}

// keepFailed copies what a failing seed has left behind.
func keepFailed(t *testing.T, seed int64, dir string) {
	if !t.Failed() || *keep == "" {
		return
	}
	to := filepath.Join(*keep, fmt.Sprint(seed))
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(dir))); err != nil {
		t.Error(err)
	}
}

// report lists why statements were refused: a generator that is mostly refused tests little.
func report(t *testing.T, refused map[string]int) {
	var why []string
	for w := range refused {
		why = append(why, w)
	}
	sort.Slice(why, func(i, j int) bool { return refused[why[i]] > refused[why[j]] })
	for _, w := range why[:min(len(why), 25)] {
		t.Logf("refused %4d times: %.400s", refused[w], w)
	}
}

// test compiles, builds and runs the program, and compares. It returns how many statements the evaluator has no say in.
func (p *program) test(t *testing.T) (skipped int) {
	job, err := p.compile()
	for _, b := range p.bugs {
		t.Errorf("seed %d: %s", p.seed, b)
	}
	if err != nil {
		t.Fatalf("seed %d: %v", p.seed, err)
	}
	if err := os.WriteFile(p.path(), []byte(p.text()), 0o644); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UnixNano()
	before := newMachine(p.dir, now, needed(job.Logical))
	logical := bound(job)
	before.run(logical)
	after := newMachine(p.dir, now, before.needed)
	after.run(job.Logical)
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(p.dir, "job")})
	if err != nil {
		t.Fatalf("seed %d: %.4000s", p.seed, err)
	}
	if *vet {
		p.vet(t, job)
	}
	results := make([]map[string][]string, len(variants))
	for i := range variants {
		results[i] = p.run(t, bin, i)
	}
	open := map[string]bool{} // statements of which the SQL leaves open what their result is
	for i, s := range p.stmts {
		st := logical.Statements[i]
		want := lines(st, before.out[st])
		if after.out[job.Logical.Statements[i]].doubt || before.out[st].doubt {
			skipped++
			open[s.name] = true
		} else {
			open[s.name] = uncertain(want)
			if d := difference(lines(job.Logical.Statements[i], after.out[job.Logical.Statements[i]]), textsOf(want), s.loose); d != "" && !uncertain(want) {
				p.failed(t, s, "the rewritten plan means something else", d)
			}
			if d := difference(want, results[0][s.name], s.loose); d != "" {
				p.failed(t, s, "one worker, large chunks", d)
			}
		}
		for k, v := range variants[1:] {
			if d := difference(certain(results[0][s.name]), results[k+1][s.name], false); d != "" {
				p.failed(t, s, fmt.Sprintf("%d workers and chunks of %s differ from one worker with large chunks (want)", v.workers, v.chunk), d)
				break
			}
		}
	}
	p.partitions(t, results[0], open)
	return skipped
}

func textsOf(ls []line) []string {
	out := make([]string, len(ls))
	for i, l := range ls {
		out[i] = l.text
	}
	return out
}

func certain(have []string) []line {
	out := make([]line, len(have))
	for i, h := range have {
		out[i] = line{text: h}
	}
	return out
}

func uncertain(ls []line) bool {
	for _, l := range ls {
		if l.maybe {
			return true
		}
	}
	return false
}

// partitions checks that the rows for which a condition is TRUE, FALSE and NULL are all rows.
func (p *program) partitions(t *testing.T, results map[string][]string, open map[string]bool) {
	for i, s := range p.stmts {
		if s.part != 1 || i+4 > len(p.stmts) || p.stmts[i+1].part != 2 || p.stmts[i+2].part != 3 || p.stmts[i+3].part != 4 {
			continue // no partition, or one of its statements has been left out
		}
		if open[s.name] || open[p.stmts[i+1].name] || open[p.stmts[i+2].name] || open[p.stmts[i+3].name] {
			continue // whether an operand of a condition fails may depend on whether it is asked for
		}
		var parts []string
		for _, part := range p.stmts[i+1 : i+4] {
			parts = append(parts, results[part.name]...)
		}
		all := append([]string(nil), results[s.name]...)
		sort.Strings(all)
		sort.Strings(parts)
		if d := difference(certain(all), parts, false); d != "" {
			p.failed(t, p.stmts[i+1], "the rows for which the condition is TRUE, FALSE and NULL (got) are not all rows (want)", d)
		}
	}
}

func (p *program) failed(t *testing.T, s *statement, what, difference string) {
	t.Helper()
	text := s.source.data.declare(s.source.name)
	for q := s.parent; q != nil; q = q.parent {
		text += q.sql + ";\n"
	}
	t.Errorf("seed %d, statement %s: %s\n%s%s;\n%s", p.seed, s.name, what, text, s.sql, difference)
}

// run runs the program in a folder of its own and reads the results.
func (p *program) run(t *testing.T, bin string, variant int) map[string][]string {
	v := variants[variant]
	dir := filepath.Join(p.dir, fmt.Sprintf("run%d", variant))
	if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range p.data {
		if err := os.WriteFile(filepath.Join(dir, d.file), []byte(d.data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"--base-dir", dir, "--workers", fmt.Sprint(v.workers), "--progress", "never"}
	for _, s := range p.stmts {
		args = append(args, "--config", s.source.name+".chunk.size="+v.chunk)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("seed %d, %d workers, chunks of %s: %v\n%s", p.seed, v.workers, v.chunk, err, tail(log.String()))
	}
	out := map[string][]string{}
	for _, s := range p.stmts {
		data, err := os.ReadFile(filepath.Join(dir, "out", s.name))
		if err != nil {
			t.Errorf("seed %d: %v", p.seed, err)
		}
		out[s.name] = contents(data)
	}
	return out
}

// tail is the end of a log.
func tail(s string) string { return s[max(0, len(s)-1500):] }

// vet runs go vet over the generated package.
func (p *program) vet(t *testing.T, job *veloc.Job) {
	dir := filepath.Join(p.dir, "module")
	if err := veloc.WriteModule(job, dir, os.Getenv("VELOC_RUNTIME")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "vet", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("seed %d: go vet: %v\n%s", p.seed, err, strings.TrimSpace(string(out)))
	}
}
