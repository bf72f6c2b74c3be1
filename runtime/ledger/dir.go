package ledger

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/velostream/veloc/runtime/state"
)

// Options describe a state directory.
type Options struct {
	Dir string
	Job string
	FS  FS // nil: OS
	// SnapshotAfter is how many bytes of deltas are written until there is a new snapshot, if the last one is not larger; 0: 64 MiB. So restarts
	// read at most about twice the state, and no more is written for snapshots than for deltas.
	SnapshotAfter int64
}

// Ledger is the state directory of a job, held by this process. Commit and Copy may be called while a snapshot is being written.
type Ledger struct {
	opt    Options
	fs     FS
	lock   *os.File
	tables []state.Persister
	mu     sync.Mutex // guards what follows

	last   *Manifest // nil: there is no checkpoint
	maybe  *Manifest // a checkpoint that counts if its transaction does; nil: there is none
	mark   string    // of the last checkpoint, also of one that nobody goes on from
	log    *writer
	number int64 // of the last epoch, for names of files
	err    error // sticky: a write failed
}

// Open takes hold of a directory and reads its manifest.
func Open(o Options) (*Ledger, error) {
	if o.FS == nil {
		o.FS = OS{}
	}
	if o.SnapshotAfter <= 0 {
		o.SnapshotAfter = 64 << 20
	}
	l := &Ledger{opt: o, fs: o.FS}
	if err := o.FS.MkdirAll(o.Dir); err != nil {
		return nil, fmt.Errorf("state directory %s: %w", o.Dir, err)
	}
	path := filepath.Join(o.Dir, "LOCK")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("state directory %s: %w", o.Dir, err)
	}
	if !lock(f) {
		f.Close()
		return nil, fmt.Errorf("state directory %s: another process uses it; wait for its end, or give this one a directory of its own [VR0402]", o.Dir)
	}
	l.lock = f
	m, err := readManifest(l.fs, o.Dir, manifestName)
	if err == nil {
		l.maybe, err = readManifest(l.fs, o.Dir, preparedName)
	}
	if err == nil && m != nil && m.Job != o.Job {
		err = fmt.Errorf("state directory %s holds the state of job %s, and this is job %s; give each job a directory of its own [VR0403]", o.Dir, m.Job, o.Job)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	if m != nil {
		l.number, l.mark = m.Epoch, m.Mark
		if m.Phase != Complete {
			l.last = m
		}
	}
	if l.maybe != nil { // whose files may be needed
		return l, nil
	}
	if err := l.removeOld(true); err != nil {
		f.Close()
		return nil, fmt.Errorf("state directory %s: %w", o.Dir, err)
	}
	return l, nil
}

// Last is the checkpoint to go on from; nil: there is none.
func (l *Ledger) Last() *Manifest { return l.last }

// Close lets go of the directory.
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Join(l.log.close(), l.lock.Close())
}

// Restore loads tables from the last checkpoint. State that the program cannot use is an error that names the tables, unless reset has them: these
// begin empty.
func (l *Ledger) Restore(tables []state.Persister, reset []string) error {
	l.tables = tables
	if l.last == nil {
		return nil
	}
	files := l.last.files()
	var wrong []string
	var plans [][]plan
	for _, ref := range files {
		for _, name := range reset {
			if !slices.Contains(ref.Skip, name) {
				ref.Skip = append(ref.Skip, name)
			}
		}
		r, head, err := l.openFile(ref)
		if err != nil {
			return err
		}
		r.close()
		p, errs := match(head, tables, ref.Skip)
		plans = append(plans, p)
		for _, e := range errs {
			if !slices.Contains(wrong, e) {
				wrong = append(wrong, e)
			}
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the saved state in %s is not that of this program [VR0404]:\n  %s", l.opt.Dir, strings.Join(wrong, "\n  "))
	}
	for i, ref := range files {
		if err := l.load(ref, plans[i]); err != nil {
			return err
		}
	}
	for _, t := range tables {
		t.Loaded()
	}
	return nil
}

// plan is what becomes of a file's entries of a table.
type plan struct {
	to     state.Persister // nil: they do not count
	values state.Arrange
}

// match finds the tables of a file among those of the program.
func match(head *fileHeader, tables []state.Persister, skip []string) (plans []plan, wrong []string) {
	for _, saved := range head.Tables {
		if slices.Contains(skip, saved.Name) {
			plans = append(plans, plan{})
			continue
		}
		i := slices.IndexFunc(tables, func(t state.Persister) bool { return t.Schema().Name == saved.Name })
		var p plan
		var err error
		if i < 0 {
			err = errors.New("the program has no such table")
		} else {
			var c state.Change
			c, err = state.Compare(saved, tables[i].Schema())
			p = plan{tables[i], c.Arrange}
		}
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v; --reset-state=%s lets it begin empty", saved.Name, err, saved.Name))
		}
		plans = append(plans, p)
	}
	return plans, wrong
}

