package main

import (
	"math"
	"math/rand/v2"
	"strings"
)

// measurements returns the generator of the station readings: a station at random and a temperature
// around its mean, with a standard deviation of 10 degrees.
func measurements(r *rand.Rand) chunk {
	names := strings.Split(strings.ReplaceAll(strings.TrimSpace(stations), "\n", ","), ",")
	means := make([]float64, len(names))
	for i := range names {
		means[i] = r.Float64()*50 - 15
	}
	// One table of normal deviates, read at random, instead of a logarithm for each row.
	deviates := make([]float32, 1<<16)
	for i := range deviates {
		deviates[i] = float32(r.NormFloat64() * 100)
	}
	return func(_ []byte, r *rand.Rand, from, to, rows int) []byte {
		out := make([]byte, 0, (to-from)*18)
		for range to - from {
			u := r.Uint64()
			k := int(u >> 32 * uint64(len(names)) >> 32)
			t := int(math.Round(means[k]*10 + float64(deviates[u&0xffff])))
			out = append(append(out, names[k]...), ';')
			if t < 0 {
				out = append(out, '-')
				t = -t
			}
			t = min(t, 999)
			if t >= 100 {
				out = append(out, byte('0'+t/100))
			}
			out = append(out, byte('0'+t/10%10), '.', byte('0'+t%10), '\n')
		}
		return out
	}
}
