package oracle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
)

// change is a line of an output: a row, and whether it comes or goes.
type change struct {
	row     map[string]json.RawMessage
	text    string // the row without its op
	deleted bool
}

// changes reads JSON lines. A row may have an op, "insert" or "delete", behind its columns, or be Debezium's before, after and op; one without is an
// insertion.
func changes(lines []string) ([]change, error) {
	var out []change
	add := func(row json.RawMessage, deleted bool) error {
		c := change{deleted: deleted}
		if err := json.Unmarshal(row, &c.row); err != nil || c.row == nil {
			return err
		}
		delete(c.row, "op")
		c.text = canonical(c.row)
		out = append(out, c)
		return nil
	}
	for _, l := range lines {
		var row map[string]json.RawMessage
		if err := json.Unmarshal([]byte(l), &row); err != nil {
			return nil, fmt.Errorf("%s: %w", l, err)
		}
		op := string(row["op"])
		before, after := row["before"], row["after"]
		var err error
		switch {
		case before != nil && after != nil && len(row) == 3:
			err = errors.Join(add(before, true), add(after, false))
		case op == "" || op == `"insert"` || op == `"delete"`:
			err = add(json.RawMessage(l), op == `"delete"`)
		default:
			err = fmt.Errorf("the op is %s", op)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l, err)
		}
	}
	return out, nil
}

// objects are the lines of a CSV file as JSON, each cell a text.
func objects(lines []string, delimiter string) []string {
	var out []string
	var names []string
	for i, cells := range records(strings.Join(lines, "\n")+"\n", delimiter) {
		var parts []string
		for k, c := range cells {
			if i == 0 {
				names = append(names, c.text)
				continue
			}
			parts = append(parts, quoted(names[k])+":"+quoted(c.text))
		}
		if i > 0 {
			out = append(out, "{"+strings.Join(parts, ",")+"}")
		}
	}
	return out
}

// straight tells whether a plan only passes rows on and gathers them, so that every line of its output, and its place, is known.
func straight(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Scan, *plan.Values:
		return true
	case *plan.Ref:
		return straight(n.Statement.Root)
	case *plan.Filter, *plan.Project, *plan.Distinct, *plan.Limit, *plan.Aggregate:
		return straight(n.Inputs()[0])
	}
	return false
}

// compared tells how what a statement has written differs from what it should: line by line where each line is known, else the rows that are left.
func (m *machine) compared(st *plan.Statement, have []string) string {
	sink, mode := st.Sink.Target, st.Root.Props().Mode
	log := sink.Prop("changelog", "upsert")
	if straight(st.Root) && (mode == plan.Append || mode == plan.Upsert && log == "upsert") {
		return difference(lines(st, m.out[st]), have, false)
	}
	want := textsOf(lines(st, m.table(st.Root)))
	if sink.Format == catalog.CSV {
		delimiter := strings.ReplaceAll(sink.Prop("delimiter", ","), `\t`, "\t")
		want, have = objects(want, delimiter), objects(have, delimiter)
	}
	return left(st, want, have)
}

// left compares the rows that a changelog leaves with those that should be left.
func left(st *plan.Statement, want, have []string) string {
	p := st.Root.Props()
	list, err := changes(have)
	if err != nil {
		return err.Error()
	}
	var key []string
	if _, distinct := st.Root.(*plan.Distinct); p.Mode == plan.Upsert && !(distinct && len(p.Key) == 0) { // a row replaces that of its key; of no key there is one
		key = []string{}
		for _, k := range p.Key {
			key = append(key, p.Schema[k].Name)
		}
	}
	rows, err := materialised(list, key)
	if err != nil {
		return err.Error()
	}
	should, err := changes(want)
	if err != nil {
		return err.Error()
	}
	var texts []string
	for _, c := range should {
		texts = append(texts, c.text)
	}
	return unlike(texts, rows)
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
	want := textsOf(lines(st, c.before))
	if d := left(st, want, have); d != "" || !c.before.sorted || st.Root.Props().Mode != plan.Append {
		return d
	}
	return c.misplaced(want, have)
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
