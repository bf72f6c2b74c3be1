package veloc

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The runtime travels inside the veloc binary, with the versions of the libraries that it was tested with: a build needs no published
// module and no network beyond Go's module cache.
//
//go:embed LICENSE go.mod go.sum all:runtime
var embedded embed.FS

// notForJobs are packages of the runtime that tests and the veloc command use, and no generated program.
var notForJobs = []string{"runtime/rttest", "runtime/kafka/devserver"}

// runtimeFiles are the embedded files that a build needs: everything but tests and what only tests use.
func runtimeFiles() ([]string, error) {
	var names []string
	err := fs.WalkDir(embedded, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || slices.Contains(notForJobs, path)):
			return fs.SkipDir
		case d.IsDir(), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		names = append(names, path)
		return nil
	})
	return names, err
}

// runtimeModule is the runtime as a module of its own, by path: the files of runtimeFiles, with go.mod reduced to the libraries that
// they import.
func runtimeModule() (map[string][]byte, error) {
	names, err := runtimeFiles()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range names {
		if files[name], err = embedded.ReadFile(name); err != nil {
			return nil, err
		}
	}
	files["go.mod"], err = trimRequirements(files)
	return files, err
}

// ExtractRuntime writes the runtime module below dir, which it creates.
func ExtractRuntime(dir string) error {
	files, err := runtimeModule()
	if err != nil {
		return err
	}
	return writeFiles(dir, files)
}

// runtimeHash identifies the embedded runtime by its content.
func runtimeHash() (string, error) {
	names, err := runtimeFiles()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write([]byte("layout 2\n")) // of what runtimeModule makes of the files
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

// runtimeDir is the folder that holds the runtime module for builds: the given one or VELOC_RUNTIME (for work on the runtime itself),
// else a copy of the embedded one in the user's cache, made once per version. own tells which.
func runtimeDir(given string) (dir string, own bool, err error) {
	if given == "" {
		given = os.Getenv("VELOC_RUNTIME")
	}
	if given == "" {
		dir, err = cachedRuntime()
		return dir, false, err
	}
	if dir, err = filepath.Abs(given); err != nil {
		return "", true, err
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return "", true, fmt.Errorf("the runtime folder has no go.mod: %w", err)
	}
	if !strings.HasPrefix(string(mod), "module "+modulePathOfVeloc+"\n") {
		return "", true, fmt.Errorf("the runtime folder %s holds another module than %s", given, modulePathOfVeloc)
	}
	return dir, true, nil
}
