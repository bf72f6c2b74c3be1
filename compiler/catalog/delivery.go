package catalog

import (
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar/diag"
)

const guarantee, exactlyOnce = "delivery.guarantee", "exactly_once"

// ExactlyOnce tells whether the sink writes in transactions.
func (s *Sink) ExactlyOnce() bool { return s.Prop(guarantee, "") == exactlyOnce }

// delivery makes the sink of a statement whose mode is transactional write in transactions, unless it says otherwise, and warns of one that cannot.
func (b *builder) delivery(s *statement) {
	if !s.Job.Exactly || s.Sink == nil {
		return
	}
	spec, _ := connector.Lookup(s.Sink.Connector)
	_, said := s.Sink.Props[guarantee] // also by another statement of the same sink
	switch {
	case said:
	case spec.Transactional:
		s.Sink.Props[guarantee] = Property{Key: guarantee, Value: exactlyOnce, From: "mode", At: s.Sink.At}
	case spec.Name == "blackhole_sink":
	case spec.Name == "file_sink":
		if b.out.Job("state.dir", "") == "" {
			b.diags.Add(diag.OutsideTransactions(s.Sink.At, s.Sink.Name, "with a state directory the file is as exact: write 'state.dir' = 'state', or start the job with --state-dir"))
		}
	default:
		b.diags.Add(diag.OutsideTransactions(s.Sink.At, s.Sink.Name, "a "+spec.Name+" cannot take back what it has shown; a Kafka sink can"))
	}
}
