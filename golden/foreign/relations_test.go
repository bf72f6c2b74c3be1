package foreign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

var relSeeds = flag.Int("foreign.relations", 40, "number of seeds of queries over several relations")

// relations are tables and queries, with the results that the naive evaluator of plans finds; see TestRelations of golden/oracle.
type relations struct {
	Seed   int
	Tables []struct {
		Name    string
		Columns [][2]string
		Rows    [][]*string
	}
	Queries []struct {
		Name, Kind, Ours, Theirs string
		Types                    []string
		Rows                     [][]*string
	}
}

// TestRelations lets the engines answer the queries over several relations that test our operators: joins, set operations, calls over windows, subqueries. So the
// evaluator that our results are compared with is itself compared. A query that an engine refuses is left out.
func TestRelations(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relations.json")
	cmd := exec.Command("go", "test", "./golden/oracle", "-count=1", "-run", "^TestRelations$", "-oracle.export", file, "-oracle.relations", strconv.Itoa(*relSeeds))
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []relations
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	server := startPostgres(t)
	engines := []struct {
		name   string
		answer func(r *relations) map[string]result
	}{
		{"DuckDB", func(r *relations) map[string]result { return r.duckDB(t) }},
		{"PostgreSQL", func(r *relations) map[string]result { return r.postgres(server) }},
	}
	for _, e := range engines {
		compared, refused := map[string]int{}, map[string]int{}
		for i := range list {
			got := e.answer(&list[i])
			for _, q := range list[i].Queries {
				have := got[q.Name]
				if have.refused != "" {
					refused[have.refused]++
					continue
				}
				compared[q.Kind]++
				if d := unlike(normal(q.Rows, q.Types), normal(have.rows, q.Types)); d != "" {
					t.Errorf("seed %d: %s does not say what the evaluator says (want):\n%s\n%s\n%s", list[i].Seed, e.name, q.Ours, q.Theirs, d)
				}
			}
		}
		total := 0
		for kind, n := range compared {
			t.Logf("%-10s %-14s %d queries", e.name, kind, n)
			total += n
		}
		for _, why := range most(refused) {
			t.Logf("%-10s refuses %d: %.160s", e.name, refused[why], why)
		}
		if least := 20 * *relSeeds; total < least {
			t.Errorf("%s: %d queries are too few; at least %d should be comparable", e.name, total, least)
		}
	}
}

func most(counts map[string]int) []string {
	var out []string
	for k := range counts {
		out = append(out, k)
	}
	sort.Slice(out, func(i, j int) bool {
		return counts[out[i]] > counts[out[j]] || counts[out[i]] == counts[out[j]] && out[i] < out[j]
	})
	return out[:min(len(out), 12)]
}

// result is what an engine makes of a query.
type result struct {
	rows    [][]*string
	refused string
}

// setup are the tables as statements, in types of an engine.
func (r *relations) setup(double string) []string {
	var out []string
	for _, tab := range r.Tables {
		var defs []string
		for _, c := range tab.Columns {
			typ := map[string]string{"INTEGER": "bigint", "STRING": "text", "FLOAT": double, "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp"}[c[1]]
			if typ == "" {
				typ = c[1]
			}
			defs = append(defs, c[0]+" "+typ)
		}
		out = append(out, fmt.Sprintf("CREATE TABLE %s (%s)", tab.Name, strings.Join(defs, ", ")))
		for _, row := range tab.Rows {
			var vals []string
			for i, x := range row {
				switch {
				case x == nil:
					vals = append(vals, "NULL")
				case tab.Columns[i][1] == "TIMESTAMP":
					vals = append(vals, quoted(strings.TrimSuffix(*x, "Z")))
				default:
					vals = append(vals, quoted(*x))
				}
			}
			out = append(out, fmt.Sprintf("INSERT INTO %s VALUES (%s)", tab.Name, strings.Join(vals, ", ")))
		}
	}
	return out
}

// columnsAs names the columns of a query, and lists them as texts.
func columnsAs(n int, text string) (names, texts string) {
	var list, as []string
	for i := range n {
		name := fmt.Sprintf("z%d", i)
		list, as = append(list, name), append(as, fmt.Sprintf(text, name))
	}
	return strings.Join(list, ", "), strings.Join(as, ", ")
}

