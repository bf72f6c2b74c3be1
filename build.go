package veloc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"github.com/velostream/veloc/templates"
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
	key := buildKey(job, o, rtDir, goTool)
	dir := filepath.Join(cache, "build", key)
	bin := filepath.Join(dir, "bin", job.Package+exeSuffix(o.GOOS))
	if _, err := os.Stat(bin); err != nil || own {
		if err := buildIn(ctx, job, o, rtDir, dir, bin); err != nil {
			return "", err
		}
	}
	if o.Output == "" {
		return bin, nil
	}
	return o.Output, copyFile(bin, o.Output)
}

// settings are the environment variables that change what the Go toolchain makes of the same sources.
var settings = []string{"GOTOOLCHAIN", "GOAMD64", "GOARM", "GOARM64", "GO386", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOFIPS140"}

// buildKey identifies a build by everything that goes into it.
func buildKey(job *Job, o BuildOptions, rtDir, goTool string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s %s %s %s\n", o.GOOS, o.GOARCH, rtDir, goTool, job.Package, filepath.Base(job.Source.Name))
	for _, name := range settings {
		fmt.Fprintf(h, "%s=%s\n", name, os.Getenv(name))
	}
	for _, f := range job.Files {
		fmt.Fprintf(h, "%s %d\n", f.Name, len(f.Data))
		h.Write(f.Data)
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

func buildIn(ctx context.Context, job *Job, o BuildOptions, rtDir, dir, bin string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := WriteModule(job, tmp, rtDir); err != nil {
		return err
	}
	out := filepath.Join(tmp, "bin", filepath.Base(bin))
	if err := goBuild(ctx, tmp, out, o); err != nil {
		return err
	}
	_ = os.RemoveAll(dir)
	if err := os.Rename(tmp, dir); err != nil {
		if _, raced := os.Stat(bin); raced == nil {
			return nil // the same build ran elsewhere at the same time
		}
		return err
	}
	return nil
}

// WriteModule writes a module that holds the job's package and its main program, with the runtime taken from rtDir, which may be
// relative to dir.
func WriteModule(job *Job, dir, rtDir string) error {
	runtime := rtDir
	if !filepath.IsAbs(runtime) {
		runtime = filepath.Join(dir, rtDir)
	}
	own := map[string][]byte{}
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(runtime, name))
		if err != nil {
			return fmt.Errorf("the runtime module: %w", err)
		}
		own[name] = data
	}
	return writeFiles(dir, moduleFiles(job, own, rtDir))
}

func modulePath(pkg string) string { return "veloc.generated/" + pkg }

// moduleFiles are the files of a generated module, by path: the job's package, its main program, and go.mod and go.sum with the
// requirements of the runtime, word for word, so that nothing has to be resolved.
func moduleFiles(job *Job, runtime map[string][]byte, rtDir string) map[string][]byte {
	files := map[string][]byte{}
	for _, f := range job.Files {
		files[job.Package+"/"+f.Name] = f.Data
	}
	mod := strings.Replace(string(runtime["go.mod"]), "module "+modulePathOfVeloc+"\n", "module "+modulePath(job.Package)+"\n", 1)
	mod += fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %[1]s => %s\n", modulePathOfVeloc, quotePath(rtDir))
	files["go.mod"], files["go.sum"] = []byte(mod), runtime["go.sum"]
	files["main.go"] = templates.Main(modulePath(job.Package), job.Package, filepath.Base(job.Source.Name))
	return files
}

// quotePath writes a path as go.mod wants it.
func quotePath(p string) string {
	if strings.ContainsAny(p, " \t\"`'(),") {
		return fmt.Sprintf("%q", p)
	}
	return p
}

func writeFiles(dir string, files map[string][]byte) error {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		path := filepath.Join(dir, filepath.FromSlash(n))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[n], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// goBuild runs the Go toolchain. Where its errors are not about the machine they are bugs of veloc, never of the user's SQL: they come
// back with the whole output.
func goBuild(ctx context.Context, dir, out string, o BuildOptions) error {
	cmd := exec.CommandContext(ctx, "go", append(append([]string(nil), buildFlags...), "-o", out, ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "CGO_ENABLED=0", "GOOS="+o.GOOS, "GOARCH="+o.GOARCH, "GOEXPERIMENT=")
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	text := strings.TrimSpace(output.String())
	if text == "" {
		text = err.Error()
	}
	for _, m := range machineErrors {
		if strings.Contains(text, m.sign) {
			return fmt.Errorf("the Go toolchain cannot build the program: %s\n%s", m.advice, text)
		}
	}
	return fmt.Errorf("bug: the generated program does not build\n%s", text)
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
