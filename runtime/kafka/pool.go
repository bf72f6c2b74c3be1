package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// recordPool lets the client use the memory of records again that were copied into chunks. Keys, values and headers are not part of
// that memory: they lie in the broker's answer, which chunks may refer to.
type recordPool struct {
	mu   sync.Mutex
	free [][]kgo.Record
}

// pooledBatches is how many batches' records are kept; those of larger batches than pooledRecords are not.
const (
	pooledBatches = 16
	pooledRecords = 1 << 15
)

// GetRecords is called by the client before it decodes a batch of n records.
func (p *recordPool) GetRecords(n int) []kgo.Record {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.free) - 1; i >= 0; i-- {
		if r := p.free[i]; cap(r) >= n {
			p.free = append(p.free[:i], p.free[i+1:]...)
			return r
		}
	}
	return make([]kgo.Record, n)
}

// PutRecords is called by the client when the last record of a batch was given back by Record.Recycle.
func (p *recordPool) PutRecords(r []kgo.Record) {
	if cap(r) > pooledRecords {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < pooledBatches {
		p.free = append(p.free, r)
	} else {
		p.free[0] = r // an old one that may be too small for what comes now
	}
}
