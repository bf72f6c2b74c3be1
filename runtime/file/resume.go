package file

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// resuming is what a sink needs that goes on where an earlier run stopped.
type resuming struct {
	on       bool
	from     *resumePoint // nil: the output begins anew
	finished bool         // the earlier run had written everything
	pending  []renaming
	marked   []renaming // those of pending that belong to the last mark
	sync     func() error
}

// resumePoint is a place in the output.
type resumePoint struct {
	Path   string `json:"path"`
	Number int    `json:"number,omitempty"` // of the rotated file
	Open   bool   `json:"open"`             // a file is being written
	Length int64  `json:"length"`           // its bytes
	Rows   int64  `json:"rows"`
	Size   int64  `json:"size,omitempty"` // before compression
	Since  int64  `json:"since,omitempty"`
	// Pending are rotated files that are full and get their names with the checkpoint.
	Pending []renaming `json:"pending,omitempty"`
}

// renaming is a finished file and its final name.
type renaming struct {
	Temp string `json:"temp"`
	Name string `json:"name"`
}

var _ rt.Resumable = (*Sink)(nil)

// lastingTemp is the hidden name of an unfinished file that the next run goes on with.
func lastingTemp(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".unfinished")
}

// Resume implements rt.Resumable.
func (s *Sink) Resume(text []byte, finished bool) {
	s.resume.on, s.resume.finished = true, finished
	if text == nil {
		return
	}
	m := &resumePoint{}
	if err := json.Unmarshal(text, m); err != nil {
		s.latch(fmt.Errorf("bug: the mark of sink %s cannot be read: %w", s.opt.Path, err))
		return
	}
	s.resume.from = m
}

// reopen goes on behind the mark of an earlier run.
func (s *Sink) reopen(ctx context.Context) error {
	m := s.resume.from
	if m.Path != s.opt.Path {
		return fmt.Errorf("%s: the last run wrote %s, and its state belongs to that output; write there again, or begin with a state directory that is new", s.opt.Path, m.Path)
	}
	s.number = m.Number
	if err := s.settlePending(m.Pending); err != nil {
		return err
	}
	if s.rotates() {
		if err := s.removeLater(m); err != nil {
			return err
		}
	}
	if !m.Open {
		return nil // the next row begins a file
	}
	t, err := s.cutBack(m)
	if t == nil || err != nil {
		return err
	}
	s.target, s.rows, s.size, s.since = t, m.Rows, m.Size, m.Since
	s.atomic = !t.visible() && !s.rotates()
	s.out.reset(t, m.Length)
	return nil
}

// cutBack opens the unfinished file and takes back what lies behind the mark; nil without error: it is finished and has its name.
func (s *Sink) cutBack(m *resumePoint) (target, error) {
	name, temp := s.currentName(), ""
	open := name
	if !s.opt.Append {
		temp = lastingTemp(name)
		open = temp
	}
	f, err := os.OpenFile(open, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) && s.resume.finished {
		if _, err := os.Stat(name); err == nil || s.rotates() { // a rotated file without rows was dropped
			s.ended = true
			return nil, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot go on with %s, which the last run has not finished: %w; begin with a state directory that is new", open, cause(err))
	}
	r := &lasting{f: f, temp: temp, name: name, size: m.Length, before: m.Length, nosync: s.opt.NoSync}
	st, err := f.Stat()
	switch {
	case err != nil:
	case !lockFile(f):
		f.Close()
		return nil, busy(name)
	case st.Size() < m.Length:
		err = fmt.Errorf("it has %d bytes, and %d belong to the last checkpoint: someone has cut or replaced it; begin with a state directory that is new", st.Size(), m.Length)
	default:
		if err = f.Truncate(m.Length); err == nil {
			_, err = f.Seek(m.Length, io.SeekStart)
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot go on with %s: %w", open, cause(err))
	}
	return r, nil
}

// currentName is the final name of the file that is being written.
func (s *Sink) currentName() string {
	name := followLinks(s.opt.Path)
	if s.rotates() {
		name = numbered(name, s.suffix(), s.number)
	}
	return name
}

// removeLater removes files that were begun after the mark.
func (s *Sink) removeLater(m *resumePoint) error {
	stem, ext := splitName(followLinks(s.opt.Path), s.suffix())
	entries, err := os.ReadDir(filepath.Dir(s.opt.Path))
	if err != nil {
		return explain(s.opt.Path, "write", err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, "."+filepath.Base(stem)+"-") || !strings.HasSuffix(name, ext+".unfinished") {
			continue
		}
		path := filepath.Join(filepath.Dir(s.opt.Path), name)
		if m.Open && path == lastingTemp(s.currentName()) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return explain(path, "remove", err)
		}
	}
	return nil
}

// openLasting begins an unfinished file that a later run can go on with.
func openLasting(path string, old os.FileInfo, o SinkOptions) (target, error) {
	temp := lastingTemp(path)
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, explain(path, "write", err)
	}
	r := &lasting{f: f, temp: temp, name: path, nosync: o.NoSync}
	if !lockFile(f) {
		f.Close()
		return nil, busy(path)
	}
	err = f.Truncate(0)
	if err == nil && old != nil && old.Mode().IsRegular() {
		err = f.Chmod(old.Mode().Perm())
	}
	if err != nil {
		f.Close()
		return nil, explain(path, "write", err)
	}
	return r, nil
}

