package sqlfn

import (
	"slices"
	"strings"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// ARRAYs are slices of values, or of rt.Null where an element can be NULL. What makes a new one puts it into memory of the caller, dst, which is used for each row
// again. Elements are compared by a function, by which NULL equals NULL.

// NullsFirst orders elements that may be NULL: NULL before all values.
func NullsFirst[T any](compare func(a, b T) int) func(a, b rt.Null[T]) int {
	return func(a, b rt.Null[T]) int { return CompareNulls(a, b, false, true, compare) }
}

// NullsLast orders elements that may be NULL: NULL behind all values.
func NullsLast[T any](compare func(a, b T) int) func(a, b rt.Null[T]) int {
	return func(a, b rt.Null[T]) int { return CompareNulls(a, b, false, false, compare) }
}

// ArrayPosition is the place of the first element that equals x, counted from 1; 0 if there is none.
func ArrayPosition[E any](a []E, x E, compare func(a, b E) int) int64 {
	for i := range a {
		if compare(a[i], x) == 0 {
			return int64(i) + 1
		}
	}
	return 0
}

// ArrayContains tells whether an element equals x.
func ArrayContains[E any](a []E, x E, compare func(a, b E) int) bool {
	return ArrayPosition(a, x, compare) > 0
}

// Outcomes is a set of outcomes of comparing two values.
type Outcomes uint8

// The outcomes.
const (
	Less Outcomes = 1 << iota
	Equal
	Greater
)

// has tells whether the outcome that a comparing function returned is in the set.
func (o Outcomes) has(order int) bool {
	switch {
	case order < 0:
		return o&Less != 0
	case order > 0:
		return o&Greater != 0
	}
	return o&Equal != 0
}

// ArrayAny tells whether comparing x with some element has one of the outcomes.
func ArrayAny[T any](a []T, o Outcomes, x T, compare func(a, b T) int) bool {
	for i := range a {
		if o.has(compare(x, a[i])) {
			return true
		}
	}
	return false
}

// ArrayAnyOrNull is ArrayAny for elements that may be NULL; the second result is false where one of them leaves it open.
func ArrayAnyOrNull[T any](a []rt.Null[T], o Outcomes, x T, compare func(a, b T) int) (some, known bool) {
	known = true
	for i := range a {
		switch {
		case !a[i].Valid:
			known = false
		case o.has(compare(x, a[i].V)):
			return true, true
		}
	}
	return false, known
}

// ArrayDistinct is the different elements in the order in which they come first.
func ArrayDistinct[E any](dst *[]E, a []E, compare func(a, b E) int) []E {
	out := (*dst)[:0]
	for _, x := range a {
		if !ArrayContains(out, x, compare) {
			out = append(out, x)
		}
	}
	*dst = out
	return out
}

// ArraySort is the elements in order.
func ArraySort[E any](dst *[]E, a []E, compare func(a, b E) int) []E {
	*dst = append((*dst)[:0], a...)
	slices.SortStableFunc(*dst, compare)
	return *dst
}

// ArrayReverse is the elements from the last to the first.
func ArrayReverse[E any](dst *[]E, a []E) []E {
	*dst = append((*dst)[:0], a...)
	slices.Reverse(*dst)
	return *dst
}

// ArraySlice is the elements from place from to place to, counted from 1, or from -1 at the end.
func ArraySlice[E any](a []E, from, to int64) []E {
	n := int64(len(a))
	if from < 0 {
		from = max(from+n+1, 1)
	}
	if to < 0 {
		to += n + 1
	}
	from, to = max(from, 1), min(to, n)
	if from > to {
		return a[:0]
	}
	return a[from-1 : to]
}

// ArrayConcat is the elements of a, then those of b.
func ArrayConcat[E any](dst *[]E, a, b []E) []E {
	*dst = append(append((*dst)[:0], a...), b...)
	return *dst
}

// ArrayAppend is the elements of a, then x.
func ArrayAppend[E any](dst *[]E, a []E, x E) []E {
	*dst = append(append((*dst)[:0], a...), x)
	return *dst
}

// ArrayPrepend is x, then the elements of a.
func ArrayPrepend[E any](dst *[]E, x E, a []E) []E {
	*dst = append(append((*dst)[:0], x), a...)
	return *dst
}

// ArrayRemove is the elements that do not equal x.
func ArrayRemove[E any](dst *[]E, a []E, x E, compare func(a, b E) int) []E {
	out := (*dst)[:0]
	for _, y := range a {
		if compare(x, y) != 0 {
			out = append(out, y)
		}
	}
	*dst = out
	return out
}

// ArrayUnion is the different elements of a and b, in the order in which they come first.
func ArrayUnion[E any](dst *[]E, a, b []E, compare func(a, b E) int) []E {
	out := ArrayDistinct(dst, a, compare)
	for _, x := range b {
		if !ArrayContains(out, x, compare) {
			out = append(out, x)
		}
	}
	*dst = out
	return out
}

// ArrayIntersect is the different elements of a that are in b.
func ArrayIntersect[E any](dst *[]E, a, b []E, compare func(a, b E) int) []E {
	return arraySelect(dst, a, b, true, compare)
}

// ArrayExcept is the different elements of a that are not in b.
func ArrayExcept[E any](dst *[]E, a, b []E, compare func(a, b E) int) []E {
	return arraySelect(dst, a, b, false, compare)
}

func arraySelect[E any](dst *[]E, a, b []E, in bool, compare func(a, b E) int) []E {
	out := (*dst)[:0]
	for _, x := range a {
		if ArrayContains(b, x, compare) == in && !ArrayContains(out, x, compare) {
			out = append(out, x)
		}
	}
	*dst = out
	return out
}

// ArraysOverlap tells whether an element of a, and not NULL, is in b.
func ArraysOverlap[T any](a, b []rt.Null[T], compare func(a, b rt.Null[T]) int) bool {
	for _, x := range a {
		if x.Valid && ArrayContains(b, x, compare) {
			return true
		}
	}
	return false
}

// ArrayContainsAll tells whether all elements of b are in a.
func ArrayContainsAll[E any](a, b []E, compare func(a, b E) int) bool {
	for _, x := range b {
		if !ArrayContains(a, x, compare) {
			return false
		}
	}
	return true
}

// maxElements is how many elements an ARRAY can get that is made of a number.
const maxElements = 1_000_000

// ArrayRepeat is n times x.
func ArrayRepeat[E any](dst *[]E, x E, n int64) ([]E, error) {
	if n > maxElements {
		return nil, Error("ARRAY_REPEAT makes up to 1000000 elements, not " + formatInt(n))
	}
	*dst = (*dst)[:0]
	for range n {
		*dst = append(*dst, x)
	}
	return *dst, nil
}

// Sequence is the numbers from one to another, both included, by steps.
func Sequence(dst *[]int64, from, to, step int64) ([]int64, error) {
	if step == 0 {
		return nil, Error("a step of SEQUENCE is not 0")
	}
	out := (*dst)[:0]
	for x := from; (step > 0 && x <= to) || (step < 0 && x >= to); {
		if len(out) == maxElements {
			return nil, Error("SEQUENCE makes up to 1000000 elements")
		}
		out = append(out, x)
		next := x + step
		if (next > x) != (step > 0) { // beyond 64 bits
			break
		}
		x = next
	}
	*dst = out
	return out, nil
}

// ArrayMin is the first element in order.
func ArrayMin[E any](a []E, compare func(a, b E) int) (x E, ok bool) {
	if len(a) == 0 {
		return x, false
	}
	return slices.MinFunc(a, compare), true
}

// ArrayMax is the last element in order.
func ArrayMax[E any](a []E, compare func(a, b E) int) (x E, ok bool) {
	if len(a) == 0 {
		return x, false
	}
	return slices.MaxFunc(a, compare), true
}

// ArraySum is the sum of the elements that are not NULL; there is none of none.
func ArraySum(a []rt.Null[float64]) (sum float64, some bool) {
	for _, x := range a {
		if x.Valid {
			sum, some = sum+x.V, true
		}
	}
	return sum, some
}

// ArrayExactSum is the sum of the elements that are not NULL, INTEGERs or mantissas.
func ArrayExactSum(a []rt.Null[int64]) (sum decimal.Int128, some bool) {
	for _, x := range a {
		if x.Valid {
			sum, some = sum.Add64(x.V), true
		}
	}
	return sum, some
}

// ArrayWideSum is the sum of the elements that are not NULL, mantissas of 128 bits; 0 of none.
func ArrayWideSum(a []rt.Null[decimal.Int128]) (decimal.Int128, error) {
	var sum decimal.Sum
	for _, x := range a {
		if x.Valid {
			sum = sum.Add(x.V)
		}
	}
	return sum.Total()
}

// ArrayCount is the number of elements that are not NULL.
func ArrayCount[T any](a []rt.Null[T]) (n int64) {
	for _, x := range a {
		n += BooleanToInteger(x.Valid)
	}
	return n
}

// ArrayAvg is the mean of the elements that are not NULL; there is none of none.
func ArrayAvg(a []rt.Null[float64]) (float64, bool) {
	sum, some := ArraySum(a)
	return sum / float64(max(ArrayCount(a), 1)), some
}

// ArrayJoin is the elements that are not NULL with separators between them.
func ArrayJoin(a *text.Arena, list []rt.Null[string], separator string) (string, error) {
	n := 0
	for _, x := range list {
		n += len(x.V) + len(separator)
	}
	if n > maxResult {
		return "", tooLong("ARRAY_JOIN")
	}
	b := a.Room(n)
	some := false
	for _, x := range list {
		if !x.Valid {
			continue
		}
		if some {
			b = append(b, separator...)
		}
		b, some = append(b, x.V...), true
	}
	return a.Keep(b), nil
}

// Split is the parts of s between separators; without a separator its characters.
func Split(dst *[]string, s, separator string) []string {
	out := (*dst)[:0]
	for separator != "" {
		part, rest, more := strings.Cut(s, separator)
		out = append(out, part)
		if s = rest; !more {
			*dst = out
			return out
		}
	}
	for s != "" {
		n := offset(s, 1)
		out = append(out, s[:n])
		s = s[n:]
	}
	*dst = out
	return out
}

// MapKeys is the keys of a MAP.
func MapKeys[K comparable, V any](dst *[]K, m []rt.Entry[K, V]) []K {
	*dst = (*dst)[:0]
	for i := range m {
		*dst = append(*dst, m[i].Key)
	}
	return *dst
}

// MapValues is the values of a MAP.
func MapValues[K comparable, V any](dst *[]V, m []rt.Entry[K, V]) []V {
	*dst = (*dst)[:0]
	for i := range m {
		*dst = append(*dst, m[i].Value)
	}
	return *dst
}

// MapHas tells whether a MAP has a key.
func MapHas[K comparable, V any](m []rt.Entry[K, V], key K) bool { return rt.Find(m, key) >= 0 }

// MapEntries is the entries of a MAP as STRUCTs.
func MapEntries[K comparable, V any](dst *[]struct {
	Key   K
	Value V
}, m []rt.Entry[K, V]) []struct {
	Key   K
	Value V
} {
	*dst = (*dst)[:0]
	for _, e := range m {
		*dst = append(*dst, e)
	}
	return *dst
}

// MapFromArrays is a MAP of keys to the values at the same places. Of a key that comes again the last value counts.
func MapFromArrays[K comparable, V any](dst *[]rt.Entry[K, V], keys []rt.Null[K], values []V) ([]rt.Entry[K, V], error) {
	if len(keys) != len(values) {
		return nil, Error("MAP_FROM_ARRAYS needs as many values as keys, but there are " + formatInt(int64(len(keys))) + " keys and " + formatInt(int64(len(values))) + " values")
	}
	*dst = (*dst)[:0]
	for i, k := range keys {
		if !k.Valid {
			return nil, ErrNullKey
		}
		*dst = append(*dst, rt.Entry[K, V]{Key: k.V, Value: values[i]})
	}
	*dst = rt.Unique(*dst)
	return *dst, nil
}

// MapConcat is the entries of a and those of b. Of a key that is in both the value in b counts.
func MapConcat[K comparable, V any](dst *[]rt.Entry[K, V], a, b []rt.Entry[K, V]) []rt.Entry[K, V] {
	*dst = rt.Unique(append(append((*dst)[:0], a...), b...))
	return *dst
}

// StringToMap is the pairs of a text, as STRINGs: what stands in front of the first delimiter in each is the key. One without a delimiter has no value.
func StringToMap(dst *[]rt.Entry[string, rt.Null[string]], s, pairs, delimiter string) []rt.Entry[string, rt.Null[string]] {
	*dst = (*dst)[:0]
	for s != "" {
		pair := s
		if at := strings.Index(s, pairs); pairs != "" && at >= 0 {
			pair, s = s[:at], s[at+len(pairs):]
		} else {
			s = ""
		}
		key, value, ok := strings.Cut(pair, delimiter)
		*dst = append(*dst, rt.Entry[string, rt.Null[string]]{Key: key, Value: rt.Null[string]{V: value, Valid: ok}})
	}
	*dst = rt.Unique(*dst)
	return *dst
}

// Nullable is an ARRAY as one whose elements can be NULL.
func Nullable[T any](dst *[]rt.Null[T], a []T) []rt.Null[T] {
	*dst = (*dst)[:0]
	for _, x := range a {
		*dst = append(*dst, rt.Null[T]{V: x, Valid: true})
	}
	return *dst
}
