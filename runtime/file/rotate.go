package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// splitName divides path before its extension, which includes the suffix of the codec: logs/out, .csv.gz.
func splitName(path, suffix string) (stem, ext string) {
	plain := strings.TrimSuffix(path, suffix)
	ext = filepath.Ext(plain)
	stem = strings.TrimSuffix(plain, ext)
	return stem, path[len(stem):]
}

// numbered is the name of a rotated file: out.csv becomes out-000001.csv.
func numbered(path, suffix string, n int) string {
	stem, ext := splitName(path, suffix)
	return fmt.Sprintf("%s-%06d%s", stem, n, ext)
}

// lastNumber finds the highest number among the rotated files of path, 0 without any.
func lastNumber(path, suffix string) (int, error) {
	stem, ext := splitName(path, suffix)
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("cannot write %s: %w; create the directory with mkdir -p %s", path, missing(dir), dir)
	}
	if err != nil {
		return 0, explain(path, "write", err)
	}
	last, prefix := 0, filepath.Base(stem)+"-"
	for _, e := range entries {
		name := e.Name()
		if len(name) <= len(prefix)+len(ext) || !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, ext) {
			continue
		}
		if n, err := strconv.Atoi(name[len(prefix) : len(name)-len(ext)]); err == nil && n > last {
			last = n
		}
	}
	return last, nil
}
