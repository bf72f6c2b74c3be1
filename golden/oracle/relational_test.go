package oracle

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
)

var (
	relSeeds = flag.Int64("oracle.relations", 2, "number of seeds of queries over several relations")
	export   = flag.String("oracle.export", "", "file for queries over several relations with the evaluator's results, for other engines to answer")
)

const queriesPerSeed = 60

// relProgram is relations and queries over them.
type relProgram struct {
	seed      int64
	dir       string
	relations []*relation
	queries   []*relCase
}

// relCase is a query that compiles, or would if there were code for it.
type relCase struct {
	relQuery
	name    string
	job     *veloc.Job // of this query alone
	late    bool       // there is no code for it yet
	bad     bool       // it has differed in some run
	before  *output    // of the plan as it is bound
	columns []types.Type
}

// newRelProgram makes the relations and queries of a seed. It counts those that are refused.
func newRelProgram(t *testing.T, seed int64, refused map[string]int) *relProgram {
	r := rand.New(rand.NewSource(seed))
	p := &relProgram{seed: seed, dir: t.TempDir()}
	for _, name := range relNames {
		p.relations = append(p.relations, newRelation(r, name, pick(r, 0, 1, 8, 15, 22)))
	}
	versions := newRelation(r, "v", 20)
	versions.key = "k"
	versions.rows = slices.DeleteFunc(versions.rows, func(row []any) bool { return row[1] == nil })
	p.relations = append(p.relations, versions)
	for _, rel := range p.relations {
		if err := os.WriteFile(filepath.Join(p.dir, rel.name+".jsonl"), []byte(rel.data()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for range queriesPerSeed {
		q := newRelQuery(r)
		c := &relCase{relQuery: q, name: fmt.Sprintf("q%d", len(p.queries))}
		if p.accepts(t, c, refused) {
			p.queries = append(p.queries, c)
		}
	}
	return p
}

// text is a program of some queries.
func (p *relProgram) text(list ...*relCase) string {
	var b strings.Builder
	b.WriteString("-- @state_unbounded: accepted\n\n")
	for _, rel := range p.relations {
		b.WriteString(rel.declare(list[0].endless))
	}
	for _, c := range list {
		fmt.Fprintf(&b, "\n%s", c.statement())
	}
	return b.String()
}

func (c *relCase) statement() string {
	return fmt.Sprintf("CREATE STREAM %s AS\n%s\nWITH ('%s.type' = 'file_sink', '%s.path' = 'out/%s', '%s.format' = 'jsonlines', '%s.changelog' = 'op');\n", c.name, c.ours, c.name, c.name, c.name, c.name, c.name)
}

// accepts compiles a query and evaluates its plans, as bound and as rewritten, which must mean the same.
func (p *relProgram) accepts(t *testing.T, c *relCase, refused map[string]int) bool {
	path := filepath.Join(p.dir, "job.sql")
	job, err := veloc.Check(path, p.text(c), veloc.Options{Lock: "-"})
	if err != nil {
		t.Errorf("seed %d: the compiler panics: %.600v\n%s", p.seed, err, p.text(c))
		return false
	}
	if c.late = job.NotYetCompiled(); job.Diagnostics.HasErrors() && !c.late {
		for _, d := range job.Diagnostics {
			if d.Severity == diag.Error {
				refused[c.kind+": "+string(d.Code)+" "+d.Message+"\n"+c.ours]++
			}
		}
		return false
	}
	c.job = job
	logical := bound(job)
	last := len(logical.Statements) - 1
	for _, col := range logical.Statements[last].Root.Props().Schema {
		c.columns = append(c.columns, col.Col.Type)
	}
	c.before = p.evaluate(job, logical)[last]
	after := p.evaluate(job, job.Logical)
	if d := unlike(p.texts(c, c.before), p.texts(c, after[len(after)-1])); d != "" && !c.before.doubt && !after[len(after)-1].doubt {
		t.Errorf("seed %d: the rewritten plan means something else\n%s\n%s\n%s\n%s", p.seed, c.ours, d, plan.Print(logical), plan.Print(job.Logical))
	}
	return true
}

// evaluate are the tables that the statements of a plan hold in the end.
func (p *relProgram) evaluate(job *veloc.Job, logical *plan.Job) []*output {
	m := newMachine(p.dir, time.Now().UnixNano(), needed(job.Logical))
	m.given = map[string]string{}
	for _, rel := range p.relations {
		m.given[rel.name] = rel.data()
	}
	m.run(logical)
	var out []*output
	for _, st := range logical.Statements {
		o := m.table(st.Root)
		out = append(out, o)
	}
	return out
}

// texts are rows in a form that any engine can be brought to.
func (p *relProgram) texts(c *relCase, o *output) (out []string) {
	for _, e := range o.events {
		data, err := json.Marshal(plainRow(e.row, c.columns))
		if err != nil {
			panic(err)
		}
		out = append(out, string(data))
	}
	return out
}

func plainRow(row []any, columns []types.Type) (out []*string) {
	for i, x := range row {
		if x == nil {
			out = append(out, nil)
			continue
		}
		var s string
		switch v := x.(type) {
		case *big.Rat:
			s = v.FloatString(columns[i].Scale)
		case int64:
			switch columns[i].Kind {
			case types.Timestamp:
				s = fmt.Sprint(floorDiv(v, 1e6))
			case types.Date:
				s = dateText(calendarDay(v))
			default:
				s = fmt.Sprint(v)
			}
		default:
			s = text(x, columns[i])
		}
		out = append(out, &s)
	}
	return out
}

// unlike tells how two bags of rows differ; empty: not at all.
func unlike(want, have []string) string {
	counts := map[string]int{}
	for _, w := range want {
		counts[w]++
	}
	for _, h := range have {
		counts[h]--
	}
	var out []string
	for row, n := range counts {
		switch {
		case n > 0:
			out = append(out, fmt.Sprintf("  missing  %d × %s", n, row))
		case n < 0:
			out = append(out, fmt.Sprintf("  too many %d × %s", -n, row))
		}
	}
	sort.Strings(out)
	return strings.Join(out[:min(len(out), 12)], "\n")
}

// TestRelations writes queries over several relations, of every form of join, set operations, calls over windows, subqueries and windows. Those that there is
// code for run, and must write what the evaluator says; of all others the plan must mean the same before and after rewriting.
func TestRelations(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	refused := map[string]int{}
	kinds := map[string]*relCount{}
	var exported []any
	for seed := *first; seed < *first+*relSeeds; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := newRelProgram(t, seed, refused)
			for _, c := range p.queries {
				if kinds[c.kind] == nil {
					kinds[c.kind] = &relCount{}
				}
				kinds[c.kind].all++
			}
			if *export != "" {
				exported = append(exported, p.exported())
				return
			}
			p.run(t, kinds)
		})
	}
	var names []string
	for kind := range kinds {
		names = append(names, kind)
	}
	sort.Strings(names)
	for _, kind := range names {
		n := kinds[kind]
		t.Logf("%-14s %4d queries: %d ran and were compared, %d wait for code (VL0590), %d never end, %d have no one result", kind, n.all, n.compared, n.late, n.endless, n.open)
	}
	if testing.Verbose() {
		report(t, refused)
	}
	if *export != "" {
		data, err := json.MarshalIndent(exported, "", " ")
		if err == nil {
			err = os.WriteFile(*export, data, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// relCount counts what has become of the queries of a kind.
type relCount struct{ all, compared, late, endless, open int }

// exported is the program for other engines: {"seed", "tables": [{"name", "columns": [[name, type]], "rows"}], "queries": [{"name", "kind", "ours", "theirs", "types",
// "rows"}]}. A value is a text or null; a TIMESTAMP is milliseconds since 1970. Queries that have no one result are left out.
func (p *relProgram) exported() any {
	var tables, queries []any
	for _, rel := range p.relations {
		var columns [][2]string
		for _, c := range related {
			columns = append(columns, [2]string{c.name, c.typ.String()})
		}
		rows := make([][]any, len(rel.rows))
		for i, row := range rel.rows {
			for _, x := range row {
				if s, ok := x.(string); ok && strings.HasPrefix(s, `"`) {
					var plain string
					if err := json.Unmarshal([]byte(s), &plain); err != nil {
						panic(err)
					}
					x = plain
				}
				rows[i] = append(rows[i], x)
			}
		}
		tables = append(tables, map[string]any{"name": rel.name, "columns": columns, "rows": rows})
	}
	for _, c := range p.queries {
		if c.before.doubt || c.before.arrival && c.kind != "buffer" && c.kind != "as-of join" {
			continue
		}
		theirs := c.theirs
		if theirs == "" {
			theirs = c.ours
		}
		var kinds []string
		for _, t := range c.columns {
			kinds = append(kinds, t.String())
		}
		rows := [][]*string{}
		for _, e := range c.before.events {
			rows = append(rows, plainRow(e.row, c.columns))
		}
		queries = append(queries, map[string]any{"name": c.name, "kind": c.kind, "ours": c.ours, "theirs": theirs, "types": kinds, "rows": rows})
	}
	return map[string]any{"seed": p.seed, "tables": tables, "queries": queries}
}

// run runs all queries that can run.
func (p *relProgram) run(t *testing.T, kinds map[string]*relCount) {
	var list []*relCase
	for _, c := range p.queries {
		n := kinds[c.kind]
		switch {
		case c.late:
			n.late++
		case c.endless:
			n.endless++
		case c.before.doubt:
			n.open++
		default:
			n.compared++
			list = append(list, c)
		}
	}
	for _, part := range p.together(list) {
		p.runAll(t, part)
	}
}

// together puts queries into programs as large as can be: some that run alone cannot run beside others that need a source in another order.
func (p *relProgram) together(list []*relCase) (parts [][]*relCase) {
next:
	for _, c := range list {
		for i := range parts {
			job, err := veloc.Check(filepath.Join(p.dir, "job.sql"), p.text(append(parts[i][:len(parts[i]):len(parts[i])], c)...), veloc.Options{Lock: "-"})
			if err == nil && !job.Diagnostics.HasErrors() {
				parts[i] = append(parts[i], c)
				continue next
			}
		}
		parts = append(parts, []*relCase{c})
	}
	return parts
}

// runAll builds one program of queries, runs it in all variants, and compares.
func (p *relProgram) runAll(t *testing.T, list []*relCase) {
	path := filepath.Join(p.dir, "job.sql")
	job, bug := compiled(path, p.text(list...))
	if bug != "" { // go on without those that are to blame
		list = slices.DeleteFunc(list, func(c *relCase) bool {
			_, why := compiled(path, p.text(c))
			if why != "" {
				t.Errorf("seed %d: %s\n%s", p.seed, why, c.ours)
			}
			return why != ""
		})
		if len(list) == 0 {
			return
		}
		if job, bug = compiled(path, p.text(list...)); bug != "" {
			t.Fatalf("seed %d: %s", p.seed, bug)
		}
	}
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(p.dir, "job")})
	if err != nil {
		t.Fatalf("seed %d: %.4000s", p.seed, err)
	}
	for i := range variants {
		p.compare(t, bin, i, list)
	}
}
