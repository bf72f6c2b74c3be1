package veloc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// ToolchainError means that the Go toolchain could not do its work: it is too old, lacks a library, memory or disk. Neither the SQL nor
// veloc is the reason.
type ToolchainError struct{ Advice, Output string }

func (e *ToolchainError) Error() string {
	return fmt.Sprintf("the Go toolchain cannot build the program: %s\n%s", e.Advice, e.Output)
}

// machineErrors are what the Go toolchain says when it, and not the program, is the problem.
var machineErrors = []struct{ sign, advice string }{
	{"requires go >= ", "it is too old; install Go 1.26 or later from https://go.dev/dl"},
	{"toolchain not available", "it is too old and cannot fetch a newer one; install Go 1.26 or later from https://go.dev/dl"},
	{"module lookup disabled by GOPROXY=off", "a library is not in Go's module cache and GOPROXY=off forbids fetching it"},
	{"dial tcp", "a library is not in Go's module cache and cannot be fetched; builds need the network once"},
	{"no such host", "a library is not in Go's module cache and cannot be fetched; builds need the network once"},
	{"no space left on device", "the disk is full"},
	{"unsupported GOOS/GOARCH", "it knows no such platform; `go tool dist list` lists those it knows"},
	{"permission denied", "a folder that it needs is not accessible"},
	{"cannot allocate memory", "there is not enough memory"},
	{"signal: killed", "it was killed, perhaps for want of memory"},
}

// explain says what a build failed of. Errors in generated code are bugs of veloc, never of the user's SQL: they come back as an error that
// begins with "bug: " and names, for each, the place in the SQL, the place in the generated file, what Go says and the line it says it of.
func (b *build) explain(output string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if output == "" {
		output = err.Error()
	}
	if found := b.goErrors(output); found != "" {
		return fmt.Errorf("bug: the generated program does not build\n%s", found)
	}
	for _, m := range machineErrors {
		if strings.Contains(output, m.sign) {
			return &ToolchainError{m.advice, output}
		}
	}
	return fmt.Errorf("bug: the program does not build\n%s", output)
}

var goError = regexp.MustCompile(`(?m)^(?:\./)?([^\s:]+\.go):(\d+)(?::\d+)?: (.*)$`)

// goErrors are the errors of the generated files in what the Go toolchain printed.
func (b *build) goErrors(output string) string {
	var out strings.Builder
	last := ""
	for _, m := range goError.FindAllStringSubmatch(output, -1) {
		data, generated := b.files[m[1]]
		number, err := strconv.Atoi(m[2])
		lines := bytes.Split(data, []byte("\n"))
		if !generated || err != nil || number < 1 || number > len(lines) {
			continue
		}
		if at := sqlPosition(b.sql, lines[:number]); at != last {
			fmt.Fprintf(&out, "%s\n", at)
			last = at
		}
		fmt.Fprintf(&out, "    %s\n        %s\n", strings.TrimPrefix(m[0], "./"), bytes.TrimSpace(lines[number-1]))
	}
	return strings.TrimRight(out.String(), "\n")
}

// sqlPosition is the SQL that the last of some lines of Go was generated from, as the nearest comment before it says, and the name of
// the SQL alone where the function says nothing.
func sqlPosition(sql string, lines [][]byte) string {
	comment := regexp.MustCompile(`// (` + regexp.QuoteMeta(sql) + `:\d+: .*)$`)
	for i := len(lines) - 1; i >= 0; i-- {
		if m := comment.FindSubmatch(lines[i]); m != nil {
			return string(m[1])
		}
		if i < len(lines)-1 && len(lines[i]) > 0 && lines[i][0] == '}' { // the end of the declaration before
			break
		}
	}
	return sql
}
