//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package file

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// lockFile locks f until it is closed or the process ends; false: someone else holds it. File systems without locks count as locked
// by us, since there nobody can tell.
func lockFile(f *os.File) bool {
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != unix.EWOULDBLOCK
}

// renamesOpen: an open file can be renamed.
const renamesOpen = true

// ownHandle duplicates f, one of the standard files: when its reader has gone, writes then fail instead of ending the process.
func ownHandle(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && err.(*os.PathError).Err != unix.EINVAL { // not all file systems can
		return err
	}
	return nil
}

// openDirect opens a pipe or device. A FIFO is waited for until somebody reads it.
func openDirect(ctx context.Context, path string, o SinkOptions) (target, error) {
	for {
		f, err := os.OpenFile(path, os.O_WRONLY|unix.O_NONBLOCK, 0)
		if err == nil {
			return &direct{f: f, name: path}, nil
		}
		if cause(err) != unix.ENXIO {
			return nil, explain(path, "write", err)
		}
		if err := wait(ctx, o.Clock, pollMillis*time.Millisecond); err != nil {
			return nil, fmt.Errorf("cannot write %s: nobody reads this pipe: %w", path, err)
		}
	}
}
