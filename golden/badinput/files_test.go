package badinput

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/rttest"
)

func zipped(rows string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(rows))
	w.Close()
	return b.String()
}

const (
	header  = "id,name,height,born,member\n"
	nothing = "job: 0 rows in, 0 out, 0 filtered, 0 rejected, 0 late in TIME\n"
)

// Input that cannot be read ends the run before anything is written, and says what to do. Input without rows is an empty result.
func TestInputFiles(t *testing.T) {
	parts := zipped("n,word\n" + strings.Repeat("1,some words\n2,others\n", 5000))
	for _, c := range []struct {
		name    string
		program string
		files   map[string]string
		args    []string
		code    int
		log     string
		out     string
	}{
		{name: "no file", program: "csv_passthrough", code: 3,
			log: "job: error: source people: in/people.csv does not exist; the directory is empty\n"},
		{name: "no directory", program: "csv_passthrough", args: []string{config("people.path", "data/people.csv")}, code: 3,
			log: "job: error: source people: data/people.csv does not exist: data does not exist; the directory holds in, out\n"},
		{name: "a misspelt file", program: "csv_passthrough", files: map[string]string{"in/poeple.csv": header}, code: 3,
			log: "job: error: source people: in/people.csv does not exist; did you mean in/poeple.csv?\n"},
		{name: "a directory", program: "csv_passthrough", args: []string{config("people.path", "in")}, code: 3,
			log: "job: error: source people: in is a directory; to read the files in it, write a pattern such as in/*.csv\n"},
		{name: "a pattern without files", program: "compressed_glob", code: 3,
			log: "job: error: source parts: no file matches in/part-*.csv.gz; the directory is empty\n"},
		{name: "an empty CSV file", program: "csv_passthrough", files: map[string]string{"in/people.csv": ""}, code: 3,
			log: "job: error: source people: in/people.csv is empty: a header line with the column names was expected; for files without one set 'header' = 'false'\n"},
		{name: "a header and no rows", program: "csv_passthrough", files: map[string]string{"in/people.csv": header}, log: nothing, out: "-- copied.csv --\n" + header},
		{name: "a header without its newline", program: "csv_passthrough", files: map[string]string{"in/people.csv": header[:len(header)-1]}, log: nothing, out: "-- copied.csv --\n" + header},
		{name: "no header", program: "csv_passthrough", files: map[string]string{"in/people.csv": "1,Ada,1.65,1815-12-10,true\n"}, code: 3,
			log: "job: error: source people: in/people.csv: the first line is no header of the columns id, name, height, born, member, but 1, Ada, 1.65, 1815-12-10, true; if the file has no header set 'header' = 'false', and if something else than ',' stands between its columns set 'delimiter'\n"},
		{name: "another header", program: "csv_passthrough", files: map[string]string{"in/people.csv": "id,nmae,height,born,extra\n"}, code: 3,
			log: "job: error: source people: in/people.csv: the header does not fit: column name is missing (did you mean nmae?); column member is missing; column nmae is not declared; column extra is not declared; the file has id, nmae, height, born, extra\n"},
		{name: "another order", program: "csv_passthrough", files: map[string]string{"in/people.csv": "name,id,height,born,member\n"}, code: 3,
			log: "job: error: source people: in/people.csv: the header does not fit: the columns are declared in the order id, name, height, born, member; the file has name, id, height, born, member\n"},
		{name: "another delimiter", program: "csv_passthrough", files: map[string]string{"in/people.csv": strings.ReplaceAll(header, ",", ";")}, code: 3,
			log: "job: error: source people: in/people.csv: the first line is no header of the columns id, name, height, born, member, but id;name;height;born;member; if the file has no header set 'header' = 'false', and if something else than ',' stands between its columns set 'delimiter'\n"},
		{name: "an empty JSON file", program: "rejected_rows", files: map[string]string{"in/readings.jsonl": ""}, log: nothing, out: "-- good.jsonl --\n"},
		{name: "blank lines only", program: "rejected_rows", files: map[string]string{"in/readings.jsonl": "\n\r\n \t\n"}, log: nothing, out: "-- good.jsonl --\n"},
		{name: "a byte order mark, and no newline at the end", program: "rejected_rows", files: map[string]string{"in/readings.jsonl": "\xef\xbb\xbf{\"sensor\":\"a\"}"},
			log: "job: 1 rows in, 1 out, 0 filtered, 0 rejected, 0 late in TIME\n", out: "-- good.jsonl --\n{\"sensor\":\"a\",\"next\":null,\"ok\":null}\n"},
		{name: "half of a gzip file", program: "compressed_glob", files: map[string]string{"in/part-1.csv.gz": parts[:len(parts)/2]}, args: []string{"--workers=1"}, code: 3,
			log: "job: 4,247 rows in, 4,247 out, 0 filtered, 0 rejected, 0 late in TIME\n" + "job: error: source parts: in/part-1.csv.gz is truncated: its gzip data ends unfinished, after 46726 decompressed bytes; the rows before were read\n"},
		{name: "a gzip file with a wrong byte", program: "compressed_glob", files: map[string]string{"in/part-1.csv.gz": parts[:len(parts)-6] + "x" + parts[len(parts)-5:]}, args: []string{"--workers=1"}, code: 3,
			log: "job: 10,000 rows in, 10,000 out, 0 filtered, 0 rejected, 0 late in TIME\n" + "job: error: source parts: in/part-1.csv.gz is damaged: its gzip data cannot be decompressed beyond 110007 bytes (gzip: invalid checksum); the rows before were read\n"},
		{name: "no gzip file", program: "compressed_glob", files: map[string]string{"in/part-1.csv.gz": "n,word\n1,one\n"}, code: 3,
			log: "job: error: source parts: in/part-1.csv.gz: the name says gzip, but the content is not gzip: repair the file, or set 'compression' = 'none' to read it as it is\n"},
		{name: "an empty gzip file", program: "compressed_glob", files: map[string]string{"in/part-1.csv.gz": ""}, code: 3,
			log: "job: error: source parts: in/part-1.csv.gz is empty: a header line with the column names was expected; for files without one set 'header' = 'false'\n"},
		{name: "the second file has another header", program: "compressed_glob", files: map[string]string{"in/part-1.csv.gz": zipped("n,word\n1,one\n"), "in/part-2.csv.gz": zipped("word,n\ntwo,2\n")}, code: 3,
			log: "job: error: source parts: in/part-2.csv.gz: the header does not fit: the columns are declared in the order n, word; the file has word, n\n"},
		{name: "a property that is no number", program: "csv_passthrough", args: []string{config("people.chunk.size", "much"), config("people.paht", "x")}, code: 2,
			log: "job: error: property 'people.chunk.size' = 'much': expected a number of bytes such as 1048576, 64KiB, 16MiB or 1GiB\n--config people.paht: this job has no such property; did you mean people.path?\n"},
		{name: "an unknown strategy", program: "csv_passthrough", args: []string{config("people.failure_strategy", "FailBtach")}, code: 2,
			log: "job: error: property 'people.failure_strategy' = 'FailBtach': expected one of LogAndContinue, FailBatch, SendToDLQ, RetryWithBackoff\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			place(t, c.files)
			code, log := run(c.program, c.args...)
			expect(t, "log", log, c.log)
			expect(t, "output", contents(t, "out"), c.out)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
		})
	}
}

