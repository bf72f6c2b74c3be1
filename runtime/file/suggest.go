package file

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// listing tells what a directory holds, shortened, for errors about missing files.
func listing(dir string) (names []string, text string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, ""
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	switch n := len(names); {
	case n == 0:
		text = "the directory is empty"
	case n > 6:
		text = fmt.Sprintf("the directory holds %s and %d more", strings.Join(names[:6], ", "), n-6)
	default:
		text = "the directory holds " + strings.Join(names, ", ")
	}
	return names, text
}

// missing explains why path cannot be found: it walks up to the first directory that exists.
func missing(path string) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	dir = filepath.Clean(dir)
	if _, err := os.Stat(dir); err != nil && dir != filepath.Dir(dir) {
		return fmt.Errorf("%s does not exist: %w", path, missing(dir))
	}
	names, text := listing(dir)
	if near := rt.Nearest(base, names); near != "" {
		return fmt.Errorf("%s does not exist; did you mean %s?", path, filepath.Join(dir, near))
	}
	if text == "" {
		return fmt.Errorf("%s does not exist", path)
	}
	return fmt.Errorf("%s does not exist; %s", path, text)
}
