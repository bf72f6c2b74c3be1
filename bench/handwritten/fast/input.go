package fast

import (
	"bytes"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Input is a regular file mapped into memory.
type Input struct {
	data     []byte // the file, with a newline added where the last line has none
	pageSize int
}

// Open maps the file at path. The mapping is private: the newline that Open adds to an unterminated
// last line is in memory only.
func Open(path string) (*Input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	page := os.Getpagesize()
	size := int(info.Size())
	if size == 0 {
		return &Input{pageSize: page}, nil
	}
	// Reserve more than the file needs, then map the file over the front: what lies behind the file
	// stays readable, which is the padding that the scans rely on.
	reserved := (size+page-1)/page*page + page
	const access = unix.PROT_READ | unix.PROT_WRITE
	region, err := unix.MmapPtr(-1, 0, nil, uintptr(reserved), access, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("reserve memory for %s: %w", path, err)
	}
	if _, err = unix.MmapPtr(int(f.Fd()), 0, region, uintptr(size), access, unix.MAP_PRIVATE|unix.MAP_FIXED|unix.MAP_NORESERVE); err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	data := unsafe.Slice((*byte)(region), reserved)
	if data[size-1] != '\n' {
		data[size] = '\n'
		size++
	}
	return &Input{data: data[:size], pageSize: page}, nil
}

// InputOf wraps bytes in memory, for tests.
func InputOf(data []byte) *Input {
	if len(data) == 0 {
		return &Input{pageSize: os.Getpagesize()}
	}
	padded := make([]byte, len(data), len(data)+64)
	copy(padded, data)
	if data[len(data)-1] != '\n' {
		padded = append(padded, '\n')
	}
	return &Input{data: padded}
}

// Size is the number of bytes, the added newline included.
func (in *Input) Size() int { return len(in.data) }

// Bytes is the whole file.
func (in *Input) Bytes() []byte { return in.data }

// block returns the lines that begin in [from, to): every line is in exactly one block.
func (in *Input) block(from, to int) []byte {
	return in.data[in.lineStart(from):in.lineStart(to)]
}

// lineStart returns the first start of a line at or behind offset.
func (in *Input) lineStart(offset int) int {
	if offset <= 0 {
		return 0
	}
	if offset >= len(in.data) {
		return len(in.data)
	}
	return offset + bytes.IndexByte(in.data[offset-1:], '\n')
}

// passed drops pages that lie well behind a block that was just taken, so that the memory of the process
// does not grow with the file. Blocks near it may still be read, also by neighbours looking for the start
// of a line, and one access can map 2 MiB: so it keeps a distance, and drops each page several times. A
// worker that has fallen far behind faults its page in again.
func (in *Input) passed(block int) {
	const every = 8
	if block%every == 0 {
		end := block - 4*Workers() - every
		in.advise((end-3*every)*BlockSize, end*BlockSize, unix.MADV_DONTNEED)
	}
}

func (in *Input) advise(from, to, advice int) {
	if in.pageSize == 0 {
		return
	}
	// The last page may hold the added newline, which is nowhere else: leave it alone.
	to = min(to, (len(in.data)-2)/in.pageSize*in.pageSize)
	from = max(from, 0) / in.pageSize * in.pageSize
	if from < to {
		// Advice is advice: an old kernel that refuses it only makes the run slower.
		_ = unix.Madvise(in.data[from:to], advice)
	}
}
