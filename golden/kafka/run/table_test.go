package run

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/velostream/veloc/runtime/engine"
)

// Two processes share the partitions of a stream, and each of them has all rows of the table that it looks up. Nothing of the table is committed:
// a process that starts reads all of it again.
func TestTableIsReadByEachProcess(t *testing.T) {
	b := newBroker(t, "trades:2", "instruments:2", "enriched:1")
	b.put("instruments", 0, `{"symbol":"A","name":"Alpha"}`)
	b.put("instruments", 1, `{"symbol":"B","name":"old"}`, `{"symbol":"B","name":"Beta"}`)
	programs := []*program{b.start("table_lookup"), b.start("table_lookup")}
	for _, p := range programs {
		p.await(recordsIn, 3)
	}
	sent := 0
	for programs[0].count(recordsIn) == 3 || programs[1].count(recordsIn) == 3 { // until each has a partition of the stream
		for part := range int32(2) {
			b.put("trades", part, `{"id":1,"symbol":"A","quantity":2}`, `{"id":2,"symbol":"B","quantity":3}`)
		}
		sent += 4
		b.values("enriched", sent)
	}
	for _, v := range b.values("enriched", sent) {
		if !strings.Contains(v, `"name":"Alpha"`) && !strings.Contains(v, `"name":"Beta"`) {
			t.Errorf("%s", v)
		}
	}
	for _, p := range programs {
		p.halt()
	}
	if got := b.committed("enriched", "instruments"); got != "" {
		t.Errorf("offsets of the table are committed: %s", got)
	}
	p := b.start("table_lookup")
	p.await(recordsIn, 3)
	b.put("trades", 0, `{"id":3,"symbol":"A","quantity":2}`)
	if last := b.values("enriched", sent+1)[sent]; !strings.Contains(last, `"id":3,"name":"Alpha"`) {
		t.Errorf("after a restart: %s", last)
	}
	p.halt()
}

// With a state directory the table is state: a restart reads what has come since.
func TestTableIsState(t *testing.T) {
	b := newBroker(t, "trades:2", "instruments:2", "enriched:1")
	dir := t.TempDir()
	b.put("instruments", 0, `{"symbol":"A","name":"Alpha"}`)
	p := b.start("table_lookup", keepState(dir))
	p.await(recordsIn, 1)
	b.put("trades", 1, `{"id":1,"symbol":"A","quantity":2}`)
	b.values("enriched", 1)
	p.halt()
	b.put("instruments", 1, `{"symbol":"B","name":"Beta"}`)
	p = b.start("table_lookup", keepState(dir))
	p.await(recordsIn, 1)
	b.put("trades", 1, `{"id":2,"symbol":"A","quantity":2}`, `{"id":3,"symbol":"B","quantity":2}`)
	values := b.values("enriched", 3)
	if !strings.Contains(values[1], `"id":2,"name":"Alpha"`) || !strings.Contains(values[2], `"id":3,"name":"Beta"`) {
		t.Errorf("after a restart: %s", values)
	}
	if s := p.halt(); s.In != 3 {
		t.Errorf("%d rows were read", s.In)
	}
}

// A record without value deletes the row of its key from a table, also one that a condition drops or that stands under another key; a key that does
// not name a row is told. A restart reads the deletions with the rows, or finds the saved table without them.
func TestTombstonesDeleteRows(t *testing.T) {
	b := newBroker(t, "trades:1", "instruments:1", "listings:1", "enriched:1")
	tombstone := func(topic, key string) {
		rec := &kgo.Record{Topic: topic}
		if key != "" {
			rec.Key = []byte(key)
		}
		b.send(rec)
	}
	dir := t.TempDir()
	b.put("instruments", 0, `{"symbol":"A","name":"Alpha","active":true}`, `{"symbol":"B","name":"Beta","active":true}`, `{"symbol":"C|D","name":"Gamma","active":true}`)
	b.put("listings", 0, `{"venue":"x","number":1,"symbol":"A"}`, `{"venue":"x","number":2,"symbol":"B"}`)
	p := b.start("table_deletes", keepState(dir))
	p.await(recordsIn, 5)
	trades := func(id string) []string {
		return []string{`{"id":` + id + `,"venue":"x","symbol":"A"}`, `{"id":` + id + `,"venue":"x","symbol":"B"}`, `{"id":` + id + `,"venue":"x","symbol":"C|D"}`}
	}
	b.put("trades", 0, trades("1")...)
	expect(t, b.values("enriched", 3), `NULL={"id":1,"name":"Alpha","number":1}`, `NULL={"id":1,"name":"Beta","number":2}`, `NULL={"id":1,"name":"Gamma","number":null}`)

	tombstone("instruments", "A")
	tombstone("instruments", "C|D")
	tombstone("instruments", "nobody")
	b.put("instruments", 0, `{"symbol":"B","name":"Beta","active":false}`)
	tombstone("listings", "x|2")
	tombstone("listings", "x")      // too few columns
	tombstone("listings", "x|many") // no INTEGER
	tombstone("listings", "")       // no key
	p.await(recordsIn, 16)
	b.put("trades", 0, trades("2")...)
	want := []string{`NULL={"id":2,"name":null,"number":1}`, `NULL={"id":2,"name":null,"number":null}`, `NULL={"id":2,"name":null,"number":null}`}
	expect(t, b.values("enriched", 6)[3:], want...)
	if s := p.halt(); s.Rejected != 3 {
		t.Errorf("%d records were rejected, want 3", s.Rejected)
	}

	for i, set := range [][]func(*engine.Options){{keepState(dir)}, nil} {
		p := b.start("table_deletes", set...)
		if set == nil {
			p.await(recordsIn, 13)
		}
		b.put("trades", 0, trades("2")...)
		n := 9 + 3*i
		expect(t, b.values("enriched", n)[n-3:], want...)
		p.halt()
	}
}
