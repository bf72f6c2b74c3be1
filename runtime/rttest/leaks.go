package rttest

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// NoLeaks fails the test if, when it ends, goroutines of veloc run that did not run when NoLeaks was called. Tests that use it
// must not run in parallel.
func NoLeaks(t testing.TB) {
	t.Helper()
	before := goroutines()
	t.Cleanup(func() {
		// A goroutine that has signalled its end may still be on its way out.
		deadline := time.Now().Add(5 * time.Second)
		for {
			var left []string
			for id, stack := range goroutines() {
				if _, old := before[id]; !old {
					left = append(left, stack)
				}
			}
			switch {
			case len(left) == 0:
				return
			case time.Now().After(deadline):
				t.Errorf("%d goroutines were left behind:\n%s", len(left), strings.Join(left, "\n\n"))
				return
			}
			runtime.Gosched()
		}
	})
}

// goroutines are the stacks of all goroutines that run code of veloc, by the goroutine's number, except the caller's own.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	found := map[string]string{}
	for i, stack := range strings.Split(string(buf), "\n\n") {
		if i > 0 && strings.Contains(stack, "velostream/veloc/runtime/") && !strings.Contains(stack, "testing.tRunner") {
			id, _, _ := strings.Cut(stack, " [")
			found[id] = stack
		}
	}
	return found
}
