package kafka

import rt "github.com/velostream/veloc/runtime"

// ConnectSource makes the source of a generated job from its properties, and the ledger that commits its offsets.
func ConnectSource(env *rt.Env, name string, given rt.Props, rows rt.Layout) (rt.Source, rt.Ledger, error) {
	s, err := SourceFromEnv(env, name, given)
	if err != nil {
		return nil, nil, err
	}
	s.o.Named = true
	s.o.NeedKeys, s.o.NeedHeaders, s.o.NeedClosed = rows.Keys, rows.Headers, rows.Windows
	if s.o.Table = rows.Table; rows.Table { // of which nothing is committed
		return s, nil, nil
	}
	return s, NewGroupLedger(s), nil
}

// Topic is the topic that a source reads, for the system column _topic.
func Topic(env *rt.Env, name string, given rt.Props) string {
	r := reader{env: env, name: name, given: given, props: SourceProperties}
	if t := r.text("topic"); t != "" {
		return t
	}
	return name
}

// ConnectSink makes the sink of a generated job from its properties.
func ConnectSink(env *rt.Env, name string, given rt.Props, _ rt.Layout) (rt.Sink, error) {
	s, err := SinkFromEnv(env, name, given)
	if err != nil {
		return nil, err
	}
	s.o.Named = true
	return s, nil
}

// ConnectDeadLetter makes the target of a source's rejected rows from the source's properties.
func ConnectDeadLetter(env *rt.Env, name string, given rt.Props) (rt.DeadLetter, error) {
	d, err := DeadLettersFromEnv(env, name, given)
	if err != nil {
		return nil, err
	}
	d.sink.o.Named = true
	return d, nil
}
