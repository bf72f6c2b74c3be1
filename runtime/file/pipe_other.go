//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package file

import (
	"context"
	"os"
)

// pipe reads standard input or a device. Here a read cannot be interrupted.
type pipe struct {
	f     *os.File
	ctx   context.Context
	whole bool
}

func newPipe(f *os.File) *pipe { return &pipe{f: f} }

func (p *pipe) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.f.Read(b)
}

func (p *pipe) Close() error {
	if p.f == os.Stdin {
		return nil
	}
	return p.f.Close()
}

func openNoWait(path string) (*os.File, error) { return os.Open(path) }
