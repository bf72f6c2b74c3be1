//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package console

import "os"

func ownHandle(f *os.File) (*os.File, error) { return f, nil }

func terminalWidth(*os.File) int { return 0 }
