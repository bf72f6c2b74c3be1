//go:build unix

package ledger

import (
	"os"
	"syscall"
)

// lock takes the lock of an open file; false: another process has it. The system lets go of it when the process ends, however that happens.
func lock(f *os.File) bool { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil }
