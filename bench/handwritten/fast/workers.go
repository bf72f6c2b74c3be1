package fast

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// BlockSize is the number of bytes that a worker takes at a time: large enough that hand-over costs
// nothing, small enough that the last blocks leave no core idle.
const BlockSize = 1 << 20

// Workers is the number of goroutines that share the blocks.
func Workers() int { return runtime.GOMAXPROCS(0) }

// Each gives every block to one of the workers, in no particular order. worker is in [0, Workers());
// offset is the position of data in the input, which orders blocks.
func Each(in *Input, work func(worker int, data []byte, offset int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range Workers() {
		wg.Go(func() {
			for {
				block := int(next.Add(1) - 1)
				from := block * BlockSize
				if from >= in.Size() {
					return
				}
				in.passed(block)
				to := min(from+BlockSize, in.Size())
				work(w, in.block(from, to), from)
			}
		})
	}
	wg.Wait()
}

// Ordered gives every block to work together with a part that nobody else holds, and hands the parts
// to merge one at a time, in the order of the blocks. A worker whose part must wait for an earlier
// block leaves it in the queue and goes on with another one. Blocks are numbered from 0.
func Ordered[T any](in *Input, newPart func() T, work func(part T, data []byte, block int), merge func(part T)) {
	newQueue(newPart, merge).run(in, work)
}

type queue[T any] struct {
	merge   func(T)
	mu      sync.Mutex
	freed   sync.Cond
	free    []T
	waiting map[int]T // finished parts by block
	turn    int       // the block that merge wants next
	merging bool
}

func newQueue[T any](newPart func() T, merge func(T)) *queue[T] {
	q := &queue[T]{merge: merge, waiting: map[int]T{}}
	q.freed.L = &q.mu
	for range 2*Workers() + 1 {
		q.free = append(q.free, newPart())
	}
	return q
}

func (q *queue[T]) run(in *Input, work func(T, []byte, int)) {
	var wg sync.WaitGroup
	next := 0
	for range Workers() {
		wg.Go(func() {
			for {
				// The part is taken together with the block number: the worker with the lowest
				// unfinished block always has a part, so nobody waits for ever.
				q.mu.Lock()
				for len(q.free) == 0 {
					q.freed.Wait()
				}
				block := next
				if block*BlockSize >= in.Size() {
					q.mu.Unlock()
					return
				}
				next++
				part := q.free[len(q.free)-1]
				q.free = q.free[:len(q.free)-1]
				q.mu.Unlock()

				in.passed(block)
				from := block * BlockSize
				to := min(from+BlockSize, in.Size())
				work(part, in.block(from, to), block)
				q.submit(part, block)
			}
		})
	}
	wg.Wait()
}

func (q *queue[T]) submit(part T, block int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[block] = part
	if q.merging {
		return // the worker that is merging takes it when its turn comes
	}
	q.merging = true
	for {
		part, ok := q.waiting[q.turn]
		if !ok {
			break
		}
		delete(q.waiting, q.turn)
		q.mu.Unlock()
		q.merge(part)
		q.mu.Lock()
		q.turn++
		q.free = append(q.free, part)
		q.freed.Signal()
	}
	q.merging = false
}

// Turns lets goroutines pass a gate in the order of their numbers.
type Turns struct {
	mu    sync.Mutex
	moved sync.Cond
	turn  int
}

// NewTurns returns a gate that admits number 0 first.
func NewTurns() *Turns {
	t := &Turns{}
	t.moved.L = &t.mu
	return t
}

// Do waits for the turn of number, calls f and admits the next number.
func (t *Turns) Do(number int, f func()) {
	t.mu.Lock()
	for t.turn != number {
		t.moved.Wait()
	}
	t.mu.Unlock()
	f()
	t.mu.Lock()
	t.turn++
	t.mu.Unlock()
	t.moved.Broadcast()
}
