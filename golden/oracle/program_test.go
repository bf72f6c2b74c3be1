package oracle

import (
	"errors"
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
	return p, nil
}

func (p *program) path() string { return filepath.Join(p.dir, "job.sql") }

// fill gives a source its statements.
func (p *program) fill(r *rand.Rand, src *readable) {
	st := style(r.Intn(int(styles)))
	if src.data.time < 0 && (st == windowed || st == flashing) {
		st = plain
	}
	if st == plain && chance(r, 3) {
		p.whole(partition(r, fmt.Sprintf("s%d", len(p.stmts)), src))
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
}

// add finds a statement that compiles.
func (p *program) add(r *rand.Rand, st style, src *readable, parent *statement) *statement {
	for range 30 {
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

// accepts checks a statement with what it reads, and learns the columns of its result.
func (p *program) accepts(s *statement) bool {
	text := alone(s)
	job, err := veloc.Check(p.path(), text, veloc.Options{Lock: "-"})
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
	root := job.Logical.Statements[len(job.Logical.Statements)-1].Root
	for _, c := range root.Props().Schema {
		s.columns = append(s.columns, column{name: c.Name, typ: c.Col.Type, null: c.Col.Nullable})
	}
	return root.Props().Mode == plan.Append || s.updates
}

// alone is a program of one statement and what it reads.
func alone(s *statement) string {
	text := ""
	for q := s; q != nil; q = q.parent {
		text = q.text() + text
	}
	return s.source.data.declare(s.source.name) + text
}

// compile compiles the whole program. If its Go does not compile, it finds the statements that are to blame, by compiling each alone, and goes
// on without them.
func (p *program) compile() (*veloc.Job, error) {
	job, bug := compiled(p.path(), p.text())
	if bug == "" {
		return job, nil
	}
	bad := map[*statement]bool{}
	var kept []*statement
	for _, s := range p.stmts {
		_, why := compiled(p.path(), alone(s))
		if why != "" && !bad[s.parent] {
			p.bugs = append(p.bugs, why+"\n"+alone(s))
		}
		if bad[s] = why != ""; !bad[s] {
			kept = append(kept, s)
		}
	}
	p.stmts = kept
	if job, bug = compiled(p.path(), p.text()); bug != "" {
		return nil, errors.New(bug)
	}
	return job, nil
}

// compiled compiles SQL, and tells what is wrong with the Go that it became.
func compiled(path, sql string) (*veloc.Job, string) {
	job, err := veloc.Compile(path, sql, veloc.Options{Lock: "-"})
	switch {
	case err != nil:
		return nil, fmt.Sprintf("the compiler panics: %.600v", err)
	case job.Diagnostics.HasErrors():
		return nil, "statements that are right one by one are wrong together:\n" + diag.Text(job.Diagnostics)
	}
	if errs := goErrors(job.Files); len(errs) > 0 {
		return nil, "the generated Go does not compile:\n" + strings.Join(errs, "\n")
	}
	return job, ""
}

// text is the SQL file.
func (p *program) text() string {
	var b strings.Builder
	declared := map[*readable]bool{}
	for _, s := range p.stmts {
		if !declared[s.source] {
			declared[s.source] = true
			b.WriteString(s.source.data.declare(s.source.name))
		}
	}
	for _, s := range p.stmts {
		b.WriteString("\n" + s.text())
	}
	return b.String()
}