// Output that cannot be written ends the run, before it begins where that can be known.
func TestOutputFiles(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		args  []string
		code  int
		log   string
		left  string // the only file in out/ after the run
	}{
		{name: "no directory", args: []string{config("good.path", "results/today/good.jsonl")}, code: 3, log: "job: error: sink good: cannot write results/today/good.jsonl: results/today does not exist: results does not exist; the directory holds in, out; create the directory with mkdir -p results/today\n"},
		{name: "a directory", args: []string{config("good.path", "out")}, code: 3, log: "job: error: sink good: cannot write out: it is a directory; name a file in it, such as out/out.csv\n"},
		{name: "below a file", args: []string{config("good.path", "in/readings.jsonl/good.jsonl")}, code: 3, log: "job: error: sink good: cannot write in/readings.jsonl/good.jsonl: not a directory\n"},
		{name: "a device that is full", args: []string{config("good.path", "/dev/full")}, code: 3, log: "job: 2 rows in, 1 out, 0 filtered, 1 rejected, 0 late in TIME\njob: error: sink good: cannot write /dev/full: no space left on device; free some space in /dev or write elsewhere, then run again\n", left: "rejected.jsonl"},
		{name: "no directory for the dead letters", args: []string{config("readings.dead.letter.queue.path", "letters/bad.jsonl")}, code: 3, log: "job: error: dead-letter queue of readings: the dead-letter file cannot be written: open letters/bad.jsonl: no such file or directory; create the directory with mkdir -p letters\n"},
		{name: "dead letters on a device that is full", args: []string{config("readings.dead.letter.queue.path", "/dev/full")}, code: 3, log: "job: 2 rows in, 1 out, 0 filtered, 1 rejected, 0 late in TIME\njob: error: dead-letter queue of readings: write /dev/full: no space left on device\n"},
		{name: "both are wrong", args: []string{config("readings.path", "nowhere"), config("good.path", "out")}, code: 3, log: "job: error: source readings: nowhere does not exist; the directory holds in, out\nsink good: cannot write out: it is a directory; name a file in it, such as out/out.csv\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			place(t, map[string]string{"in/readings.jsonl": "{\"sensor\":\"a\",\"value\":1}\nbad\n"})
			code, log := run("rejected_rows", c.args...)
			expect(t, "log", log, c.log)
			expect(t, "output", strings.Join(names(t, "out"), " "), c.left)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
		})
	}
}

// A disk that fills up while the run writes: the reason is told, and nothing stays behind.
func TestDiskFull(t *testing.T) {
	rows := strings.Repeat("{\"sensor\":\"a\",\"value\":1}\n", 200_000)
	place(t, map[string]string{"in/readings.jsonl": rows, "disk/": ""})
	dir := "disk"
	if err := mountSmall(t, "disk"); err != nil {
		t.Logf("no file system of 1 MiB can be mounted (%v): files are limited to that size instead", err)
		limitFiles(t, 1<<20)
		code, log := run("rejected_rows", config("good.path", "disk/good.jsonl"), "--workers=1", config("readings.chunk.size", "16MiB"))
		_, failure, _ := strings.Cut(log, "\n")
		expect(t, "log", failure, "job: error: sink good: cannot write disk/good.jsonl: file too large; this file system or limit allows no larger files: set 'rotation.size', or write elsewhere\n")
		if code != 3 {
			t.Errorf("exit code %d", code)
		}
	} else {
		code, log := run("rejected_rows", config("good.path", "disk/good.jsonl"), "--workers=1", config("readings.chunk.size", "16MiB"))
		_, failure, _ := strings.Cut(log, "\n")
		expect(t, "log", failure, "job: error: sink good: cannot write disk/good.jsonl: no space left on device; free some space in disk or write elsewhere, then run again\n")
		if code != 3 {
			t.Errorf("exit code %d", code)
		}
	}
	expect(t, "disk", contents(t, dir), "")
}

// A file that another program cuts short while it is read: mapped or not, the run fails and says so.
func TestTruncatedWhileRead(t *testing.T) {
	for _, mmap := range []string{"true", "false"} {
		place(t, map[string]string{"in/readings.jsonl": strings.Repeat("{\"sensor\":\"a\",\"value\":1}\n", 400_000)})
		var log bytes.Buffer
		_, err := engine.Run(t.Context(), programs["rejected_rows"](), engine.Options{Stderr: &log, Clock: rttest.NewClock(rttest.Start),
			Config: map[string]string{"readings.mmap": mmap}, Ready: func(ready bool) {
				if ready {
					if err := os.Truncate("in/readings.jsonl", 1<<20); err != nil {
						t.Error(err)
					}
				}
			}})
		expect(t, "mmap "+mmap, fmt.Sprint(err), "source readings: in/readings.jsonl was truncated by another process while it was read "+
			"(it had 10000000 bytes and now has 1048576): run again when the file is complete")
		expect(t, "output", contents(t, "out"), "")
	}
}
