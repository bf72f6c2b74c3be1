package sqlfn

import (
	"cmp"
	"math"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/runtime/state"
	"github.com/velostream/veloc/runtime/text"
)

// States that keep values. What they keep of text is a copy, because texts are views of a chunk that goes: those of text have methods of their own that
// make it, AddText.

// Values is the state of MEDIAN and percentiles: all values.
type Values[T any] struct {
	list   []T
	sorted bool
}

// Add adds a value.
func (v *Values[T]) Add(x T) { v.list, v.sorted = append(v.list, x), false }

// Merge adds the values of o.
func (v *Values[T]) Merge(o *Values[T]) { v.list, v.sorted = append(v.list, o.list...), false }

func (v *Values[T]) sort(compare func(a, b T) int) {
	if !v.sorted {
		slices.SortFunc(v.list, compare)
		v.sorted = true
	}
}

// Disc is the first value, in order or in descending order, that at least the share p of all values does not follow.
func (v *Values[T]) Disc(p float64, descending bool, compare func(a, b T) int) (x T, ok bool) {
	n := len(v.list)
	if n == 0 {
		return x, false
	}
	v.sort(compare)
	at := min(max(int(math.Ceil(p*float64(n)))-1, 0), n-1)
	if descending {
		at = n - 1 - at
	}
	return v.list[at], true
}

// AddText adds a copy of a text.
func AddText(v *Values[string], s string) { v.Add(text.Keep(s)) }

// Percentile is the value at the share p of the way from the least to the greatest value, on the line between its neighbours where none is there.
func Percentile(v *Values[float64], p float64) (float64, bool) {
	if len(v.list) == 0 {
		return 0, false
	}
	v.sort(cmp.Compare)
	return between(v.list, p), true
}

func between(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	low := math.Floor(at)
	x := sorted[int(low)]
	if at > low {
		x += (sorted[int(low)+1] - x) * (at - low)
	}
	return x
}

// Mad is the median of the distances of the values from their median.
func Mad(v *Values[float64]) (float64, bool) {
	m, ok := Percentile(v, 0.5)
	if !ok {
		return 0, false
	}
	far := make([]float64, len(v.list))
	for i, x := range v.list {
		far[i] = math.Abs(x - m)
	}
	slices.Sort(far)
	return between(far, 0.5), true
}

// CompareBool orders FALSE before TRUE.
func CompareBool(a, b bool) int { return int(BooleanToInteger(a) - BooleanToInteger(b)) }

// Tally is the state of DISTINCT, MODE and their like: the different values with how often each was there, in the order in which they came first. Values are told
// apart by their keys in tables of groups, so that what is one group is one value.
type Tally[T any] struct {
	keys   *state.Table // the places of values
	values []T
	counts []int64
	total  int64
	at     int // place of the value that was added last
	gone   int // how many values are there no more: all that were added were removed
}

// Add adds a value by its key and tells whether it is a new one, which Keep is to be told then.
func (t *Tally[T]) Add(k state.Key) (fresh bool) { return t.add(k, 1) }

func (t *Tally[T]) add(k state.Key, n int64) (fresh bool) {
	if t.keys == nil {
		t.keys = state.NewSmall()
	}
	at := t.keys.Probe(k)
	if at < 0 {
		at, fresh = t.keys.Find(k)
	}
	if fresh {
		t.counts = append(t.counts, 0)
	} else if t.counts[at] == 0 {
		t.gone--
		fresh = true
	}
	t.counts[at] += n
	t.total += n
	t.at = at
	return fresh
}

// Keep keeps the value that has just been added, in memory of its own.
func (t *Tally[T]) Keep(x T) {
	if t.at < len(t.values) { // it was there before
		t.values[t.at] = x
		return
	}
	t.values = append(t.values, x)
}

// Remove takes back a value that was added, by its key, and tells whether it is there no more.
func (t *Tally[T]) Remove(k state.Key) (gone bool) {
	if t.keys == nil {
		return false
	}
	at := t.keys.Get(k)
	if at < 0 || t.counts[at] == 0 {
		return false
	}
	t.counts[at]--
	t.total--
	if t.counts[at] > 0 {
		return false
	}
	var zero T
	t.values[at] = zero
	if t.gone++; t.gone > 32 && t.gone > len(t.values)/2 {
		var left Tally[T]
		left.Merge(t)
		*t = left
	}
	return true
}

