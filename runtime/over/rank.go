package over

import (
	"fmt"

	rt "github.com/velostream/veloc/runtime"
)

// NTile is the group, from 1, of row i of n rows that are dealt into groups of sizes as equal as can be, the longer ones first.
func NTile(i, n, groups int64) (int64, error) {
	if groups <= 0 {
		return 0, &rt.RowError{Code: "VR0200", Msg: fmt.Sprintf("NTILE deals rows into %d groups; it takes a number above zero", groups)}
	}
	size, longer := n/groups, n%groups
	if i < longer*(size+1) {
		return i/(size+1) + 1, nil
	}
	return longer + (i-longer*(size+1))/size + 1, nil
}

// PercentRank is (rank - 1) / (n - 1), and 0 in a partition of one row.
func PercentRank(rank, n int64) float64 {
	if n <= 1 {
		return 0
	}
	return float64(rank-1) / float64(n-1)
}

// Skip walks from place i through a partition of n rows and returns the place of the step-th row that counts: before i where step is above
// zero, behind it where it is below. ok is false if there are too few.
func Skip(i, step, n int64, counts func(at int64) bool) (place int64, ok bool) {
	switch {
	case step > 0:
		return SkipDownTo(i, step, 0, counts)
	case step == 0:
		return i, i >= 0 && i < n
	}
	for j := max(i+1, 0); j < n; j++ {
		if counts(j) {
			if step++; step == 0 {
				return j, true
			}
		}
	}
	return 0, false
}

// SkipDownTo walks from place i down to lo and returns the place of the step-th row that counts.
func SkipDownTo(i, step, lo int64, counts func(at int64) bool) (place int64, ok bool) {
	for j := i - 1; j >= lo; j-- {
		if counts(j) {
			if step--; step == 0 {
				return j, true
			}
		}
	}
	return 0, false
}
