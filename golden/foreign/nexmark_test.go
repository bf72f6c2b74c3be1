package foreign

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

var nexmarkEvents = flag.Int("foreign.events", 100_000, "number of events of the Nexmark benchmark")

const nexmarkFolder = "../../examples/nexmark"

// notCompared are queries whose results say nothing.
var notCompared = map[int]string{12: "its windows are of the machine's clock"}

// comparedColumns are those that are the same whichever of equal rows comes first.
var comparedColumns = map[int][]string{19: {"auction", "price", "rank_number"}}

// nexmarkTables are the events for DuckDB. They are what a job has written that reads all of them.
const nexmarkTables = `CREATE TABLE datagen AS SELECT * FROM read_json('%s', format = 'newline_delimited', columns = {
  event_type: 'BIGINT',
  person: 'STRUCT(id BIGINT, name VARCHAR, emailAddress VARCHAR, creditCard VARCHAR, city VARCHAR, state VARCHAR, dateTime TIMESTAMP, extra VARCHAR)',
  auction: 'STRUCT(id BIGINT, itemName VARCHAR, description VARCHAR, initialBid BIGINT, reserve BIGINT, dateTime TIMESTAMP, expires TIMESTAMP, seller BIGINT, category BIGINT, extra VARCHAR)',
  bid: 'STRUCT(auction BIGINT, bidder BIGINT, price BIGINT, channel VARCHAR, url VARCHAR, dateTime TIMESTAMP, extra VARCHAR)',
  dateTime: 'TIMESTAMP'})`

// TestNexmark compares the results of every query of the Nexmark benchmark with those of DuckDB over the same events. A query is the one of examples/nexmark, or that of
// testdata/nexmark where DuckDB has other words. Queries that there is no code for are listed.
func TestNexmark(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(nexmarkFolder)); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	q0 := readFile(t, filepath.Join(dir, "q0.sql"))
	declaration := q0[strings.Index(q0, "CREATE STREAM datagen"):strings.Index(q0, "CREATE VIEW")]
	n := &nexmark{t: t, dir: dir}
	all := filepath.Join(dir, "all.sql")
	if err := os.WriteFile(all, []byte(declaration+"CREATE STREAM alle AS SELECT * FROM datagen WITH ('alle.type' = 'file_sink', 'alle.path' = 'out/all.jsonl', 'alle.format' = 'jsonlines');"), 0o644); err != nil {
		t.Fatal(err)
	}
	n.run(all)
	setup := []string{fmt.Sprintf(nexmarkTables, filepath.Join(dir, "out", "all.jsonl")), fmt.Sprintf("CREATE TABLE side_input AS SELECT * FROM read_csv('%s')", filepath.Join(dir, "data", "side_input.csv"))}
	var compared, waiting []string
	var queries [][2]string
	have := map[int][][]*string{}
	for i := range 23 {
		name := fmt.Sprintf("q%d", i)
		sql := readFile(t, filepath.Join(dir, name+".sql"))
		st, late := n.run(filepath.Join(dir, name+".sql"))
		if late {
			waiting = append(waiting, name)
			continue
		}
		if notCompared[i] != "" {
			continue
		}
		for _, view := range strings.Split(sql, "CREATE VIEW ")[1:] {
			view, _, _ = strings.Cut(view, ";")
			setup = append(setup, "CREATE OR REPLACE VIEW "+view)
		}
		have[i] = n.rows(st, filepath.Join(dir, "out", name+".jsonl"), comparedColumns[i])
		queries = append(queries, [2]string{name, nexmarkTheirs(t, i, sql, st)})
	}
	task, err := json.Marshal(map[string]any{"setup": setup, "queries": queries})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "testdata/query.py")
	cmd.Stdin = bytes.NewReader(task)
	theirs := results(t, output(t, cmd))
	for i, rows := range have {
		name := fmt.Sprintf("q%d", i)
		if why := theirs[name].refused; why != "" {
			t.Errorf("%s: DuckDB says %s", name, why)
			continue
		}
		if len(rows) == 0 {
			t.Errorf("%s has no rows", name)
		}
		if d := unlike(nexmarkNormal(theirs[name].rows), nexmarkNormal(rows)); d != "" {
			t.Errorf("%s: %d rows, but DuckDB (want) has %d:\n%s", name, len(rows), len(theirs[name].rows), d)
		}
		compared = append(compared, fmt.Sprintf("%s (%d rows)", name, len(rows)))
	}
	slices.Sort(compared)
	t.Logf("%d events; compared: %s", *nexmarkEvents, strings.Join(compared, ", "))
	t.Logf("not yet compiled: %s; not compared: %v", strings.Join(waiting, ", "), notCompared)
}

