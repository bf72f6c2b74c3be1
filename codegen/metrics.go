package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// metric emits one @metric for the statement's output row, which s reads.
func (t *task) metric(b *emit.Block, f *physical.Flow, m *plan.Metric, s *scope) {
	g := t.g
	field := t.names.Unique(emit.Local(m.Name))
	labels := t.declareMetric(m, field)
	b.Comment(g.line(m.At, "@metric "+m.Name))
	in := b
	var conds []emit.Cond
	if m.Condition != nil {
		conds = append(conds, s.isTrue(b, m.Condition))
		in = b.Inner()
	}
	if m.SampleRate < 1 {
		conds = append(conds, emit.Cond{Code: jen.Id("t").Dot(field).Dot("Sampled").Call(t.rowID(f)), Prec: emit.PrecUnary})
		in = b.Inner()
	}
	key := jen.Id(labels).ValuesFunc(func(v *jen.Group) {
		for i, l := range m.Labels {
			val := s.value(in, l.Value)
			code := val.Arg()
			if l.Value.Col().Nullable {
				code = emit.RT("Some").Call(val.Arg())
				if val.Valid != nil {
					code = emit.RT("Known").Call(val.Arg(), jen.Add(val.Valid))
				}
			}
			v.Id(t.labelField(m, i)).Op(":").Add(code)
		}
	})
	t.observe(in, m, s, jen.Id("t").Dot(field), key)
	if in != b {
		b.Add(jen.If(emit.And(conds...).Expr(0)).Block(in.Code()...))
	}
}

// observe emits the update itself; rows whose value is NULL do not count.
func (t *task) observe(b *emit.Block, m *plan.Metric, s *scope, field, key *jen.Statement) {
	method := map[plan.MetricKind]string{plan.Counter: "Add", plan.Gauge: "Set", plan.Histogram: "Observe"}[m.Kind]
	if m.Value == nil {
		b.Add(field.Dot(method).Call(key, jen.Lit(1)))
		return
	}
	v := s.value(b, m.Value)
	var number *jen.Statement
	switch v.Type.Kind {
	case types.Float:
		number = v.Arg()
	case types.Date: // seconds since 1970, at midnight
		number = jen.Float64().Parens(v.Expr(emit.PrecMul).Op("*").Lit(86400))
	default:
		number = (&conversion{b: b, x: v, to: types.TFloat}).toFloat0().Arg()
	}
	update := field.Dot(method).Call(key, number)
	if v.Valid != nil {
		b.Add(jen.If(jen.Add(v.Valid)).Block(update))
		return
	}
	b.Add(update)
}

// toFloat0 is toFloat that passes FLOAT through.
func (c *conversion) toFloat0() emit.Value {
	if c.x.Type.Kind == types.Float {
		return c.x
	}
	return c.toFloat()
}

// rowID identifies the row for sampling.
func (t *task) rowID(f *physical.Flow) *jen.Statement {
	if resultFlow(f) || t.from == nil {
		return jen.Id("t").Dot("metrics").Dot("Emitted").Call()
	}
	offset := jen.Id("c").Dot("Offset").Op("+").Id("row")
	if t.from.Source.Connector == "kafka_source" {
		offset = jen.Id("c").Dot("Meta").Index(jen.Id("row")).Dot("Offset")
	} else if len(t.from.Flows) == 1 {
		offset = jen.Id("c").Dot("Offset").Op("+").Int64().Parens(jen.Id("start").Dot("In").Call(jen.Id("c")))
	}
	return jen.Qual(emit.Metric, "RowID").Call(jen.Id("c").Dot("Partition"), offset)
}

// resultFlow tells whether a flow's rows come out of an aggregate.
func resultFlow(f *physical.Flow) bool { return len(f.Stages) > 1 || resultOf(f.Leaf) }

// labelField is the Go name of a label in the key struct.
func (t *task) labelField(m *plan.Metric, i int) string {
	names := emit.NewNames()
	for k := range i {
		names.Unique(emit.Exported(m.Labels[k].Name))
	}
	return names.Unique(emit.Exported(m.Labels[i].Name))
}

