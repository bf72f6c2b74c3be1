// Package examples builds and runs the example projects as their users do: with the Go toolchain, in modules of their own, without the
// network.
package examples

import (
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
	requirements(t)
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

// requirements checks that go.mod and go.sum are what `go get -tool` and `go mod tidy` make in a user's module: of all that veloc requires,
// in the same versions, what its command and its generated programs need.
func requirements(t *testing.T) {
	t.Helper()
	if *update {
		for path, data := range map[string][]byte{"embedded/go.mod": embeddedModule(t), "embedded/go.sum": read(t, "../go.sum")} {
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		command(t, "embedded", "go", "mod", "tidy")
	}
	command(t, "embedded", "go", "mod", "tidy", "-diff")
	own := string(read(t, "../go.mod"))
	for line := range strings.Lines(string(read(t, "embedded/go.mod"))) {
		if line, _, _ = strings.Cut(line, " //"); strings.HasPrefix(line, "\t") && !strings.Contains(own, line) {
			t.Errorf("embedded/go.mod requires%s, veloc another version: run go test ./examples -update", line)
		}
	}
}

// embeddedModule is a go.mod that requires all that veloc does, with the replacement by this checkout.
func embeddedModule(t *testing.T) []byte {
	t.Helper()
	own := string(read(t, "../go.mod"))
	return []byte(strings.Replace(own, "module github.com/velostream/veloc\n", "module example.com/embedded\n", 1) + `
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
