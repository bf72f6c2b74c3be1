package lint

import (
	"regexp"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// missingWatermark finds windows over event time of which nobody said how far out of order it may be.
func (l *linter) missingWatermark(st *plan.Statement) {
	aggregates(st, func(a *plan.Aggregate) {
		if a.Window == nil {
			return
		}
		origins(a.In, func(n plan.Node) {
			scan, ok := n.(*plan.Scan)
			if !ok || scan.Source.Bounded || !scan.Source.EventTime.Declared {
				return
			}
			_, byProperty := scan.Source.Props["event.time.field"]
			_, strategy := scan.Source.Props["watermark.strategy"]
			_, bound := scan.Source.Props["watermark.max_out_of_orderness"]
			if byProperty && !strategy && !bound {
				l.found.Add(diag.MissingWatermark(a.Window.At, scan.Source.Name, scan.Source.EventTime.At))
			}
		})
	})
}

// volatileKey finds keys that are something else at each call.
func (l *linter) volatileKey(st *plan.Statement) {
	name := ""
	volatile := func(e expr.Expr) bool {
		c, ok := e.(*expr.Call)
		if ok && l.fns.Volatile(c.Name) {
			name = c.Name
		}
		return name != ""
	}
	aggregates(st, func(a *plan.Aggregate) {
		for _, key := range a.Keys {
			if name = ""; contains(key, volatile) {
				l.found.Add(diag.VolatileKey(key.Span(), "GROUP BY", name))
			}
		}
	})
	if p, ok := st.Root.(*plan.Project); ok {
		for _, i := range st.Key {
			if name = ""; contains(p.Exprs[i], volatile) {
				l.found.Add(diag.VolatileKey(p.Exprs[i].Span(), "the key", name))
			}
		}
	}
}

// money are words in the names of columns that count currency.
var money = regexp.MustCompile(`(?i)(^|_)(price|amount|cost|fee|fees|balance|revenue|salary|payment|notional|pnl|vwap|turnover|eur|usd|gbp)(_|$)`)

// floatMoney finds sums and means of FLOAT columns that are named like money, and comparisons for equality.
func (l *linter) floatMoney(st *plan.Statement) {
	isMoney := func(e expr.Expr) (*expr.Column, bool) {
		c, ok := e.(*expr.Column)
		return c, ok && c.T.Type.Kind == types.Float && money.MatchString(c.Name)
	}
	nodes(st.Root, func(n plan.Node) {
		switch n := n.(type) {
		case *plan.Aggregate:
			for _, a := range n.Aggs {
				if (a.Name == "SUM" || a.Name == "AVG") && len(a.Args) == 1 {
					if c, ok := isMoney(a.Args[0]); ok {
						l.found.Add(diag.FloatMoney(a.At, a.Name+" of", c.Name))
					}
				}
			}
		case *plan.Filter:
			expr.Walk(n.Cond, func(e expr.Expr) bool {
				if cmp, ok := e.(*expr.Compare); ok && (cmp.Op == expr.Eq || cmp.Op == expr.Ne) {
					for _, side := range []expr.Expr{cmp.L, cmp.R} {
						if c, ok := isMoney(side); ok {
							l.found.Add(diag.FloatMoney(cmp.At, "a comparison for equality of", c.Name))
						}
					}
				}
				return true
			})
		}
	})
}

// identity are words in the names of columns that tell single things apart.
var identity = regexp.MustCompile(`(?i)(^|_)(id|uuid|guid|email|session|ip|url|request|transaction|order_number|timestamp)$`)

// manyLabelValues finds labels of metrics that are likely to have a new value with nearly each row.
func (l *linter) manyLabelValues(st *plan.Statement) {
	for _, m := range st.Metrics {
		for _, label := range m.Labels {
			t := label.Value.Col().Type
			switch t.Kind {
			case types.Timestamp, types.Float, types.Decimal, types.UUID, types.Time:
				l.found.Add(diag.ManyLabelValues(label.Value.Span(), m.Name, label.Name, "it is "+t.String()))
			default:
				if identity.MatchString(label.Name) {
					l.found.Add(diag.ManyLabelValues(label.Value.Span(), m.Name, label.Name, "it is named like an identity"))
				}
			}
		}
	}
}

// starIntoKeyedSink finds * in rows that replace each other by key somewhere else.
func (l *linter) starIntoKeyedSink(st *plan.Statement) {
	if st.Sink == nil || len(st.Key) == 0 || !strings.HasPrefix(st.Sink.Target.Connector, "kafka") {
		return
	}
	for _, s := range l.cat.Statements {
		if s.Name != st.Name {
			continue
		}
		top := true
		grammar.Walk(s.Syntax, func(n grammar.Node) bool {
			switch n := n.(type) {
			case *grammar.DerivedTable, *grammar.CTE:
				return false
			case *grammar.Item:
				if n.Star != nil && top {
					l.found.Add(diag.StarIntoKeyedSink(n.Span(), st.Name))
				}
				return false
			}
			return true
		})
	}
}
