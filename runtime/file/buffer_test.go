package file

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// gated is a file whose writes wait until they are let through, each with its outcome.
type gated struct {
	begun chan int // bytes of a write that has begun
	let   chan error
	got   bytes.Buffer
}

func newGated() *gated { return &gated{begun: make(chan int), let: make(chan error)} }

func (g *gated) Write(p []byte) (int, error) {
	g.begun <- len(p)
	err := <-g.let
	if err == nil {
		g.got.Write(p)
	}
	return len(p), err
}

// While two pieces are under way the next one fills; a fourth has to wait for the first.
func TestBufferFillsWhileItIsWritten(t *testing.T) {
	g, b := newGated(), newBuffer()
	b.reset(g, 0)
	half := bytes.Repeat([]byte("0123456\n"), bufferSize/16)
	put := func(times int) {
		for range times {
			if _, err := b.Write(half); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(2)
	if n := <-g.begun; n != bufferSize {
		t.Fatalf("%d bytes are written at once", n)
	}
	put(3) // nobody waits
	done := make(chan struct{})
	go func() {
		defer close(done)
		put(1)
	}()
	g.let <- nil
	<-g.begun
	g.let <- nil
	<-g.begun
	g.let <- nil
	<-done
	put(1)
	flushed := make(chan error)
	go func() { flushed <- b.flush() }()
	if n := <-g.begun; n != bufferSize/2 {
		t.Errorf("flush wrote %d bytes", n)
	}
	g.let <- nil
	if err := <-flushed; err != nil || g.got.Len() != 7*len(half) {
		t.Errorf("%d bytes, %v", g.got.Len(), err)
	}
}

// What went wrong in the background is reported by the next call that needs the buffer, whichever it is.
func TestBufferReportsErrorsOfTheBackground(t *testing.T) {
	full := errors.New("disk full")
	for name, next := range map[string]func(b *buffer) error{
		"write": func(b *buffer) error { _, err := b.Write(make([]byte, underWay*bufferSize)); return err },
		"flush": (*buffer).flush,
		"exchange": func(b *buffer) error {
			_, err := b.exchange(make([]byte, largeSize))
			return errors.Join(err, b.wait())
		},
	} {
		g, b := newGated(), newBuffer()
		b.reset(g, 0)
		if _, err := b.Write(make([]byte, bufferSize+10)); err != nil {
			t.Fatal(err)
		}
		<-g.begun
		g.let <- full
		if err := next(b); !errors.Is(err, full) {
			t.Errorf("%s: %v", name, err)
		}
		b.drop()
		b.reset(g, 0) // nothing is under way
	}
}

// Pieces that are written at once are written behind those of the background, and after an error nothing is.
func TestBufferAtOnce(t *testing.T) {
	full := errors.New("disk full")
	for _, fails := range []error{nil, full} {
		g, b := newGated(), newBuffer()
		b.reset(g, 0)
		if _, err := b.Write(make([]byte, bufferSize)); err != nil {
			t.Fatal(err)
		}
		<-g.begun
		b.atOnce = true
		done := make(chan error)
		go func() {
			_, err := b.exchange(make([]byte, largeSize))
			done <- err
		}()
		g.let <- fails
		want := 0
		if fails == nil {
			<-g.begun
			g.let <- nil
			want = bufferSize + largeSize
		}
		if err := <-done; !errors.Is(err, fails) || g.got.Len() != want {
			t.Errorf("%d bytes were written, %v", g.got.Len(), err)
		}
	}
}

// A file that is given up is not written to any more when drop returns.
func TestBufferDropWaits(t *testing.T) {
	g, b := newGated(), newBuffer()
	b.reset(g, 0)
	if _, err := b.Write(make([]byte, bufferSize+10)); err != nil {
		t.Fatal(err)
	}
	<-g.begun
	dropped := make(chan struct{})
	go func() {
		b.drop()
		close(dropped)
	}()
	select {
	case <-dropped:
		t.Fatal("drop did not wait for the write")
	case g.let <- nil:
	}
	<-dropped
	if err := b.flush(); err != nil || g.got.Len() != bufferSize {
		t.Errorf("%d bytes were written, %v", g.got.Len(), err)
	}
}

// Bytes arrive in their order, whatever the sizes of the pieces; all full buffers end at a page of the file.
func TestBufferKeepsOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		before := r.IntN(3 * pageSize)
		f := &pages{t: t, size: before}
		b := newBuffer()
		b.reset(f, int64(before))
		var want []byte
		for range 10 {
			p := make([]byte, r.IntN(bufferSize))
			for i := range p {
				p[i] = byte(r.Uint32())
			}
			want = append(want, p...)
			b.atOnce = r.IntN(3) == 0
			if len(p) >= largeSize && r.IntN(2) == 0 {
				empty, err := b.exchange(p)
				if err != nil || len(empty) > 0 {
					t.Fatalf("%d bytes came back, %v", len(empty), err)
				}
				continue
			}
			if _, err := b.Write(p); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.flush(); err != nil || !bytes.Equal(f.got, want) {
			t.Fatalf("%d bytes instead of %d, or others, %v", len(f.got), len(want), err)
		}
	}
}

// pages is a file that knows where its pages end.
type pages struct {
	t    *testing.T
	got  []byte
	size int
}

func (f *pages) Write(p []byte) (int, error) {
	f.got = append(f.got, p...)
	if f.size += len(p); f.size%pageSize != 0 && len(p) == bufferSize {
		f.t.Errorf("a write ends at byte %d, within a page", f.size)
	}
	return len(p), nil
}
