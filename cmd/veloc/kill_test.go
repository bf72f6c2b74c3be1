package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var (
	kills    = flag.Int("kills", 30, "how often TestKill kills a job")
	killSeed = flag.Uint64("kill.seed", 0, "decides about the data and the moments; 0: another one each time")
)

// killedSQL has every kind of state that is saved, and outputs that show each row and such that show a result at the end.
const killedSQL = `CREATE STREAM trades (id INTEGER, symbol STRING, price DECIMAL(10,2), size INTEGER, at TIMESTAMP,
  WATERMARK FOR at AS at - INTERVAL '5' SECOND)
WITH ('connector' = 'file_source', 'path' = 'trades.csv', 'format' = 'csv');

CREATE TABLE running AS SELECT symbol, COUNT(*) AS n, SUM(size) AS total, MAX(price) AS high, LAST(id) AS last FROM trades GROUP BY symbol EMIT CHANGES
WITH ('running.type' = 'file_sink', 'running.path' = 'out/running.jsonl', 'running.format' = 'jsonlines', 'running.append' = 'true');

CREATE TABLE minutes AS SELECT symbol, COUNT(*) AS n, AVG(price) AS mean, COUNT(DISTINCT size) AS sizes FROM trades
GROUP BY symbol WINDOW TUMBLING(at, 1m)
WITH ('minutes.type' = 'file_sink', 'minutes.path' = 'out/minutes.csv', 'minutes.format' = 'csv');

CREATE STREAM firsts AS SELECT DISTINCT symbol, size FROM trades
WITH ('firsts.type' = 'file_sink', 'firsts.path' = 'out/firsts.csv.gz', 'firsts.format' = 'csv');

CREATE STREAM dear AS SELECT id, price FROM trades WHERE price > 90
WITH ('dear.type' = 'file_sink', 'dear.path' = 'out/dear.json', 'dear.format' = 'json', 'dear.rotation.rows' = '1000');
`

// A job that is killed again and again, at any moment, ends with the results of one that is left alone, to the byte.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for some time")
	}
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test ./cmd/veloc -run TestKill -kills %d -kill.seed %d", *kills, seed)
	r := rand.New(rand.NewPCG(seed, 1))
	dir, program := build(t, killedSQL)
	var rows bytes.Buffer
	fmt.Fprintln(&rows, "id,symbol,price,size,at")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for id := range 150_000 {
		now = now.Add(time.Duration(r.IntN(100)) * time.Millisecond)
		at := now.Add(-time.Duration(r.IntN(8000)) * time.Millisecond)
		fmt.Fprintf(&rows, "%d,symbol number %d,%d.%02d,%d,%s\n", id, r.IntN(300), r.IntN(100), r.IntN(100), r.IntN(50), at.Format("2006-01-02T15:04:05.000Z"))
	}
	args := []string{"--config=trades.chunk.size=16KiB", "--config=state.checkpoint.interval=20ms", "--quiet"}
	work := t.TempDir()
	for _, d := range []string{dir, work} {
		if err := errors.Join(os.WriteFile(filepath.Join(d, "trades.csv"), rows.Bytes(), 0o666), os.MkdirAll(filepath.Join(d, "out"), 0o777)); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	if text, err := exec.Command(program, append([]string{"--base-dir", dir}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	longest := time.Since(began) // a run that saves its state takes longer, so most are killed
	want := outputs(t, dir)
	state := filepath.Join(work, "state")
	for n, finished := 0, 0; n < *kills; {
		cmd := exec.Command(program, append([]string{"--base-dir", work, "--state-dir", state, fmt.Sprint("--workers=", 1+r.IntN(3))}, args...)...)
		var log bytes.Buffer
		cmd.Stderr = &log
		earlier := manifest(t, state)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		go func() { over <- cmd.Wait() }()
		timer := time.NewTimer(time.Duration(r.Int64N(int64(longest))))
		select {
		case <-timer.C:
			if err := cmd.Process.Kill(); err == nil {
				n++
			}
			<-over
			if log.Len() > 0 {
				t.Fatalf("after %d kills:\n%s", n, log.String())
			}
			now := manifest(t, state)
			if !bytes.Contains(now, []byte(`"phase": "complete"`)) || bytes.Equal(now, earlier) { // the run before was complete, and this one had not begun
				continue
			} // it was killed while it ended, and everything was done
		case err := <-over:
			timer.Stop()
			if err != nil {
				t.Fatalf("after %d kills: %v\n%s", n, err, log.String())
			}
		}
		finished++
		compare(t, n, want, outputs(t, work))
		fresh(t, work)
		if finished > 5**kills {
			t.Fatal("it is never killed: make the runs longer")
		}
	}
	if text, err := exec.Command(program, append([]string{"--base-dir", work, "--state-dir", state}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	compare(t, *kills, want, outputs(t, work))
}

// manifest is what the state directory says of itself; empty: nothing yet.
func manifest(t *testing.T, state string) []byte {
	text, err := os.ReadFile(filepath.Join(state, "job", "MANIFEST"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return text
}

// fresh empties the folder of outputs: the next run begins anew, because the last one was whole.
func fresh(t *testing.T, dir string) {
	out := filepath.Join(dir, "out")
	if err := errors.Join(os.RemoveAll(out), os.MkdirAll(out, 0o777)); err != nil {
		t.Fatal(err)
	}
}

// outputs are the contents of the files in out, by their names.
func outputs(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "out", "*"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".gz" { // each checkpoint ends a member
			z, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		all[filepath.Base(name)] = data
	}
	return all
}

func compare(t *testing.T, kills int, want, got map[string][]byte) {
	t.Helper()
	for name := range got {
		if want[name] == nil {
			t.Errorf("after %d kills there is a file %s", kills, name)
		}
	}
	for name, data := range want {
		if !bytes.Equal(got[name], data) {
			n := 0
			for n < min(len(data), len(got[name])) && data[n] == got[name][n] {
				n++
			}
			t.Errorf("after %d kills %s has %d bytes, want %d; they differ at byte %d", kills, name, len(got[name]), len(data), n)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}
