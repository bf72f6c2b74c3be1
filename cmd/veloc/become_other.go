//go:build !unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
)

// become runs a program in place of this process. The console sends interrupts to both processes: the program acts on them.
func become(path string, args []string) error {
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	signal.Ignore(os.Interrupt)
	err := cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		return exit(ended.ExitCode())
	}
	if err != nil {
		return fmt.Errorf("the program cannot be started: %w", err)
	}
	return nil
}
