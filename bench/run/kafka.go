package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A broker is the process of bench/broker.
type broker struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	answers *bufio.Reader
	address string
	rows    int
}

func startBroker(bin, file string, rows int) (*broker, error) {
	cmd := exec.Command(bin, "-file", file, "-rows", strconv.Itoa(rows))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	b := &broker{cmd: cmd, stdin: stdin, answers: bufio.NewReader(stdout)}
	line, err := b.answers.ReadString('\n')
	if err == nil {
		_, err = fmt.Sscanf(line, "ready %s %d", &b.address, &b.rows)
	}
	if err != nil {
		b.stop()
		return nil, fmt.Errorf("broker: %w", err)
	}
	return b, nil
}

// ask sends a command and returns the answer without its "ok".
func (b *broker) ask(command ...any) (string, error) {
	if _, err := fmt.Fprintln(b.stdin, command...); err != nil {
		return "", err
	}
	line, err := b.answers.ReadString('\n')
	answer, ok := strings.CutPrefix(strings.TrimSpace(line), "ok")
	if err == nil && !ok {
		err = fmt.Errorf("it says %q", line)
	}
	if err != nil {
		return "", fmt.Errorf("broker: %v: %w", command, err)
	}
	return strings.TrimSpace(answer), nil
}

func (b *broker) stop() {
	b.stdin.Close()
	_ = b.cmd.Wait()
}

// measureKafka is measure for the query between two topics. A run lasts from the start of the program to
// the last record in the output topic; then the program is told to stop.
func (b *builder) measureKafka(r result, path, twin, veloc string) (result, error) {
	server, err := startBroker(b.bin("broker"), path, min(b.kafkaRows, r.rows))
	if err != nil {
		return r, err
	}
	defer server.stop()
	r.bytes = r.bytes * int64(server.rows) / int64(r.rows)
	r.rows = server.rows
	digests := map[bool]string{}
	// How many rows pass is known from counting them in the file, not from either program.
	want, err := expensive(path, server.rows)
	if err != nil {
		return r, err
	}
	runs := 0
	run := func(isVeloc bool) (sample, error) {
		runs++
		topic, group := fmt.Sprintf("alerts-%d", runs), fmt.Sprintf("bench-%d", runs)
		if _, err := server.ask("create", topic); err != nil {
			return sample{}, err
		}
		cmd := exec.Command(twin, "-broker", server.address, "-to", topic, "-group", group)
		if isVeloc {
			cmd = exec.Command(veloc, "--stats", "--config", "trades.bootstrap.servers="+server.address, "--config", "trades.group.id="+group,
				"--config", "result.bootstrap.servers="+server.address, "--config", "result.topic="+topic)
		}
		s, err := server.await(cmd, topic, want)
		if err == nil && digests[isVeloc] == "" {
			digests[isVeloc], err = server.ask("digest", topic)
		}
		return s, err
	}
	for round := range b.rounds {
		if err := r.pair(round, veloc != "", run); err != nil {
			return r, err
		}
	}
	if r.failure == "" && digests[true] != digests[false] {
		r.failure = "output differs"
		loud(r.query.name, "THE OUTPUTS DIFFER", fmt.Errorf("twin %s, veloc %s (count and hash of the values)", digests[false], digests[true]))
	}
	return r, nil
}

// await runs cmd until the topic has count records, or the program ends too early.
func (b *broker) await(cmd *exec.Cmd, topic string, count int) (sample, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	type answer struct {
		text string
		err  error
	}
	full := make(chan answer, 1)
	go func() {
		text, err := b.ask("wait", topic, count)
		full <- answer{text, err}
	}()
	select {
	case err := <-exited:
		b.stop() // it still waits for the topic to fill
		return sample{}, fmt.Errorf("%q ended before the output was complete: %v\n%s", cmd.Args, err, stderr.Bytes())
	case a := <-full:
		if stopping := cmd.Process.Signal(syscall.SIGTERM); a.err == nil {
			a.err = stopping
		}
		err := <-exited
		if a.err != nil {
			return sample{}, a.err
		}
		if err != nil {
			return sample{}, fmt.Errorf("%q: %w\n%s", cmd.Args, err, stderr.Bytes())
		}
		at, err := strconv.ParseInt(a.text, 10, 64)
		if err != nil {
			return sample{}, err
		}
		s := usage(cmd, stderr.Bytes())
		s.seconds = time.Unix(0, at).Sub(started).Seconds()
		return s, nil
	}
}

// expensive counts, among the first rows lines of the trades file, those with a price above 100.
func expensive(path string, rows int) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n := 0
	for i := 0; i < rows && lines.Scan(); i++ {
		_, rest, _ := bytes.Cut(lines.Bytes(), []byte(`"price":`))
		price, _, _ := bytes.Cut(rest, []byte{','})
		v, err := strconv.ParseFloat(string(price), 64)
		if err != nil {
			return 0, fmt.Errorf("price in line %d: %w", i+1, err)
		}
		if v > 100 {
			n++
		}
	}
	return n, lines.Err()
}
