//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package file

import (
	"context"
	"os"
)

// Elsewhere unfinished files of living processes cannot be told from stale ones, except that the system refuses to remove open files.
func lockFile(*os.File) bool { return true }

// renamesOpen: a file must be closed before it is renamed.
const renamesOpen = false

func ownHandle(f *os.File) (*os.File, error) { return f, nil }

func syncDir(string) error { return nil }

func openDirect(_ context.Context, path string, _ SinkOptions) (target, error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, explain(path, "write", err)
	}
	return &direct{f: f, name: path}, nil
}
