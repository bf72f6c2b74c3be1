package run

import (
	"strings"
	"testing"
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