// stateFile is a file that is being read.
type stateFile struct {
	reader
	c io.Closer
}

func (f *stateFile) close() { f.c.Close() }

// openFile opens a file of state and reads its header.
func (l *Ledger) openFile(ref *FileRef) (*stateFile, *fileHeader, error) {
	path := filepath.Join(l.opt.Dir, ref.File)
	f, err := l.fs.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, &CorruptError{path, 0, "the manifest names it, and it is not there"}
	}
	if err != nil {
		return nil, nil, err
	}
	r := &stateFile{reader{path: path, r: f, size: ref.Size}, f}
	head, err := r.header()
	if err != nil {
		r.close()
		return nil, nil, err
	}
	return r, head, nil
}

// load reads the entries of a file.
func (l *Ledger) load(ref *FileRef, plans []plan) error {
	r, _, err := l.openFile(ref)
	if err != nil {
		return err
	}
	defer r.close()
	for {
		kind, content, err := r.next()
		if err != nil || kind == 0 {
			return err
		}
		if kind != entriesRecord {
			continue
		}
		table, entries, err := r.entries(content, len(plans))
		if err == nil && plans[table].to != nil {
			err = plans[table].to.Load(entries, plans[table].values)
		}
		if err != nil {
			return r.damaged(err.Error())
		}
	}
}

// Prepared tells whether there is a checkpoint that an earlier run has prepared and not confirmed. Settle has to say whether it counts.
func (l *Ledger) Prepared() bool { return l.maybe != nil }

// Marks are those of the prepared checkpoint and of the one before it.
func (l *Ledger) Marks() (prepared, before string) { return l.maybe.Mark, l.mark }

// Settle says whether the prepared checkpoint counts.
func (l *Ledger) Settle(counts bool) error {
	m := l.maybe
	l.maybe = nil
	path := filepath.Join(l.opt.Dir, preparedName)
	if !counts {
		if err := l.fs.Remove(path); err != nil {
			return err
		}
		return l.removeOld(true)
	}
	if err := l.confirm(); err != nil {
		return err
	}
	l.number, l.last, l.mark = m.Epoch, m, m.Mark
	return l.removeOld(true)
}

// Capture is a checkpoint on its way to the disk: what the tables said at one moment.
type Capture struct {
	Manifest
	deltas [][]byte // by table
	adopt  *Snapshot
	begins bool // a snapshot begins with this checkpoint
}

// Capture asks the tables for what has changed. It is called while nothing changes, and does nothing slow. adopt is a snapshot that is finished,
// or nil; begin makes the tables begin another one, whose slices follow.
func (l *Ledger) Capture(c *Capture, adopt *Snapshot, begin bool) {
	c.adopt, c.begins = adopt, begin
	for len(c.deltas) < len(l.tables) {
		c.deltas = append(c.deltas, nil)
	}
	for i, t := range l.tables {
		c.deltas[i] = t.Delta(c.deltas[i][:0])
		if begin {
			t.Rewind()
		}
	}
}

// Commit makes a checkpoint durable. The outputs must be so up to the lengths in the manifest.
//
// The order: the log is synced before the manifest is renamed, because the manifest says how much of it counts. Old files go only afterwards.
func (l *Ledger) Commit(c *Capture) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.commit(c)
	}
	return l.err
}

func (l *Ledger) commit(c *Capture) error {
	if err := l.write(c); err != nil {
		return err
	}
	m := &c.Manifest
	if err := writeManifest(l.fs, l.opt.Dir, manifestName, m); err != nil {
		return err
	}
	return l.took(c)
}

