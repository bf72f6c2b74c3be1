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
	"strings"
	"testing"
	"time"
)

var (
	kills    = flag.Int("kills", 30, "how often TestKill kills a job")
	killSeed = flag.Uint64("kill.seed", 0, "decides about the data and the moments; 0: another one each time")
)

// killedSQL has kinds of state that are saved, and outputs that show each row and such that show a result at the end.
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

// joinedSQL has sources whose rows meet in all ways.
const joinedSQL = `CREATE STREAM orders (id INTEGER, customer STRING, currency STRING, amount DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '5' SECOND)
WITH ('connector' = 'file_source', 'path' = 'orders.csv');

CREATE STREAM payments (order_id INTEGER, paid DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '5' SECOND)
WITH ('connector' = 'file_source', 'path' = 'payments.json', 'format' = 'json');

CREATE TABLE rates (currency STRING PRIMARY KEY, rate DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '5' SECOND)
WITH ('connector' = 'file_source', 'path' = 'rates.csv.gz');

CREATE TABLE customers (customer STRING PRIMARY KEY, country STRING)
WITH ('connector' = 'file_source', 'path' = 'customers.csv');

CREATE STREAM settled AS
SELECT o.id, o.customer, p.paid, o.amount
FROM orders o LEFT JOIN payments p ON o.id = p.order_id AND p.at BETWEEN o.at AND o.at + INTERVAL '1' MINUTE
WITH ('settled.type' = 'file_sink', 'settled.path' = 'out/settled.jsonl');

CREATE STREAM minutes AS SELECT customer, COUNT(*) AS n, SUM(paid) AS paid FROM settled GROUP BY customer WINDOW TUMBLING(1m) EMIT FINAL
WITH ('minutes.type' = 'file_sink', 'minutes.path' = 'out/minutes.csv', 'minutes.format' = 'csv');

CREATE STREAM worth AS
SELECT o.id, o.amount * r.rate AS worth FROM orders o LEFT JOIN rates FOR SYSTEM_TIME AS OF o.at AS r ON o.currency = r.currency
WITH ('worth.type' = 'file_sink', 'worth.path' = 'out/worth.csv', 'worth.format' = 'csv');

CREATE STREAM domestic AS
SELECT o.id, c.country FROM orders o JOIN customers c ON o.customer = c.customer WHERE c.country <> 'country 3'
WITH ('domestic.type' = 'file_sink', 'domestic.path' = 'out/domestic.csv', 'domestic.format' = 'csv');

CREATE STREAM ids AS SELECT id FROM orders UNION SELECT order_id FROM payments
WITH ('ids.type' = 'file_sink', 'ids.path' = 'out/ids.csv', 'ids.format' = 'csv');
`

// A job that is killed again and again, at any moment, ends with the results of one that is left alone, to the byte.
func TestKill(t *testing.T) { killAgain(t, killedSQL, tradesFile) }

// TestKillJoins is TestKill for sources whose rows meet.
func TestKillJoins(t *testing.T) { killAgain(t, joinedSQL, joinedFiles) }

func tradesFile(r *rand.Rand) map[string][]byte {
	var rows bytes.Buffer
	fmt.Fprintln(&rows, "id,symbol,price,size,at")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for id := range 150_000 {
		now = now.Add(time.Duration(r.IntN(100)) * time.Millisecond)
		fmt.Fprintf(&rows, "%d,symbol number %d,%d.%02d,%d,%s\n", id, r.IntN(300), r.IntN(100), r.IntN(100), r.IntN(50), disordered(r, now))
	}
	return map[string][]byte{"trades.csv": rows.Bytes()}
}

// disordered is a time up to eight seconds before now.
func disordered(r *rand.Rand, now time.Time) string {
	return now.Add(-time.Duration(r.IntN(8000)) * time.Millisecond).Format("2006-01-02T15:04:05.000Z")
}

func joinedFiles(r *rand.Rand) map[string][]byte {
	var orders, payments, rates, customers bytes.Buffer
	fmt.Fprintln(&orders, "id,customer,currency,amount,at")
	fmt.Fprintln(&rates, "currency,rate,at")
	fmt.Fprintln(&customers, "customer,country")
	for n := range 1000 {
		fmt.Fprintf(&customers, "customer number %d,country %d\n", n, r.IntN(5))
	}
	payments.WriteString("[")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for id := range 40_000 {
		now = now.Add(time.Duration(r.IntN(100)) * time.Millisecond)
		fmt.Fprintf(&orders, "%d,customer number %d,C%d,%d.%02d,%s\n", id, r.IntN(300), r.IntN(20), r.IntN(100), r.IntN(100), disordered(r, now))
		if r.IntN(10) == 0 {
			fmt.Fprintf(&rates, "C%d,%d.%02d,%s\n", r.IntN(20), r.IntN(10), r.IntN(100), disordered(r, now))
		}
		if id > 0 {
			payments.WriteString(",\n")
		}
		fmt.Fprintf(&payments, `{"order_id":%d,"paid":%d.5,"at":"%s"}`, max(0, id-r.IntN(500)), r.IntN(100), disordered(r, now.Add(20*time.Second)))
	}
	payments.WriteString("]\n")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(rates.Bytes())
	z.Close()
	return map[string][]byte{"orders.csv": orders.Bytes(), "payments.json": payments.Bytes(), "rates.csv.gz": zipped.Bytes(), "customers.csv": customers.Bytes()}
}

// killAgain kills a job that reads files, and compares what it writes with what it writes when it is left alone.
func killAgain(t *testing.T, sql string, inputs func(r *rand.Rand) map[string][]byte) {
	if testing.Short() {
		t.Skip("kills processes for some time")
	}
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test ./cmd/veloc -run %s -kills %d -kill.seed %d", t.Name(), *kills, seed)
	r := rand.New(rand.NewPCG(seed, 1))
	dir, program := build(t, sql)
	files := inputs(r)
	args := []string{"--config=state.checkpoint.interval=20ms", "--quiet"}
	work := t.TempDir()
	for name, content := range files {
		source, _, _ := strings.Cut(name, ".")
		args = append(args, "--config="+source+".chunk.size=16KiB")
		for _, d := range []string{dir, work} {
			if err := errors.Join(os.WriteFile(filepath.Join(d, name), content, 0o666), os.MkdirAll(filepath.Join(d, "out"), 0o777)); err != nil {
				t.Fatal(err)
			}
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
			t.Errorf("after %d kills %s has %d bytes, want %d; they differ at byte %d:\nhave %q\nwant %q", kills, name, len(got[name]), len(data), n,
				got[name][max(0, n-100):min(n+200, len(got[name]))], data[max(0, n-100):min(n+200, len(data))])
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}
