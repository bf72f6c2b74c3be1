package codegen

import (
	"slices"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// wiring writes job.go: what the job consists of, as data, and the constructors of its connectors.
func (g *gen) wiring() {
	g.wire = append(g.wire,
		jen.Comment("A mismatch of the runtime's version is a compile error here: update veloc, or generate again.").Line().
			Const().Id("_").Op("=").Add(emit.RT("Enforce")).Parens(emit.RT("ABI").Op("-").Lit(abi)).Op("+").Add(emit.RT("Enforce")).Parens(jen.Lit(abi).Op("-").Add(emit.RT("MinABI"))).Line())
	fields := []jen.Code{
		jen.Id("Name").Op(":").Lit(g.opts.Name),
		jen.Id("Version").Op(":").Lit(g.opts.Version),
	}
	if g.opts.Description != "" {
		fields = append(fields, jen.Id("Description").Op(":").Lit(g.opts.Description))
	}
	if g.opts.Owner != "" {
		fields = append(fields, jen.Id("Owner").Op(":").Lit(g.opts.Owner))
	}
	fields = append(fields,
		jen.Id("SQLFile").Op(":").Lit(SQLName(g.job.File.Name)),
		jen.Id("Plan").Op(":").Id("planText"),
		jen.Id("Pipelines").Op(":").Index().Add(emit.RT("Pipeline")).ValuesFunc(func(v *jen.Group) {
			for i, p := range g.job.Pipelines {
				v.Add(g.pipelineSpec(p, g.tasks[i]))
			}
		}),
		jen.Id("Sinks").Op(":").Index().Add(emit.RT("SinkSpec")).ValuesFunc(func(v *jen.Group) {
			for _, s := range g.job.Sinks {
				v.Add(g.sinkSpec(s))
			}
		}),
		jen.Id("Options").Op(":").Index().Add(emit.RT("Option")).ValuesFunc(func(v *jen.Group) {
			for _, o := range g.options() {
				v.Line().Add(emit.RT("Opt")).Call(jen.Lit(o.key), goString(o.def), goString(o.doc))
			}
			v.Line()
		}))
	if g.job.Workers > 0 {
		fields = append(fields, jen.Id("Workers").Op(":").Lit(g.job.Workers))
	}
	g.wire = append(g.wire,
		jen.Comment("// New describes the job to the engine: engine.Main(New()) runs it as a program, engine.Run as part of one.").Line().
			Func().Id("New").Params().Op("*").Add(emit.RT("Job")).Block(jen.Return(jen.Op("&").Add(emit.RT("Job")).Custom(multi, fields...))).Line(),
		jen.Const().Id("planText").Op("=").Add(rawText(g.opts.Explain)))
}

// abi is the version of the contract with the runtime that this generator writes for.
const abi = 3

// rawText spells a long text: in back quotes, which a reader can follow, with back quotes of its own spliced in.
func rawText(s string) *jen.Statement {
	if strings.ContainsRune(s, '\r') || strings.ContainsRune(s, 0) || strings.ContainsRune(s, '\uFEFF') {
		return jen.Lit(s)
	}
	return jen.Op("`" + strings.ReplaceAll(s, "`", "` + \"`\" + `") + "`")
}

// multi writes a composite literal over several lines.
var multi = jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}

func (g *gen) pipelineSpec(p *physical.Pipeline, t *task) *jen.Statement {
	parallel := map[physical.Parallelism]string{physical.Ordered: "Ordered", physical.ByChunk: "ByChunk", physical.AtEnd: "AtEnd"}[p.Parallelism]
	inputs := emit.RT("Input").ValuesFunc(func(v *jen.Group) {
		if len(p.Inputs) == 0 {
			v.Custom(multi, jen.Id("Source").Op(":").Lit(p.Name), jen.Id("New").Op(":").Add(newSource()).Block(jen.Return(emit.RT("NoRows").Values(), jen.Nil(), jen.Nil())))
		}
		for _, in := range p.Inputs {
			v.Add(g.inputSpec(in, t))
		}
	})
	fields := []jen.Code{
		jen.Id("Inputs").Op(":").Index().Add(inputs),
		jen.Id("Task").Op(":").Id("new" + upperFirst(t.name)),
		jen.Id("Parallelism").Op(":").Add(emit.RT(parallel)),
	}
	if p.Rebuilt() {
		fields = append(fields, jen.Id("Rebuilt").Op(":").True())
	}
	return jen.Custom(multi, fields...)
}