// Merge adds the values of o.
func (t *Tally[T]) Merge(o *Tally[T]) {
	for i := range o.values {
		t.Take(o, i)
	}
}

// Take is Add of value i of o, if it is there, and keeps it.
func (t *Tally[T]) Take(o *Tally[T], i int) (fresh bool) {
	if o.counts[i] == 0 {
		return false
	}
	if fresh = t.add(o.keys.Key(i), o.counts[i]); fresh {
		t.Keep(o.values[i])
	}
	return fresh
}

// List is the different values; those that Take does not take are there no more.
func (t *Tally[T]) List() []T { return t.values }

// Mode is the most frequent value; of several the least.
func (t *Tally[T]) Mode(compare func(a, b T) int) (mode T, ok bool) {
	best := int64(0)
	for i, x := range t.values {
		if n := t.counts[i]; n > best || n == best && n > 0 && compare(x, mode) < 0 {
			mode, best = x, n
		}
	}
	return mode, best > 0
}

// Entropy is Shannon's entropy of the values in bits.
func (t *Tally[T]) Entropy() (float64, bool) {
	counts := slices.Sorted(slices.Values(t.counts)) // sums of floats depend on their order
	h := 0.0
	for _, n := range counts[t.gone:] {
		p := float64(n) / float64(t.total)
		h -= p * math.Log2(p)
	}
	return max(h, 0), t.total > 0
}

// Truths is the state of BOOL_AND and BOOL_OR: how often there was TRUE, and how often FALSE.
type Truths struct{ True, False int64 }

// Add adds a value.
func (t *Truths) Add(x bool) { t.add(x, 1) }

// Remove takes back a value that was added.
func (t *Truths) Remove(x bool) { t.add(x, -1) }

func (t *Truths) add(x bool, n int64) {
	if x {
		t.True += n
	} else {
		t.False += n
	}
}

// Merge adds the values of o.
func (t *Truths) Merge(o *Truths) { t.True, t.False = t.True+o.True, t.False+o.False }

// All tells whether all values were TRUE.
func (t *Truths) All() (bool, bool) { return t.False == 0, t.True+t.False > 0 }

// Any tells whether any value was TRUE.
func (t *Truths) Any() (bool, bool) { return t.True > 0, t.True+t.False > 0 }

// Bits is the state of BIT_AND, BIT_OR and BIT_XOR: bits that were 0 in some value, bits that were 1 in some, and bits that were 1 in an odd number.
type Bits struct {
	Zeros, Ones, Odd int64
	Some             bool
}

// Add adds a value.
func (b *Bits) Add(x int64) {
	b.Zeros, b.Ones, b.Odd, b.Some = b.Zeros|^x, b.Ones|x, b.Odd^x, true
}

// Merge adds the values of o.
func (b *Bits) Merge(o *Bits) {
	b.Zeros, b.Ones, b.Odd, b.Some = b.Zeros|o.Zeros, b.Ones|o.Ones, b.Odd^o.Odd, b.Some || o.Some
}

// And is the bits that are 1 in all values.
func (b *Bits) And() (int64, bool) { return ^b.Zeros, b.Some }

// Or is the bits that are 1 in any value.
func (b *Bits) Or() (int64, bool) { return b.Ones, b.Some }

// Xor is the bits that are 1 in an odd number of values.
func (b *Bits) Xor() (int64, bool) { return b.Odd, b.Some }

// Joined is the state of STRING_AGG: the texts so far, with separators between them.
type Joined struct {
	buf  []byte
	some bool
}

// Add adds a text behind a separator.
func (j *Joined) Add(s, separator string) {
	if j.some {
		j.buf = append(j.buf, separator...)
	}
	j.buf, j.some = append(j.buf, s...), true
}

// Merge adds the texts of o, which came later.
func (j *Joined) Merge(o *Joined, separator string) {
	if o.some {
		j.Add(string(o.buf), separator)
	}
}

// Text is a view of the texts, until the next one is added.
func (j *Joined) Text() (string, error) {
	if len(j.buf) > maxResult {
		return "", tooLong("STRING_AGG")
	}
	return unsafe.String(unsafe.SliceData(j.buf), len(j.buf)), nil
}

// Some tells whether there was any text.
func (j *Joined) Some() bool { return j.some }
