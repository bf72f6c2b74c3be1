package physical

import "github.com/velostream/veloc/compiler/plan"

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

// replays tells whether the positions of a topic are all that a restart needs.
func (p *Pipeline) replays() bool {
	return len(p.Inputs) == 1 && p.readsTopic() && (p.stateless(p.Roots()) || p.Rebuilt())
}

func (p *Pipeline) stateless(flows []*Flow) bool {
	none := true
	eachFlow(flows, func(f *Flow) {
		for _, st := range f.Stages {
			none = none && st.Table == nil && len(st.Tables) == 0
		}
	})
	return none
}

// Rebuilt tells whether everything that the pipeline shows are results of windows over the rows of a topic, each shown once. Such windows need no state
// directory: what is committed are the positions of the first rows of open windows, and up to where windows are closed. A restart builds the open ones
// anew from the rows, and shows nothing again.
func (p *Pipeline) Rebuilt() bool {
	if len(p.Inputs) != 1 || !p.readsTopic() || p.Inputs[0].Source.Prop("failure_strategy", "") == "SendToDLQ" {
		return false
	}
	for _, f := range p.Inputs[0].Flows {
		if f.Into != nil || len(f.Stages) == 0 || !f.Stages[0].rebuilt() || !p.stateless(f.Flows) {
			return false
		}
		for _, st := range f.Stages[1:] {
			if st.Table != nil || len(st.Tables) > 0 {
				return false
			}
		}
	}
	return true
}

// rebuilt tells whether a stage ends with windows that are shown when event time closes them, and never again.
func (s *Stage) rebuilt() bool {
	if len(s.Tables) > 0 || s.Table == nil || s.Table.Agg == nil {
		return false
	}
	a := s.Table.Agg
	switch s.Table.Form {
	case Tumbling, Sliced, Overlapping:
		return a.Emit == plan.EmitFinal && a.Window.Late == plan.DropLate && a.Window.Rest == 0
	}
	return false
}
