package over

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// A source that does not end when the job is compiled, and ends when the test runs it.
const topSQL = `-- @state_unbounded: accepted

CREATE STREAM trades (id INTEGER, price INTEGER) WITH ('connector' = 'datagen');

CREATE STREAM every AS SELECT id, price % 50 AS price, id % 7 AS k FROM trades
WITH ('every.type' = 'file_sink', 'every.path' = 'every.jsonl', 'every.format' = 'jsonlines');

CREATE STREAM best AS SELECT * FROM every QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY price DESC) = 1
WITH ('best.type' = 'file_sink', 'best.path' = 'best.jsonl', 'best.format' = 'jsonlines');

CREATE STREAM three AS SELECT id, price, k FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY price DESC) AS n FROM every) t WHERE n < 4
WITH ('three.type' = 'file_sink', 'three.path' = 'three.jsonl', 'three.format' = 'jsonlines', 'three.changelog' = 'op');

CREATE TABLE places AS SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY price DESC) AS n FROM every QUALIFY n <= 3
WITH ('places.type' = 'file_sink', 'places.path' = 'places.jsonl', 'places.format' = 'jsonlines', 'places.changelog' = 'op');

CREATE STREAM lowest AS SELECT id, price, k FROM every ORDER BY price, id LIMIT 5
WITH ('lowest.type' = 'file_sink', 'lowest.path' = 'lowest.jsonl', 'lowest.format' = 'jsonlines', 'lowest.changelog' = 'op');

CREATE TABLE counted AS SELECT n, COUNT(*) AS groups, SUM(price) AS total FROM places GROUP BY n EMIT CHANGES
WITH ('counted.type' = 'file_sink', 'counted.path' = 'counted.jsonl', 'counted.format' = 'jsonlines', 'counted.changelog' = 'op');
`

type topRow struct {
	ID, Price, K, N, Groups, Total int64
	Op                             string
}

// TestTop replays what a Top-N has shown and compares what remains with the first of all rows.
func TestTop(t *testing.T) {
	dir := t.TempDir()
	bin := build(t, dir, topSQL)
	cmd := exec.Command(bin, "--config", "trades.rows=3000", "--config", "trades.seed=5")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all := topRows(t, dir, "every")
	if len(all) != 3000 {
		t.Fatalf("%d rows", len(all))
	}
	parts := map[int64][]topRow{}
	for _, r := range all {
		parts[r.K] = append(parts[r.K], r)
	}
	var first, three []topRow
	for k, rows := range parts {
		slices.SortStableFunc(rows, func(a, b topRow) int { return cmp.Compare(b.Price, a.Price) })
		first = append(first, rows[0])
		for i, r := range rows[:min(3, len(rows))] {
			r.N = int64(i + 1)
			three = append(three, r)
		}
		parts[k] = rows
	}
	remains := func(name string, want []topRow, without func(*topRow)) {
		t.Helper()
		have := replay(t, name, topRows(t, dir, name))
		want = slices.Clone(want)
		for i := range want {
			if without != nil {
				without(&want[i])
			}
		}
		sortRows(want)
		if !slices.Equal(have, want) {
			t.Errorf("%s: %v remain\nwant %v", name, have, want)
		}
	}
	remains("three", three, func(r *topRow) { r.N = 0 })
	remains("places", three, nil)
	sums := map[int64]topRow{}
	for _, r := range three {
		sums[r.N] = topRow{N: r.N, Groups: sums[r.N].Groups + 1, Total: sums[r.N].Total + r.Price}
	}
	var counted []topRow
	for _, r := range sums {
		counted = append(counted, r)
	}
	remains("counted", counted, nil)
	latest := map[int64]topRow{} // each row takes the place of the one before it
	for _, r := range topRows(t, dir, "best") {
		latest[r.K] = r
	}
	for _, r := range first {
		if latest[r.K] != r {
			t.Errorf("best: %v, want %v", latest[r.K], r)
		}
	}
	slices.SortStableFunc(all, func(a, b topRow) int { return cmp.Or(cmp.Compare(a.Price, b.Price), cmp.Compare(a.ID, b.ID)) })
	remains("lowest", all[:5], nil)
}

// replay is what remains of a changelog. A deletion withdraws a row that is there.
func replay(t *testing.T, name string, changes []topRow) (rows []topRow) {
	t.Helper()
	for i, c := range changes {
		op := c.Op
		c.Op = ""
		switch at := slices.Index(rows, c); {
		case op == "insert":
			rows = append(rows, c)
		case at < 0:
			t.Fatalf("%s: change %d withdraws a row that is not there: %v", name, i, c)
		default:
			rows = slices.Delete(rows, at, at+1)
		}
	}
	sortRows(rows)
	return rows
}

func sortRows(rows []topRow) {
	slices.SortFunc(rows, func(a, b topRow) int {
		return cmp.Or(cmp.Compare(a.K, b.K), cmp.Compare(a.N, b.N), cmp.Compare(a.Price, b.Price), cmp.Compare(a.ID, b.ID))
	})
}

func topRows(t *testing.T, dir, name string) (rows []topRow) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var r topRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v: %s", name, err, lines.Text())
		}
		rows = append(rows, r)
	}
	return rows
}
