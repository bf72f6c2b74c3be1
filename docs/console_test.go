package docs

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the output in console blocks")

// workspace is a folder as a reader of the documentation has it: trades.csv from the quickstart, and the files of testdata.
func workspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range []string{"testdata", filepath.Join(root, "examples", "quickstart", "data")} {
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// velocCommand builds the veloc command once and returns the folder that holds it.
var velocCommand = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "veloc-docs-")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "veloc"), "../cmd/veloc").CombinedOutput()
	if err != nil {
		os.Stderr.Write(out)
	}
	return dir, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := velocCommand(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// TestConsole runs the console blocks of the documentation and compares what they print. A page is one session in one folder: SQL
// blocks that begin with a comment like `-- bars.sql` are saved under that name as the reader comes to them.
func TestConsole(t *testing.T) {
	bin, err := velocCommand()
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for name, page := range pages(t) {
		list := blocks(page)
		if !slices.ContainsFunc(list, func(b block) bool { return b.info == "console" }) {
			continue
		}
		dir := workspace(t)
		changed := page
		for _, b := range list {
			if file := savedAs(b); file != "" {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(b.text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if b.info != "console" {
				continue
			}
			ran++
			printed := session(t, bin, dir, b.text)
			if steady(printed) == steady(b.text) {
				continue
			}
			changed = strings.Replace(changed, "```console\n"+b.text+"```", "```console\n"+printed+"```", 1)
			if !*update {
				t.Errorf("%s:%d: this is what is printed (go test ./docs -update rewrites it):\n%s", name, b.line, printed)
			}
		}
		if *update && changed != page {
			if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(name)), []byte(changed), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if ran < 8 {
		t.Errorf("only %d console blocks were found", ran)
	}
}

var fileComment = regexp.MustCompile(`^-- (\w+\.sql)\n`)

// savedAs is the name of the file that a block is, or empty.
func savedAs(b block) string {
	kind, _, _ := strings.Cut(b.info, " ")
	if m := fileComment.FindStringSubmatch(b.text); m != nil && kind == "sql" {
		return m[1]
	}
	return ""
}

// session runs the commands of a console block, the lines that begin with "$ ", and returns them with what they print.
func session(t *testing.T, bin, dir, text string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(text) {
		command, is := strings.CutPrefix(line, "$ ")
		if !is {
			continue
		}
		b.WriteString(line)
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "NO_COLOR=1")
		out, err := cmd.CombinedOutput()
		if err != nil && !regexp.MustCompile(`^exit status [12]$`).MatchString(err.Error()) {
			t.Errorf("%s%v", line, err)
		}
		b.Write(out)
		if len(out) > 0 && out[len(out)-1] != '\n' {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

var timing = regexp.MustCompile(` in [\d.]+m?s \([\d,]+ rows/s\)`)

// steady leaves out what differs from run to run.
func steady(text string) string { return timing.ReplaceAllString(text, " in 1ms (1 rows/s)") }

var mentioned = regexp.MustCompile(`\bveloc ([a-z]+)((?: [^|&;>)` + "`" + `\n]*)?)`)

// TestCommands: every command and flag of veloc that the documentation shows exists.
func TestCommands(t *testing.T) {
	bin, err := velocCommand()
	if err != nil {
		t.Fatal(err)
	}
	help := map[string]string{}
	of := func(command string) string {
		if _, known := help[command]; !known {
			out, err := exec.Command(filepath.Join(bin, "veloc"), append(strings.Fields(command), "--help")...).Output()
			if err != nil {
				out = nil
			}
			help[command] = string(out)
		}
		return help[command]
	}
	seen := 0
	for name, page := range pages(t) {
		for _, code := range codeOf(page) {
			for _, m := range mentioned.FindAllStringSubmatch(code, -1) {
				command, rest := m[1], m[2]
				if command == "dev" {
					command = "dev kafka"
				}
				seen++
				if !strings.HasPrefix(of(command), "Usage: veloc "+command) {
					t.Errorf("%s mentions `veloc %s`, which does not exist", name, command)
					continue
				}
				rest, _, _ = strings.Cut(rest, " -e ")
				rest, _, _ = strings.Cut(rest, " -- ")
				for _, f := range regexp.MustCompile(` (--?[a-z-]+)`).FindAllStringSubmatch(rest, -1) {
					if !regexp.MustCompile(`(?m)^.*[ ,]` + f[1] + `[=, \n]`).MatchString(of(command)) {
						t.Errorf("%s mentions `veloc %s %s`: there is no such flag", name, command, f[1])
					}
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d mentions were found", seen)
	}
}

// codeOf lists the code of a page: lines of shell and console blocks, and code within sentences.
func codeOf(page string) []string {
	var code []string
	for _, b := range blocks(page) {
		if b.info == "sh" {
			code = append(code, strings.Split(b.text, "\n")...)
		}
		if b.info == "console" {
			for line := range strings.Lines(b.text) {
				if strings.HasPrefix(line, "$ ") {
					code = append(code, line)
				}
			}
		}
	}
	for _, m := range regexp.MustCompile("`[^`\n]+`").FindAllString(page, -1) {
		code = append(code, strings.Trim(m, "`"))
	}
	return code
}
