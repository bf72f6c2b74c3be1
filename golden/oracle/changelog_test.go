package oracle

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc/compiler/plan"
)

// change is a line of an output: a row, and whether it comes or goes.
type change struct {
	row     map[string]json.RawMessage
	text    string // the row without its op
	deleted bool
}

// changes reads JSON lines. A row may have an op, "insert" or "delete", behind its columns; one without is an insertion.
func changes(lines []string) ([]change, error) {
	var out []change
	for _, l := range lines {
		c := change{}
		if err := json.Unmarshal([]byte(l), &c.row); err != nil {
			return nil, fmt.Errorf("%s: %w", l, err)
		}
		var op string
		if raw, ok := c.row["op"]; ok {
			if err := json.Unmarshal(raw, &op); err != nil || op != "insert" && op != "delete" {
				return nil, fmt.Errorf("%s: the op is %s", l, raw)
			}
			delete(c.row, "op")
			c.deleted = op == "delete"
		}
		c.text = canonical(c.row)
		out = append(out, c)
	}
	return out, nil
}

// canonical is a row as a text that does not depend on the order of its columns.
func canonical(row map[string]json.RawMessage) string {
	data, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		panic(err)
	}
	return compact.String()
}

// materialised is the table that a changelog leaves. With a key a row replaces the earlier one of its key, and a deletion needs no more than the key; without, a
// deletion takes away one equal row. A deletion of what is not there is a mistake.
func materialised(list []change, key []string) ([]string, error) {
	var out []change
	find := func(c change) int {
		return slices.IndexFunc(out, func(o change) bool {
			if key == nil {
				return o.text == c.text
			}
			for _, k := range key {
				if !bytes.Equal(o.row[k], c.row[k]) {
					return false
				}
			}
			return true
		})
	}
	for _, c := range list {
		i := -1
		if key != nil || c.deleted {
			i = find(c)
		}
		switch {
		case c.deleted && i < 0:
			return nil, fmt.Errorf("%s is deleted, but it is not there", c.text)
		case c.deleted:
			out = slices.Delete(out, i, i+1)
		case i >= 0:
			out[i] = c
		default:
			out = append(out, c)
		}
	}
	var texts []string
	for _, c := range out {
		texts = append(texts, c.text)
	}
	return texts, nil
}

// compare runs a program in one variant and compares what its queries leave with what the evaluator says.
func (p *relProgram) compare(t *testing.T, bin string, variant int, list []*relCase) {
	v := variants[variant]
	dir := filepath.Join(p.dir, fmt.Sprintf("run%d", variant))
	if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	args := []string{"--base-dir", dir, "--workers", fmt.Sprint(v.workers), "--progress", "never"}
	for _, rel := range p.relations {
		if err := os.WriteFile(filepath.Join(dir, rel.name+".jsonl"), []byte(rel.data()), 0o644); err != nil {
			t.Fatal(err)
		}
		if readBy(list, rel.name) {
			args = append(args, "--config", rel.name+".chunk.size="+v.chunk)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, bin, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("seed %d, %d workers, chunks of %s: %v\n%s", p.seed, v.workers, v.chunk, err, tail(string(out)))
	}
	for _, c := range list {
		data, err := os.ReadFile(filepath.Join(dir, "out", c.name))
		if err != nil {
			t.Errorf("seed %d: %v", p.seed, err)
			continue
		}
		if d := c.difference(contents(data)); d != "" && !c.bad {
			c.bad = true // in the other variants, too, most likely
			t.Errorf("seed %d, %d workers, chunks of %s\n%s\n%s\n%s", p.seed, v.workers, v.chunk, c.ours, d, plan.Print(c.job.Logical))
		}
	}
}

// readBy tells whether a query reads a source.
func readBy(list []*relCase, source string) bool {
	found := false
	for _, c := range list {
		for _, st := range c.job.Logical.Statements {
			plan.Walk(st.Root, func(n plan.Node) bool {
				s, ok := n.(*plan.Scan)
				found = found || ok && s.Source.Name == source
				return !found
			})
		}
	}
	return found
}

// difference tells how the lines that a query has written differ from what they should leave.
func (c *relCase) difference(have []string) string {
	st := c.job.Logical.Statements[len(c.job.Logical.Statements)-1]
	list, err := changes(have)
	if err != nil {
		return err.Error()
	}
	p := st.Root.Props()
	var key []string
	if p.Mode == plan.Upsert {
		key = []string{}
		for _, k := range p.Key {
			key = append(key, p.Schema[k].Name)
		}
	}
	left, err := materialised(list, key)
	if err != nil {
		return err.Error()
	}
	var want []string
	for _, l := range lines(st, c.before) {
		var row map[string]json.RawMessage
		if err := json.Unmarshal([]byte(l.text), &row); err != nil {
			panic(err)
		}
		want = append(want, canonical(row))
	}
	if d := unlike(want, left); d != "" || !c.before.sorted || p.Mode != plan.Append {
		return d
	}
	return c.misplaced(want, left)
}

// misplaced tells where rows are not in order. Rows of one rank may stand in any order.
func (c *relCase) misplaced(want, have []string) string {
	for i := 0; i < len(want); {
		k := i
		for k < len(want) && c.before.events[k].rank == c.before.events[i].rank {
			k++
		}
		if d := unlike(want[i:k], have[i:k]); d != "" {
			return fmt.Sprintf("rows %d to %d are out of order:\n%s", i+1, k, d)
		}
		i = k
	}
	return ""
}

// TestMaterialised shows what changelogs leave.
func TestMaterialised(t *testing.T) {
	for _, c := range []struct {
		name, log, want string
		key             []string
		wrong           bool
	}{
		{name: "rows that are only added", log: `{"a":1} {"a":1} {"a":2}`, want: `{"a":1} {"a":1} {"a":2}`},
		{name: "one of two equal rows goes", log: `{"a":1,"op":"insert"} {"a":1,"op":"insert"} {"a":1,"op":"delete"}`, want: `{"a":1}`},
		{name: "a row replaces that of its key", log: `{"k":1,"n":1} {"k":2,"n":1} {"k":1,"n":2}`, key: []string{"k"}, want: `{"k":1,"n":2} {"k":2,"n":1}`},
		{name: "a key goes", log: `{"k":1,"n":1} {"op":"delete","k":1,"n":null}`, key: []string{"k"}},
		{name: "one row in all", log: `{"n":1} {"n":2}`, key: []string{}, want: `{"n":2}`},
		{name: "what is not there cannot go", log: `{"a":1,"op":"delete"}`, wrong: true},
		{name: "an op of another kind", log: `{"a":1,"op":"update"}`, wrong: true},
	} {
		list, err := changes(strings.Fields(c.log))
		var left []string
		if err == nil {
			left, err = materialised(list, c.key)
		}
		if got := strings.Join(left, " "); (err != nil) != c.wrong || got != c.want && !c.wrong {
			t.Errorf("%s: %s, %v; want %s", c.name, got, err, c.want)
		}
	}
}
