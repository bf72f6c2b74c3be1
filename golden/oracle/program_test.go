package oracle

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// program is a random SQL file over random data.
type program struct {
	seed    int64
	dir     string
	data    []*dataset
	sources []*readable
	stmts   []*statement
	refused map[string]int // codes of diagnostics of statements that were not used
	bugs    []string
}

const (
	datasetsPerProgram = 3
	sourcesPerProgram  = 26
)

// newProgram makes the program of a seed in dir.
func newProgram(seed int64, dir string) (*program, error) {
	r := rand.New(rand.NewSource(seed))
	p := &program{seed: seed, dir: dir, refused: map[string]int{}}
	for i := range datasetsPerProgram {
		d := randomDataset(r, i)
		if err := os.WriteFile(filepath.Join(dir, d.file), []byte(d.data), 0o644); err != nil {
			return nil, err
		}
		p.data = append(p.data, d)
	}
	for i := range sourcesPerProgram {
		p.fill(r, &readable{name: fmt.Sprintf("src%d", i), data: p.data[i%len(p.data)]})
	}
	return p, os.WriteFile(p.path(), []byte(p.text()), 0o644)
}

func (p *program) path() string { return filepath.Join(p.dir, "job.sql") }

// fill gives a source its statements.
func (p *program) fill(r *rand.Rand, src *readable) {
	st := style(r.Intn(int(styles)))
	if src.data.time < 0 && (st == windowed || st == flashing) {
		st = plain
	}
	before := len(p.stmts)
	if st == plain && chance(r, 3) {
		p.whole(partition(r, fmt.Sprintf("s%d", before), src))
	}
	for range pick(r, 1, 1, 2, 4) {
		own := st
		if chance(r, 10) {
			own = plain
		}
		if s := p.add(r, own, src, nil); s != nil && !s.loose && chance(r, 4) {
			p.add(r, pick(r, plain, plain, grouped, changing), src, s)
		}
	}
	if len(p.stmts) > before {
		p.sources = append(p.sources, src)
	}
}

// add finds a statement that compiles.
func (p *program) add(r *rand.Rand, st style, src *readable, parent *statement) *statement {
	for range 30 {
		if len(p.bugs) > 10 {
			return nil
		}
		s := newStatement(r, fmt.Sprintf("s%d", len(p.stmts)), st, src, parent)
		if p.accepts(s) {
			p.stmts = append(p.stmts, s)
			return s
		}
	}
	return nil
}

// whole adds all of the statements or none.
func (p *program) whole(stmts []*statement) {
	for _, s := range stmts {
		if !p.accepts(s) {
			return
		}
	}
	p.stmts = append(p.stmts, stmts...)
}

// accepts compiles a statement with what it reads, and learns the columns of its result.
func (p *program) accepts(s *statement) bool {
	text := s.source.data.declare(s.source.name)
	for q := s.parent; q != nil; q = q.parent {
		text += q.text()
	}
	text += s.text()
	job, err := veloc.Compile(p.path(), text, veloc.Options{Lock: "-"})
	if err != nil {
		p.bugs = append(p.bugs, fmt.Sprintf("the compiler panics: %.600v\n%s", err, text))
		return false
	}
	if job.Diagnostics.HasErrors() {
		for _, d := range job.Diagnostics {
			if d.Severity == diag.Error {
				p.refused[string(d.Code)+" "+d.Message]++
			}
		}
		return false
	}
	if errs := goErrors(job.Files); len(errs) > 0 {
		p.bugs = append(p.bugs, fmt.Sprintf("the generated Go does not compile:\n%s\n%s", strings.Join(errs, "\n"), text))
		return false
	}
	root := job.Logical.Statements[len(job.Logical.Statements)-1].Root
	for _, c := range root.Props().Schema {
		s.columns = append(s.columns, column{name: c.Name, typ: c.Col.Type, null: c.Col.Nullable})
	}
	return root.Props().Mode == plan.Append || s.updates
}

// text is the SQL file.
func (p *program) text() string {
	var b strings.Builder
	for _, s := range p.sources {
		b.WriteString(s.data.declare(s.name))
	}
	for _, s := range p.stmts {
		b.WriteString("\n" + s.text())
	}
	return b.String()
}