// declareMetric writes the label struct of a metric, once, and the task's field.
func (t *task) declareMetric(m *plan.Metric, field string) string {
	g := t.g
	if len(t.flush) == 0 {
		t.fields = append(t.fields, jen.Id("metrics").Op("*").Qual(emit.Metric, "Set"))
		t.inits = append(t.inits, jen.Id("t").Dot("metrics").Op("=").Qual(emit.Metric, "NewSet").Call(jen.Id("env")))
		t.flush = append(t.flush, jen.Id("t").Dot("metrics").Dot("Flush").Call())
	}
	if g.metricLabels == nil {
		g.metricLabels = map[string]string{}
	}
	labels, known := g.metricLabels[m.Name]
	if !known {
		labels = g.names.Unique(emit.Local(m.Name) + "Labels")
		g.metricLabels[m.Name] = labels
		g.declareLabels(t, m, labels)
	}
	kind := map[plan.MetricKind]string{plan.Counter: "Counter", plan.Gauge: "Gauge", plan.Histogram: "Histogram"}[m.Kind]
	t.fields = append(t.fields, jen.Id(field).Qual(emit.Metric, kind).Types(jen.Id(labels)).Comment(g.line(m.At, "@metric")))
	t.inits = append(t.inits, jen.Id("t").Dot(field).Op("=").Qual(emit.Metric, "New"+kind).
		Call(jen.Id("t").Dot("metrics"), jen.Id(labels+"Desc"), jen.Parens(jen.Op("*").Id(labels)).Dot("render")))
	return labels
}

// declareLabels writes the key struct, its rendering, and the metric's description.
func (g *gen) declareLabels(t *task, m *plan.Metric, labels string) {
	var fields, render []jen.Code
	for i, l := range m.Labels {
		name := t.labelField(m, i)
		fields = append(fields, jen.Id(name).Add(emit.FieldType(l.Value.Col())))
		f := jen.Id("k").Dot(name)
		if !l.Value.Col().Nullable {
			render = append(render, renderLabel(l.Value.Col().Type, f))
			continue
		}
		render = append(render, jen.If(jen.Add(f).Dot("Valid")).Block(renderLabel(l.Value.Col().Type, jen.Add(f).Dot("V"))).
			Else().Block(jen.Id("l").Dot("Null").Call()))
	}
	desc := []jen.Code{
		jen.Id("Name").Op(":").Lit(m.Name),
		jen.Id("Help").Op(":").Lit(m.Help),
	}
	if len(m.Labels) > 0 {
		desc = append(desc, jen.Id("Labels").Op(":").Index().String().ValuesFunc(func(v *jen.Group) {
			for _, l := range m.Labels {
				v.Lit(l.Name)
			}
		}))
	}
	if len(m.Buckets) > 0 {
		desc = append(desc, jen.Id("Buckets").Op(":").Index().Float64().ValuesFunc(func(v *jen.Group) {
			for _, x := range m.Buckets {
				v.Lit(x)
			}
		}))
	}
	if m.SampleRate < 1 {
		desc = append(desc, jen.Id("Rate").Op(":").Lit(m.SampleRate))
	}
	g.metrics = append(g.metrics,
		jen.Var().Id(labels+"Desc").Op("=").Qual(emit.Metric, "Desc").Values(desc...).Line(),
		jen.Comment("// "+labels+" are the labels of "+m.Name+".").Line().Type().Id(labels).Struct(fields...).Line(),
		jen.Func().Params(jen.Id("k").Op("*").Id(labels)).Id("render").Params(jen.Id("l").Op("*").Qual(emit.Metric, "Labels")).Block(render...).Line())
}

// renderLabel writes a label value that is not NULL.
func renderLabel(t types.Type, v *jen.Statement) *jen.Statement {
	l := jen.Id("l")
	switch t.Kind {
	case types.String, types.JSON:
		return l.Dot("String").Call(jen.Op("&").Add(v))
	case types.Float:
		return l.Dot("Float").Call(v)
	case types.Boolean:
		return l.Dot("Bool").Call(v)
	case types.Decimal:
		if t.Wide() {
			return l.Dot("Float").Call(jen.Add(v).Dot("Float").Call(jen.Lit(t.Scale)))
		}
		return l.Dot("Decimal").Call(v, jen.Lit(t.Scale))
	case types.Timestamp:
		return l.Dot("Timestamp").Call(v)
	case types.Date:
		return l.Dot("Date").Call(v)
	case types.UUID:
		return l.Dot("Text").Call(jen.Add(v).Dot("String").Call())
	}
	return l.Dot("Int").Call(v)
}
