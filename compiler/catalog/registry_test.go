package catalog

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/sr"
	"github.com/twmb/franz-go/pkg/sr/srfake"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// shop is a registry in this process with a few schemas. It counts the questions that it is asked.
func shop(t *testing.T, opts ...srfake.Option) (reg *srfake.Registry, asked *int) {
	reg, asked = srfake.New(opts...), new(int)
	t.Cleanup(reg.Close)
	reg.Intercept(func(http.ResponseWriter, *http.Request) bool { *asked++; return false })
	reg.SeedSchema("shop.Address", 1, 1, sr.Schema{Type: sr.TypeAvro,
		Schema: `{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"city","type":"string"}]}`})
	reg.SeedSchema("orders-value", 1, 2, sr.Schema{Type: sr.TypeAvro,
		Schema: `{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}`})
	reg.SeedSchema("orders-value", 2, 3, sr.Schema{Type: sr.TypeAvro, References: []sr.SchemaReference{{Name: "shop.Address", Subject: "shop.Address", Version: 1}},
		Schema: `{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"total","type":["null","double"]},{"name":"to","type":"shop.Address"}]}`})
	reg.SeedSchema("clicks-value", 1, 4, sr.Schema{Type: sr.TypeProtobuf, Schema: `syntax = "proto3"; message Click { string url = 1; int32 count = 2; }`})
	reg.SeedSchema("web.View", 1, 5, sr.Schema{Type: sr.TypeJSON, Schema: `{"type":"object","properties":{"at":{"type":"string","format":"date-time"}}}`})
	return reg, asked
}

// registryBuild builds sql with its lock file, as the driver does.
func registryBuild(t *testing.T, sql string, env map[string]string, nodata bool) (columns, lock, messages string) {
	t.Helper()
	f, diags := grammar.Parse(source.New("job.sql", sql))
	if diags.HasErrors() {
		t.Fatal(diag.Text(diags))
	}
	lookup := func(n string) (string, bool) { v, ok := env[n]; return v, ok }
	c, diags := Build(f, Options{Lock: "job.schema.lock", Lookup: lookup, NoData: nodata})
	if !diags.HasErrors() && c.Lock.Changed {
		if err := os.WriteFile(c.Lock.Path, []byte(c.Lock.Text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	for _, s := range c.sources {
		for _, col := range s.Schema {
			b.WriteString(col.Name + " " + col.Col.String() + ", ")
		}
		b.WriteString("from " + s.OriginName + "\n")
	}
	return b.String(), c.Lock.Text, diag.Text(diags)
}

// A registry is asked once. What it answered is in the lock file, without any secret, and counts until the source asks for something else.
func TestRegistryIsPinned(t *testing.T) {
	t.Chdir(t.TempDir())
	reg, asked := shop(t, srfake.WithAuth("Basic YW5uOnMzY3JldA==")) // ann:s3cret
	env := map[string]string{"REGISTRY": reg.URL(), "PASSWORD": "s3cret"}
	sql := `SELECT id FROM orders WITH ('orders.type' = 'kafka_source', 'orders.schema.registry.url' = '${REGISTRY}',
		'orders.schema.registry.auth.username' = 'ann', 'orders.schema.registry.auth.password' = '${PASSWORD}');`
	const want = "id INTEGER NOT NULL, total FLOAT, to STRUCT<city STRING NOT NULL> NOT NULL, from orders-value, version 2\n"

	columns, lock, messages := registryBuild(t, sql, env, false)
	if columns != want || messages != "" || *asked == 0 {
		t.Fatalf("asked %d times:\n%s%s", *asked, columns, messages)
	}
	if strings.Contains(lock, "s3cret") || strings.Contains(lock, reg.URL()) || !strings.Contains(lock, `registry: "${REGISTRY}"`) || !strings.Contains(lock, "version: 2") {
		t.Errorf("the lock file:\n%s", lock)
	}
	*asked = 0
	if columns, again, messages := registryBuild(t, sql, nil, true); columns != want || again != lock || messages != "" || *asked > 0 {
		t.Errorf("with the lock file, the registry is asked %d times:\n%s%s%s", *asked, columns, again, messages)
	}
	older := strings.Replace(sql, ");", ", 'orders.schema.version' = '1');", 1)
	if columns, _, messages := registryBuild(t, older, env, false); columns != "id INTEGER NOT NULL, from orders-value, version 1\n" {
		t.Errorf("another version:\n%s%s", columns, messages)
	}
}

// Names of subjects follow Confluent's strategies; a number asks for a schema without a subject.
func TestRegistrySubjects(t *testing.T) {
	t.Chdir(t.TempDir())
	reg, _ := shop(t)
	env := map[string]string{"REGISTRY": reg.URL()}
	for _, c := range []struct{ more, want string }{
		{"'s.topic' = 'clicks'", "url STRING, count INTEGER, from clicks-value, version 1\n"},
		{"'s.value.subject' = 'clicks-value'", "url STRING, count INTEGER, from clicks-value, version 1\n"},
		{"'s.value.subject.name.strategy' = 'record_name', 's.schema.message' = 'web.View'", "at TIMESTAMP, from web.View, version 1\n"},
		{"'s.schema.id' = '2'", "id INTEGER NOT NULL, from schema 2\n"},
	} {
		if err := os.RemoveAll("job.schema.lock"); err != nil {
			t.Fatal(err)
		}
		columns, _, messages := registryBuild(t, "SELECT * FROM s WITH ('s.type' = 'kafka_source', 's.schema.registry.url' = '${REGISTRY}', "+c.more+");", env, false)
		if columns != c.want || messages != "" {
			t.Errorf("%s:\n%s%s", c.more, columns, messages)
		}
	}
}

// What can go wrong is said in words, and never shows what was sent.
func TestRegistryFails(t *testing.T) {
	t.Chdir(t.TempDir())
	open, _ := shop(t)
	closed, _ := shop(t, srfake.WithAuth("Basic YW5uOnMzY3JldA=="))
	gone, _ := shop(t)
	gone.Close()
	env := map[string]string{"OPEN": open.URL(), "CLOSED": closed.URL(), "GONE": gone.URL()}
	for _, c := range []struct{ properties, want string }{
		{"'schema.registry.url' = '${OPEN}', 'topic' = 'order'", "did you mean `orders-value`"},
		{"'schema.registry.url' = '${OPEN}', 'schema.version' = '9', 'topic' = 'orders'", "no version 9; it has 1, 2"},
		{"'schema.registry.url' = '${OPEN}', 'schema.id' = '99'", "there is no schema with the number 99"},
		{"'schema.registry.url' = '${CLOSED}'", "it wants a name and a password (HTTP status 401)"},
		{"'schema.registry.url' = '${CLOSED}', 'schema.registry.auth.username' = 'ann', 'schema.registry.auth.password' = 'wrong'", "it does not accept the name and password"},
		{"'schema.registry.url' = '${GONE}'", "connection refused"},
		{"'schema.registry.url' = 'localhost:8081'", "should look like http://host:8081"},
		{"'schema.registry.url' = '${OPEN}', 'value.subject.name.strategy' = 'record_name'", "needs the name of the record"},
	} {
		columns, _, messages := registryBuild(t, "CREATE STREAM s WITH ('connector' = 'kafka', "+c.properties+"); SELECT * FROM s;", env, false)
		if !strings.Contains(messages, "error[VL0637]") || !strings.Contains(messages, c.want) || strings.Contains(messages, "wrong'") && strings.Contains(messages, "YW5u") {
			t.Errorf("%s:\n%s%s", c.properties, columns, messages)
		}
	}
}
