//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package file

import (
	"context"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// pipe reads standard input, a FIFO or a device without blocking for longer than pollMillis, so that a waiting job can be stopped
// and its time goes on.
type pipe struct {
	f     *os.File
	ctx   context.Context
	whole bool // content is compressed: reads end with data or when ctx does, since decompressors cannot pause
}

const pollMillis = 100

func newPipe(f *os.File) *pipe { return &pipe{f: f} }

// Read reads what there is, or returns errIdle after a while.
func (p *pipe) Read(b []byte) (int, error) {
	fd := int(p.f.Fd())
	for {
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, pollMillis)
		switch {
		case p.ctx.Err() != nil:
			return 0, p.ctx.Err()
		case err == unix.EINTR, ready == 0 && p.whole:
			continue
		case err != nil:
			return 0, err
		case ready == 0:
			return 0, errIdle
		}
		n, err := unix.Read(fd, b)
		switch {
		case err == unix.EINTR, err == unix.EAGAIN:
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

func (p *pipe) Close() error {
	if p.f == os.Stdin {
		return nil
	}
	return p.f.Close()
}

// openNoWait opens a file for reading. A FIFO opens at once, even if nobody writes to it yet.
func openNoWait(path string) (*os.File, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
		// Plain reads of regular files never wait; pipe polls before it reads.
		if err := unix.SetNonblock(fd, false); err != nil {
			unix.Close(fd)
			return nil, err
		}
		return os.NewFile(uintptr(fd), path), nil
	}
}
