package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// schemaCommand is `veloc schema`.
type schemaCommand struct {
	Show  schemaShowCommand  `cmd:"" help:"Show the columns of a job's sources: their types, where they come from, event time."`
	Infer schemaInferCommand `cmd:"" help:"Conclude a schema from the rows of a file or the records of a Kafka topic."`
}

// schemaShowCommand is `veloc schema show`.
type schemaShowCommand struct {
	File   string `arg:"" optional:"" help:"A SQL file, or - for standard input."`
	Inline string `name:"execute" short:"e" placeholder:"SQL" help:"Show the sources of this SQL."`
	Format string `enum:"text,json" default:"text" help:"text or json."`
}

// Run shows what is known, also when queries have mistakes; those of sources are reported.
func (c *schemaShowCommand) Run(t *terminal) error {
	p, err := t.load(c.File, c.Inline)
	if err != nil {
		return err
	}
	job, err := veloc.Check(p.name, p.text, veloc.Options{})
	if err != nil {
		return err
	}
	if err := t.write(job.Diagnostics, "text"); err != nil {
		return err
	}
	list := veloc.Schemas(job)
	if c.Format == "json" {
		text, err := veloc.SchemasJSON(list)
		if err != nil {
			return err
		}
		if _, err := t.stdout.Write(text); err != nil {
			return err
		}
	} else if _, err := fmt.Fprint(t.stdout, veloc.SchemasText(list)); err != nil {
		return err
	}
	if job.Diagnostics.HasErrors() {
		return exit(exitDiagnostics)
	}
	return nil
}

// schemaInferCommand is `veloc schema infer`.
type schemaInferCommand struct {
	From       string            `arg:"" name:"file-or-topic" help:"A file, a pattern such as 'in/*.csv', a Kafka topic, or kafka://host:9092/topic."`
	Form       string            `name:"format" enum:"ddl,yaml,avsc,json-schema" default:"ddl" help:"ddl (CREATE STREAM), yaml, avsc (Avro) or json-schema."`
	Name       string            `placeholder:"NAME" help:"Name of the source; without it, made from the file or topic."`
	DataFormat string            `name:"data-format" placeholder:"FORMAT" help:"How a file is written: csv, csv_no_header, jsonlines or json; without it, by its name."`
	Delimiter  string            `placeholder:"CHAR" help:"The character between cells of CSV."`
	SkipLines  int               `name:"skip-lines" help:"Lines to leave out before the header of CSV."`
	Brokers    string            `placeholder:"HOST:PORT" help:"Where Kafka is, for a topic."`
	Config     map[string]string `short:"c" mapsep:"none" placeholder:"KEY=VALUE" help:"A property of a Kafka source, such as sasl.username=ann; can be given many times."`
}

// Run prints the schema; what is only a guess goes to standard error.
func (c *schemaInferCommand) Run(t *terminal) error {
	o := veloc.InferOptions{Form: c.Form, Name: c.Name, Format: c.DataFormat, Delimiter: c.Delimiter, SkipLines: c.SkipLines, Properties: map[string]string{}}
	for k, v := range c.Config {
		o.Properties[k] = v
	}
	if c.Brokers != "" {
		o.Properties["bootstrap.servers"] = c.Brokers
	}
	topic, isTopic, err := c.topic(o.Properties)
	if err != nil {
		return err
	}
	var found *veloc.Inferred
	if isTopic {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		found, err = veloc.InferTopic(ctx, topic, o)
	} else {
		found, err = veloc.InferFile(c.From, o)
	}
	if err != nil {
		return err
	}
	for _, w := range found.Warnings {
		fmt.Fprintln(t.stderr, "warning: "+w)
	}
	_, err = fmt.Fprint(t.stdout, found.Text)
	return err
}

// topic tells whether the argument means a topic: an address of Kafka, or a plain name that is not that of a file, nor nearly.
func (c *schemaInferCommand) topic(properties map[string]string) (string, bool, error) {
	if u, err := url.Parse(c.From); err == nil && u.Scheme == "kafka" {
		name := strings.Trim(u.Path, "/")
		if name == "" {
			name, u.Host = u.Host, ""
		}
		if u.Host != "" && properties["bootstrap.servers"] == "" {
			properties["bootstrap.servers"] = u.Host
		}
		if name == "" {
			return "", false, usagef("the address names no topic: write kafka://host:9092/topic")
		}
		return name, true, nil
	}
	if strings.HasPrefix(c.From, "file://") {
		c.From = strings.TrimPrefix(c.From, "file://")
		return "", false, nil
	}
	_, err := os.Stat(c.From)
	if err == nil || strings.ContainsAny(c.From, "*?[") {
		return "", false, nil
	}
	if len(properties) > 0 && !strings.ContainsAny(c.From, `/\`) {
		return c.From, true, nil
	}
	near := nearbyData(c.From)
	if near != "" || strings.ContainsAny(c.From, `/\`) || dataSuffix(c.From) {
		return "", false, usagef("there is no file %s%s", c.From, near)
	}
	return c.From, true, nil
}

// dataSuffix tells whether a name ends like that of a file with data.
func dataSuffix(name string) bool {
	for _, suffix := range []string{".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".gz", ".zst"} {
		if strings.HasSuffix(strings.ToLower(name), suffix) {
			return true
		}
	}
	return false
}

// nearbyData suggests what a file that does not exist was meant to be.
func nearbyData(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ": there is no folder " + filepath.Dir(path)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if near := diag.Nearest(filepath.Base(path), names); near != "" {
		return fmt.Sprintf("; did you mean %s?", filepath.Join(filepath.Dir(path), near))
	}
	return ""
}
