package udf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
	"golang.org/x/tools/go/packages"
)

// Requirements adds the module in dir, and all that it requires, to the text of a go.mod and a go.sum. At is where the build finds the
// module. Versions are the newer of both sides. Of runtime, the module that generated code needs anyway, only its place can change:
// user code may lie in it.
func Requirements(mod, sum []byte, dir, at, runtime string) (newMod, newSum []byte, err error) {
	user, err := read(dir)
	if err != nil {
		return nil, nil, err
	}
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("bug: the go.mod of the job: %w", err)
	}
	have := map[string]string{}
	for _, r := range f.Require {
		have[r.Mod.Path] = r.Mod.Version
	}
	for _, r := range user.Require {
		if r.Mod.Path == runtime || semver.Compare(r.Mod.Version, have[r.Mod.Path]) <= 0 {
			continue
		}
		if err := f.AddRequire(r.Mod.Path, r.Mod.Version); err != nil {
			return nil, nil, err
		}
	}
	for _, r := range user.Replace {
		to := r.New.Path
		if r.New.Version == "" && !filepath.IsAbs(to) {
			to = filepath.Join(dir, to)
		}
		if r.Old.Path != runtime {
			if err := f.AddReplace(r.Old.Path, r.Old.Version, to, r.New.Version); err != nil {
				return nil, nil, err
			}
		}
	}
	path := user.Module.Mod.Path
	if path != runtime {
		if err := f.AddRequire(path, "v0.0.0"); err != nil {
			return nil, nil, err
		}
	}
	if err := f.AddReplace(path, "", at, ""); err != nil {
		return nil, nil, err
	}
	f.Cleanup()
	if newMod, err = f.Format(); err != nil {
		return nil, nil, err
	}
	more, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return nil, nil, err
	}
	return newMod, union(sum, more), nil
}

func read(dir string) (*modfile.File, error) {
	path := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse(path, text, nil)
	if err == nil && f.Module == nil {
		err = fmt.Errorf("%s names no module", path)
	}
	return f, err
}

// union is all lines of both texts, once.
func union(a, b []byte) []byte {
	seen := map[string]bool{}
	var out strings.Builder
	for line := range strings.Lines(string(a) + "\n" + string(b)) {
		if line = strings.TrimSpace(line); line != "" && !seen[line] {
			seen[line] = true
			out.WriteString(line + "\n")
		}
	}
	return []byte(out.String())
}

// Sources are the files of the module in dir that the packages with the given import paths need, by path below dir, with its go.mod and
// go.sum: a copy of them builds without the rest.
func Sources(dir string, paths []string) (map[string][]byte, error) {
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedEmbedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
		Dir:  dir, Env: append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0", "GOFLAGS=-mod=readonly"),
	}, paths...)
	if err != nil {
		return nil, err
	}
	names := []string{"go.mod", "go.sum"}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		if p.Module != nil && p.Module.Replace != nil && p.Module.Replace.Version == "" {
			err = fmt.Errorf("%s requires %s, which go.mod replaces by the folder %s: a standalone module cannot hold that", filepath.Base(dir), p.Module.Path, p.Module.Replace.Path)
		}
		for _, file := range append(append([]string{}, p.GoFiles...), p.EmbedFiles...) {
			if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
				names = append(names, rel)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) && name == "go.sum" {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[filepath.ToSlash(name)] = data
	}
	return out, nil
}
