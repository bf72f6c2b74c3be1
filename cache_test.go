package veloc

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTrim removes what was not used for longest, but nothing that was used a moment ago, and nothing that is no folder.
func TestTrim(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{
		"now": 0, "minutes": 30 * time.Minute, "hours": 2 * time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour,
	} {
		if err := os.MkdirAll(filepath.Join(dir, name, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(dir, name), then, then); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	used(filepath.Join(dir, "day"))
	for _, test := range []struct {
		keep int
		want string
	}{
		{5, "day file hours minutes now week"},
		{4, "day file hours minutes now"},
		{1, "day file minutes now"},
		{0, "day file minutes now"},
	} {
		trim(dir, test.keep)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("keeping %d leaves %s, want %s", test.keep, got, test.want)
		}
	}
}

// TestRuntimeModule checks what of the runtime goes into builds: no tests, nothing that only tests use, and only the libraries that are
// imported.
func TestRuntimeModule(t *testing.T) {
	files, err := runtimeModule()
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") || strings.HasPrefix(name, "runtime/rttest/") {
			t.Errorf("%s is part of the runtime", name)
		}
	}
	mod := string(files["go.mod"])
	for _, want := range []string{"module github.com/velostream/veloc\n", "\tgithub.com/twmb/franz-go v", "\tgithub.com/twmb/franz-go/pkg/kmsg v", "// indirect\n"} {
		if !strings.Contains(mod, want) {
			t.Errorf("go.mod lacks %q:\n%s", want, mod)
		}
	}
	for _, foreign := range []string{"kong", "participle", "jennifer", "kfake", "golang.org/x/tools"} {
		if strings.Contains(mod, foreign) {
			t.Errorf("go.mod requires %s:\n%s", foreign, mod)
		}
	}
}

// TestTrimRequirements keeps the module with the longest path for each import, and all indirect ones.
func TestTrimRequirements(t *testing.T) {
	mod := "module m\n\nrequire (\n\ta.org/x v1.0.0\n\ta.org/x/sub v1.0.0\n\tb.org/y v1.0.0\n)\n\nrequire (\n\tc.org/z v1.0.0 // indirect\n)\n"
	for _, test := range []struct {
		imports string
		want    []string
	}{
		{"fmt", []string{"c.org/z"}},
		{"a.org/x", []string{"a.org/x", "c.org/z"}},
		{"a.org/x/sub", []string{"a.org/x/sub", "c.org/z"}},
		{"a.org/x/sub/deep a.org/x/other", []string{"a.org/x", "a.org/x/sub", "c.org/z"}},
		{"b.org/y b.org/yes", []string{"b.org/y", "c.org/z"}},
	} {
		src := "package p\n"
		for path := range strings.FieldsSeq(test.imports) {
			src += fmt.Sprintf("import _ %q\n", path)
		}
		got, err := trimRequirements(map[string][]byte{"go.mod": []byte(mod), "p.go": []byte(src)})
		if err != nil {
			t.Fatal(err)
		}
		var kept []string
		for line := range strings.Lines(string(got)) {
			if m, _ := requirement(strings.TrimSuffix(line, "\n")); m != "" {
				kept = append(kept, m)
			}
		}
		if !slices.Equal(kept, test.want) {
			t.Errorf("%s needs %v, want %v", test.imports, kept, test.want)
		}
	}
}
