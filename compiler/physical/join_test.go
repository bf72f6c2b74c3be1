package physical_test

import (
	"testing"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/grammar/diag"
)

// A job reads a source once. Where one statement looks up what is the left of another, rows of neither can come first for both.
func TestOneWayRound(t *testing.T) {
	job, found := bindtest.Bind(t, "", `
CREATE STREAM a (k INTEGER, x STRING) WITH ('connector' = 'datagen', 'rows' = '10');
CREATE STREAM b (k INTEGER, y STRING) WITH ('connector' = 'datagen', 'rows' = '10');
CREATE STREAM c (k INTEGER, z STRING) WITH ('connector' = 'datagen', 'rows' = '10');
CREATE STREAM ab AS SELECT a.k, x, y FROM a LEFT JOIN b ON a.k = b.k;
CREATE STREAM ba AS SELECT a.k, x, y FROM b LEFT JOIN a ON a.k = b.k;
CREATE STREAM ac AS SELECT a.k, x, z FROM a LEFT JOIN c ON a.k = c.k;
CREATE STREAM cb AS SELECT b.k, y, z FROM c LEFT JOIN b ON b.k = c.k;`, bind.Options{})
	if found.HasErrors() {
		t.Fatal(diag.Text(found))
	}
	want := map[string]physical.JoinWay{"ab": physical.Lookup, "ba": physical.Wait, "ac": physical.Lookup, "cb": physical.Wait}
	ways := map[string]physical.JoinWay{}
	var visit func(flows []*physical.Flow)
	visit = func(flows []*physical.Flow) {
		for _, f := range flows {
			if f.Into != nil {
				ways[f.Into.Out.Statement.Name] = f.Into.Way
				visit([]*physical.Flow{f.Into.Out})
			}
			visit(f.Flows)
		}
	}
	for _, p := range physical.Lower(job, physical.Options{}).Pipelines {
		for _, in := range p.Inputs {
			visit(in.Flows)
		}
	}
	for name, way := range want {
		if got, ok := ways[name]; !ok || got != way {
			t.Errorf("%s is run as %v, not as %v", name, got, way)
		}
	}
}
