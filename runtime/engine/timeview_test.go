package engine_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// /debug/time tells which partition the others wait for, and for how long, which ones are idle, and which windows wait.
func TestDebugTime(t *testing.T) {
	rttest.NoLeaks(t)
	clock := rttest.NewClock(rttest.Start)
	source, sink := mem.NewStream(3), mem.NewSink()
	opening := make(chan bool)
	sink.OnOpen = func() error { <-opening; return nil }
	r, w := io.Pipe()
	over := make(chan int, 1)
	go func() {
		over <- engine.Command{Job: job("windows", rt.Ordered, source, sink), Args: []string{"--metrics-addr", "127.0.0.1:0", "--workers", "1"},
			Stdout: io.Discard, Stderr: w, Clock: clock}.Run()
		w.Close()
	}()
	log := bufio.NewReader(r)
	first, err := log.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, log)
	ask := asker(t, regexp.MustCompile(`http://[^/]+`).FindString(first)+"/debug/time")
	if code, body := ask("", ""); code != 503 || !strings.Contains(body, "starting or stopping") {
		t.Errorf("before it reads: %d %q", code, body)
	}
	opening <- true
	source.Push(0, "k 1 100\nk 2 135")
	source.Push(1, "k 4 105")
	settle(t, source, clock)
	clock.Advance(20 * time.Second)
	source.Push(0, "k 8 151")
	source.Push(1, "k 8 104") // a sign of life, and no later time
	settle(t, source, clock)
	clock.Advance(10 * time.Second)
	source.Push(0, "k 8 151")
	settle(t, source, clock)
	const want = `job toy at 2026-01-05T00:00:30Z

pipeline in: watermark 1970-01-01T00:01:40Z
  input  partition  event time            watermark             silent  state
  in     0          1970-01-01T00:02:31Z  1970-01-01T00:02:26Z  200ms   active
  in     1          1970-01-01T00:01:45Z  1970-01-01T00:01:40Z  10.4s   holds the watermark back; no later time for 30.6s
  in     2          none                  none                  30.6s   idle: not waited for
  windows     open  next closes at
  toy.window  3     1970-01-01T00:01:50Z
`
	if code, body := ask("", ""); code != 200 || body != want {
		t.Errorf("%d\n%s\nwant\n%s", code, body, want)
	}
	var report engine.TimeReport
	code, body := ask("?format=json", "")
	if err := json.Unmarshal([]byte(body), &report); code != 200 || err != nil {
		t.Fatalf("%d %v\n%s", code, err, body)
	}
	p := report.Pipelines[0]
	if held := p.Inputs[0].Partitions[1]; !held.HoldsBack || held.HeldFor != 30.6 || held.Idle || p.Windows[0].Open != 3 {
		t.Errorf("%+v", p)
	}
	if _, other := ask("", "application/json"); other != body {
		t.Errorf("asked by a header:\n%s", other)
	}
	if code, body := ask("?format=xml", ""); code != 400 || body != "there is no format \"xml\": say ?format=json or ?format=text\n" {
		t.Errorf("%d %q", code, body)
	}
	source.End()
	if code := <-over; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// asker asks an address, with a query and an Accept header.
func asker(t *testing.T, url string) func(query, accept string) (int, string) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return func(query, accept string) (int, string) {
		t.Helper()
		req := httptest.NewRequest("GET", url+query, nil)
		req.RequestURI = ""
		if accept != "" {
			req.Header.Set("Accept", accept)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
}
