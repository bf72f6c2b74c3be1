package connector

import (
	"flag"
	"os"
	"strings"
	"testing"
)

// Every option says what it is, its default and example are valid values of it, and no key means two things.
func TestSpecsAreComplete(t *testing.T) {
	groups := map[string][]Option{"common": Common(), "schema": append(append([]Option(nil), Common()...), SchemaOptions()...), "csv source": append(OptionsOf(Source, "csv"), Common()...)}
	names := map[string]bool{}
	for _, s := range All() {
		if names[s.Name] {
			t.Errorf("%s is listed twice", s.Name)
		}
		names[s.Name] = true
		groups[s.Name] = append(append([]Option(nil), s.Options...), OptionsOf(s.Kind, "csv")[:3]...)
		if s.Summary == "" || s.Doc == "" || s.Example == "" || s.Package == "" || s.New == "" || len(s.Formats) == 0 {
			t.Errorf("%s lacks summary, text, example, formats or Go names", s.Name)
		}
	}
	for name, options := range groups {
		seen := map[string]bool{}
		for i := range options {
			o := &options[i]
			if o.Doc == "" || o.Example == "" && o.Later == "" {
				t.Errorf("%s: %s lacks text or example", name, o.Key)
			}
			for _, v := range []string{o.Default, o.Example} {
				if v != "" && !o.Valid(v) {
					t.Errorf("%s: %s does not accept %q of its own documentation", name, o.Key, v)
				}
			}
			for _, k := range append([]string{o.Key}, o.Aliases...) {
				if seen[k] {
					t.Errorf("%s: %s is listed twice", name, k)
				}
				seen[k] = true
			}
		}
	}
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		o      Option
		value  string
		ok     bool
		normal string
		_      string
	}{
		{Option{Type: Bool}, "Yes", true, "true", "the words the runtime reads"},
		{Option{Type: Bool}, "maybe", false, "", ""},
		{Option{Type: Int, Min: 1}, "0", false, "", "limits count"},
		{Option{Type: Int, Min: 1, Max: 9}, "10", false, "", ""},
		{Option{Type: Int}, " 7 ", true, "7", "space around numbers is nothing"},
		{Option{Type: Duration}, "500ms", true, "500ms", ""},
		{Option{Type: Duration}, "5 parsecs", false, "", ""},
		{Option{Type: Size}, "16MiB", true, "16MiB", ""},
		{Option{Type: Size}, "-1", false, "", ""},
		{Option{Type: Enum, Values: []string{"SASL_SSL"}}, "sasl-ssl", true, "SASL_SSL", "case and - or _ do not matter"},
		{Option{Type: Enum, Values: []string{"gzip"}}, "bzip", false, "", ""},
		{Option{Type: Char}, `\t`, true, "\t", "a tab by name"},
		{Option{Type: Char}, "tab", true, "\t", ""},
		{Option{Type: Char}, "→", false, "", "the runtime splits at single bytes"},
		{Option{Type: Char, Values: []string{"none"}}, "None", true, "none", "a word where the option has one"},
		{Option{Type: Char}, "||", false, "", ""},
		{Option{Type: Int}, "${N:5}", true, "${N:5}", "checked when the job starts"},
	} {
		if got := c.o.Valid(c.value); got != c.ok {
			t.Errorf("%s %q: valid = %v, want %v", c.o.Type, c.value, got, c.ok)
		} else if got && c.o.Normal(c.value) != c.normal {
			t.Errorf("%s %q: normal form %q, want %q", c.o.Type, c.value, c.o.Normal(c.value), c.normal)
		}
	}
}