// newSource is the type of the functions that make a source.
func newSource() *jen.Statement {
	return jen.Func().Params(jen.Id("env").Op("*").Add(emit.RT("Env"))).Params(emit.RT("Source"), emit.RT("Ledger"), jen.Error())
}

func (g *gen) inputSpec(in *physical.Input, t *task) *jen.Statement {
	s := in.Source
	spec, _ := connector.Lookup(s.Connector)
	args := append([]jen.Code{jen.Id("env"), jen.Lit(s.Name), g.props(s.Props), g.sourceLayout(in, t)}, codecs(s.Prop("compression", "auto"), s.Prop("path", ""), spec.Package)...)
	fields := []jen.Code{
		jen.Id("Source").Op(":").Lit(s.Name),
		jen.Id("Connector").Op(":").Lit(s.Connector),
		jen.Id("New").Op(":").Add(newSource()).Block(jen.Return(jen.Qual(spec.Package, "ConnectSource").Call(args...))),
	}
	if t.windows && !t.pipe.Stepped() || in.Windows && t.pipe.Stepped() {
		fields = append(fields, jen.Id("Time").Op(":").Add(emit.RT("TimeSpec")).Values(
			jen.Id("EventTime").Op(":").True(), jen.Id("Bound").Op(":").Add(duration(in.Time.Bound)),
			jen.Id("Idle").Op(":").Add(duration(in.Time.Idle)), jen.Id("MaxFuture").Op(":").Add(duration(in.Time.MaxFuture))))
	}
	if spec := g.failure(s); spec != nil {
		fields = append(fields, jen.Id("OnError").Op(":").Add(spec))
	}
	if in.First {
		fields = append(fields, jen.Id("Table").Op(":").True())
	}
	return jen.Custom(multi, fields...)
}

// failure is the failure strategy of a source's rows, if it is not the default.
func (g *gen) failure(s *catalog.Source) *jen.Statement {
	strategy, late := s.Prop("failure_strategy", ""), s.EventTime.Late == catalog.LetterLate
	if strategy == "" && !late {
		return nil
	}
	fields := []jen.Code{jen.Id("Source").Op(":").Lit(s.Name)}
	if strategy != "" {
		fields = append([]jen.Code{jen.Id("Strategy").Op(":").Lit(strategy)}, fields...)
	}
	if late {
		fields = append(fields, jen.Id("Late").Op(":").True())
	}
	if lettersTopic(s) != "" {
		fields = append(fields, jen.Id("DeadLetter").Op(":").Func().Params(jen.Id("env").Op("*").Add(emit.RT("Env"))).Params(emit.RT("DeadLetter"), jen.Error()).
			Block(jen.Return(jen.Qual(emit.Runtime+"/kafka", "ConnectDeadLetter").Call(jen.Id("env"), jen.Lit(s.Name), g.props(s.Props)))))
	}
	return emit.RT("FailureSpec").Values(fields...)
}

// lettersTopic is the topic for a source's rows that fail or come late; empty if they go elsewhere.
func lettersTopic(s *catalog.Source) string {
	if s.Prop("failure_strategy", "") != "SendToDLQ" && s.EventTime.Late != catalog.LetterLate {
		return ""
	}
	return s.Prop("dead.letter.queue.topic", "")
}

// headersBelow tells whether rows of a flow become records that take the headers along: results of aggregates do not.
func headersBelow(f *physical.Flow) bool {
	if len(f.Stages) > 1 || f.Into != nil {
		return false
	}
	return f.Sink != nil && f.Sink.Target.Connector == "kafka_sink" || slices.ContainsFunc(f.Flows, headersBelow)
}

