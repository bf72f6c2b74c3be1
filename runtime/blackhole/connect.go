package blackhole

import rt "github.com/velostream/veloc/runtime"

// ConnectSink makes the sink of a generated job.
func ConnectSink(*rt.Env, string, rt.Props, rt.Layout) (rt.Sink, error) { return NewSink(), nil }
