package run

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	servedtables "github.com/velostream/veloc/golden/served_tables/gen"
	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// Requests find the rows that results have led to: replaced ones with their new columns, withdrawn ones not at all. What cannot be asked is told
// with what can.
func TestServedTables(t *testing.T) {
	rttest.NoLeaks(t)
	clock, source := rttest.NewClock(rttest.Start), mem.NewStream(1)
	job := servedtables.New()
	job.Pipelines[0].Inputs[0].New = func(*rt.Env) (rt.Source, rt.Ledger, error) { return source, nil, nil }
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	over := make(chan int, 1)
	go func() {
		over <- engine.Command{Job: job, Args: []string{"--metrics-addr", "127.0.0.1:0", "--workers", "1", "--base-dir", dir}, Stdout: io.Discard, Stderr: w, Clock: clock}.Run()
		w.Close()
	}()
	log := bufio.NewReader(r)
	first, err := log.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(t.Output(), log)
	url := regexp.MustCompile(`http://[^/]+`).FindString(first)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	asks := func(path string, code int, want string) {
		t.Helper()
		res, err := client.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		if got := strings.TrimSuffix(string(body), "\n"); res.StatusCode != code || got != want {
			t.Errorf("%s: %d %s\nwant %d %s", path, res.StatusCode, got, code, want)
		}
	}
	push := func(rows string) {
		t.Helper()
		source.Push(0, rows)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := source.Settled(ctx); err != nil {
			t.Fatal(err)
		}
		clock.Await(1)
		clock.Advance(200 * time.Millisecond)
		clock.Await(1)
	}
	push("A,x,10,1.50\nB,x,5,2.00\nA,y,7,1.75")
	asks("/tables", 200, `[{"table":"volumes","key":["symbol","venue"],"rows":3},{"table":"last_trades","key":["symbol"],"rows":2},{"table":"active","key":["venue"],"rows":2},{"table":"overall","key":[],"rows":1}]`)
	asks("/tables/volumes?key=A&key=x", 200, `{"symbol":"A","venue":"x","volume":10,"trades":1}`)
	asks("/tables/last_trades?key=A", 200, `{"symbol":"A","price":1.75,"venue":"y"}`)
	asks("/tables/active?key=x", 200, `{"venue":"x","volume":15}`)
	asks("/tables/overall", 200, `{"trades":3,"highest":2.00}`)

	push("A,x,-10,1.60\nB,x,-5,2.25\nC,y,1,9.00\n\"D E\",\"z|&\",3,1.00")
	asks("/tables/volumes?key=A&key=x", 200, `{"symbol":"A","venue":"x","volume":0,"trades":2}`)
	asks("/tables/volumes?key=D%20E&key=z%7C%26", 200, `{"symbol":"D E","venue":"z|&","volume":3,"trades":1}`)
	asks("/tables/active?key=x", 404, "active has no row with the key x") // withdrawn
	asks("/tables/active?key=y", 200, `{"venue":"y","volume":8}`)
	asks("/tables/overall", 200, `{"trades":7,"highest":9.00}`)

	asks("/tables/volumes?key=A", 400, "a row is identified by 2 columns, symbol, venue, and the request has 1 of these: ask for /tables/volumes?key=<symbol>&key=<venue>")
	asks("/tables/last_trades", 400, "a row is identified by one column, symbol, and the request has 0 of these: ask for /tables/last_trades?key=<symbol>")
	asks("/tables/nobody?key=1", 404, "the job serves no table nobody; it serves volumes, last_trades, active, overall")
	asks("/tables/copies?key=A", 404, "the job serves no table copies; it serves volumes, last_trades, active, overall")
	source.End()
	if code := <-over; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// State that a restart brings back would leave a table in memory behind.
func TestServedTablesHaveNoStateDirectory(t *testing.T) {
	job := servedtables.New()
	_, err := engine.Run(t.Context(), job, engine.Options{BaseDir: t.TempDir(), State: engine.StateOptions{Dir: t.TempDir()}})
	if err == nil || !strings.Contains(err.Error(), "sink volumes: a table that is served is in memory only") {
		t.Errorf("%v", err)
	}
}
