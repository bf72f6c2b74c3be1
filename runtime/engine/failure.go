package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// The failure strategies.
const (
	logAndContinue   = "LogAndContinue"
	failBatch        = "FailBatch"
	sendToDLQ        = "SendToDLQ"
	retryWithBackoff = "RetryWithBackoff"
)

var strategies = []string{logAndContinue, failBatch, sendToDLQ, retryWithBackoff}

// fullPerMinute is how many rejected rows are printed in full each minute; the others are only counted.
const fullPerMinute = 10

// longestBackoff limits the wait between two attempts.
const longestBackoff = time.Minute

// failures is what one pipeline does about rows that fail and about sinks and commits that fail. Calls about rows are serialised
// by the pipeline's mutex.
type failures struct {
	run      *run
	source   string
	strategy string
	letters  rt.DeadLetter // SendToDLQ
	retries  int64         // RetryWithBackoff
	backoff  time.Duration

	minute   int64 // start of the minute that printed and silent count for
	printed  int
	silent   int64
	unsent   []rt.Letter // memory for sending
	unsynced bool        // letters were sent since the last flush
}

// newFailures reads the strategy and its properties.
func newFailures(r *run, spec rt.FailureSpec, source string) (*failures, error) {
	name := spec.Source
	if name == "" {
		name = source
	}
	strategy := spec.Strategy
	if strategy == "" {
		strategy = logAndContinue
	}
	strategy = r.property(name+".failure_strategy", strategy)
	i := slices.IndexFunc(strategies, func(s string) bool { return strings.EqualFold(s, strategy) })
	if i < 0 {
		return nil, fmt.Errorf("property '%s.failure_strategy' = '%s': expected one of %s", name, strategy, strings.Join(strategies, ", "))
	}
	f := &failures{run: r, source: name, strategy: strategies[i]}
	switch f.strategy {
	case retryWithBackoff:
		f.retries = r.env.Int(name+".max_retries", r.standard(name+".max_retries", "10"))
		f.backoff = r.env.Duration(name+".retry_backoff", r.standard(name+".retry_backoff", "5s"))
	}
	if f.strategy == sendToDLQ || spec.Late {
		return f, f.openLetters(spec)
	}
	return f, nil
}

func (f *failures) openLetters(spec rt.FailureSpec) (err error) {
	if spec.DeadLetter != nil {
		f.letters, err = spec.DeadLetter(f.run.env)
		return err
	}
	key := f.source + ".dead.letter.queue.path"
	path := f.run.env.Path(key, f.run.standard(key, ""))
	if path == "" {
		what := "failure strategy SendToDLQ"
		if f.strategy != sendToDLQ {
			what = "late data strategy dead_letter"
		}
		return fmt.Errorf("%s of %s needs '%s' or '%s.dead.letter.queue.topic'", what, f.source, key, f.source)
	}
	f.letters = f.run.letterFile(path)
	return nil
}

// keep is how many rejected rows a task keeps in full until they are collected.
func (f *failures) keep() int {
	switch f.strategy {
	case sendToDLQ:
		return math.MaxInt
	case failBatch:
		return 1
	}
	return fullPerMinute
}

// rejected deals with n rows that failed, of which rejects are known in full. c is the chunk they came from, if there is one. An
// error ends the run.
func (f *failures) rejected(n int64, rejects []rt.Reject, c *rt.Chunk, source rt.Source) error {
	switch f.strategy {
	case failBatch:
		if len(rejects) == 0 {
			return fmt.Errorf("%s: a row could not be processed, and the failure strategy is FailBatch", f.source)
		}
		l := f.letter(&rejects[0], c, source)
		return fmt.Errorf("%s: the failure strategy is FailBatch", describe(&l))
	case sendToDLQ:
		return f.send(rejects, c, source)
	}
	f.print(n, rejects, c, source)
	return nil
}

func (f *failures) send(rejects []rt.Reject, c *rt.Chunk, source rt.Source) error {
	f.unsent = f.unsent[:0]
	for i := range rejects {
		f.unsent = append(f.unsent, f.letter(&rejects[i], c, source))
	}
	if err := f.letters.Send(f.run.work, f.unsent); err != nil {
		return fmt.Errorf("dead-letter queue of %s: %w", f.source, err)
	}
	clear(f.unsent)
	f.unsynced = true
	return nil
}

// flush makes letters durable.
func (f *failures) flush() error {
	if !f.unsynced {
		return nil
	}
	f.unsynced = false
	if err := f.letters.Flush(f.run.work); err != nil {
		return fmt.Errorf("dead-letter queue of %s: %w", f.source, err)
	}
	return nil
}