// nexmark runs jobs in a folder.
type nexmark struct {
	t   *testing.T
	dir string
}

// run builds and runs a job. It returns its last statement; late tells that there is no code for it.
func (n *nexmark) run(path string) (st *plan.Statement, late bool) {
	n.t.Helper()
	job, err := veloc.Compile(path, readFile(n.t, path), veloc.Options{Lock: "-"})
	if err != nil {
		n.t.Fatalf("%s: %v", path, err)
	}
	if job.NotYetCompiled() {
		return nil, true
	}
	if job.Diagnostics.HasErrors() {
		n.t.Fatalf("%s: %s", path, diag.Text(job.Diagnostics))
	}
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: strings.TrimSuffix(path, ".sql")})
	if err != nil {
		n.t.Fatalf("%s: %v", path, err)
	}
	cmd := exec.Command(bin, "--base-dir", n.dir, "--progress", "never", "--config", "datagen.events.num="+strconv.Itoa(*nexmarkEvents))
	if out, err := cmd.CombinedOutput(); err != nil {
		n.t.Fatalf("%s: %v\n%s", path, err, out)
	}
	return job.Logical.Statements[len(job.Logical.Statements)-1], false
}

// rows are what a statement's output leaves: of rows with a key the last one of each.
func (n *nexmark) rows(st *plan.Statement, path string, only []string) (out [][]*string) {
	p := st.Root.Props()
	if p.Mode == plan.Retract {
		n.t.Fatalf("%s: its rows can be withdrawn, although the events end", st.Name)
	}
	last := map[string]int{}
	for line := range strings.Lines(readFile(n.t, path)) {
		var row map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			n.t.Fatalf("%s: %v", line, err)
		}
		var cells []*string
		for _, c := range p.Schema {
			if only != nil && !slices.Contains(only, c.Name) {
				continue
			}
			raw := row[c.Name]
			text := string(raw)
			switch {
			case text == "null":
				cells = append(cells, nil)
				continue
			case text[0] == '"':
				if err := json.Unmarshal(raw, &text); err != nil {
					n.t.Fatalf("%s: %v", line, err)
				}
			}
			cells = append(cells, &text)
		}
		if p.Mode == plan.Upsert {
			key := ""
			for _, k := range p.Key {
				key += string(row[p.Schema[k].Name]) + "|"
			}
			if i, ok := last[key]; ok {
				out[i] = cells
				continue
			}
			last[key] = len(out)
		}
		out = append(out, cells)
	}
	return out
}

// nexmarkTheirs is a query for DuckDB, every column as a text.
func nexmarkTheirs(t *testing.T, i int, sql string, st *plan.Statement) string {
	_, query, _ := strings.Cut(sql, fmt.Sprintf("CREATE STREAM q%d AS\n", i))
	query = query[:strings.LastIndex(query, "\nWITH (")]
	path := fmt.Sprintf("testdata/nexmark/q%d.sql", i)
	if _, err := os.Stat(path); err == nil {
		query = readFile(t, path)
	}
	var names, texts []string
	for k, c := range st.Root.Props().Schema {
		names = append(names, fmt.Sprintf("z%d", k))
		if only := comparedColumns[i]; only == nil || slices.Contains(only, c.Name) {
			texts = append(texts, fmt.Sprintf("CAST(z%d AS VARCHAR)", k))
		}
	}
	return fmt.Sprintf("SELECT %s FROM (%s) AS q (%s)", strings.Join(texts, ", "), query, strings.Join(names, ", "))
}

// nexmarkNormal brings values into a form in which those of both are alike.
func nexmarkNormal(rows [][]*string) []string {
	var out []string
	for _, row := range rows {
		var parts []string
		for _, x := range row {
			switch {
			case x == nil:
				parts = append(parts, "NULL")
			default:
				s := plain(*x)
				if f, err := strconv.ParseFloat(s, 64); err == nil {
					s = strconv.FormatFloat(f, 'g', 10, 64)
				}
				parts = append(parts, strconv.Quote(s))
			}
		}
		out = append(out, strings.Join(parts, ", "))
	}
	slices.Sort(out)
	return out
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
