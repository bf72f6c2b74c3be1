//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package file

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapMemory maps the first size bytes of f for reading in order.
func mapMemory(f *os.File, size int) ([]byte, error) {
	mem, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	_ = unix.Madvise(mem, unix.MADV_SEQUENTIAL) // advice only: without it reading is slower, not wrong
	return mem, nil
}

func unmapMemory(mem []byte) error { return unix.Munmap(mem) }

// dropPages takes mem[lo:hi] out of the resident set; the pages stay in the page cache and come back when they are touched.
func dropPages(mem []byte, lo, hi int) {
	page := os.Getpagesize()
	lo = (lo + page - 1) / page * page
	if hi < len(mem) {
		hi = hi / page * page
	}
	if lo < hi {
		_ = unix.Madvise(mem[lo:hi], unix.MADV_DONTNEED) // advice only
	}
}
