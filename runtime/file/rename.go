package file

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// renamed is a new file that takes its final name when it is complete.
type renamed struct {
	f      *os.File
	temp   string
	name   string
	nosync bool
	// lasting: the next run goes on with the unfinished file, so it stays also when it cannot be renamed.
	lasting bool
}

// tempPrefix is how the hidden name of an unfinished file begins; the process id follows. The file is locked while its process lives,
// so unlocked ones are left over from processes that died.
func tempPrefix(path string) string { return "." + filepath.Base(path) + ".tmp-" }

// openRenamed creates the unfinished file for path. old describes the file of that name, nil if there is none.
func openRenamed(path string, old os.FileInfo, o SinkOptions) (target, error) {
	if err := removeStale(path); err != nil {
		return nil, err
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf("%s%d", tempPrefix(path), os.Getpid()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, explain(path, "write", err)
	}
	r := &renamed{f: f, temp: temp, name: path, nosync: o.NoSync}
	if !lockFile(f) {
		f.Close()
		return nil, busy(path)
	}
	if old != nil && old.Mode().IsRegular() {
		if err := f.Chmod(old.Mode().Perm()); err != nil {
			r.abort()
			return nil, explain(path, "write", err)
		}
	}
	return r, nil
}

// removeStale removes what dead processes left of path, and refuses to write what a living one is writing.
func removeStale(path string) error {
	dir, prefix := filepath.Dir(path), tempPrefix(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return explain(path, "write", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || strings.Trim(e.Name()[len(prefix):], "0123456789") != "" {
			continue
		}
		temp := filepath.Join(dir, e.Name())
		f, err := os.OpenFile(temp, os.O_WRONLY, 0)
		if err != nil {
			continue // gone, or not ours to touch
		}
		stale := lockFile(f)
		if stale {
			err = os.Remove(temp)
		}
		f.Close()
		if !stale {
			return busy(path)
		}
		if err != nil && !os.IsNotExist(err) {
			return explain(path, "write", err)
		}
	}
	return nil
}

func busy(path string) error {
	return fmt.Errorf("cannot write %s: another run is writing it; wait for its end, or write to another path", path)
}

func (r *renamed) Write(b []byte) (int, error) {
	n, err := r.f.Write(b)
	if err != nil {
		err = explain(r.name, "write", err)
	}
	return n, err
}

func (r *renamed) length() int64 { return 0 }
func (r *renamed) visible() bool { return false }
func (r *renamed) sync() error   { return nil } // nothing is durable before the rename

// commit makes the content durable before the name, and the name before it returns.
func (r *renamed) commit() error {
	var err error
	if !r.nosync {
		err = r.f.Sync()
	}
	if err == nil && !renamesOpen {
		err = r.f.Close()
	}
	if err == nil {
		// Renamed while it is open and locked: another run must not take the finished file for a stale one.
		err = os.Rename(r.temp, r.name)
	}
	if err != nil && r.lasting {
		r.f.Close()
		return explain(r.name, "write", err)
	}
	if err != nil {
		r.abort()
		return explain(r.name, "write", err)
	}
	if renamesOpen {
		if err := r.f.Close(); err != nil {
			return explain(r.name, "write", err)
		}
	}
	if r.nosync {
		return nil
	}
	if err := syncDir(filepath.Dir(r.name)); err != nil {
		return explain(r.name, "write", err)
	}
	return nil
}

func (r *renamed) abort() error {
	if !renamesOpen {
		r.f.Close()
	}
	err := os.Remove(r.temp)
	r.f.Close()
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("cannot remove the unfinished file %s: %w", r.temp, cause(err))
	}
	return nil
}
