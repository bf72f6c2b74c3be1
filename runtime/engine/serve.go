package engine

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"

	"github.com/velostream/veloc/runtime/metric"
)

// server answers on the metrics port: /metrics for Prometheus, /healthz while the process lives, /readyz while the job reads (503
// before sources and sinks are open, and while it stops), /savepoint copies the state, /debug/time says how far event time has come, /tables has rows of tables, /debug/pprof for Go's profiling tools
// (without the command line, which may hold passwords).
type server struct {
	addr  string // where it can be reached from this machine
	ready atomic.Bool
	http  http.Server
	over  chan struct{}
}

func serve(addr string, registry *metric.Registry, control *Control) (*server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &server{addr: reachable(addr, l.Addr()), over: make(chan struct{})}
	mux := http.NewServeMux()
	mux.Handle("/metrics", registry.Handler())
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !s.ready.Load() {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, "ready\n")
	})
	mux.HandleFunc("POST /savepoint", func(w http.ResponseWriter, r *http.Request) {
		dir := r.FormValue("path")
		if dir == "" {
			http.Error(w, "say where: /savepoint?path=/folder/for/the/copy", http.StatusBadRequest)
			return
		}
		if err := control.Savepoint(dir); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
			return
		}
		fmt.Fprintln(w, "the state was copied to "+dir)
	})
	mux.HandleFunc("GET /debug/time", control.serveTime)
	mux.HandleFunc("GET /tables", control.serveTables)
	mux.HandleFunc("GET /tables/{name}", control.serveRow)
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	s.http = http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.over)
		s.http.Serve(l) // returns when closed
	}()
	return s, nil
}

// reachable is the address under which this machine reaches what listens on at, as asked says: the name given there, or localhost for all
// interfaces.
func reachable(asked string, at net.Addr) string {
	host, _, err := net.SplitHostPort(asked)
	_, port, portErr := net.SplitHostPort(at.String())
	if err != nil || portErr != nil {
		return at.String()
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// close lets requests that are being answered finish for a second.
func (s *server) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	<-s.over
}
