package kafka

import (
	"fmt"
	"math"
	"strings"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// SourceFromEnv makes a source from its properties. Property p is overridden by --config <name>.p, else it is given[p] as
// compiled (any spelling), else what its profile or the table says; ${…} references are resolved. Numbers and durations that
// cannot be read are reported by env.Err; other mistakes by the error.
func SourceFromEnv(env *rt.Env, name string, given map[string]string) (*Source, error) {
	r := reader{env: env, name: name, given: given, props: SourceProperties}
	r.choose("performance_profile", sourceProfiles)
	o := SourceOptions{
		Connection:        r.connection(),
		Group:             r.text("group.id"),
		Instance:          r.text("group.instance.id"),
		Strategy:          r.text("partition.assignment.strategy"),
		Latest:            r.text("auto.offset.reset") == "latest",
		ReadUncommitted:   r.text("isolation.level") == "read_uncommitted",
		MaxRecords:        int(r.number("max.poll.records", 1, math.MaxInt32)),
		FetchMin:          int32(r.size("fetch.min.bytes")),
		FetchMax:          int32(r.size("fetch.max.bytes")),
		FetchMaxPartition: int32(r.size("max.partition.fetch.bytes")),
		FetchWait:         env.Duration(r.at("fetch.max.wait.ms")),
		Session:           env.Duration(r.at("session.timeout.ms")),
		Heartbeat:         env.Duration(r.at("heartbeat.interval.ms")),
		Rebalance:         env.Duration(r.at("max.poll.interval.ms")),
	}
	if o.Group == "" {
		o.Group = "velo-" + app(env) + "-" + name
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return NewSource(o), nil
}

// minBatch is the least batch.size; defaultDelivery is the delivery.timeout.ms of dead letters.
const (
	minBatch        = 16 << 10
	defaultDelivery = 2 * time.Minute
)

// SinkFromEnv makes a sink from its properties, in the manner of SourceFromEnv.
func SinkFromEnv(env *rt.Env, name string, given map[string]string) (*Sink, error) {
	o, err := sinkOptions(env, name, given)
	if err != nil {
		return nil, err
	}
	return NewSink(o), nil
}

func sinkOptions(env *rt.Env, name string, given map[string]string) (SinkOptions, error) {
	r := reader{env: env, name: name, given: given, props: SinkProperties}
	r.choose("delivery_profile", sinkProfiles)
	o := SinkOptions{
		Connection:        r.connection(),
		Acks:              r.text("acks"),
		NoIdempotence:     !env.Bool(r.at("enable.idempotence")),
		Linger:            env.Duration(r.at("linger.ms")),
		BatchBytes:        int32(r.size("batch.size")),
		Compression:       r.text("compression.type"),
		Buffer:            int(r.size("buffer.memory")),
		Request:           env.Duration(r.at("request.timeout.ms")),
		Delivery:          env.Duration(r.at("delivery.timeout.ms")),
		ExactlyOnce:       r.text("delivery.guarantee") == "exactly_once",
		TransactionalID:   r.text("transactional.id"),
		Timeout:           env.Duration(r.at("transaction.timeout.ms")),
		NoEventTimeHeader: !env.Bool(r.at("event.time.header")),
		NoCreate:          !env.Bool(r.at("topic.create")),
		Partitions:        int32(r.number("topic.partitions", -1, 1<<20)),
		Replication:       int16(r.number("topic.replication.factor", -1, 1000)),
	}
	if r.text("max.in.flight.requests.per.connection") != "" {
		o.InFlight = int(r.number("max.in.flight.requests.per.connection", 1, 1000))
		if o.InFlight > 5 && !o.NoIdempotence {
			r.fail("max.in.flight.requests.per.connection", fmt.Sprint(o.InFlight), "at most 5 with enable.idempotence = true")
		}
	}
	if o.TransactionalID == "" {
		o.TransactionalID = "velo-" + app(env)
	}
	if r.text("retries") != "" {
		o.Retries = int(r.number("retries", 1, math.MaxInt32))
	}
	if o.BatchBytes < minBatch {
		r.fail("batch.size", fmt.Sprint(o.BatchBytes), "expected at least 16KiB, because a record must fit into a batch; linger.ms decides latency")
	}
	if o.Acks == "-1" {
		o.Acks = "all"
	}
	if o.Acks != "all" && !o.NoIdempotence {
		if _, said := r.find("enable.idempotence"); said {
			r.fail("acks", o.Acks, "enable.idempotence = true needs acks = all; set one of them otherwise")
		}
		o.NoIdempotence = true
	}
	if o.ExactlyOnce && o.NoIdempotence {
		r.fail("delivery.guarantee", "exactly_once", "transactions need acks = all and enable.idempotence = true")
	}
	return o, r.err()
}

func app(env *rt.Env) string {
	if env.App == "" {
		return "app"
	}
	return env.App
}

// reader looks properties up by all of their spellings.
type reader struct {
	env     *rt.Env
	name    string
	given   map[string]string
	props   []Property
	profile profile
	errs    []string
}

func (r *reader) prop(key string) *Property {
	for i := range r.props {
		if r.props[i].Key == key {
			return &r.props[i]
		}
	}
	panic("bug: kafka property " + key + " is not in the table")
}

// find returns the spelling by which property key is given, and whether it is given at all.
func (r *reader) find(key string) (spelling string, given bool) {
	names := append([]string{key}, r.prop(key).Aliases...)
	for _, n := range names {
		if _, ok := r.env.Config[r.name+"."+n]; ok {
			return n, true
		}
	}
	for _, n := range names {
		if _, ok := r.given[n]; ok {
			return n, true
		}
	}
	return key, false
}

// at returns the full key of a property and the value that it has without --config, ready for the readers of rt.Env.
func (r *reader) at(key string) (full, def string) {
	spelling, _ := r.find(key)
	def, ok := r.given[spelling]
	if !ok {
		def, ok = r.profile[key]
	}
	if !ok {
		def = r.prop(key).Default
	}
	return r.name + "." + spelling, def
}

func (r *reader) fail(key, val, why string) {
	r.errs = append(r.errs, fmt.Sprintf("property '%s.%s' = '%s': %s", r.name, key, val, why))
}

func (r *reader) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return rt.Error(strings.Join(r.errs, "\n"))
}

// text reads a property that is text, and checks it against the values allowed; case and "_" for "-" do not matter there.
func (r *reader) text(key string) string {
	v := strings.TrimSpace(r.env.String(r.at(key)))
	allowed := r.prop(key).Values
	if len(allowed) == 0 || v == "" {
		return v
	}
	for _, a := range allowed {
		if strings.EqualFold(strings.ReplaceAll(a, "-", "_"), strings.ReplaceAll(v, "-", "_")) {
			return a
		}
	}
	r.fail(key, v, "expected one of "+strings.Join(allowed, ", "))
	return v
}

func (r *reader) number(key string, least, most int64) int64 {
	n := r.env.Int(r.at(key))
	if n < least || n > most {
		r.fail(key, fmt.Sprint(n), fmt.Sprintf("expected a number from %d to %d", least, most))
		return least
	}
	return n
}

func (r *reader) size(key string) int64 {
	n := r.env.Size(r.at(key))
	if n > math.MaxInt32 {
		r.fail(key, fmt.Sprint(n), "expected less than 2GiB")
		return math.MaxInt32
	}
	return n
}

func (r *reader) choose(key string, profiles map[string]profile) { r.profile = profiles[r.text(key)] }

func (r *reader) connection() Connection {
	env := r.env
	c := Connection{
		Name:          r.name,
		Brokers:       splitList(r.text("bootstrap.servers")),
		Topic:         r.text("topic"),
		ClientID:      r.text("client.id"),
		Security:      r.text("security.protocol"),
		Mechanism:     r.text("sasl.mechanism"),
		User:          r.text("sasl.username"),
		Password:      env.String(r.at("sasl.password")),
		CAFile:        env.Path(r.at("ssl.ca.location")),
		CertFile:      env.Path(r.at("ssl.certificate.location")),
		KeyFile:       env.Path(r.at("ssl.key.location")),
		Connect:       env.Duration(r.at("connect.timeout")),
		TopicWait:     env.Duration(r.at("topic.wait.timeout")),
		TopicInterval: env.Duration(r.at("topic.retry.interval")),
		Clock:         env.Clock,
		Log:           env.Log,
	}
	if c.Topic == "" {
		c.Topic = r.name
	}
	if c.ClientID == "" {
		c.ClientID = "velo-" + app(env) + "-" + r.name
	}
	if len(c.Brokers) == 0 {
		r.fail("bootstrap.servers", "", "expected at least one host:port")
	}
	if why := badTopicName(c.Topic); why != "" {
		r.fail("topic", c.Topic, why)
	}
	r.checkLogin(&c)
	return c
}

func (r *reader) checkLogin(c *Connection) {
	sasl := strings.HasPrefix(c.Security, "SASL_")
	switch {
	case sasl && (c.User == "" || c.Password == ""):
		r.fail("security.protocol", c.Security, "needs sasl.username and sasl.password, and one of them is empty")
	case !sasl && (c.User != "" || c.Password != ""):
		r.fail("security.protocol", c.Security, "does not log in, yet sasl.username or sasl.password is set; use SASL_SSL or SASL_PLAINTEXT")
	}
	tls := c.Security == "SSL" || c.Security == "SASL_SSL"
	if !tls && (c.CAFile != "" || c.CertFile != "" || c.KeyFile != "") {
		r.fail("security.protocol", c.Security, "does not encrypt, yet an ssl.* property is set; use SSL or SASL_SSL")
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		r.fail("ssl.certificate.location", c.CertFile, "ssl.certificate.location and ssl.key.location go together")
	}
}

func splitList(s string) []string {
	var out []string
	for _, f := range strings.Split(s, ",") {
		if f = strings.TrimSpace(f); f != "" {
			out = append(out, f)
		}
	}
	return out
}

// badTopicName says what Kafka would not accept in a topic's name; empty if nothing.
func badTopicName(t string) string {
	switch {
	case len(t) > 249:
		return "a topic name has at most 249 characters"
	case t == "." || t == "..":
		return "this cannot be a topic's name"
	}
	for _, c := range t {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
			return "a topic name consists of letters, digits, '.', '_' and '-'"
		}
	}
	return ""
}
