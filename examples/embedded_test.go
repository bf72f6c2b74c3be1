// Package examples builds and runs the example projects as their users do: with the Go toolchain, in modules of their own, without the
// network.
package examples

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite generated files")

// command runs a program in a folder and returns what it prints.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// TestEmbedded checks that the embedded example is up to date, builds it and runs it.
func TestEmbedded(t *testing.T) {
	same(t, "embedded/go.mod", embeddedModule(t))
	same(t, "embedded/go.sum", read(t, "../go.sum"))
	generate := []string{"tool", "veloc", "generate", "./trades.sql", "-pkg", "trades", "-o", "trades"}
	if !*update {
		generate = append(generate, "--check")
	}
	if out := command(t, "embedded", "go", generate...); out != "" && !*update {
		t.Errorf("it is not up to date: run go test ./examples -update\n%s", out)
	}
	bin := filepath.Join(t.TempDir(), "embedded")
	command(t, "embedded", "go", "vet", "./...")
	command(t, "embedded", "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", bin, ".")

	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("embedded")); err != nil {
		t.Fatal(err)
	}
	out := command(t, dir, bin)
	for _, want := range []string{
		"row rejected: data/trades.csv:7: column price: ",
		"6 trades, 1 rejected\n" +
			`{"symbol":"AAPL","trades":2,"volume":400,"vwap":187.3500}` + "\n" +
			`{"symbol":"MSFT","trades":2,"volume":200,"vwap":402.0250}` + "\n" +
			`{"symbol":"NVDA","trades":1,"volume":10,"vwap":118.4700}` + "\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks\n%s\nit is\n%s", want, out)
		}
	}
}

// embeddedModule is the go.mod that `go get -tool` would make in the user's module: all that veloc requires, and the replacement by this
// checkout.
func embeddedModule(t *testing.T) []byte {
	t.Helper()
	own := string(read(t, "../go.mod"))
	own = strings.Replace(own, "module github.com/velostream/veloc\n", "module example.com/embedded\n", 1)
	var lines []string
	for line := range strings.Lines(own) {
		if strings.HasPrefix(line, "\t") && !strings.HasSuffix(line, "// indirect\n") {
			line = strings.TrimSuffix(line, "\n") + " // indirect\n"
		}
		lines = append(lines, line)
	}
	return []byte(strings.Join(lines, "") + `
tool github.com/velostream/veloc/cmd/veloc

require github.com/velostream/veloc v0.0.0

replace github.com/velostream/veloc => ../..
`)
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// same compares a file with what it should hold, or rewrites it.
func same(t *testing.T, path string, want []byte) {
	t.Helper()
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, want) {
		return
	}
	if !*update {
		t.Errorf("%s is stale: run go test ./examples -update", path)
		return
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		t.Fatal(err)
	}
}
