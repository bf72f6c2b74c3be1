package kafka

import (
	"os"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

func testEnv(config map[string]string, vars map[string]string) *rt.Env {
	return &rt.Env{Config: config, App: "pricing", BaseDir: "/base", Lookup: func(n string) (string, bool) { v, ok := vars[n]; return v, ok }}
}

// Without properties a source has the defaults of the table.
func TestSourceDefaults(t *testing.T) {
	env := testEnv(nil, nil)
	s, err := SourceFromEnv(env, "orders", nil)
	if err != nil || env.Err(nil) != nil {
		t.Fatal(err, env.Err(nil))
	}
	o := s.o
	if o.Topic != "orders" || o.Group != "velo-pricing-orders" || o.ClientID != "velo-pricing-orders" || o.Brokers[0] != "localhost:9092" {
		t.Errorf("names: %q %q %q %q", o.Topic, o.Group, o.ClientID, o.Brokers)
	}
	if o.Latest || o.ReadUncommitted || o.MaxRecords != 10000 || o.FetchMin != 1 || o.FetchMax != 50<<20 || o.FetchMaxPartition != 1<<20 ||
		o.FetchWait != 500*time.Millisecond || o.Session != 45*time.Second || o.Heartbeat != 3*time.Second || o.Rebalance != time.Minute ||
		o.Strategy != "cooperative-sticky" || o.TopicWait != 0 || o.TopicInterval != 5*time.Second || o.Connect != 10*time.Second {
		t.Errorf("%+v", o)
	}
}

// --config beats what was compiled, which beats the profile, which beats the table. Any spelling will do, ${…} is resolved.
func TestPropertyPrecedence(t *testing.T) {
	given := map[string]string{"brokers": "${BROKERS:b:1}", "topic.name": "trades", "group_id": "g1", "performance_profile": "low-latency",
		"fetch.max.wait.ms": "20", "auto.offset.reset": "LATEST", "session.timeout.ms": "30000"}
	env := testEnv(map[string]string{"orders.bootstrap.servers": "a:1, b:2", "orders.group.id": "g2"}, map[string]string{"BROKERS": "unused"})
	s, err := SourceFromEnv(env, "orders", given)
	if err != nil || env.Err(nil) != nil {
		t.Fatal(err, env.Err(nil))
	}
	o := s.o
	if strings.Join(o.Brokers, "|") != "a:1|b:2" || o.Topic != "trades" || o.Group != "g2" || !o.Latest || o.Session != 30*time.Second {
		t.Errorf("%+v", o)
	}
	if o.MaxRecords != 500 || o.FetchWait != 20*time.Millisecond {
		t.Errorf("profile: %d records, wait %s", o.MaxRecords, o.FetchWait)
	}
	env = testEnv(nil, map[string]string{"BROKERS": "c:3"})
	if s, _ = SourceFromEnv(env, "orders", given); s.o.Brokers[0] != "c:3" {
		t.Errorf("from the environment: %q", s.o.Brokers)
	}
}

func TestSinkProperties(t *testing.T) {
	for _, c := range []struct {
		given map[string]string
		ok    func(o SinkOptions) bool
	}{
		{nil, func(o SinkOptions) bool {
			return o.Acks == "all" && !o.NoIdempotence && o.Linger == 5*time.Millisecond && o.BatchBytes == 1<<20 && o.Compression == "none" &&
				o.Buffer == 64<<20 && o.Delivery == 2*time.Minute && o.Request == 10*time.Second && !o.NoCreate && !o.NoEventTimeHeader &&
				o.Partitions == -1 && o.Replication == -1 && o.InFlight == 0 && o.Retries == 0
		}},
		{map[string]string{"acks": "-1"}, func(o SinkOptions) bool { return o.Acks == "all" }},
		{map[string]string{"acks": "1"}, func(o SinkOptions) bool { return o.Acks == "1" && o.NoIdempotence }},
		{map[string]string{"delivery_profile": "durable"}, func(o SinkOptions) bool { return o.Delivery == 0 && o.InFlight == 1 && o.Compression == "snappy" }},
		{map[string]string{"delivery_profile": "durable", "compression": "zstd"}, func(o SinkOptions) bool { return o.Compression == "zstd" }},
		{map[string]string{"linger.ms": "0", "retries": "3", "topic.create": "no", "event.time.header": "false", "topic.partitions": "12"},
			func(o SinkOptions) bool {
				return o.Linger == 0 && o.Retries == 3 && o.NoCreate && o.NoEventTimeHeader && o.Partitions == 12
			}},
	} {
		env := testEnv(nil, nil)
		s, err := SinkFromEnv(env, "totals", c.given)
		if err != nil || env.Err(nil) != nil {
			t.Errorf("%v: %v, %v", c.given, err, env.Err(nil))
		} else if !c.ok(s.o) {
			t.Errorf("%v: %+v", c.given, s.o)
		}
	}
}

// Everything that is wrong is told at once, and no secret with it.
func TestWrongProperties(t *testing.T) {
	env := testEnv(nil, nil)
	_, err := SourceFromEnv(env, "orders", map[string]string{"auto.offset.reset": "newest", "topic": "my orders", "max.poll.records": "0",
		"sasl.password": "hunter2", "session.timeout.ms": "soon", "ssl.certificate.location": "c.pem", "fetch.max.bytes": "3GiB"})
	got := err.Error() + "\n" + env.Err(nil).Error()
	want := `property 'orders.topic' = 'my orders': a topic name consists of letters, digits, '.', '_' and '-'
property 'orders.security.protocol' = 'PLAINTEXT': does not log in, yet sasl.username or sasl.password is set; use SASL_SSL or SASL_PLAINTEXT
property 'orders.security.protocol' = 'PLAINTEXT': does not encrypt, yet an ssl.* property is set; use SSL or SASL_SSL
property 'orders.ssl.certificate.location' = '/base/c.pem': ssl.certificate.location and ssl.key.location go together
property 'orders.auto.offset.reset' = 'newest': expected one of earliest, latest
property 'orders.max.poll.records' = '0': expected a number from 1 to 2147483647
property 'orders.fetch.max.bytes' = '3221225472': expected less than 2GiB
property 'orders.session.timeout.ms' = 'soon': expected a duration such as 500ms, 5s, 1m, 2h or 1d`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	for _, c := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{"acks": "1", "enable.idempotence": "true"}, "enable.idempotence = true needs acks = all"},
		{map[string]string{"batch.size": "1024"}, "expected at least 16KiB"},
		{map[string]string{"max.in.flight.requests.per.connection": "8"}, "at most 5 with enable.idempotence"},
		{map[string]string{"compression.type": "brotli"}, "expected one of none, gzip, snappy, lz4, zstd"},
		{map[string]string{"security.protocol": "SASL_SSL", "sasl.username": "ann"}, "one of them is empty"},
		{map[string]string{"bootstrap.servers": " , "}, "expected at least one host:port"},
	} {
		if _, err := SinkFromEnv(testEnv(nil, nil), "totals", c.given); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want …%s…", c.given, err, c.want)
		}
	}
	if _, err := DeadLettersFromEnv(testEnv(nil, nil), "orders", nil); err == nil || !strings.Contains(err.Error(), "dead.letter.queue.topic") {
		t.Errorf("dead letters without a topic: %v", err)
	}
	d, err := DeadLettersFromEnv(testEnv(nil, nil), "orders", map[string]string{"dead.letter.queue.topic": "dead", "brokers": "k:1"})
	if err != nil || d.sink.o.Topic != "dead" || d.sink.o.Brokers[0] != "k:1" || d.sink.o.Acks != "all" {
		t.Errorf("dead letters: %v", err)
	}
}

