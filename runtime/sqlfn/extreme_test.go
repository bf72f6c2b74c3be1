package sqlfn

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestExtremes(t *testing.T) {
	const most = 1e18 - 1 // the mantissas of DECIMAL(18,s)
	random := rand.New(rand.NewPCG(1, 2))
	values := []int64{0, -1, 1, most, -most}
	for range 200 {
		values = append(values, random.Int64N(2*most)-most)
	}
	for i := range values {
		for n := range 4 {
			var least Least
			var greatest Greatest
			if least.Valid() || greatest.Valid() {
				t.Fatal("the zero value holds a mantissa")
			}
			some := values[i:min(i+n+1, len(values))]
			for _, v := range some {
				least.Add(v)
				greatest.Add(v)
			}
			if !least.Valid() || least.V() != slices.Min(some) {
				t.Errorf("least of %d: %d", some, least.V())
			}
			if !greatest.Valid() || greatest.V() != slices.Max(some) {
				t.Errorf("greatest of %d: %d", some, greatest.V())
			}
		}
	}
}
