package physical

// deliveryText says how often a result is in a sink when its rows have been read again after a failure, where a topic has part in it; empty where the result
// of a run appears as a whole.
func deliveryText(j *Job, p *Pipeline, s *Sink) string {
	saved := "exactly once"
	if j.StateDir == "" {
		saved += " with --state-dir"
	}
	switch s.Target.Connector {
	case "kafka_sink":
		switch {
		case !s.Target.ExactlyOnce():
			return ", at least once"
		case p.replays():
			return ", exactly once"
		}
		return ", " + saved
	case "file_sink":
		if p.readsTopic() {
			return ", " + saved
		}
	case "stdout_sink":
		if p.readsTopic() {
			return ", at least once"
		}
	}
	return ""
}

func (p *Pipeline) readsTopic() bool {
	for _, in := range p.Inputs {
		if in.Source.Connector == "kafka_source" {
			return true
		}
	}
	return false
}

// replays tells whether the positions of topics are all that a restart needs.
func (p *Pipeline) replays() bool {
	if len(p.Inputs) != 1 || !p.readsTopic() {
		return false
	}
	stateless := true
	eachFlow(p.Roots(), func(f *Flow) {
		for _, st := range f.Stages {
			stateless = stateless && st.Table == nil && len(st.Tables) == 0
		}
	})
	return stateless
}
