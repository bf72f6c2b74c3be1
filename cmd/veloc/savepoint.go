package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

// savepointCommand is `veloc savepoint`.
type savepointCommand struct {
	Addr string `arg:"" help:"Where the job serves its metrics: host:port, as --metrics-port or --metrics-addr said."`
	Dir  string `arg:"" help:"Folder on the job's machine for the copy; it is new or empty. Begin from it with --restore-from."`
}

// Run asks the job and waits until the copy is durable.
func (c *savepointCommand) Run(t *terminal) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	addr := strings.TrimSuffix(strings.TrimPrefix(c.Addr, "http://"), "/")
	if strings.HasPrefix(addr, ":") {
		addr = "localhost" + addr
	}
	resp, err := http.Post("http://"+addr+"/savepoint?path="+url.QueryEscape(dir), "", nil)
	if err != nil {
		return fmt.Errorf("the job at %s does not answer: %w; it serves requests with --metrics-port", addr, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return fmt.Errorf("the job at %s: %w", addr, err)
	}
	answer := strings.TrimSpace(string(text))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the job at %s: %s", addr, answer)
	}
	fmt.Fprintln(t.stdout, answer)
	return nil
}
