package oracle

import (
	"context"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc"
)

var (
	expressions    = flag.Int("oracle.expressions", 2000, "number of random expressions")
	expressionSeed = flag.Int64("oracle.expressionseed", 1, "seed of the random expressions")
)

const (
	perProgram   = 1250 // expressions: a program that a machine builds in a few seconds
	perStatement = 10   // a row that one expression fails on is missing for all of them
)

// TestExpressions computes random expressions over random rows in generated programs, and compares each value with the evaluator's. It knows no other clause than
// SELECT, so that a program holds hundreds of expressions; they stand in all clauses in TestRandom.
func TestExpressions(t *testing.T) {
	if testing.Short() {
		t.Skip("builds large programs")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	t.Setenv("VELOC_CACHE", t.TempDir())
	computed, values := 0, 0
	for n := int64(0); computed < *expressions; n++ {
		seed := *expressionSeed*1000 + n
		dir := t.TempDir()
		p, written := expressionProgram(t, seed, dir, min(perProgram, *expressions-computed))
		values += p.compare(t)
		computed += written
		keepFailed(t, seed, dir)
	}
	t.Logf("%d expressions, %d values", computed, values)
	if values < 10*computed {
		t.Errorf("only %d values of %d expressions were compared", values, computed)
	}
}

// expressionProgram has so many expressions as columns of statements over a few data sets.
func expressionProgram(t *testing.T, seed int64, dir string, count int) (p *program, written int) {
	r := rand.New(rand.NewSource(seed))
	var sources []*readable
	p = &program{seed: seed, dir: dir, refused: map[string]int{}}
	for i := range datasetsPerProgram {
		d := randomDataset(r, i)
		if err := os.WriteFile(filepath.Join(dir, d.file), []byte(d.data), 0o644); err != nil {
			t.Fatal(err)
		}
		p.data = append(p.data, d)
		sources = append(sources, &readable{name: fmt.Sprintf("src%d", i), data: d})
	}
	for written < count {
		i := len(p.stmts)
		src := sources[i%len(sources)]
		s := &statement{name: fmt.Sprintf("s%d", i), source: src}
		items := p.acceptable(r, src, min(perStatement, count-written))
		s.sql = "CREATE STREAM " + s.name + " AS\nSELECT " + strings.Join(items, ",\n  ") + "\nFROM " + src.name
		if !p.accepts(s) {
			t.Fatalf("seed %d: expressions that are right one by one are wrong together:\n%s", seed, s.sql)
		}
		p.stmts = append(p.stmts, s)
		written += len(items)
	}
	return p, written
}

// acceptable are expressions that compile.
func (p *program) acceptable(r *rand.Rand, src *readable, n int) (items []string) {
	w := &writer{r: r, cols: src.data.columns}
	for len(items) < n {
		e := w.expr(pick(r, scalarKinds...), 1+r.Intn(3))
		if w.trivial(e) {
			continue
		}
		item := fmt.Sprintf("%s AS c%d", e, len(items))
		if p.accepts(&statement{name: "one", source: src, sql: "CREATE STREAM one AS\nSELECT " + item + "\nFROM " + src.name}) {
			items = append(items, item)
		}
	}
	return items
}

// trivial tells whether an expression is a column.
func (w *writer) trivial(e string) bool {
	return slices.ContainsFunc(w.cols, func(c column) bool { return c.sql() == e })
}

// compare builds and runs the program, and compares its values. It returns how many there were.
func (p *program) compare(t *testing.T) (values int) {
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
	results := p.run(t, bin, 0)
	for i, s := range p.stmts {
		st := logical.Statements[i]
		want, rewritten := before.out[st], after.out[job.Logical.Statements[i]]
		if want.doubt || rewritten.doubt {
			continue
		}
		list := lines(st, want)
		if d := difference(lines(job.Logical.Statements[i], rewritten), textsOf(list), false); d != "" && !uncertain(list) {
			p.failed(t, s, "the rewritten plan means something else", d)
		}
		if d := difference(list, results[s.name], false); d != "" {
			p.failed(t, s, "the program", d)
		}
		values += len(list) * len(st.Root.Props().Schema)
	}
	return values
}
