package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// askJob sends a request to a running job and returns what it answers, without the last newline. Any answer but 200 is an error.
func askJob(method, addr, path string) (string, error) {
	addr = strings.TrimSuffix(strings.TrimPrefix(addr, "http://"), "/")
	if strings.HasPrefix(addr, ":") {
		addr = "localhost" + addr
	}
	req, err := http.NewRequest(method, "http://"+addr+path, nil)
	if err != nil {
		return "", usagef("%q is no address of a job: expected host:port", addr)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("the job at %s does not answer: %w; it serves requests with --metrics-port", addr, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return "", fmt.Errorf("the job at %s: %w", addr, err)
	}
	answer := strings.TrimSpace(string(text))
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the job at %s: %s", addr, answer)
	}
	return answer, nil
}
