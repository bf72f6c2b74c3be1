package connector

import (
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/kafka"
)

// The specs list exactly the properties that the runtime reads, with the same spellings, values and defaults.
func TestKafkaSpecsFollowTheRuntime(t *testing.T) {
	for _, c := range []struct {
		spec    *Spec
		runtime []kafka.Property
	}{{&kafkaSource, kafka.SourceProperties}, {&kafkaSink, kafka.SinkProperties}} {
		for _, p := range c.runtime {
			o, ok := Find(c.spec.Options, p.Key)
			if !ok {
				t.Errorf("%s: the runtime reads %s, the spec does not list it", c.spec.Name, p.Key)
				continue
			}
			if !slices.Equal(o.Aliases, p.Aliases) || !slices.Equal(o.Values, p.Values) || o.Default != p.Default {
				t.Errorf("%s: %s differs: spec %v %v %q, runtime %v %v %q", c.spec.Name, p.Key,
					o.Aliases, o.Values, o.Default, p.Aliases, p.Values, p.Default)
			}
		}
		if len(c.runtime) != len(c.spec.Options) {
			t.Errorf("%s: %d properties in the spec, %d in the runtime", c.spec.Name, len(c.spec.Options), len(c.runtime))
		}
	}
}
