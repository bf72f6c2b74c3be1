package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// A builder makes the binaries and the data.
type builder struct {
	options
	compiler error  // why there is no veloc command
	data     string // hash of the generator: files of another one have other names
}

func (b *builder) bin(name string) string { return filepath.Join(b.cache, "bin", name) }

func (b *builder) prepare() error {
	if err := os.MkdirAll(filepath.Join(b.cache, "bin"), 0o755); err != nil {
		return err
	}
	for name, path := range map[string]string{"data": "./bench/data", "broker": "./bench/broker"} {
		if err := goBuild(b.bin(name), path); err != nil {
			return err
		}
	}
	b.compiler = goBuild(b.bin("veloc"), "./cmd/veloc")
	sources, err := filepath.Glob("bench/data/*.go")
	if err != nil {
		return err
	}
	hash := sha256.New()
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		hash.Write(text)
	}
	b.data = fmt.Sprintf("%x", hash.Sum(nil)[:4])
	return nil
}

func goBuild(output, path string) error {
	return command("go", "build", "-o", output, path)
}

// command runs a program and puts what it says into the error.
func command(name string, args ...string) error {
	text, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %q: %w\n%s", name, args, err, text)
	}
	return nil
}

// build makes both programs of a query. The second error is why there is no veloc binary.
func (b *builder) build(q query) (twin, veloc string, err, velocErr error) {
	twin, veloc = b.bin(q.name+"-twin"), b.bin(q.name+"-veloc")
	if err := goBuild(twin, "./bench/handwritten/"+q.name); err != nil {
		return "", "", err, nil
	}
	if b.compiler != nil {
		return twin, "", nil, b.compiler
	}
	return twin, veloc, nil, command(b.bin("veloc"), "build", filepath.Join("bench", "sql", q.name+".sql"), "-o", veloc)
}

// input returns the data file of a kind, its number of rows and its size, and generates it when it is missing. It is in the page cache then.
func (b *builder) input(kind string) (path string, rows int, size int64, err error) {
	generated := b.rows // of trades, where it is about them
	if kind == "brc" {
		generated = b.brcRows
	}
	rows = generated
	switch kind {
	case "orders":
		rows = (generated + 4) / 5
	case "traders":
		rows = dealers
	}
	path = filepath.Join(b.cache, fmt.Sprintf("%s-%d-%s", kind, generated, b.data))
	if _, err := os.Stat(path); err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			return "", 0, 0, err
		}
		fmt.Fprintf(os.Stderr, "generating %d rows of %s\n", rows, kind)
		if err := command(b.bin("data"), "-kind", kind, "-rows", strconv.Itoa(generated), "-out", path); err != nil {
			return "", 0, 0, err
		}
	}
	size, err = warm(path)
	return path, rows, size, err
}
