package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	rt "github.com/velostream/veloc/runtime"
)

// target is where a sink's bytes go.
type target interface {
	io.Writer
	length() int64 // bytes that were there before
	visible() bool // what is written shows at once
	sync() error   // what was written stays
	commit() error // close; the result is complete
	abort() error  // close; what was written since the last sync is taken back where possible
}

// openTarget opens path in the way that fits what it is.
func openTarget(ctx context.Context, path string, o SinkOptions, lasts bool) (target, error) {
	if path == "" {
		return nil, rt.Error("the file sink has no path: set 'path' to the file to write, or - for standard output")
	}
	if f := standardOutput(path); f != nil {
		own, err := ownHandle(f)
		if err != nil {
			return nil, explain(f.Name(), "write", err)
		}
		return &direct{f: own, name: f.Name(), shared: own == f}, nil
	}
	st, err := os.Stat(path)
	switch {
	case err == nil && st.IsDir():
		return nil, fmt.Errorf("cannot write %s: it is a directory; name a file in it, such as %s", path, filepath.Join(path, "out.csv"))
	case err == nil && !st.Mode().IsRegular():
		return openDirect(ctx, path, o)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot write %s: %w", path, cause(err))
	case strings.HasSuffix(path, "/"):
		return nil, fmt.Errorf("cannot write %s: it names a directory; name a file in it, such as %s", path, filepath.Join(path, "out.csv"))
	}
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot write %s: %w; create the directory with mkdir -p %s", path, missing(dir), dir)
	}
	path = followLinks(path)
	switch {
	case o.Append && lasts:
		t, err := openGrowing(path, o)
		if err != nil {
			return nil, err
		}
		g := t.(*growing)
		return &lasting{f: g.f, name: path, size: g.size, before: g.before, nosync: o.NoSync}, nil
	case o.Append:
		return openGrowing(path, o)
	case lasts:
		return openLasting(path, st, o)
	}
	return openRenamed(path, st, o)
}

// standardOutput returns the open file that path stands for. Opening such a path anew would start at its beginning.
func standardOutput(path string) *os.File {
	switch path {
	case "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		return os.Stdout
	case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2":
		return os.Stderr
	}
	return nil
}

// followLinks returns the file that path leads to, so that a link stays a link when the file is replaced.
func followLinks(path string) string {
	for range 40 {
		to, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// explain says what went wrong with name and what can be done.
func explain(name, doing string, err error) error {
	why := cause(err)
	advice := ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		advice = "; free some space in " + filepath.Dir(name) + " or write elsewhere, then run again"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		advice = "; choose another place, or ask for the permission to write in " + filepath.Dir(name)
	case errors.Is(err, syscall.EPIPE):
		advice = ": its reader has gone away"
	case errors.Is(err, syscall.EFBIG):
		advice = "; this file system or limit allows no larger files: set 'rotation.size', or write elsewhere"
	}
	return fmt.Errorf("cannot %s %s: %w%s", doing, name, why, advice)
}

// direct writes to a pipe, a device or standard output.
type direct struct {
	f      *os.File
	name   string
	shared bool // not ours to close
}

func (d *direct) Write(b []byte) (int, error) {
	n, err := d.f.Write(b)
	if err != nil {
		err = explain(d.name, "write", err)
	}
	return n, err
}

func (d *direct) length() int64 { return 0 }
func (d *direct) visible() bool { return true }
func (d *direct) sync() error   { return nil } // pipes and devices have nothing to sync
func (d *direct) abort() error  { return d.commit() }

func (d *direct) commit() error {
	if d.shared {
		return nil
	}
	if err := d.f.Close(); err != nil {
		return explain(d.name, "write", err)
	}
	return nil
}

// growing appends to a file.
type growing struct {
	f      *os.File
	name   string
	before int64 // length when it was opened
	size   int64
	synced int64 // length at the last sync
	nosync bool
}

// openGrowing opens path for appending. A last line without its end, which a crash may have left, is ended first.
func openGrowing(path string, o SinkOptions) (target, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, explain(path, "write", err)
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, explain(path, "write", err)
	}
	g := &growing{f: f, name: path, before: st.Size(), size: st.Size(), synced: st.Size(), nosync: o.NoSync}
	last := make([]byte, 1)
	if g.size > 0 && o.Codec == nil {
		if _, err := f.ReadAt(last, g.size-1); err == nil && last[0] != '\n' {
			if _, err := g.Write(newline); err != nil {
				f.Close()
				return nil, err
			}
			g.before, g.synced = g.size, g.size
		}
	}
	return g, nil
}

func (g *growing) Write(b []byte) (int, error) {
	n, err := g.f.Write(b)
	g.size += int64(n)
	if err != nil {
		err = explain(g.name, "append to", err)
	}
	return n, err
}

func (g *growing) length() int64 { return g.before }
func (g *growing) visible() bool { return true }

func (g *growing) sync() error {
	if !g.nosync {
		if err := g.f.Sync(); err != nil {
			return explain(g.name, "append to", err)
		}
	}
	g.synced = g.size
	return nil
}

func (g *growing) commit() error {
	err := g.sync()
	if e := g.f.Close(); err == nil && e != nil {
		err = explain(g.name, "append to", e)
	}
	return err
}

// abort cuts the file where it was at the last sync: what came after will be written again, and may end within a row.
func (g *growing) abort() error {
	err := g.f.Truncate(g.synced)
	if e := g.f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return explain(g.name, "append to", err)
	}
	return nil
}
