package over

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const expectedData = `id,at,k,g,x,d
1,2025-01-01T00:00:01Z,a,p,30,1.10
2,2025-01-01T00:00:02Z,a,q,10,2.20
3,2025-01-01T00:00:03Z,b,p,30,3.30
4,2025-01-01T00:00:04Z,a,p,20,4.40
5,2025-01-01T00:00:05Z,b,q,5,5.50
6,2025-01-01T00:00:09Z,a,q,20,6.60
`

// TestExpected pins what users of streaming SQL rely on and other systems get wrong, by rows that can be computed in the head.
func TestExpected(t *testing.T) {
	cases := []struct{ what, sql, want string }{
		{"each OVER has a buffer and partitions of its own",
			"SUM(x) OVER (ROWS WINDOW BUFFER 2 ROWS PARTITION BY k) AS u, COUNT(*) OVER (ROWS WINDOW BUFFER 9 ROWS PARTITION BY g) AS v FROM t",
			"30 1|40 1|30 2|30 3|35 2|40 3"},
		{"RANK orders the buffer and knows ties",
			"RANK() OVER (ROWS WINDOW BUFFER 9 ROWS ORDER BY x DESC) AS u, DENSE_RANK() OVER (ROWS WINDOW BUFFER 9 ROWS ORDER BY x DESC) AS v FROM t",
			"1 1|2 2|1 1|3 2|5 4|3 2"},
		{"ROW_NUMBER counts on beyond any buffer", "ROW_NUMBER() OVER (PARTITION BY k) AS u FROM t", "1|2|1|3|2|4"},
		{"ROW_NUMBER is the place in a buffer", "ROW_NUMBER() OVER (ROWS WINDOW BUFFER 2 ROWS PARTITION BY k) AS u FROM t", "1|2|1|2|2|2"},
		{"LEAD waits for the next row", "id, LEAD(x, 1, -1) OVER (PARTITION BY k) AS u FROM t", "1 10|2 20|3 5|4 20|5 -1|6 -1"},
		{"frames are honoured", "SUM(x) OVER (PARTITION BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS u FROM t", "30|40|30|30|35|40"},
		{"RANGE is a distance of time", "SUM(x) OVER (ORDER BY at RANGE BETWEEN INTERVAL '2' SECOND PRECEDING AND CURRENT ROW) AS u FROM t", "30|40|70|60|55|20"},
		{"DECIMAL counts, and stays DECIMAL", "SUM(d) OVER (PARTITION BY k ROWS UNBOUNDED PRECEDING) AS u, AVG(d) OVER (ROWS WINDOW BUFFER 2 ROWS) AS v FROM t",
			`1.10 1.100000|3.30 1.650000|3.30 2.750000|7.70 3.850000|8.80 4.950000|14.30 6.050000`},
		{"a partition is forgotten when nothing comes", "COUNT(*) OVER (ROWS WINDOW BUFFER 9 ROWS PARTITION BY k EXPIRE AFTER INTERVAL '4' SECOND INACTIVITY) AS u FROM t", "1|2|1|3|2|1"},
		{"EMIT belongs to its own OVER", "id, MAX(x) OVER (ROWS WINDOW BUFFER 3 ROWS PARTITION BY k EMIT ON BUFFER FULL) AS u, COUNT(*) OVER (ROWS WINDOW BUFFER 9 ROWS) AS v FROM t",
			"1 30 1|2 30 2|4 30 4"},
		{"an expression of a call and its row", "x - LAG(x, 1, 0) OVER (PARTITION BY k) AS u FROM t", "30|-20|30|10|-25|0"},
		{"a named window that another one extends", "SUM(x) OVER (w ROWS UNBOUNDED PRECEDING) AS u FROM t WINDOW w AS (PARTITION BY g)", "30|10|60|80|15|35"},
		{"what the source knows of a row stays with it", "id, _offset AS o, RANK() OVER (ORDER BY x) AS u, RANK() OVER (ORDER BY d) AS v FROM plain",
			"1 14 5 1|2 49 2 2|3 84 5 3|4 119 3 4|5 154 1 5|6 188 3 6"},
		{"QUALIFY", "id, RANK() OVER (PARTITION BY k ORDER BY x) AS u FROM plain QUALIFY u = 1", "2 1|5 1"},
		{"ORDER BY sorts, LIMIT and OFFSET count", "id FROM plain ORDER BY x DESC, id DESC LIMIT 3 OFFSET 1", "1|6|4"},
		{"ORDER BY a column that is not shown", "id FROM plain ORDER BY d DESC LIMIT 2", "6|5"},
		{"an empty frame has no sum", "SUM(x) OVER (PARTITION BY k ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS u, COUNT(*) OVER (PARTITION BY k ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS v FROM t",
			"null 0|30 1|null 0|40 2|30 1|30 2"},
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(expectedData), 0o644); err != nil {
		t.Fatal(err)
	}
	columns := "id INTEGER, at TIMESTAMP, k STRING, g STRING, x INTEGER, d DECIMAL(10,2)"
	sql := "CREATE STREAM t (" + columns + ", WATERMARK FOR at AS at) WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv');\n" +
		"CREATE STREAM plain (" + columns + ") WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv');\n"
	name := func(i int) string { return "q" + string(rune('a'+i)) }
	for i, c := range cases {
		n := name(i)
		sql += "CREATE STREAM " + n + " AS SELECT " + c.sql + " WITH ('" + n + ".type' = 'file_sink', '" + n + ".path' = '" + n + ".csv', '" + n + ".format' = 'csv');\n"
	}
	bin := build(t, dir, sql)
	cmd := exec.Command(bin)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, c := range cases {
		f, err := os.Open(filepath.Join(dir, name(i)+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var cells []string
			for _, cell := range strings.Split(lines.Text(), ",") {
				if cell == "" {
					cell = "null"
				}
				cells = append(cells, cell)
			}
			rows = append(rows, strings.Join(cells, " "))
		}
		f.Close()
		have := strings.Join(rows[1:], "|")
		if strings.HasPrefix(c.what, "LEAD") { // rows come when they are known
			have = strings.Join(sorted(rows[1:]), "|")
		}
		if have != c.want {
			t.Errorf("%s:\nSELECT %s\nis   %s\nwant %s", c.what, c.sql, have, c.want)
		}
	}
}
