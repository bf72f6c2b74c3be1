package over

import (
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// TestPartitionsExpire lets partitions come and go: what is kept of those that are not over stays theirs, and of the others nothing is left after a
// while.
func TestPartitionsExpire(t *testing.T) {
	type part struct{ key, last int64 }
	var p Partitions[part]
	p.Init()
	for now := range int64(5_000) {
		for _, key := range []int64{now, max(0, now-7), now % 3} {
			k := state.IntKey(key)
			if p.Probe(k) < 0 {
				p.Expire(func(x *part) bool { return now-x.last > 20 })
			}
			at := p.At(p.Of(k))
			if at.last > 0 && at.key != key {
				t.Fatalf("at %d the partition of %d is that of %d", now, key, at.key)
			}
			*at = part{key, now}
		}
	}
	if p.Len() > 100 || len(p.list) != p.Len() {
		t.Errorf("%d partitions are left, and what is kept of %d", p.Len(), len(p.list))
	}
}