// Mark implements rt.Resumable.
func (s *Sink) Mark(ctx context.Context) ([]byte, error) {
	if s.err == nil && s.target != nil && s.full() {
		s.end(true)
	}
	if _, direct := s.target.(*direct); direct {
		s.resume.sync = nil
		return nil, s.Flush(ctx)
	}
	m := &resumePoint{Path: s.opt.Path, Number: s.number, Pending: s.resume.pending}
	s.resume.marked, s.resume.sync = slices.Clone(s.resume.pending), nil
	if s.target != nil && s.err == nil {
		s.endMember() // what a restart goes on behind is a whole member
		if s.err == nil {
			s.latch(s.out.flush())
		}
		m.Open, m.Rows, m.Size, m.Since = true, s.rows, s.size, s.since
		m.Length = s.target.(interface{ written() int64 }).written()
		s.resume.sync = s.target.sync
	}
	if s.err != nil {
		return nil, s.err
	}
	return json.Marshal(m)
}

// Sync implements rt.Resumable. A file that was finished since the mark has been synced then.
func (s *Sink) Sync() error {
	if s.resume.sync == nil {
		return nil
	}
	if err := s.resume.sync(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// Committed implements rt.Resumable: rotated files that belong to the checkpoint get their names.
func (s *Sink) Committed() error {
	if err := s.settlePending(s.resume.marked); err != nil {
		return err
	}
	s.resume.pending = slices.DeleteFunc(s.resume.pending, func(r renaming) bool { return slices.Contains(s.resume.marked, r) })
	s.resume.marked = nil
	return nil
}

// settlePending renames finished files. Those that are not there have their names already.
func (s *Sink) settlePending(files []renaming) error {
	if len(files) == 0 {
		return nil
	}
	for _, r := range files {
		if err := os.Rename(r.Temp, r.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return explain(r.Name, "write", err)
		}
	}
	return syncDir(filepath.Dir(files[0].Name))
}

// lasting is a file that outlives the run: it grows under a hidden name, or, when rows are appended, under its own.
type lasting struct {
	f      *os.File
	temp   string // empty: it has its name
	name   string
	size   int64
	before int64
	nosync bool
}

func (l *lasting) Write(b []byte) (int, error) {
	n, err := l.f.Write(b)
	l.size += int64(n)
	if err != nil {
		err = explain(l.name, "write", err)
	}
	return n, err
}

func (l *lasting) length() int64  { return l.before }
func (l *lasting) written() int64 { return l.size }
func (l *lasting) visible() bool  { return l.temp == "" }

func (l *lasting) sync() error {
	if l.nosync {
		return nil
	}
	if err := l.f.Sync(); err != nil {
		return explain(l.name, "write", err)
	}
	return nil
}

// commit makes the content durable, and then gives it its name.
func (l *lasting) commit() error {
	if l.temp == "" {
		err := l.sync()
		if e := l.f.Close(); err == nil && e != nil {
			err = explain(l.name, "write", e)
		}
		return err
	}
	r := &renamed{f: l.f, temp: l.temp, name: l.name, nosync: l.nosync, lasting: true}
	return r.commit()
}

// abort keeps what was written: the next run cuts it back.
func (l *lasting) abort() error { return l.f.Close() }
