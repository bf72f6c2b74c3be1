//go:build unix

package main

import (
	"fmt"
	"os"
	"syscall"
)

// become replaces this process by a program, which so gets all signals, and whose exit code is that of veloc. It returns only if that
// fails.
func become(path string, args []string) error {
	err := syscall.Exec(path, append([]string{path}, args...), os.Environ())
	return fmt.Errorf("the program cannot be started: %w", &os.PathError{Op: "exec", Path: path, Err: err})
}
