// Command generate writes the generated pages of the documentation. Run it in the root of the module: go run ./docs/generate
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/velostream/veloc/docs"
)

func main() {
	for _, page := range docs.Pages() {
		if err := os.WriteFile(filepath.Join("docs", page.Name), []byte(page.Text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err, "(run this in the root of the module)")
			os.Exit(1)
		}
	}
}
