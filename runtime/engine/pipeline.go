package engine

import (
	"errors"
	"math"
	"strings"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// pipeline is a set of inputs at work, with the root task in which their rows meet.
type pipeline struct {
	run      *run
	spec     *rt.Pipeline
	name     string // of its inputs
	inputs   []*input
	root     rt.Task
	stepping bool         // the root follows time from row to row
	gate     sync.RWMutex // held by workers that gather until the end while they have a chunk; see checkpoints.standStill

	// mu makes everything that decides results happen in one order. It guards the root, what inputs say that it guards, and what follows.
	mu        sync.Mutex
	watermark int64 // that the root has been told
	unflushed bool  // sinks were written to since the last flush
	since     int64 // bytes merged since the last commit
	committed int64 // clock reading of the last commit
	written   int64 // clock reading when output was last handed to the sinks, however little
	lastRow   int64 // clock reading of the last chunk with rows
	busy      bool  // a chunk was merged since the last tick
	unsaved   bool  // something has changed since the last checkpoint
	failed    bool  // the root may have a part of a chunk: nothing of it is saved
	finished  bool  // all rows were read, and all results are out
	done      bool  // the root needs no more input
	over      bool  // it has ended or failed: nothing more is merged or committed
}

// newPipeline makes inputs and root.
func newPipeline(r *run, spec *rt.Pipeline) (*pipeline, error) {
	p := &pipeline{run: r, spec: spec, watermark: math.MinInt64}
	var names []string
	var errs []error
	for i := range spec.Inputs {
		names = append(names, spec.Inputs[i].Source)
		in, err := newInput(p, i)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p.inputs = append(p.inputs, in)
	}
	p.name = strings.Join(names, ", ")
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	var err error
	if p.root, err = p.inputs[0].task(); err != nil {
		return nil, err
	}
	_, p.stepping = p.root.(rt.Stepping)
	return p, nil
}

// ordered tells whether workers only decode, and the root does the rest.
func (p *pipeline) ordered() bool { return p.spec.Parallelism == rt.Ordered }

// bounded tells whether every input ends by itself.
func (p *pipeline) bounded() bool {
	for _, in := range p.inputs {
		if !in.bounded {
			return false
		}
	}
	return true
}

// ended tells whether every source has come to its end.
func (p *pipeline) ended() bool {
	for _, in := range p.inputs {
		if !in.ended {
			return false
		}
	}
	return true
}

// timed tells whether the root follows event time.
func (p *pipeline) timed() bool {
	for _, in := range p.inputs {
		if in.spec.Time.EventTime {
			return true
		}
	}
	return false
}

// eventTime is the watermark of the pipeline: the least of those inputs that still have rows to come. Inputs in which no partition is active
// hold nothing back; when that is true of all of them, time is where the furthest has come.
func (p *pipeline) eventTime(now int64) int64 {
	if len(p.inputs) == 1 {
		return p.inputs[0].marks.current(now)
	}
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for _, in := range p.inputs {
		if !in.spec.Time.EventTime {
			continue
		}
		most = max(most, in.marks.current(now))
		if !in.applied {
			least = min(least, in.marks.active(now))
		}
	}
	if least < math.MaxInt64 {
		return least
	}
	return most
}

// otherInputs is the watermark that all inputs but one have reached; MaxInt64 if there are none.
func (p *pipeline) otherInputs(but *input, now int64) int64 {
	least := int64(math.MaxInt64)
	for _, in := range p.inputs {
		switch {
		case in == but || !in.spec.Time.EventTime || in.applied:
		case in.waits:
			// The next row says more than the rows before it: those that WHERE has dropped in between count, wherever a chunk ends.
			_, rest := in.marks.before(in.part, now)
			least = min(least, rest, in.marks.below(in.head))
		default:
			least = min(least, in.marks.active(now))
		}
	}
	return least
}

// stopReading lets no input read any more.
func (p *pipeline) stopReading() {
	for _, in := range p.inputs {
		in.stopReading()
	}
}
