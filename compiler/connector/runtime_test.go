package connector

import (
	"strings"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/file"
)

// The runtime reads every property that a spec lists: overriding each of them, with the value of its own example, leaves none unread.
func TestRuntimeReadsEveryProperty(t *testing.T) {
	gzip, zstd := file.Codec{Name: "gzip"}, file.Codec{Name: "zstd"}
	for _, c := range []struct {
		spec    *Spec
		connect func(*rt.Env) error
	}{
		{&fileSource, func(env *rt.Env) error {
			_, _, err := file.ConnectSource(env, "t", nil, rt.Layout{Format: "csv"}, gzip, zstd)
			return err
		}},
		{&fileSink, func(env *rt.Env) error {
			_, err := file.ConnectSink(env, "t", nil, rt.Layout{Format: "csv"}, gzip, zstd)
			return err
		}},
	} {
		env := &rt.Env{Config: map[string]string{}, Clock: engine.SystemClock(), Lookup: func(string) (string, bool) { return "", false }}
		for _, o := range c.spec.Options {
			if !o.Build && o.Later == "" {
				env.Config["t."+o.Key] = o.Example
			}
		}
		if err := c.connect(env); err != nil {
			t.Errorf("%s: %v", c.spec.Name, err)
		}
		if err := env.Err(nil); err != nil {
			t.Errorf("%s:\n%v", c.spec.Name, err)
		}
	}
}

// Generated code calls these functions; a spec that names others does not compile there.
func TestGoNames(t *testing.T) {
	for _, s := range All() {
		want := map[Kind]string{Source: "ConnectSource", Sink: "ConnectSink"}[s.Kind]
		if s.New != want || !strings.HasPrefix(s.Package, "github.com/velostream/veloc/runtime/") {
			t.Errorf("%s: %s.%s, want %s of a package of the runtime", s.Name, s.Package, s.New, want)
		}
	}
}
