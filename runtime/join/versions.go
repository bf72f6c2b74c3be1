package join

import "github.com/velostream/veloc/runtime/state"

// Versions holds what a table held, by key and time. Versions that no row can ask for any more are forgotten.
type Versions[R any] struct{ index Index[R] }

// NewVersions returns a table without versions.
func NewVersions[R any]() *Versions[R] {
	v := &Versions[R]{}
	v.index.Init()
	return v
}

// Put adds a version that holds from a time on, which the caller fills in. Of the versions of the key that began before the watermark, only the last
// is kept: nobody asks for a time before it.
func (v *Versions[R]) Put(k state.Key, time, watermark int64) *Entry[R] {
	id := v.index.Add(k, time)
	if newest := v.find(k, watermark); newest >= 0 {
		began := v.index.At(newest).Time
		for at := v.index.First(k); at >= 0; {
			e := v.index.At(at)
			next := e.next
			if at != newest && e.Time <= began && at != id {
				v.index.Remove(at)
			}
			at = next
		}
	}
	return v.index.At(id)
}

// At is the version of a key that held at a time: the last that began at or before it, of equal ones the one that came last. It is nil if none
// had begun.
func (v *Versions[R]) At(k state.Key, time int64) *Entry[R] {
	if id := v.find(k, time); id >= 0 {
		return v.index.At(id)
	}
	return nil
}

func (v *Versions[R]) find(k state.Key, time int64) int32 {
	best := int32(noRow)
	for id := v.index.First(k); id >= 0; id = v.index.Next(id) {
		if e := v.index.At(id); e.Time <= time && (best < 0 || e.Time >= v.index.At(best).Time) {
			best = id
		}
	}
	return best
}

// Len is the number of versions.
func (v *Versions[R]) Len() int { return v.index.Len() }