// Prepare makes a checkpoint durable that counts only with Confirm. In between there are two checkpoints in the directory, and which one is the last
// has to be known from elsewhere: the new one has a Mark that no other has.
func (l *Ledger) Prepare(c *Capture) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if l.err = l.write(c); l.err == nil {
			l.err = writeManifest(l.fs, l.opt.Dir, preparedName, &c.Manifest)
		}
	}
	return l.err
}

// Confirm makes the checkpoint count that Prepare made durable.
func (l *Ledger) Confirm(c *Capture) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		if l.err = l.confirm(); l.err == nil {
			l.err = l.took(c)
		}
	}
	return l.err
}

func (l *Ledger) confirm() error {
	err := l.fs.Rename(filepath.Join(l.opt.Dir, preparedName), filepath.Join(l.opt.Dir, manifestName))
	if err == nil {
		err = l.fs.SyncDir(l.opt.Dir)
	}
	return err
}

// write makes everything durable that the manifest will name, and completes it.
func (l *Ledger) write(c *Capture) error {
	m := &c.Manifest
	m.Job, m.Epoch = l.opt.Job, l.number+1
	if m.Mark == "" {
		m.Mark = l.mark
	}
	m.Snapshot, m.Logs = nil, nil
	if l.last != nil {
		m.Snapshot, m.Logs = l.last.Snapshot, slices.Clone(l.last.Logs)
	}
	if l.log == nil || c.begins {
		if err := l.nextLog(m); err != nil {
			return err
		}
	}
	for i, d := range c.deltas {
		if len(d) > 0 {
			l.log.entries(i, d)
		}
	}
	l.log.epoch(m.Epoch)
	if err := l.log.sync(); err != nil {
		return err
	}
	m.Logs[len(m.Logs)-1] = &FileRef{File: l.log.name, Size: l.log.size}
	if s := c.adopt; s != nil {
		m.Snapshot = s.ref
		for i, ref := range m.Logs {
			if ref.File == s.log { // what came before is in the snapshot
				m.Logs = m.Logs[i:]
				break
			}
		}
	}
	if m.Phase == Complete { // nobody goes on from here
		m.Snapshot, m.Logs = nil, nil
	}
	return nil
}

// took makes c the last checkpoint: its manifest has the name.
func (l *Ledger) took(c *Capture) error {
	m := c.Manifest
	l.number, l.last, l.mark = m.Epoch, &m, m.Mark
	if c.adopt != nil || len(m.Logs) == 0 {
		return l.removeOld(m.Phase == Complete)
	}
	return nil
}

// nextLog starts a log. Its name is durable before a manifest says it: the directory is synced with the manifest's own name.
func (l *Ledger) nextLog(m *Manifest) error {
	if err := l.log.close(); err != nil {
		return err
	}
	var err error
	l.log, err = create(l.fs, l.opt.Dir, fmt.Sprintf("log-%d", m.Epoch), l.schemas())
	m.Logs = append(m.Logs, nil)
	if err == nil {
		err = l.fs.SyncDir(l.opt.Dir)
	}
	return err
}

func (l *Ledger) schemas() (out []*state.Schema) {
	for _, t := range l.tables {
		out = append(out, t.Schema())
	}
	return out
}

// removeOld removes files that no checkpoint needs, and with unfinished those that a crash left behind in the middle.
func (l *Ledger) removeOld(unfinished bool) error {
	names, err := l.fs.List(l.opt.Dir)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	if l.last != nil {
		for _, ref := range l.last.files() {
			needed[ref.File] = true
		}
	}
	for _, name := range names {
		ours := strings.HasPrefix(name, "log-") || strings.HasPrefix(name, "snap-")
		if !ours || needed[name] || strings.HasSuffix(name, ".tmp") && !unfinished {
			continue
		}
		if err := l.fs.Remove(filepath.Join(l.opt.Dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// Due tells whether it is time for a snapshot: the logs since the last one have outgrown it.
func (l *Ledger) Due() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil {
		return false
	}
	limit, size := l.opt.SnapshotAfter, int64(0)
	if s := l.last.Snapshot; s != nil {
		limit = max(limit, s.Size)
	}
	for _, ref := range l.last.Logs {
		size += ref.Size
	}
	return size > limit
}
