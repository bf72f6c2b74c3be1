package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	rt "github.com/velostream/veloc/runtime"
)

// versionCommand is `veloc version`.
type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.stdout, versionText())
	return err
}

// versionText names veloc's version, as far as the build knows it, the contract of its runtime, and the Go release that built it.
func versionText() string {
	version, revision := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return fmt.Sprintf("veloc %s%s (runtime %d, %s %s/%s)", version, revision, rt.ABI, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
