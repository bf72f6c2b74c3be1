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
	rtDir, err := runtimeDir()
	if err != nil {
		return "", err
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	key := buildKey(job, o, rtDir)
	dir := filepath.Join(cache, "build", key)
	bin := filepath.Join(dir, "bin", job.Package+exeSuffix(o.GOOS))
	if _, err := os.Stat(bin); err != nil || os.Getenv("VELOC_RUNTIME") != "" {
		if err := buildIn(ctx, job, o, rtDir, dir, bin); err != nil {
			return "", err
		}
	}
	if o.Output == "" {
		return bin, nil
	}
	return o.Output, copyFile(bin, o.Output)
}

// buildKey identifies a build by everything that goes into it.
func buildKey(job *Job, o BuildOptions, rtDir string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %s %s %s\n", o.GOOS, o.GOARCH, rtDir, runtime.Version(), job.Package)
	for _, f := range job.Files {
		fmt.Fprintf(h, "%s %d\n", f.Name, len(f.Data))
		h.Write(f.Data)
	}
	return hex.EncodeToString(h.Sum(nil))[:20]
}

func exeSuffix(goos string) string {
	if goos == "windows" {
		return ".exe"
	}
	return ""
}

func buildIn(ctx context.Context, job *Job, o BuildOptions, rtDir, dir, bin string) error {
	if _, err := exec.LookPath("go"); err != nil {
		return errors.New("veloc builds with the Go toolchain, and there is no `go` on the PATH: install Go 1.26 or later from https://go.dev/dl")
	}
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

// WriteModule writes a module that holds the job's package and its main program, with the runtime taken from rtDir.
func WriteModule(job *Job, dir, rtDir string) error {
	files := map[string][]byte{}
	for _, f := range job.Files {
		files[job.Package+"/"+f.Name] = f.Data
	}
	mod, sum, err := moduleFiles(job.Package, rtDir)
	if err != nil {
		return err
	}
	files["go.mod"], files["go.sum"] = mod, sum
	files["main.go"] = templates.Main(modulePath(job.Package), job.Package, filepath.Base(job.Source.Name))
	return writeFiles(dir, files)
}

func modulePath(pkg string) string { return "veloc.generated/" + pkg }

// moduleFiles are go.mod and go.sum of a generated module: the requirements of veloc itself, word for word, so that nothing has to be
// resolved.
func moduleFiles(pkg, rtDir string) (mod, sum []byte, err error) {
	own, err := embedded.ReadFile("go.mod")
	if err != nil {
		return nil, nil, err
	}
	sum, err = embedded.ReadFile("go.sum")
	if err != nil {
		return nil, nil, err
	}
	text := strings.Replace(string(own), "module github.com/velostream/veloc", "module "+modulePath(pkg), 1)
	text += fmt.Sprintf("\nrequire github.com/velostream/veloc v0.0.0\n\nreplace github.com/velostream/veloc => %s\n", quotePath(rtDir))
	return []byte(text), sum, nil
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

// goBuild runs the Go toolchain. Its errors are bugs of veloc, never of the user's SQL: they come back with the whole output.
func goBuild(ctx context.Context, dir, out string, o BuildOptions) error {
	cmd := exec.CommandContext(ctx, "go", append(append([]string(nil), buildFlags...), "-o", out, ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "CGO_ENABLED=0", "GOOS="+o.GOOS, "GOARCH="+o.GOARCH, "GOEXPERIMENT=")
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("bug: the generated program does not build; please report it with the SQL\n%s", strings.TrimSpace(output.String()))
	}
	return nil
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
