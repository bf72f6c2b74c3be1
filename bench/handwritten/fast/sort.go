package fast

import "math/bits"

// Key is a number to sort by, and the place of what has it.
type Key struct {
	K  uint64
	At uint32
}

// SortKeys sorts keys by their numbers; equal ones stay in their order. It uses scratch, of which it returns
// the memory together with the result: both are for the next call.
func SortKeys(keys, scratch []Key) (sorted, rest []Key) {
	if len(keys) == 0 {
		return keys, scratch
	}
	least, most := keys[0].K, keys[0].K
	for i := range keys {
		least, most = min(least, keys[i].K), max(most, keys[i].K)
	}
	if cap(scratch) < len(keys) {
		scratch = make([]Key, len(keys)+len(keys)/4)
	}
	scratch = scratch[:len(keys)]
	const digit = 8
	var starts [1 << digit]int
	for shift := 0; shift < bits.Len64(most-least); shift += digit {
		starts = [1 << digit]int{}
		for i := range keys {
			starts[(keys[i].K-least)>>shift&(1<<digit-1)]++
		}
		at := 0
		for d, n := range starts {
			starts[d] = at
			at += n
		}
		for i := range keys {
			d := (keys[i].K - least) >> shift & (1<<digit - 1)
			scratch[starts[d]] = keys[i]
			starts[d]++
		}
		keys, scratch = scratch, keys
	}
	return keys, scratch
}

// Ordinal is a number whose order among others is that of v.
func Ordinal(v int64) uint64 { return uint64(v) ^ 1<<63 }
