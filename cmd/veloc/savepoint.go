package main

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
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
	answer, err := askJob(http.MethodPost, c.Addr, "/savepoint?path="+url.QueryEscape(dir))
	if err != nil {
		return err
	}
	fmt.Fprintln(t.stdout, answer)
	return nil
}
