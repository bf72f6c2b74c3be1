package metric

import (
	"hash/fnv"
	"math"
)

// cell is what one task gathered for one label set since it was flushed.
type cell struct {
	series *series // nil before the first flush, and for good where the limit refused it
	text   string
	labels []string
	dirty  bool
	value  float64
	events uint64
	bucket []uint64
}

func (c *cell) reset() {
	c.dirty, c.value, c.events = false, 0, 0
	clear(c.bucket)
}

// vec finds cells by key. K holds one field per label column.
type vec[K comparable] struct {
	fam     *family
	render  func(*K, *Labels)
	byKey   map[K]*cell
	byText  map[string]*cell // keys that render alike share a cell
	touched []*cell          // in the order of their first touch since the flush
	dropped uint64           // events of label sets that the full family does not have
	labels  Labels
	key     K // memory for render, so that keys need not escape
	seed    uint64
	accept  uint64 // Sampled accepts hashes below it
}

func newVec[K comparable](f *family, render func(*K, *Labels)) *vec[K] {
	h := fnv.New64a()
	h.Write([]byte(f.desc.Name))
	v := &vec[K]{fam: f, render: render, byKey: map[K]*cell{}, byText: map[string]*cell{}, seed: h.Sum64(), accept: math.MaxUint64}
	if r := f.desc.Rate; r > 0 && r < 1 {
		v.accept = uint64(r * (1 << 63) * 2)
	}
	return v
}

// at is the cell of key k, marked as touched; nil if the label limit drops it.
func (v *vec[K]) at(k K) *cell {
	c := v.byKey[k]
	if c == nil {
		if c = v.miss(k); c == nil {
			return nil
		}
	}
	if !c.dirty {
		c.dirty = true
		v.touched = append(v.touched, c)
	}
	c.events++
	return c
}

// miss finds the cell of a key that byKey does not have. Once the family is full it allocates nothing for strangers.
func (v *vec[K]) miss(k K) *cell {
	v.draw(k, false)
	c := v.byText[string(v.labels.text)]
	if c == nil {
		full := v.fam.full.Load()
		if full && v.fam.series[string(v.labels.text)] == nil {
			v.dropped++
			return nil
		}
		c = &cell{text: string(v.labels.text), labels: v.labels.values()}
		if v.fam.kind == histogramKind {
			c.bucket = make([]uint64, len(v.fam.desc.Buckets)+1)
		}
		v.byText[c.text] = c
	}
	if k == k { // a key with a NaN can never be found again; its text can
		v.draw(k, true)
		v.byKey[v.key] = c
	}
	return c
}

func (v *vec[K]) draw(k K, keep bool) {
	v.key = k
	v.labels.text, v.labels.keep = v.labels.text[:0], keep
	v.render(&v.key, &v.labels)
}

// flush carries everything gathered to the family.
func (v *vec[K]) flush() {
	if len(v.touched) > 0 {
		v.fam.mu.Lock()
		for _, c := range v.touched {
			v.fam.take(c)
		}
		v.fam.mu.Unlock()
		v.touched = v.touched[:0]
	}
	if v.dropped > 0 {
		v.fam.overflow.Add(float64(v.dropped))
		v.dropped = 0
	}
}

// Sampled tells whether the row is in the metric's sample. It depends on the metric's name and the row alone, so that every run and
// any number of workers choose the same rows. Values are not scaled up: the metric covers the sample.
func (v *vec[K]) Sampled(row uint64) bool {
	return v.accept == math.MaxUint64 || mix(row^v.seed) < v.accept
}

// RowID identifies a row for Sampled: by its partition and its offset there (of the record, or of the row's first byte).
func RowID(partition int32, offset int64) uint64 {
	return mix(uint64(offset)) ^ uint64(uint32(partition))*0x9e3779b97f4a7c15
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