func TestNamesOfConnectors(t *testing.T) {
	for _, c := range []struct {
		name string
		kind Kind
		want string
	}{
		{"kafka", Source, "kafka_source"}, {"kafka", Sink, "kafka_sink"}, {"filesystem", Source, "file_source"},
		{"print", Sink, "stdout_sink"}, {"blackhole", Sink, "blackhole_sink"}, {"datagen", Source, "datagen_source"},
		{"FILE_SINK", Sink, "file_sink"}, {"file_sink", Source, ""}, {"s3_source", Source, ""},
	} {
		got := ""
		if s, ok := Resolve(c.name, c.kind); ok {
			got = s.Name
		}
		if got != c.want {
			t.Errorf("Resolve(%q, %s) = %q, want %q", c.name, c.kind, got, c.want)
		}
	}
	if !Planned("s3_source") || Planned("file_source") {
		t.Error("s3_source is planned, file_source is there")
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"a/b.csv", "csv"}, {"x.CSV.gz", "csv"}, {"x.jsonl.zst", "jsonlines"}, {"x.ndjson", "jsonlines"}, {"x.json", "json"},
		{"x.parquet", ""}, {"csv", ""}, {"in/*.csv", "csv"},
	} {
		f, _ := fileSource.FormatOfFile(c.file)
		if f.Name != c.want {
			t.Errorf("FormatOfFile(%q) = %q, want %q", c.file, f.Name, c.want)
		}
	}
	if f, ok := kafkaSource.Format("JSON"); !ok || f.Encoding != "json_value" {
		t.Errorf("a Kafka record is one JSON value, not %v", f)
	}
}

func TestURIs(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"file://data/x.csv", "file x path=data/x.csv"},
		{"file:///abs/my-trades.2024.csv.gz?delimiter=%3B&header=false", "file my_trades delimiter=; header=false path=/abs/my-trades.2024.csv.gz"},
		{"file://-", "file stdin path=-"},
		{"kafka://broker:9092/market.trades", "kafka market bootstrap.servers=broker:9092 topic=market.trades"},
		{"kafka://trades", "kafka trades topic=trades"},
		{"datagen://", "datagen datagen"},
		{"file://", "file error: the address names no file"},
		{"kafka://host:9092/", "kafka error: the address names no topic: write kafka://host:9092/topic"},
		{"trades", "no address"},
	} {
		if got := describe(c.text); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func describe(text string) string {
	u, ok, err := ParseURI(text)
	if !ok {
		return "no address"
	}
	if err != nil {
		return u.Scheme + " error: " + err.Error()
	}
	s := u.Scheme + " " + u.Name
	for _, k := range []string{"bootstrap.servers", "delimiter", "header", "path", "topic"} {
		if v, ok := u.Props[k]; ok {
			s += " " + k + "=" + v
		}
	}
	return s
}

func TestKeysOfConfigurationFiles(t *testing.T) {
	for key, want := range map[string]string{
		"datasource.consumer_config.bootstrap.servers": "bootstrap.servers",
		"datasink.schema.value.serializer":             "value.serializer",
		"datasource.topic.name":                        "topic.name",
		"file.path":                                    "path",
		"path":                                         "path",
	} {
		if got := Bare(key); got != want {
			t.Errorf("Bare(%q) = %q, want %q", key, got, want)
		}
	}
	if why, ok := Foreign("circuit.breaker.failure.threshold"); !ok || why == "" {
		t.Error("circuit.breaker.* is known from elsewhere")
	}
	if _, ok := Foreign("watchdog"); ok {
		t.Error("a key that only starts like a known one is unknown")
	}
	if !Remark("metadata.owner.team") || !Remark("tags[0]") || Remark("names") {
		t.Error("metadata and tags are remarks, names is not")
	}
}

func TestReferenceNamesEverything(t *testing.T) {
	text := Reference()
	for _, s := range All() {
		for i := range s.Options {
			if !strings.Contains(text, "`"+s.Options[i].Key+"`") {
				t.Errorf("%s of %s is not in the reference", s.Options[i].Key, s.Name)
			}
		}
	}
	if text != Reference() {
		t.Error("the reference differs from run to run")
	}
}

var update = flag.Bool("update", false, "rewrite generated documentation")

func TestReferenceIsUpToDate(t *testing.T) {
	const path = "../../docs/connectors.md"
	if *update {
		if err := os.WriteFile(path, []byte(Reference()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != Reference() {
		t.Errorf("%s is stale: run go test ./compiler/connector -update", path)
	}
}
