package main

import (
	"context"
	"io"
	"os/signal"
	"syscall"

	"github.com/velostream/veloc/cmd/veloc/lsp"
)

// lspCommand is `veloc lsp`.
type lspCommand struct {
	Stdio bool `help:"Speak over standard input and output, which is the only way there is; editors like to say so."`
}

// Help tells editors' users what to configure.
func (lspCommand) Help() string {
	return "Start it from an editor, as the language server of files that end in .sql: the command is `veloc lsp`."
}

// Run serves one editor until it leaves.
func (c *lspCommand) Run(t *terminal) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if !lsp.Serve(ctx, io.NopCloser(t.stdin), t.stdout, versionText()) {
		return exit(exitDiagnostics) // the protocol asks for exit code 1 when the editor left without shutdown
	}
	return nil
}
