// Package metric holds the Prometheus metrics of a job: the built-in counters of rows, and those that @metric annotations declare.
//
// In: tallies from the engine, and Add, Set and Observe calls of generated code. Each task writes to plain memory of its own, found by a
// comparable struct of label columns; Flush carries it to the job's registry. The engine calls it in the order of the
// results, so that a gauge shows the last value in that order however many workers there are. A label set seen before costs
// one map lookup and no allocation.
//
//	type tradeCountLabels struct{ Symbol string; Side rt.Null[string] }
//
//	func (k *tradeCountLabels) render(l *metric.Labels) {
//		l.String(&k.Symbol)
//		if k.Side.Valid { l.String(&k.Side.V) } else { l.Null() }
//	}
//
//	t.metrics = metric.NewSet(env)
//	t.tradeCount = metric.NewCounter(t.metrics, metric.Desc{Name: "trade_count", Labels: []string{"symbol", "side"}}, (*tradeCountLabels).render)
//	…
//	t.tradeCount.Add(tradeCountLabels{Symbol: r.Symbol, Side: r.Side}, 1)
//
// Out: one registry per run, served by Registry.Handler. Label sets are capped per metric; what comes after is counted in
// velo_metric_overflow_total and otherwise dropped.
//
// Forbidden here: the global Prometheus registry, the clock, locks or allocation on the row path.
package metric