// Each property that the code reads is in the table, with a sentence; profiles use properties of the table only.
func TestPropertyTables(t *testing.T) {
	for name, props := range map[string][]Property{"source": SourceProperties, "sink": SinkProperties} {
		seen := map[string]bool{}
		for _, p := range props {
			for _, k := range append([]string{p.Key}, p.Aliases...) {
				if seen[k] {
					t.Errorf("%s: %s stands twice", name, k)
				}
				seen[k] = true
			}
			if !strings.HasSuffix(p.Doc, ".") {
				t.Errorf("%s: %s has no sentence: %q", name, p.Key, p.Doc)
			}
		}
		profiles := sourceProfiles
		if name == "sink" {
			profiles = sinkProfiles
		}
		for n, prof := range profiles {
			for k := range prof {
				if !seen[k] {
					t.Errorf("profile %s sets %s, which is no property", n, k)
				}
			}
			env := testEnv(nil, nil)
			var err error
			if name == "sink" {
				_, err = SinkFromEnv(env, "x", map[string]string{"delivery_profile": n})
			} else {
				_, err = SourceFromEnv(env, "x", map[string]string{"performance_profile": n})
			}
			if err != nil || env.Err(nil) != nil {
				t.Errorf("profile %s: %v, %v", n, err, env.Err(nil))
			}
		}
	}
	read, err := os.ReadFile("env.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, props := range [][]Property{SourceProperties, SinkProperties} {
		for _, p := range props {
			if !strings.Contains(string(read), `"`+p.Key+`"`) {
				t.Errorf("property %s is in the table, but nothing reads it", p.Key)
			}
		}
	}
}
