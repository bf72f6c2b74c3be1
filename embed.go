package veloc

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The runtime travels inside the veloc binary, with the versions of the libraries that it was tested with: a build needs no published
// module and no network beyond Go's module cache.
//
//go:embed go.mod go.sum all:runtime
var embedded embed.FS

// runtimeFiles are the embedded files that a build needs: everything but tests.
func runtimeFiles() ([]string, error) {
	var names []string
	err := fs.WalkDir(embedded, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata":
			return fs.SkipDir
		case d.IsDir(), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		names = append(names, path)
		return nil
	})
	return names, err
}

// ExtractRuntime writes the runtime module below dir, which it creates.
func ExtractRuntime(dir string) error {
	names, err := runtimeFiles()
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := embedded.ReadFile(name)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// runtimeHash identifies the embedded runtime by its content.
func runtimeHash() (string, error) {
	names, err := runtimeFiles()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range names {
		data, err := embedded.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil))[:20], nil
}

// runtimeDir is the folder that holds the runtime module for builds: VELOC_RUNTIME if it is set (for work on the runtime itself),
// else a copy of the embedded one in the user's cache, made once per version.
func runtimeDir() (string, error) {
	if dir := os.Getenv("VELOC_RUNTIME"); dir != "" {
		return filepath.Abs(dir)
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	hash, err := runtimeHash()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "rt", hash)
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	if err := ExtractRuntime(tmp); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil {
		if _, raced := os.Stat(filepath.Join(dir, "go.mod")); raced == nil {
			return dir, nil // another veloc was faster
		}
		return "", err
	}
	return dir, nil
}

// cacheDir is where veloc keeps what it can make again.
func cacheDir() (string, error) {
	if dir := os.Getenv("VELOC_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no cache directory for the runtime: %w (set VELOC_CACHE to a directory)", err)
	}
	return filepath.Join(dir, "veloc"), nil
}
