package cardinality

import (
	"math"
	"slices"

	"github.com/axiomhq/hyperloglog"
	"github.com/cespare/xxhash/v2"

	"github.com/velostream/veloc/runtime/state"
)

// few is how many hashes are kept as they are. Beyond, registers take 16 KiB.
const few = 512

// Counter counts different values. Its zero value has seen none.
type Counter struct {
	hashes []uint64            // in order, while there are few
	dense  *hyperloglog.Sketch // afterwards
}

// AddInt adds an integer.
func (c *Counter) AddInt(x int64) { c.add(mix(uint64(x))) }

// AddWide adds an integer of 128 bits.
func (c *Counter) AddWide(hi int64, lo uint64) { c.add(mix(mix(uint64(hi)) ^ lo)) }

// AddFloat adds a number; -0 is 0.
func (c *Counter) AddFloat(x float64) { c.add(mix(math.Float64bits(x + 0))) }

// AddText adds a text.
func (c *Counter) AddText(s string) { c.add(xxhash.Sum64String(s)) }

// AddUUID adds a UUID, as a text of its bytes.
func (c *Counter) AddUUID(u [16]byte) { c.add(xxhash.Sum64(u[:])) }

// AddKey adds a value by its key in tables of groups.
func (c *Counter) AddKey(k state.Key) {
	if len(k.S) > 16 {
		c.AddText(k.S)
		return
	}
	c.add(mix(mix(k.A)^k.B) + uint64(len(k.S)))
}

// AddBool adds a truth value.
func (c *Counter) AddBool(x bool) {
	if x {
		c.AddInt(1)
	} else {
		c.AddInt(0)
	}
}

// mix spreads the bits of x (the finaliser of splitmix64, Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (c *Counter) add(hash uint64) {
	if c.dense != nil {
		c.dense.InsertHash(hash)
		return
	}
	at, known := slices.BinarySearch(c.hashes, hash)
	if known {
		return
	}
	if len(c.hashes) < few {
		c.hashes = slices.Insert(c.hashes, at, hash)
		return
	}
	c.dense = hyperloglog.NewNoSparse()
	for _, h := range c.hashes {
		c.dense.InsertHash(h)
	}
	c.hashes = nil
	c.dense.InsertHash(hash)
}

// Merge adds the values of o.
func (c *Counter) Merge(o *Counter) {
	for _, h := range o.hashes {
		c.add(h)
	}
	if o.dense == nil {
		return
	}
	if c.dense == nil {
		c.dense = hyperloglog.NewNoSparse()
		for _, h := range c.hashes {
			c.dense.InsertHash(h)
		}
		c.hashes = nil
	}
	if err := c.dense.Merge(o.dense); err != nil {
		panic("bug: " + err.Error()) // both have the same precision
	}
}

// Count is how many different values there were.
func (c *Counter) Count() int64 {
	if c.dense == nil {
		return int64(len(c.hashes))
	}
	return int64(c.dense.Estimate())
}

// Append writes the hashes, or the registers.
func (c *Counter) Append(dst []byte) []byte {
	if dst = state.AppendBool(dst, c.dense != nil); c.dense == nil {
		dst = state.AppendLen(dst, len(c.hashes))
		for _, h := range c.hashes {
			dst = state.AppendBits(dst, h)
		}
		return dst
	}
	return state.AppendText(dst, must(c.dense.MarshalBinary()))
}

// Decode reads what Append wrote.
func (c *Counter) Decode(src []byte) ([]byte, error) {
	*c = Counter{}
	r := state.Read(src)
	if !r.Bool() {
		for range r.Len() {
			h := r.Bits()
			if n := len(c.hashes); n == few || n > 0 && c.hashes[n-1] >= h {
				r.Fail()
			}
			if r.Failed() {
				break
			}
			c.hashes = append(c.hashes, h)
		}
		return r.End()
	}
	written := r.View()
	if len(written) != registerBytes {
		r.Fail()
		return r.End()
	}
	c.dense = hyperloglog.NewNoSparse()
	// Into these merge only registers of the same number, so what is read cannot be a sketch of another form.
	if read := new(hyperloglog.Sketch); read.UnmarshalBinary(written) != nil || c.dense.Merge(read) != nil {
		r.Fail()
	}
	return r.End()
}

// registerBytes is the length of the form of registers.
var registerBytes = len(must(hyperloglog.NewNoSparse().MarshalBinary()))

// must is the form of registers; only those without a precision have none.
func must(b []byte, err error) []byte {
	if err != nil {
		panic("bug: " + err.Error())
	}
	return b
}
