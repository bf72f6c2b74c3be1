package engine

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// guard calls f, which does something (verb) to something (object), and turns a panic into an error. A panic is a mistake in veloc or in generated code, with one exception: memory of a
// mapped input file that cannot be read, because the file was cut short or its disk failed.
func guard(job, verb, object string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(job, verb+" "+object, p)
		}
	}()
	debug.SetPanicOnFault(true) // for this goroutine
	return f()
}

func panicked(job, what string, p any) error {
	if fault, ok := p.(interface{ Addr() uintptr }); ok {
		return fmt.Errorf("%s: a file that is being read could no longer be read at memory address %#x: it was probably "+
			"truncated or replaced while the job ran. Run the job again on a file that does not change, or read it without mapping it",
			what, fault.Addr())
	}
	return fmt.Errorf("bug: job %s: %s: %v (%s). This is a mistake in veloc, not in your SQL; please report it with the SQL",
		job, what, p, panicSite())
}

// panicSite names the place that panicked: the first frame below runtime's own panic machinery.
func panicSite() string {
	pc := make([]uintptr, 64)
	frames := runtime.CallersFrames(pc[:runtime.Callers(3, pc)])
	panicking := false
	for {
		f, more := frames.Next()
		switch inRuntime := strings.HasPrefix(f.Function, "runtime."); {
		case inRuntime:
			panicking = true
		case panicking:
			return fmt.Sprintf("%s, %s:%d", f.Function, filepath.Base(f.File), f.Line)
		}
		if !more {
			return "at an unknown place"
		}
	}
}
