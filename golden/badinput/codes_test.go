package badinput

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	code    = regexp.MustCompile(`"(VR[0-9]{4})"`)
	section = regexp.MustCompile(`(?m)^## (VR[0-9]{4}): .+$`)
)

// Every code that a rejected row can have is explained, once, and none is explained that no row can have.
func TestCodes(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir("../../runtime", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, line := range strings.Split(string(text), "\n") {
			line, _, _ = strings.Cut(line, "//")
			for _, m := range code.FindAllStringSubmatch(line, -1) {
				used[m[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/run-time-errors.md")
	if err != nil {
		t.Fatal(err)
	}
	var explained []string
	for _, m := range section.FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(m[1], "VR04") { // of state, not of rows
			continue
		}
		explained = append(explained, m[1])
	}
	if have := slices.Sorted(maps.Keys(used)); !slices.Equal(have, explained) || len(have) < 10 {
		t.Errorf("docs/run-time-errors.md explains\n%v, rows have\n%v", explained, have)
	}
}
