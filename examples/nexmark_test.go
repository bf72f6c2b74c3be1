package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/velostream/veloc"
)

// TestNexmark checks that every query of the benchmark compiles, or would if there were code for all of its operators.
func TestNexmark(t *testing.T) {
	for i := range 23 {
		path := filepath.Join("nexmark", fmt.Sprintf("q%d.sql", i))
		sql, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		job, err := veloc.Check(path, string(sql), veloc.Options{Lock: "-"})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range job.Diagnostics {
			if d.Code != "VL0590" {
				t.Errorf("%s: %s %s", path, d.Code, d.Message)
			}
		}
	}
}
