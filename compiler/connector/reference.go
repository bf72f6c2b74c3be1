package connector

import (
	"fmt"
	"strings"
)

// Reference is the connector reference, docs/connectors.md, written from the specs.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, s := range All() {
		writeSpec(&b, s)
	}
	b.WriteString("\n## Formats\n\nThe property `format` names how rows are encoded; without it the suffix of the file decides, then the connector's default.\n")
	for _, f := range []Format{csvFormat, csvNoHeaderFormat, jsonLinesFormat, jsonArrayFormat, jsonValueFormat} {
		fmt.Fprintf(&b, "\n- `%s`", f.Name)
		if f.Encoding == "json_value" {
			b.WriteString(" (Kafka)")
		}
		if len(f.Aliases) > 0 {
			fmt.Fprintf(&b, ", also `%s`", strings.Join(f.Aliases, "`, `"))
		}
		if len(f.Suffixes) > 0 {
			fmt.Fprintf(&b, "; suffixes `%s`", strings.Join(f.Suffixes, "`, `"))
		}
		fmt.Fprintf(&b, ". %s", f.Doc)
	}
	b.WriteString("\n\nProperties of CSV, for sources and sinks:\n\n")
	writeOptions(&b, csvOptions)
	b.WriteString("\n## Time, failures and arithmetic\n\n")
	b.WriteString("These belong to no connector. \"source\" and \"sink\" mean that the property is written with the name of one; \"statement\"\n")
	b.WriteString("that it may stand alone and then applies to the statement's sources, or to its sink.\n\n")
	writeScoped(&b, common)
	b.WriteString("\n## Columns\n\n")
	b.WriteString("Which columns a source has, or which a sink takes; see [schemas](schemas.md). They mean something while a job is built and are no part of it.\n\n")
	writeScoped(&b, schemaOptions)
	b.WriteString("\n## Known from elsewhere\n\n")
	b.WriteString("These properties of other engines are accepted with a warning that says why they have no effect.\n\n| property | why |\n|---|---|\n")
	for _, f := range foreign {
		key := f.prefix
		if strings.HasSuffix(key, ".") {
			key += "*"
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", key, f.why)
	}
	return b.String()
}

const referenceHead = `# Connectors

<!-- Written from compiler/connector. Do not edit: change the specs there and run ` + "`make docs`" + `. -->

A source or sink is configured by properties that start with its name:
` + "`'trades.type' = 'file_source', 'trades.path' = 'trades.csv'`" + `. In the declaration of a source,
` + "`CREATE STREAM trades (…) WITH ('connector' = 'filesystem', 'path' = 'trades.csv')`" + `, the name is left out.
` + "`'trades.config_file' = 'trades.yaml'`" + ` reads them from a YAML file, where nested keys are joined by dots and ` + "`extends: base.yaml`" + `
inherits from another file. What SQL says wins over the file, the file wins over defaults. Relative paths start from the folder of the file that
holds them. Values may refer to the environment: ` + "`${VAR}`, `${VAR:default}`, `${VAR:?message}`, `${A|B:default}`" + `; they are looked up when the job
starts, so secrets need not be in the SQL or in the binary.

Properties marked *built in* shape the generated code and cannot be left to the environment ([VL0641](../grammar/diag/codes/VL0641.md)); those that say
where columns are described are looked up when the job is built ([VL0640](../grammar/diag/codes/VL0640.md)). All others can be changed when a job starts, with
` + "`--config trades.path=other.csv`" + `.
`

func writeSpec(b *strings.Builder, s *Spec) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n%s\n\n", s.Name, s.Summary, s.Doc)
	if len(s.Aliases) > 0 {
		fmt.Fprintf(b, "Also: `%s`", strings.Join(s.Aliases, "`, `"))
		if len(s.Schemes) > 0 {
			fmt.Fprintf(b, "; as an address: `%s://…`", strings.Join(s.Schemes, "://…`, `"))
		}
		b.WriteString(".\n\n")
	}
	var facts []string
	for _, f := range []struct {
		is   bool
		text string
	}{
		{s.Kind == Source && s.Bounded, "the input ends by itself"},
		{s.Kind == Source && !s.Bounded, "the input does not end by itself"},
		{s.Partitioned, "several partitions"}, {s.Replayable, "can be read again from a remembered position"},
	} {
		if f.is {
			facts = append(facts, f.text)
		}
	}
	if len(facts) > 0 {
		fmt.Fprintf(b, "Guarantees: %s.\n\n", strings.Join(facts, "; "))
	}
	if names := s.FormatNames(); len(names) > 1 || names[0] != "none" {
		fmt.Fprintf(b, "Formats: `%s`.\n\n", strings.Join(names, "`, `"))
	}
	writeOptions(b, s.Options)
	fmt.Fprintf(b, "\n```sql\n%s\n```\n", s.Example)
}

func writeOptions(b *strings.Builder, options []Option) {
	if len(options) == 0 {
		b.WriteString("It has no properties of its own.\n")
		return
	}
	b.WriteString("| property | value | default | meaning |\n|---|---|---|---|\n")
	for i := range options {
		o := &options[i]
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", keyCell(o), valueCell(o), defaultCell(o), meaningCell(o))
	}
}

func writeScoped(b *strings.Builder, options []Option) {
	b.WriteString("| property | where | value | default | meaning |\n|---|---|---|---|---|\n")
	for i := range options {
		o := &options[i]
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", keyCell(o), scopeCell(o.Scope), valueCell(o), defaultCell(o), meaningCell(o))
	}
}

func keyCell(o *Option) string {
	s := "`" + o.Key + "`"
	if len(o.Aliases) > 0 {
		s += " (`" + strings.Join(o.Aliases, "`, `") + "`)"
	}
	return s
}

func valueCell(o *Option) string {
	if o.Type == Enum {
		return "`" + strings.Join(o.Values, "`, `") + "`"
	}
	return o.Type.String()
}

func defaultCell(o *Option) string {
	switch {
	case o.Required:
		return "required"
	case o.Default == "":
		return "—"
	}
	return "`" + o.Default + "`"
}

func meaningCell(o *Option) string {
	s := o.Doc
	if o.Later != "" {
		s += " Not built yet: " + o.Later + "."
	}
	if o.Build && o.Later == "" && o.Scope != ofBoth {
		s += " *Built in.*"
	}
	if o.Example != "" {
		s += " Example: `" + o.Example + "`."
	}
	return strings.ReplaceAll(s, "|", `\|`)
}

func scopeCell(s Scope) string {
	var parts []string
	for _, p := range []struct {
		bit  Scope
		name string
	}{{OfSource, "source"}, {OfSink, "sink"}, {OfStatement, "statement"}} {
		if s&p.bit != 0 {
			parts = append(parts, p.name)
		}
	}
	return strings.Join(parts, ", ")
}
