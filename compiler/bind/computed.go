package bind

import (
	"slices"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
)

// computed adds the columns that a declaration computes to a scan of its source: name AS expression, over the columns around it.
func (b *binder) computed(scan *plan.Scan, name string) plan.Node {
	list := scan.Source.Computed
	if len(list) == 0 {
		return scan
	}
	s := b.scope(nil)
	s.schema, s.meta = scan.Props().Schema, true
	s.inputs = []input{{name: name, hi: len(s.schema)}}
	s.clause, s.aggs = inComputed, nil
	s.overs = nil
	columns := plan.Through(scan)
	for _, c := range list {
		e := s.expr(c.Value)
		if isInvalid(e) {
			return nil
		}
		s.define(c.Name.Name, e)
		if et := scan.Source.EventTime; et.Declared && et.Name == c.Name.Name && !b.computedTime(scan.Source, e) {
			return nil
		}
		at := min(c.At, len(columns))
		columns = append(columns[:at:at], append([]plan.Named{{Name: c.Name.Name, E: e, At: c.Name.Span()}}, columns[at:]...)...)
	}
	p := plan.NewProject(scan, columns, scan.Span())
	if et := scan.Source.EventTime; et.Declared && et.Column < 0 {
		p.P.Time.Column = slices.IndexFunc(p.P.Schema, func(c plan.Column) bool { return c.Name == et.Name })
	}
	return p
}

// computedTime notes the expression that computes the event time of a source; false after a report.
func (b *binder) computedTime(src *catalog.Source, e expr.Expr) bool {
	if _, known := b.job.Times[src]; known {
		return true
	}
	itself := false
	expr.Walk(e, func(x expr.Expr) bool {
		m, ok := x.(*expr.Meta)
		itself = itself || ok && m.Field == expr.MetaEventTime
		return true
	})
	switch t := e.Col().Type; {
	case itself:
		b.report(diag.BadTimeColumn(src.EventTime.At, src.EventTime.Name, "computed from _event_time", "", "it is the event time itself"))
		return false
	case t.Kind != types.Timestamp:
		b.report(diag.BadTimeColumn(src.EventTime.At, src.EventTime.Name, t.String(), "", "a computed event time is a TIMESTAMP: TO_TIMESTAMP reads text, FROM_UNIXTIME and CAST read numbers"))
		return false
	}
	if b.job.Times == nil {
		b.job.Times = map[*catalog.Source]expr.Expr{}
	}
	b.job.Times[src] = e
	return true
}
