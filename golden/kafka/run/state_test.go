package run

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/velostream/veloc/runtime/engine"
)

// keepState gives a job a state directory.
func keepState(dir string) func(*engine.Options) {
	return func(o *engine.Options) { o.State = engine.StateOptions{Dir: dir, Interval: 10 * time.Millisecond} }
}

// Groups over a topic go on where they stood, and the offsets that count are those that belong to the state: after a crash rows are read again from
// there, however far the group has committed since.
func TestGroupsSurvive(t *testing.T) {
	b := newBroker(t, "payments:2", "customer-totals:1")
	dir := t.TempDir()
	pay := func(part int32, amounts ...string) {
		for _, a := range amounts {
			b.put("payments", part, `{"customer":"ann","amount":`+a+`}`)
		}
	}
	pay(0, "1", "2")
	p := b.start("customer_totals", keepState(dir))
	b.read("customer-totals", 2)
	p.halt()
	before := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}

	pay(1, "3")
	pay(0, "4")
	total := func(n int) string {
		values := b.values("customer-totals", n)
		return values[n-1]
	}
	p = b.start("customer_totals", keepState(dir))
	if got := total(4); got != `ann={"customer":"ann","orders":4,"total":10.00}` {
		t.Errorf("after a stop: %s", got)
	}
	p.halt()

	// The machine went down before the second run had made a checkpoint; its records are out, its offsets committed.
	p = b.start("customer_totals", keepState(before))
	if got := total(6); got != `ann={"customer":"ann","orders":4,"total":10.00}` {
		t.Errorf("after a crash: %s", got)
	}
	p.halt()
}
