//go:build unix

package engine

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
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
	// Linux counts into Maxrss what the process was before it became this program: a copy of the one that started it. VmHWM does not.
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		if peak := highWater(status); peak > 0 {
			rss = peak
		}
	}
	return rss, u.Utime.Nano(), u.Stime.Nano()
}

// highWater is VmHWM in the status of a Linux process, in bytes; 0 if it is not there.
func highWater(status []byte) int64 {
	_, rest, _ := bytes.Cut(status, []byte("\nVmHWM:"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	n, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(line, []byte("kB")))), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}
