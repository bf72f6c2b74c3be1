//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package file

import (
	"errors"
	"os"
)

// Elsewhere files are read, not mapped.
func mapMemory(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }
func unmapMemory([]byte) error                { return nil }
func dropPages([]byte, int, int)              {}
