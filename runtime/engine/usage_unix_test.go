//go:build unix

package engine

import "testing"

func TestHighWater(t *testing.T) {
	for status, want := range map[string]int64{
		"Name:\tjob\nVmPeak:\t 1234 kB\nVmHWM:\t    5678 kB\nVmRSS:\t 99 kB\n": 5678 << 10,
		"Name:\tjob\nVmRSS:\t 99 kB\n":                                         0,
		"Name:\tVmHWM: 12 kB\n":                                                0,
		"":                                                                     0,
	} {
		if got := highWater([]byte(status)); got != want {
			t.Errorf("%q: %d, want %d", status, got, want)
		}
	}
}
