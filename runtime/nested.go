package rt

// Entry is an entry of a MAP. A MAP is a slice of its entries in the order in which its keys first appeared.
type Entry[K comparable, V any] struct {
	Key   K
	Value V
}

// Next is s with one element more. It holds what stood there before, so that slices within it can be used again.
func Next[T any](s []T) []T {
	if len(s) < cap(s) {
		return s[:len(s)+1]
	}
	var zero T
	return append(s, zero)
}

// fewEntries is how many entries are compared with each other; of more, a table tells which are equal.
const fewEntries = 32

// Unique drops entries whose key comes again: the last value of a key stands where the key came first. The slice is that of m.
func Unique[K comparable, V any](m []Entry[K, V]) []Entry[K, V] {
	var places map[K]int
	if len(m) > fewEntries {
		places = make(map[K]int, len(m))
	}
	n := 0
	for i := range m {
		at := place(m[:n], places, m[i].Key)
		if at == n {
			if places != nil {
				places[m[i].Key] = n
			}
			n++
		}
		m[at], m[i] = m[i], m[at] // not a copy: both slices are used again
	}
	return m[:n]
}

// place is where an entry with a key stands in m, or behind its end.
func place[K comparable, V any](m []Entry[K, V], places map[K]int, key K) int {
	if places != nil {
		if at, ok := places[key]; ok {
			return at
		}
		return len(m)
	}
	for i := range m {
		if m[i].Key == key {
			return i
		}
	}
	return len(m)
}

// Find is the place of the entry with a key; -1: there is none.
func Find[K comparable, V any](m []Entry[K, V], key K) int {
	for i := range m {
		if m[i].Key == key {
			return i
		}
	}
	return -1
}

// Index is the place in a slice of n elements of the element that SQL counts from 1; -1: there is none.
func Index(i int64, n int) int {
	if i < 1 || i > int64(n) {
		return -1
	}
	return int(i - 1)
}
