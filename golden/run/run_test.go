// Package run compiles all golden programs into one test and runs them. See package golden.
package run

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/rttest"
)

var update = flag.Bool("update", false, "rewrite results")

// TestRun runs every case and compares its results, whatever the number of workers and the size of chunks.
func TestRun(t *testing.T) {
	for name, build := range jobs {

		t.Run(name, func(t *testing.T) {
			for i, v := range []struct{ workers, chunk string }{{"1", "1MiB"}, {"1", "16"}, {"2", "64"}, {"4", "24"}, {"3", "4KiB"}} {
				job := build()
				here, err := os.Getwd()
				if err != nil {
					t.Fatal(err)
				}
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", name))); err != nil {
					t.Fatal(err)
				}
				if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
					t.Fatal(err)
				}
				config := settings(job, v.chunk)
				var log bytes.Buffer
				workers := int(v.workers[0] - '0')
				if err := os.Chdir(dir); err != nil { // paths in reports stay the same
					t.Fatal(err)
				}
				clock := rttest.NewClock(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).UnixNano())
				_, err = engine.Run(context.Background(), job, engine.Options{Config: config, Workers: workers, Stderr: &log, Clock: clock})
				if cerr := os.Chdir(here); cerr != nil {
					t.Fatal(cerr)
				}
				results(t, name, dir, i == 0, err, log.String())
				if t.Failed() {
					t.Fatalf("with %s workers and chunks of %s", v.workers, v.chunk)
				}
			}
		})
	}
}

// settings are the options of a job with chunks of some size. Sources that would go on for ever have 20000 rows, five chunks of them.
func settings(job *rt.Job, chunk string) map[string]string {
	config := map[string]string{}
	for _, o := range job.Options {
		switch {
		case strings.HasSuffix(o.Key, ".chunk.size"):
			config[o.Key] = chunk
		case strings.HasSuffix(o.Key, ".rows") && o.Default == "0":
			config[o.Key] = "20000"
		}
	}
	return config
}

// results compares the out folder of a run with want, or rewrites want from the first run.
func results(t *testing.T, name, dir string, first bool, runErr error, log string) {
	t.Helper()
	if runErr != nil {
		t.Fatalf("%v\n%s", runErr, log)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatalf("%s wrote nothing into out/", name)
	}
	for _, e := range entries {
		have, err := os.ReadFile(filepath.Join(dir, "out", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", name, "want", e.Name())
		if *update && first {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, have, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, want) {
			t.Errorf("%s differs\nhave:\n%s\nwant:\n%s\n%s", path, have, want, log)
		}
	}
}
