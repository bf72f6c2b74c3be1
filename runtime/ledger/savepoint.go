package ledger

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// Copy writes the last checkpoint to another directory, from which another job, or this one later, can begin (Begin at Adopt). Commits wait
// meanwhile. Lengths of outputs are left out: who begins from a copy writes outputs of its own.
func (l *Ledger) Copy(dir string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil {
		return errors.New("there is no checkpoint yet")
	}
	if m, err := readManifest(l.fs, dir, manifestName); err != nil || m != nil {
		return errors.Join(err, fmt.Errorf("%s holds state already; name a directory that is new or empty", dir))
	}
	if err := l.fs.MkdirAll(dir); err != nil {
		return err
	}
	return copyCheckpoint(l.fs, l.last, l.opt.Dir, dir)
}

// Adopt makes the checkpoint in a directory that Copy has written the one to go on from.
func (l *Ledger) Adopt(dir string) error {
	if l.last != nil {
		return fmt.Errorf("state directory %s holds state already, of epoch %d; to begin from %s name a directory that is new or empty [VR0405]", l.opt.Dir, l.last.Epoch, dir)
	}
	m, err := readManifest(l.fs, dir, manifestName)
	switch {
	case err != nil:
		return err
	case m == nil:
		return fmt.Errorf("there is no saved state in %s [VR0405]", dir)
	case m.Job != l.opt.Job:
		return fmt.Errorf("%s holds the state of job %s, and this is job %s [VR0403]", dir, m.Job, l.opt.Job)
	}
	m.Epoch = max(m.Epoch, l.number)
	if err := copyCheckpoint(l.fs, m, dir, l.opt.Dir); err != nil {
		return err
	}
	if l.last, err = readManifest(l.fs, l.opt.Dir, manifestName); err == nil {
		l.number = l.last.Epoch
	}
	return err
}

// copyCheckpoint copies what a manifest names, and then the manifest.
func copyCheckpoint(fs FS, m *Manifest, from, to string) error {
	for _, ref := range m.files() {
		if err := copyFile(fs, filepath.Join(from, ref.File), filepath.Join(to, ref.File), ref.Size); err != nil {
			return err
		}
	}
	out := *m
	out.Phase, out.Sinks, out.Mark = Running, nil, ""
	return writeManifest(fs, to, manifestName, &out)
}

func copyFile(fs FS, from, to string, size int64) error {
	in, err := fs.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := fs.Create(to)
	if err != nil {
		return err
	}
	if _, err = io.CopyN(out, in, size); err == nil {
		err = out.Sync()
	}
	if e := out.Close(); err == nil {
		err = e
	}
	return err
}