func (r *relations) duckDB(t *testing.T) map[string]result {
	var queries [][2]string
	for _, q := range r.Queries {
		names, texts := columnsAs(len(q.Types), "CAST(%s AS VARCHAR)")
		queries = append(queries, [2]string{q.Name, fmt.Sprintf("SELECT %s FROM (%s) AS q (%s)", texts, q.Theirs, names)})
	}
	task, err := json.Marshal(map[string]any{"setup": r.setup("double"), "queries": queries})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "testdata/query.py")
	cmd.Stdin = bytes.NewReader(task)
	return results(t, output(t, cmd))
}

// answerQuery runs a query and says what became of it.
const answerQuery = `
CREATE OR REPLACE FUNCTION answer(key text, sql text) RETURNS SETOF json LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE sql;
EXCEPTION WHEN OTHERS THEN
  RETURN NEXT json_build_array(key, 'e', SQLERRM);
END $$;
`

func (r *relations) postgres(p *postgres) map[string]result {
	var sql strings.Builder
	fmt.Fprintf(&sql, "DROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n%s", answerQuery)
	for _, s := range r.setup("double precision") {
		sql.WriteString(s + ";\n")
	}
	for _, q := range r.Queries {
		names, texts := columnsAs(len(q.Types), "(%s)::text")
		ask := fmt.Sprintf("SELECT json_build_array(%s, 'r', json_build_array(%s)) FROM (%s) AS q (%s)", quoted(q.Name), texts, q.Theirs, names)
		fmt.Fprintf(&sql, "COPY (SELECT answer(%s, %s)) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');\n", quoted(q.Name), quoted(ask))
	}
	cmd := p.command(filepath.Join(p.bin, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", p.dir, "-U", "veloc", "postgres")
	cmd.Stdin = strings.NewReader(sql.String())
	return results(p.t, bytes.ReplaceAll(output(p.t, cmd), []byte("\x01"), nil))
}

// results reads JSON lines.
func results(t *testing.T, out []byte) map[string]result {
	got := map[string]result{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var line []json.RawMessage
		var key, what string
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || len(line) != 3 || json.Unmarshal(line[0], &key) != nil || json.Unmarshal(line[1], &what) != nil {
			t.Fatalf("the engine says %s (%v)", lines.Bytes(), err)
		}
		r := got[key]
		if what == "e" {
			if err := json.Unmarshal(line[2], &r.refused); err != nil {
				t.Fatal(err)
			}
		} else {
			var row []*string
			if err := json.Unmarshal(line[2], &row); err != nil {
				t.Fatalf("%s: %v", lines.Bytes(), err)
			}
			r.rows = append(r.rows, row)
		}
		got[key] = r
	}
	return got
}

// normal brings rows into a form in which values of all engines are alike, sorted.
func normal(rows [][]*string, types []string) []string {
	var out []string
	for _, row := range rows {
		var parts []string
		for i, x := range row {
			if x == nil {
				parts = append(parts, "NULL")
				continue
			}
			parts = append(parts, strconv.Quote(normalText(*x, types[i])))
		}
		out = append(out, strings.Join(parts, ", "))
	}
	slices.Sort(out)
	return out
}

func normalText(s, typ string) string {
	switch {
	case typ == "FLOAT":
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			if f == 0 {
				f = 0 // also -0
			}
			return strconv.FormatFloat(f, 'g', 12, 64)
		}
	case typ == "TIMESTAMP": // or milliseconds
		if at, err := time.Parse("2006-01-02 15:04:05", s); err == nil {
			return strconv.FormatInt(at.UnixMilli(), 10)
		}
	case typ == "INTEGER" || strings.HasPrefix(typ, "DECIMAL"):
		if r, ok := new(big.Rat).SetString(s); ok {
			return r.RatString()
		}
	case typ == "BOOLEAN":
		return plain(s)
	case typ == "DATE":
		return plain(s)
	}
	return s
}

// unlike tells how two sorted lists of rows differ; empty: not at all.
func unlike(want, have []string) string {
	counts := map[string]int{}
	for _, w := range want {
		counts[w]++
	}
	for _, h := range have {
		counts[h]--
	}
	var missing, extra []string
	for row, n := range counts {
		if n > 0 {
			missing = append(missing, fmt.Sprintf("  want %d × %s", n, row))
		} else if n < 0 {
			extra = append(extra, fmt.Sprintf("  got  %d × %s", -n, row))
		}
	}
	slices.Sort(missing)
	slices.Sort(extra)
	return strings.Join(append(missing[:min(len(missing), 6)], extra[:min(len(extra), 6)]...), "\n")
}
