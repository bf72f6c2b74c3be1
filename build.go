package veloc

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/velostream/veloc/codegen"
)

// BuildOptions say where a binary goes and what it runs on.
type BuildOptions struct {
	Output string // path of the binary; empty: it stays in the cache
	GOOS   string // empty: this machine's
	GOARCH string
	// Runtime is the folder of the runtime module; empty: VELOC_RUNTIME, else the one that veloc carries.
	Runtime string
}

// The flags of every build. They never vary: another set would compile the runtime and its libraries anew.
var buildFlags = []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"}

// Build makes a static binary of a compiled job and returns its path. Builds of the same job are byte-identical; one that has been
// made before comes from the cache.
func Build(ctx context.Context, job *Job, o BuildOptions) (string, error) {
	if o.GOOS == "" {
		o.GOOS = runtime.GOOS
	}
	if o.GOARCH == "" {
		o.GOARCH = runtime.GOARCH
	}
	rtDir, own, err := runtimeDir(o.Runtime)
	if err != nil {
		return "", err
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	goTool, err := findGo()
	if err != nil {
		return "", err
	}
	if !own {
		// The path is recorded in the binary, so it must not depend on where the cache is.
		rtDir = "../../rt/" + filepath.Base(rtDir)
	}
	builds := filepath.Join(cache, "build")
	files, err := readModule(job, builds, rtDir)
	if err != nil {
		return "", err
	}
	b := build{BuildOptions: o, files: files, sql: codegen.SQLName(job.Source.Name), dir: filepath.Join(builds, buildKey(files, o, goTool)), fresh: own || job.declared.Module != ""}
	b.bin = filepath.Join(b.dir, "bin", job.Package+exeSuffix(o.GOOS))
	if !b.made() {
		if err := b.make(ctx); err != nil {
			return "", err
		}
		trim(builds, keptBuilds)
	}
	used(b.dir)
	bin := b.bin
	if o.Output == "" {
		return bin, nil
	}
	return o.Output, copyFile(bin, o.Output)
}

// settings are the environment variables that change what the Go toolchain makes of the same sources.
var settings = []string{"GOTOOLCHAIN", "GOAMD64", "GOARM", "GOARM64", "GO386", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOFIPS140"}

// buildKey identifies a build by everything that goes into it.
func buildKey(files map[string][]byte, o BuildOptions, goTool string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s\n", o.GOOS, o.GOARCH, goTool)
	for _, name := range settings {
		fmt.Fprintf(h, "%s=%s\n", name, os.Getenv(name))
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s %d\n", name, len(files[name]))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:20]
}

// ErrNoGo means that there is no Go toolchain to build with.
var ErrNoGo = errors.New("veloc builds programs with the Go toolchain, and there is no `go` on the PATH\n" +
	"install Go 1.26 or later from https://go.dev/dl and make sure that `go version` works")

// findGo identifies the installed Go toolchain by its file: starting it to ask for its version would take longer.
func findGo() (string, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return "", ErrNoGo
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("the Go toolchain: %w", err)
	}
	return fmt.Sprintf("%s %d %d", path, info.Size(), info.ModTime().UnixNano()), nil
}

func exeSuffix(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}

// build is one build in the cache.
type build struct {
	BuildOptions
	files    map[string][]byte // of the module
	sql      string            // what their comments call the SQL
	dir, bin string            // where the module and its binary belong
	fresh    bool              // build even if there is a binary: the runtime or code of the user may have changed
}

func (b *build) made() bool {
	_, err := os.Stat(b.bin)
	return err == nil && !b.fresh
}

// make builds in a folder of its own, which then takes its place in one step: whoever finds the binary finds all of it.
func (b *build) make(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(b.dir), 0o755); err != nil {
		return cacheError(err)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(b.dir), "new-")
	if err != nil {
		return cacheError(err)
	}
	defer os.RemoveAll(tmp)
	if err := writeFiles(tmp, b.files); err != nil {
		return cacheError(err)
	}
	output, err := goBuild(ctx, tmp, filepath.Join(tmp, "bin", filepath.Base(b.bin)), b.BuildOptions)
	if err != nil {
		return b.explain(output, err)
	}
	if b.made() {
		return nil // the same build ran elsewhere at the same time, and its binary may be running already
	}
	if err := os.RemoveAll(b.dir); err != nil {
		return cacheError(err)
	}
	if err := os.Rename(tmp, b.dir); err != nil && !b.made() {
		return cacheError(err)
	}
	return nil
}

// goBuild runs the Go toolchain. What it prints comes back with its error.
func goBuild(ctx context.Context, dir, out string, o BuildOptions) (output string, err error) {
	cmd := exec.CommandContext(ctx, "go", append(append([]string(nil), buildFlags...), "-o", out, ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "CGO_ENABLED=0", "GOOS="+o.GOOS, "GOARCH="+o.GOARCH, "GOEXPERIMENT=")
	printed, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return strings.TrimSpace(string(printed)), err
}

// copyFile puts a copy of an executable at path, replacing what is there in one step.
func copyFile(from, path string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".veloc-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(data); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o755); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
