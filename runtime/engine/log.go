package engine

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// logger writes messages for people or for machines. A message is a whole sentence; its attributes repeat the facts in it for the
// JSON form and are not shown in the text form.
type logger struct {
	job   string
	clock rt.Clock
	json  slog.Handler // nil: text

	mu    sync.Mutex
	w     io.Writer
	shown bool // a progress line stands at the cursor
}

func newLogger(job string, clock rt.Clock, w io.Writer, json bool) *logger {
	l := &logger{job: job, clock: clock, w: w}
	if json {
		l.json = slog.NewJSONHandler(w, nil)
	}
	return l
}

func (l *logger) info(msg string, attrs ...slog.Attr)  { l.write(slog.LevelInfo, msg, attrs) }
func (l *logger) warn(msg string, attrs ...slog.Attr)  { l.write(slog.LevelWarn, msg, attrs) }
func (l *logger) error(msg string, attrs ...slog.Attr) { l.write(slog.LevelError, msg, attrs) }

func (l *logger) write(level slog.Level, msg string, attrs []slog.Attr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.json != nil {
		r := slog.NewRecord(time.Unix(0, l.clock.Now()).UTC(), level, msg, 0)
		r.AddAttrs(slog.String("job", l.job))
		r.AddAttrs(attrs...)
		l.json.Handle(context.Background(), r) // a log that cannot be written has nobody to tell
		return
	}
	l.erase()
	switch level {
	case slog.LevelError:
		msg = "error: " + msg
	case slog.LevelWarn:
		msg = "warning: " + msg
	}
	fmt.Fprintf(l.w, "%s: %s\n", l.job, msg)
}

// draw shows a line of progress in place of the one before; an empty line only removes it.
func (l *logger) draw(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erase()
	if line != "" {
		io.WriteString(l.w, line)
		l.shown = true
	}
}

func (l *logger) erase() {
	if l.shown {
		io.WriteString(l.w, "\r\x1b[K")
		l.shown = false
	}
}
