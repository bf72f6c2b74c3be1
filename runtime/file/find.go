package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// stdin is how standard input is written as a path, and stdinName how chunks and errors name it.
const (
	stdin     = "-"
	stdinName = "standard input"
)

// find resolves Path, waiting up to FileWait for the first file.
func (s *Source) find(ctx context.Context) ([]string, error) {
	deadline := s.opt.Clock.Now() + int64(s.opt.FileWait)
	for {
		paths, err := resolve(s.opt.Path)
		left := time.Duration(deadline - s.opt.Clock.Now())
		if err == nil || !errors.Is(err, errNoFile) {
			return paths, err
		}
		if left <= 0 {
			if s.opt.FileWait > 0 {
				err = fmt.Errorf("%w (waited %s for it)", err, s.opt.FileWait)
			}
			return nil, err
		}
		if err := wait(ctx, s.opt.Clock, min(left, s.opt.FileRetry)); err != nil {
			return nil, err
		}
	}
}

func wait(ctx context.Context, clock rt.Clock, d time.Duration) error {
	t := clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C():
		return nil
	}
}

// noFile is an error that goes away when a file appears.
type noFile struct{ error }

const errNoFile = rt.Error("no such file")

func (noFile) Is(target error) bool { return target == errNoFile }
func (e noFile) Unwrap() error      { return e.error }

// resolve turns a path or pattern into the files to read. A file that is named like a pattern is taken as it is.
func resolve(path string) ([]string, error) {
	if path == "" {
		return nil, rt.Error("the file source has no path: set 'path' to a file, a pattern such as data/*.csv, or - for standard input")
	}
	if path == stdin {
		return []string{stdin}, nil
	}
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", path, cause(err))
		}
		return []string{path}, nil
	}
	if !strings.ContainsAny(path, "*?[") {
		return nil, noFile{missing(path)}
	}
	found, err := filepath.Glob(path)
	if err != nil {
		return nil, fmt.Errorf("the pattern %s is malformed: a [ needs its ]", path)
	}
	files := visible(path, found)
	if len(files) == 0 {
		return nil, noFile{unmatched(path)}
	}
	sort.Strings(files)
	return files, nil
}

// visible leaves out directories, and hidden files unless the pattern asks for them, as shells do.
func visible(pattern string, found []string) []string {
	var files []string
	hidden := strings.HasPrefix(filepath.Base(pattern), ".")
	for _, f := range found {
		if strings.HasPrefix(filepath.Base(f), ".") && !hidden {
			continue
		}
		if st, err := os.Stat(f); err == nil && st.IsDir() {
			continue
		}
		files = append(files, f)
	}
	return files
}

// unmatched explains why a pattern found nothing.
func unmatched(pattern string) error {
	dir, base := filepath.Split(pattern)
	dir = filepath.Clean(dir)
	if strings.ContainsAny(dir, "*?[") {
		return fmt.Errorf("no file matches %s", pattern)
	}
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("no file matches %s: %w", pattern, missing(dir))
	}
	names, text := listing(dir)
	if near := rt.Nearest(base, names); near != "" {
		return fmt.Errorf("no file matches %s; did you mean %s?", pattern, filepath.Join(dir, near))
	}
	return fmt.Errorf("no file matches %s; %s", pattern, text)
}

// probe returns the size of a file and whether it can be opened again with the same content.
func probe(path string) (size int64, lasting bool, err error) {
	var st os.FileInfo
	if path == stdin {
		if st, err = os.Stdin.Stat(); err != nil {
			return 0, false, fmt.Errorf("cannot read standard input: %w", cause(err))
		}
		return regularSize(st), false, nil
	}
	if st, err = os.Stat(path); err != nil {
		return 0, false, fmt.Errorf("cannot read %s: %w", path, cause(err))
	}
	if st.IsDir() {
		return 0, false, fmt.Errorf("%s is a directory; to read the files in it, write a pattern such as %s", path, filepath.Join(path, "*.csv"))
	}
	return regularSize(st), st.Mode().IsRegular(), nil
}

func regularSize(st os.FileInfo) int64 {
	if st.Mode().IsRegular() {
		return st.Size()
	}
	return 0
}

// cause strips the operation and path from err: our messages name the path themselves.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

func nameOf(path string) string {
	if path == stdin {
		return stdinName
	}
	return path
}