// props spells the properties of a component as they were compiled; ${…} references stay, they are resolved when the job runs.
func (g *gen) props(m map[string]catalog.Property) *jen.Statement {
	keys := make([]string, 0, len(m))
	for k, p := range m {
		if p.From != "default" && p.Value != "" {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	return emit.RT("Props").ValuesFunc(func(v *jen.Group) {
		for _, k := range keys {
			v.Line().Lit(k).Op(":").Add(goString(m[k].Value))
		}
		if len(keys) > 0 {
			v.Line()
		}
	})
}

// layout says to a connector how rows are encoded.
func layout(fields ...jen.Code) *jen.Statement { return emit.RT("Layout").Values(fields...) }

func (g *gen) sourceLayout(in *physical.Input, t *task) *jen.Statement {
	s := in.Source
	fields := []jen.Code{jen.Id("Format").Op(":").Lit(string(s.Format))}
	if s.Format == catalog.CSV {
		fields = append(fields, jen.Id("Delimiter").Op(":").LitRune(rune(csvByte(s.Prop("delimiter", ",")))), jen.Id("Quote").Op(":").LitRune(rune('"')))
		if s.Header {
			fields = append(fields, jen.Id("Header").Op(":").True())
		}
		names := s.HeaderColumns
		if len(names) == 0 {
			for _, c := range s.Schema {
				names = append(names, c.Name)
			}
		}
		fields = append(fields, jen.Id("Columns").Op(":").Add(texts(names)))
	}
	switch s.Connector {
	case "datagen_source":
		fields = append(fields, g.generatedColumns(s, s.Schema))
	case "nexmark_source": // what nothing reads is not made
		fields = append(fields, g.generatedColumns(s, g.read(in)))
	}
	letters := lettersTopic(s) != "" // dead letters have everything that their records had
	if in.NeedKey || letters {
		fields = append(fields, jen.Id("Keys").Op(":").True())
	}
	if in.First && s.Connector == "kafka_source" {
		fields = append(fields, jen.Id("Table").Op(":").True())
	}
	if len(t.held) > 0 {
		fields = append(fields, jen.Id("Windows").Op(":").True())
	}
	if letters || slices.ContainsFunc(in.Flows, headersBelow) {
		fields = append(fields, jen.Id("Headers").Op(":").True())
	}
	return layout(fields...)
}

func texts(ss []string) *jen.Statement {
	return jen.Index().String().ValuesFunc(func(v *jen.Group) {
		for _, s := range ss {
			v.Lit(s)
		}
	})
}

func (g *gen) sinkSpec(s *physical.Sink) *jen.Statement {
	spec, _ := connector.Lookup(s.Target.Connector)
	args := append([]jen.Code{jen.Id("env"), jen.Lit(s.Target.Name), g.props(s.Target.Props), g.sinkLayout(s)},
		codecs(s.Target.Prop("compression", "auto"), s.Target.Prop("path", ""), spec.Package)...)
	return jen.Custom(multi,
		jen.Id("Name").Op(":").Lit(s.Target.Name),
		jen.Id("Connector").Op(":").Lit(s.Target.Connector),
		jen.Id("New").Op(":").Func().Params(jen.Id("env").Op("*").Add(emit.RT("Env"))).Params(emit.RT("Sink"), jen.Error()).
			Block(jen.Return(jen.Qual(spec.Package, "ConnectSink").Call(args...))))
}

func (g *gen) sinkLayout(s *physical.Sink) *jen.Statement {
	var schema plan.Schema
	for _, st := range g.job.Logical.Statements {
		if st.Sink != nil && st.Sink.Target == s.Target {
			schema = st.Root.Props().Schema
			break
		}
	}
	var names, numeric []string
	for _, c := range schema {
		names = append(names, c.Name)
		if c.Col.Type.Numeric() {
			numeric = append(numeric, c.Name)
		}
	}
	if g.showsOp(s) {
		names = append(names, "op")
	}
	fields := []jen.Code{jen.Id("Format").Op(":").Lit(string(s.Target.Format))}
	if s.Target.Format == catalog.CSV {
		fields = append(fields, jen.Id("Delimiter").Op(":").LitRune(rune(csvByte(s.Target.Prop("delimiter", ",")))), jen.Id("Quote").Op(":").LitRune(rune('"')))
		if s.Target.Prop("header", "true") == "true" {
			fields = append(fields, jen.Id("Header").Op(":").True())
		}
	}
	fields = append(fields, jen.Id("Columns").Op(":").Add(texts(names)))
	if s.Target.Connector == "table_sink" && len(s.Key) > 0 {
		var key []string
		for _, i := range s.Key {
			key = append(key, names[i])
		}
		fields = append(fields, jen.Id("Key").Op(":").Add(texts(key)))
	}
	if len(numeric) > 0 && s.Target.Connector == "stdout_sink" {
		fields = append(fields, jen.Id("Numeric").Op(":").Add(texts(numeric)))
	}
	return layout(fields...)
}

// showsOp tells whether a sink's rows have a column that says whether they are inserted or deleted.
func (g *gen) showsOp(s *physical.Sink) bool {
	for f, e := range g.encoders {
		if f.Sink.Target == s.Target && e.op && physical.Changelog(f.Sink, f.Statement.Root) == physical.OpColumn {
			return true
		}
	}
	return false
}

// codecs are the compressions that a file job links: those that its path or its compression property asks for.
func codecs(compression, path, pkg string) []jen.Code {
	file := emit.Runtime + "/file"
	if pkg != file {
		return nil
	}
	var out []jen.Code
	dynamic := strings.Contains(path, "${") || strings.Contains(compression, "${")
	if dynamic || compression == "gzip" || compression == "auto" && strings.Contains(path, ".gz") {
		out = append(out, jen.Qual(file+"/gzip", "Codec"))
	}
	if dynamic || compression == "zstd" || compression == "auto" && strings.Contains(path, ".zst") {
		out = append(out, jen.Qual(file+"/zstd", "Codec"))
	}
	return out
}

// option is a property that a built job can be given at start.
type option struct{ key, def, doc string }

// options lists them, by component in the job's order.
func (g *gen) options() []option {
	var out []option
	add := func(name string, specs []connector.Option, props map[string]catalog.Property) {
		for _, o := range specs {
			if o.Build || o.Later != "" || strings.HasSuffix(o.Key, "*") {
				continue
			}
			def := o.Default
			if p, ok := props[o.Key]; ok {
				def = p.Value
			}
			out = append(out, option{name + "." + o.Key, def, firstSentence(o.Doc)})
		}
	}
	for _, p := range g.job.Pipelines {
		for _, in := range p.Inputs {
			spec, _ := connector.Lookup(in.Source.Connector)
			add(in.Source.Name, spec.Options, in.Source.Props)
			add(in.Source.Name, failureOptions(), in.Source.Props)
		}
	}
	whole := func(key, def string) {
		o, _ := connector.Find(connector.Common(), key)
		if def == "" {
			def = o.Default
		}
		out = append(out, option{key, def, firstSentence(o.Doc)})
	}
	if slices.ContainsFunc(g.job.Logical.Statements, func(s *plan.Statement) bool { return len(s.Metrics) > 0 }) {
		whole("metrics.max.cardinality", g.job.MaxCardinality)
	}
	if len(g.tables) > 0 || g.job.StateDir != "" {
		whole("state.dir", g.job.StateDir)
		whole("state.checkpoint.interval", g.job.CheckpointInterval)
	}
	if g.unbounded() {
		whole("output.linger.ms", g.job.Linger)
	}
	for _, s := range g.job.Sinks {
		spec, _ := connector.Lookup(s.Target.Connector)
		add(s.Target.Name, spec.Options, s.Target.Props)
	}
	return out
}

// unbounded tells whether a source does not end by itself.
func (g *gen) unbounded() bool {
	for _, p := range g.job.Pipelines {
		for _, in := range p.Inputs {
			if !in.Source.Bounded {
				return true
			}
		}
	}
	return false
}

// failureOptions are the properties of a source that the engine obeys.
func failureOptions() []connector.Option {
	var out []connector.Option
	for _, key := range []string{"failure_strategy", "dead.letter.queue.path", "max_retries", "retry_backoff"} {
		if o, ok := connector.Find(connector.Common(), key); ok {
			out = append(out, *o)
		}
	}
	return out
}

func firstSentence(doc string) string {
	doc = strings.Join(strings.Fields(doc), " ")
	if i := strings.Index(doc, ". "); i > 0 {
		return doc[:i+1]
	}
	return doc
}
