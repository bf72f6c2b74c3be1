package file

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// nearest returns the candidate most like name, or "" if none is like it: at most a third of its characters differ, case aside.
func nearest(name string, candidates []string) string {
	best, least := "", len(name)/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < least || d == least && best == "" && d < len(name) {
			best, least = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance with swaps of neighbours (optimal string alignment), in bytes.
func distance(a, b string) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

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
	if near := nearest(base, names); near != "" {
		return fmt.Errorf("%s does not exist; did you mean %s?", path, filepath.Join(dir, near))
	}
	if text == "" {
		return fmt.Errorf("%s does not exist", path)
	}
	return fmt.Errorf("%s does not exist; %s", path, text)
}
