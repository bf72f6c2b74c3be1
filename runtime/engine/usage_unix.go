//go:build unix

package engine

import (
	"runtime"
	"syscall"
)

// usage reads what the process has used: peak resident bytes, user and system time in ns.
func usage() (rss, user, system int64) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, 0, 0
	}
	rss = int64(u.Maxrss)
	if runtime.GOOS != "darwin" && runtime.GOOS != "ios" {
		rss <<= 10 // KiB everywhere else
	}
	return rss, u.Utime.Nano(), u.Stime.Nano()
}
