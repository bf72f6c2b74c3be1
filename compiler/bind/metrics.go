package bind

import (
	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

var metricKinds = map[string]plan.MetricKind{"counter": plan.Counter, "gauge": plan.Gauge, "histogram": plan.Histogram}

// readMetrics reads the @metric blocks of all statements and checks them against each other.
func (b *binder) readMetrics(f *grammar.File) {
	var all []annot.MetricBlock
	for _, st := range f.Statements {
		blocks, found := annot.Metrics(st)
		b.diags.Merge(found)
		b.blocks[st] = blocks
		all = append(all, blocks...)
	}
	b.diags.Merge(annot.CheckMetrics(all))
}

// metrics binds the @metric blocks of a statement against its output.
func (b *binder) metrics(st *grammar.Statement, s *plan.Statement) []*plan.Metric {
	blocks := b.blocks[st]
	var out []*plan.Metric
	for i := range blocks {
		m, ok := b.metric(&blocks[i], s)
		if ok {
			out = append(out, m)
		}
	}
	return out
}

func (b *binder) metric(block *annot.MetricBlock, s *plan.Statement) (*plan.Metric, bool) {
	var result []types.Field
	for _, c := range s.Root.Props().Schema {
		result = append(result, types.Field{Name: c.Name, Col: c.Col})
	}
	if bad := block.CheckColumns(s.Name, result); bad.HasErrors() {
		b.diags.Merge(bad)
		return nil, false
	}
	m := &plan.Metric{
		Name: block.Name, Kind: metricKinds[block.Kind], Help: block.Help,
		Buckets: block.Buckets, SampleRate: block.SampleRate, At: block.At,
	}
	for _, l := range block.Labels {
		m.Labels = append(m.Labels, plan.MetricLabel{Name: l.Name, Value: outputPath(result, l.Path, l.At)})
	}
	scope := b.scope(nil)
	scope.schema, scope.clause, scope.aggs = s.Root.Props().Schema, inMetric, nil
	scope.inputs = []input{{name: s.Name, hi: len(scope.schema)}}
	if block.Field.Text != "" {
		m.Value = scope.measured(outputPath(result, block.Field.Text, block.Field.At))
	}
	if block.Condition.Text != "" {
		cond, ok := scope.metricCondition(block)
		if !ok {
			return nil, false
		}
		m.Condition = cond
	}
	return m, true
}

// outputPath reads a column of the output, or a field in it. The path exists: CheckColumns has seen to that.
func outputPath(result []types.Field, path string, at source.Span) expr.Expr {
	steps, _, _ := annot.ResolvePath(result, path)
	var e expr.Expr
	fields := result
	for i, step := range steps {
		f := fields[step]
		if i == 0 {
			e = &expr.Column{Node: expr.Node{T: f.Col, At: at}, Index: step, Name: f.Name}
		} else {
			c := f.Col
			c.Nullable = c.Nullable || e.Col().Nullable
			e = &expr.Field{Node: expr.Node{T: c, At: at}, X: e, Index: step, Name: f.Name}
		}
		fields = f.Col.Type.Fields
	}
	return e
}

// measured is the number that a metric takes from a column: points in time and spans of time count as milliseconds.
func (s *scope) measured(e expr.Expr) expr.Expr {
	if e.Col().Type.Kind == types.Date {
		e = s.convert(e, types.TTimestamp)
	}
	n, _ := types.AsNumber(e.Col().Type)
	return s.convert(e, n)
}

func (s *scope) metricCondition(block *annot.MetricBlock) (expr.Expr, bool) {
	syntax, found := grammar.ParseExprIn(block.Condition.At)
	s.diags.Merge(found)
	if found.HasErrors() {
		return nil, false
	}
	cond := s.expr(syntax)
	switch cond.Col().Type.Kind {
	case types.Invalid:
		return nil, false
	case types.Boolean:
		return cond, true
	}
	s.report(diag.MetricConditionType(cond.Span(), typeName(cond)))
	return nil, false
}
