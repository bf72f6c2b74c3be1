package veloc

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/udf"
	"github.com/velostream/veloc/templates"
)

// WriteModule writes a module that holds the job's package and its main program, with the runtime taken from rtDir.
func WriteModule(job *Job, dir, rtDir string) error {
	files, err := readModule(job, filepath.Dir(dir), rtDir)
	if err != nil {
		return err
	}
	return writeFiles(dir, files)
}

// readModule are the files of a job's module, with the runtime taken from rtDir, which may be relative to a folder in parent.
func readModule(job *Job, parent, rtDir string) (map[string][]byte, error) {
	dir := rtDir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(parent, "a-build", rtDir)
	}
	runtime := map[string][]byte{}
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("the runtime module: %w", err)
		}
		runtime[name] = data
	}
	return moduleFiles(job, runtime, rtDir, "")
}

func modulePath(pkg string) string { return "veloc.generated/" + pkg }

// moduleFiles are the files of a generated module, by path: the job's package, its main program, and go.mod and go.sum with the
// requirements of the runtime, word for word, so that nothing has to be resolved. If the SQL uses functions of the user's, their module is
// required as well, from the folder copied or else from where it is.
func moduleFiles(job *Job, runtime map[string][]byte, rtDir, copied string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, f := range job.Files {
		files[job.Package+"/"+f.Name] = f.Data
	}
	mod := strings.Replace(string(runtime["go.mod"]), "module "+modulePathOfVeloc+"\n", "module "+modulePath(job.Package)+"\n", 1)
	mod += fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %[1]s => %s\n", modulePathOfVeloc, quotePath(rtDir))
	files["go.mod"], files["go.sum"] = []byte(mod), runtime["go.sum"]
	files["main.go"] = templates.Main(modulePath(job.Package), job.Package, filepath.Base(job.Source.Name))
	if job.declared.Module == "" {
		return files, nil
	}
	at := copied
	if at == "" {
		at = job.declared.Module
	}
	var err error
	files["go.mod"], files["go.sum"], err = udf.Requirements(files["go.mod"], files["go.sum"], job.declared.Module, at, modulePathOfVeloc)
	return files, err
}

// quotePath writes a path as go.mod wants it.
func quotePath(p string) string {
	if strings.ContainsAny(p, " \t\"`'(),") {
		return fmt.Sprintf("%q", p)
	}
	return p
}

func writeFiles(dir string, files map[string][]byte) error {
	for _, n := range slices.Sorted(maps.Keys(files)) {
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
