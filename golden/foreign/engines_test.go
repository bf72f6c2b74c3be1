package foreign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// answer is what an engine makes of an expression for a row: a text, NULL, or an error.
type answer struct {
	text    string
	null    bool
	refused string
}

func (a answer) String() string {
	switch {
	case a.refused != "":
		return "error: " + a.refused
	case a.null:
		return "NULL"
	}
	return a.text
}

// question is an expression in the words of an engine; perRow, if it reads the table.
type question struct {
	key, expr string
	perRow    bool
}

// answers are by key and row.
type answers map[string]map[int]answer

func (a answers) put(key string, row int, x answer) {
	if a[key] == nil {
		a[key] = map[int]answer{}
	}
	a[key][row] = x
}

// duckDB asks DuckDB by way of its Python module.
func duckDB(t *testing.T, setup []string, rows int, questions []question) answers {
	var exprs [][]any
	for _, q := range questions {
		exprs = append(exprs, []any{q.key, q.expr, q.perRow})
	}
	task, err := json.Marshal(map[string]any{"setup": setup, "rows": rows, "exprs": exprs})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "testdata/evaluate.py")
	cmd.Stdin = bytes.NewReader(task)
	out := output(t, cmd)
	got := answers{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line []any
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil || len(line) != 4 {
			t.Fatalf("evaluate.py says %s (%v)", lines.Bytes(), err)
		}
		text, ok := line[3].(string)
		a := answer{text: text, null: !ok}
		if line[2] == "e" {
			a = answer{refused: text}
		}
		got.put(line[0].(string), int(line[1].(float64)), a)
	}
	return got
}

func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%.3000s", cmd, err, stderr.String())
	}
	return out
}

// postgres is a server of our own in a folder of our own.
type postgres struct {
	t    *testing.T
	bin  string
	dir  string
	user []string // what runs a command as a user who is not root
}

func startPostgres(t *testing.T) *postgres {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		t.Fatal("PostgreSQL is not installed; make test-foreign installs it")
	}
	p := &postgres{t: t, bin: filepath.Dir(found[len(found)-1])}
	dir, err := os.MkdirTemp("", "veloc-pg")
	if err != nil {
		t.Fatal(err)
	}
	p.dir = dir
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Getuid() == 0 {
		p.user = []string{"runuser", "-u", "postgres", "--"}
		output(t, exec.Command("chown", "postgres", dir))
	}
	data := filepath.Join(dir, "data")
	output(t, p.command(filepath.Join(p.bin, "initdb"), "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "veloc"))
	server := p.command(filepath.Join(p.bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "timezone=UTC", "-c", "standard_conforming_strings=on")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop := p.command(filepath.Join(p.bin, "pg_ctl"), "-D", data, "-m", "immediate", "stop")
		_ = stop.Run()
		_ = server.Wait()
	})
	for until := time.Now().Add(time.Minute); ; {
		if p.command(filepath.Join(p.bin, "pg_isready"), "-h", dir, "-t", "5").Run() == nil {
			return p
		}
		if time.Now().After(until) {
			t.Fatal("PostgreSQL does not start")
		}
	}
}

func (p *postgres) command(name string, args ...string) *exec.Cmd {
	all := append(append(append([]string(nil), p.user...), name), args...)
	cmd := exec.Command(all[0], all[1:]...)
	cmd.Dir = p.dir
	return cmd
}

// attempt evaluates an expression, for a row of the table or none, and says what became of it.
const attempt = `
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE TABLE questions (key text, expr text, per_row bool);
CREATE FUNCTION attempt(expr text, at int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text;
BEGIN
  EXECUTE 'SELECT (' || expr || ')::text' || CASE WHEN at IS NULL THEN '' ELSE ' FROM t WHERE id = ' || at END INTO r;
  RETURN COALESCE('v' || r, 'n');
EXCEPTION WHEN OTHERS THEN
  RETURN 'e' || SQLERRM;
END $$;
`

func (p *postgres) ask(setup []string, questions []question) answers {
	var sql strings.Builder
	sql.WriteString(attempt)
	for _, s := range setup {
		sql.WriteString(s + ";\n")
	}
	for _, q := range questions {
		fmt.Fprintf(&sql, "INSERT INTO questions VALUES (%s, %s, %v);\n", quoted(q.key), quoted(q.expr), q.perRow)
	}
	sql.WriteString("COPY (SELECT json_build_array(key, COALESCE(t.id, 0), attempt(expr, t.id)) FROM questions LEFT JOIN t ON per_row) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');\n")
	cmd := p.command(filepath.Join(p.bin, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", p.dir, "-U", "veloc", "postgres")
	cmd.Stdin = strings.NewReader(sql.String())
	got := answers{}
	for line := range bytes.Lines(output(p.t, cmd)) {
		line = bytes.TrimSpace(bytes.ReplaceAll(line, []byte("\x01"), nil))
		if len(line) == 0 {
			continue
		}
		var parts []any
		if err := json.Unmarshal(line, &parts); err != nil {
			p.t.Fatalf("%s: %v", line, err)
		}
		text := parts[2].(string)
		a := answer{text: text[1:]}
		switch text[0] {
		case 'n':
			a = answer{null: true}
		case 'e':
			a = answer{refused: text[1:]}
		}
		got.put(parts[0].(string), int(parts[1].(float64)), a)
	}
	return got
}

// quoted is s as a SQL literal.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