// print shows the first rejected rows of each minute in full and counts the others.
func (f *failures) print(n int64, rejects []rt.Reject, c *rt.Chunk, source rt.Source) {
	if now := f.run.opts.Clock.Now(); f.minute == 0 || now-f.minute >= int64(time.Minute) {
		f.rest()
		f.minute, f.printed = now, 0
	}
	shown := min(len(rejects), fullPerMinute-f.printed)
	for i := range rejects[:shown] {
		l := f.letter(&rejects[i], c, source)
		f.run.log.warn("row rejected: "+describe(&l), slog.String("source", f.source), slog.Int64("partition", int64(l.Partition)),
			slog.String("file", l.File), slog.Int64("line", l.Line), slog.Int64("offset", l.Offset), slog.String("code", l.Err.Code),
			slog.String("column", l.Err.Column), slog.String("sql", l.Err.SQL), slog.String("value", l.Err.Value),
			slog.String("reason", l.Err.Msg), slog.String("row", excerpt(l.Value)))
	}
	f.printed += shown
	f.silent += n - int64(shown)
}

// rest says how many rows were rejected without being printed.
func (f *failures) rest() {
	if f.silent > 0 {
		f.run.log.warn(fmt.Sprintf("… and %s more rejected rows of %s", count(f.silent), f.source),
			slog.String("source", f.source), slog.Int64("rows", f.silent))
		f.silent = 0
	}
}

// letter gathers all that is known about a rejected row.
func (f *failures) letter(r *rt.Reject, c *rt.Chunk, source rt.Source) rt.Letter {
	l := rt.Letter{Job: f.run.job.Name, Source: f.source, Partition: r.Chunk.Partition, File: r.Chunk.File,
		Time: f.run.opts.Clock.Now(), Value: r.Data}
	refused := r.Row < 0 && r.Data != nil // by the source; ChunkRef then locates the row itself
	switch {
	case r.Row < 0 && !refused:
		l.Offset = -1
	case c != nil && c.Meta != nil && !refused:
		m := r.Chunk.Meta
		l.Record, l.Offset, l.RecordTime, l.Key, l.Headers = true, m.Offset, m.Stamp, m.Key, m.Headers
	default:
		l.Offset = r.Chunk.Offset + r.Offset
		if refused {
			l.Line = r.Chunk.Line
		} else if c != nil {
			l.Line = c.LineOf(r.Row, int(r.Offset))
		}
		if l.Line == 0 {
			l.Line = source.Locate(r.Chunk, l.Offset)
		}
	}
	if !errors.As(r.Err, &l.Err) {
		l.Err = &rt.RowError{Code: "VR0200", Msg: r.Err.Error()}
	}
	return l
}

// describe tells where a row was, why it failed, and how it begins.
func describe(l *rt.Letter) string {
	where := l.Source
	if l.File != "" {
		where = l.File
	}
	switch {
	case l.Offset < 0:
		where = "a result of " + l.Source
	case l.Record:
		where += fmt.Sprintf(" partition %d offset %d", l.Partition, l.Offset)
	case l.Line > 0:
		where += fmt.Sprintf(":%d", l.Line)
	default:
		where += fmt.Sprintf(" at byte %d", l.Offset)
	}
	if len(l.Value) == 0 {
		return where + ": " + l.Err.Error()
	}
	return fmt.Sprintf("%s: %s, in %s", where, l.Err, excerpt(l.Value))
}

// excerpt shows the beginning of a row on one line.
func excerpt(row []byte) string {
	const most = 200
	row = []byte(strings.TrimRight(string(row[:min(len(row), most+1)]), "\r\n"))
	if len(row) > most {
		return fmt.Sprintf("%q…", row[:most])
	}
	return fmt.Sprintf("%q", row)
}

// try does something that can be repeated, as often as the strategy allows. what names it in messages.
func (f *failures) try(what string, do func(context.Context) error) error {
	wait := f.backoff
	for attempt := int64(1); ; attempt++ {
		err := do(f.run.work)
		if err == nil || f.strategy != retryWithBackoff || errors.Is(err, rt.ErrFenced) || errors.Is(err, rt.ErrAborted) {
			return err
		}
		if attempt > f.retries {
			return fmt.Errorf("%w (given up after %d attempts)", err, attempt)
		}
		f.run.log.warn(fmt.Sprintf("%s failed, attempt %d of %d follows in %s: %v", what, attempt+1, f.retries+1, wait, err),
			slog.String("action", what), slog.Int64("attempt", attempt), slog.String("error", err.Error()))
		timer := f.run.opts.Clock.NewTimer(wait)
		select {
		case <-timer.C():
		case <-f.run.read.Done(): // stopping: no more patience
			timer.Stop()
			return err
		}
		wait = min(2*wait, longestBackoff)
	}
}
