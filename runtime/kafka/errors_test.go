//go:build !realkafka

package kafka

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	rt "github.com/velostream/veloc/runtime"
)

// openError opens a source or sink that must fail and returns what it says, with addresses that differ between runs replaced.
func openError(t *testing.T, open func(context.Context) error, brokers []string) string {
	t.Helper()
	began := time.Now()
	err := open(context.Background())
	if err == nil {
		t.Fatal("Open succeeded")
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("it took %s to find out", took)
	}
	text := err.Error()
	for i, b := range brokers {
		text = strings.ReplaceAll(text, b, "BROKER"+string(rune('1'+i)))
	}
	return text
}

func expectText(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got:\n%s\nwant:%s", got, want)
	}
}

// deadAddress is an address on which nobody listens.
func deadAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func sourceOn(c Connection) *Source {
	c.Name = "orders"
	return NewSource(SourceOptions{Connection: c, Group: "pricing"})
}

func sourceError(t *testing.T, c Connection) string {
	t.Helper()
	s := sourceOn(c)
	return openError(t, func(ctx context.Context) error { return s.Open(ctx, nil) }, c.Brokers)
}

func TestUnreachableBroker(t *testing.T) {
	got := sourceError(t, Connection{Brokers: []string{deadAddress(t), deadAddress(t)}, Topic: "orders"})
	lines := strings.Split(got, "\n")
	if len(lines) == 4 && lines[1] > lines[2] { // the order of ports is chance
		lines[1], lines[2] = lines[2], lines[1]
	}
	expectText(t, strings.Join(lines, "\n"), `
kafka source orders: cannot reach any broker of bootstrap.servers = BROKER1, BROKER2
  BROKER1: connection refused
  BROKER2: connection refused
  is Kafka running there, and is 'orders.bootstrap.servers' right? `+"`veloc dev kafka`"+` starts a broker to try things out`)
}

// A host that takes connections and says nothing is noticed after the time that is set.
func TestSilentBroker(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := Connection{Brokers: []string{l.Addr().String()}, Topic: "orders", Connect: 200 * time.Millisecond}
	expectText(t, sourceError(t, c), `
kafka source orders: cannot reach any broker of bootstrap.servers = BROKER1
  BROKER1: no answer in time
  is Kafka running there, and is 'orders.bootstrap.servers' right? `+"`veloc dev kafka`"+` starts a broker to try things out`)
}

func TestMissingTopic(t *testing.T) {
	c := fakeCluster(t, kfake.SeedTopics(1, "orders", "trades", "audit"))
	expectText(t, sourceError(t, Connection{Brokers: c.ListenAddrs(), Topic: "ordres"}), `
kafka source orders: topic 'ordres' does not exist on BROKER1
  did you mean 'orders'?
  set 'orders.topic', create the topic, or let the job wait for it: 'orders.topic.wait.timeout' = '1m'`)
	expectText(t, sourceError(t, Connection{Brokers: c.ListenAddrs(), Topic: "shipments"}), `
kafka source orders: topic 'shipments' does not exist on BROKER1
  there are: audit, orders, trades
  set 'orders.topic', create the topic, or let the job wait for it: 'orders.topic.wait.timeout' = '1m'`)

	sink := NewSink(SinkOptions{Connection: Connection{Name: "totals", Brokers: c.ListenAddrs(), Topic: "trade"}, NoCreate: true})
	expectText(t, openError(t, sink.Open, c.ListenAddrs()), `
kafka sink totals: topic 'trade' does not exist on BROKER1
  did you mean 'trades'?
  set 'totals.topic', create the topic, or let the job wait for it: 'totals.topic.wait.timeout' = '1m'`)
	empty := fakeCluster(t)
	expectText(t, sourceError(t, Connection{Brokers: empty.ListenAddrs(), Topic: "orders"}), `
kafka source orders: topic 'orders' does not exist on BROKER1
  the cluster has no topics that this client may see
  set 'orders.topic', create the topic, or let the job wait for it: 'orders.topic.wait.timeout' = '1m'`)
}

// stepClock is a clock whose timers fire at once, after step was called; it stands still otherwise.
type stepClock struct {
	now  int64
	step func(d time.Duration)
}

func (c *stepClock) Now() int64 { return c.now }

func (c *stepClock) NewTimer(d time.Duration) rt.Timer {
	c.now += int64(d)
	if c.step != nil {
		c.step(d)
	}
	ch := make(chan time.Time, 1)
	ch <- time.Unix(0, c.now)
	return stepTimer(ch)
}

type stepTimer chan time.Time

func (t stepTimer) C() <-chan time.Time { return t }
func (t stepTimer) Stop() bool          { return true }

// With topic.wait.timeout a source waits for its topic, and says so once.
func TestTopicWait(t *testing.T) {
	c := fakeCluster(t)
	logs := newLogs()
	looks := 0
	clock := &stepClock{step: func(d time.Duration) {
		if looks++; looks == 3 {
			if err := c.CreateTopic("orders", 1, nil); err != nil {
				t.Error(err)
			}
		}
		if d != 10*time.Second {
			t.Errorf("waited %s, want topic.retry.interval", d)
		}
	}}
	s := NewSource(SourceOptions{Connection: Connection{Name: "orders", Brokers: c.ListenAddrs(), Topic: "orders",
		TopicWait: time.Minute, TopicInterval: 10 * time.Second, Clock: clock, Log: logs.add}})
	if err := s.check(context.Background()); err != nil || looks != 3 {
		t.Fatalf("after %d looks: %v", looks, err)
	}
	want := "kafka source orders: topic 'orders' does not exist on " + c.ListenAddrs()[0] + "; looking again every 10s for 1m0s"
	if len(logs.lines) != 1 || logs.lines[0] != want {
		t.Errorf("log: %q", logs.lines)
	}

	looks = 0
	s.o.Topic, clock.step = "never", func(time.Duration) { looks++ }
	if err := s.check(context.Background()); err == nil || looks != 6 {
		t.Errorf("a topic that never comes: %d looks, %v", looks, err)
	}
	// A broker that is not up yet is waited for too.
	looks = 0
	s.o.Brokers = []string{deadAddress(t)}
	if err := s.check(context.Background()); err == nil || looks != 6 {
		t.Errorf("a broker that never comes: %d looks, %v", looks, err)
	}
}

// Logging in: the three mechanisms, right and wrong.
func TestLogin(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"} {
		t.Run(mechanism, func(t *testing.T) {
			c := fakeCluster(t, kfake.EnableSASL(), kfake.Superuser(mechanism, "ann", "secret"), kfake.SeedTopics(1, "orders"))
			conn := Connection{Brokers: c.ListenAddrs(), Topic: "orders", Security: "SASL_PLAINTEXT", Mechanism: mechanism, User: "ann", Password: "secret"}
			write(t, openSink(t, SinkOptions{Connection: conn}), output("1"))
			join(t, SourceOptions{Connection: conn}).awaitRows(1)

			conn.Password = "guess"
			got := sourceError(t, conn)
			if strings.Contains(got, "guess") {
				t.Errorf("the message tells the password: %s", got)
			}
			expectText(t, got, `
kafka source orders: bootstrap.servers = BROKER1: the broker closed the connection while logging in user 'ann' with `+mechanism+`
  most likely user or password is wrong, or the listener wants another sasl.mechanism or security.protocol (now SASL_PLAINTEXT)`)

			conn.Security = ""
			expectText(t, sourceError(t, conn), `
kafka source orders: bootstrap.servers = BROKER1: the broker closed the connection at once; security.protocol is PLAINTEXT
  most likely this listener wants encryption or a login: set security.protocol to SSL, SASL_SSL or SASL_PLAINTEXT, or use another port`)
		})
	}
}

// Apache Kafka says why it refuses a login; the in-process broker does not. The words are Kafka's.
func TestLoginRefused(t *testing.T) {
	c := Connection{Name: "orders", Security: "SASL_SSL", Mechanism: "PLAIN", User: "ann", Password: "guess"}
	cause := &wrapped{"unable to authenticate: Authentication failed: Invalid username or password", kerr.SaslAuthenticationFailed}
	expectText(t, c.explain("bootstrap.servers = k:9092", cause).Error(), `
bootstrap.servers = k:9092: the broker refused to log in user 'ann' with PLAIN
  check sasl.username, sasl.password and sasl.mechanism; the broker says: unable to authenticate: Authentication failed: Invalid username or password`)
}

type wrapped struct {
	text string
	err  error
}

func (w *wrapped) Error() string { return w.text }
func (w *wrapped) Unwrap() error { return w.err }

// Encryption: with the authority's certificate it works; each way to get it wrong is told.
func TestEncryption(t *testing.T) {
	certFile, pair := selfSigned(t)
	c := fakeCluster(t, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{pair}}), kfake.SeedTopics(1, "orders"))
	conn := Connection{Brokers: c.ListenAddrs(), Topic: "orders", Security: "SSL", CAFile: certFile}
	write(t, openSink(t, SinkOptions{Connection: conn}), output("1"))
	join(t, SourceOptions{Connection: conn}).awaitRows(1)

	conn.CAFile = ""
	expectText(t, sourceError(t, conn), `
kafka source orders: bootstrap.servers = BROKER1: the broker's certificate is signed by an authority that is not trusted here
  name the file with the authority's certificate in 'orders.ssl.ca.location'`)

	plain := fakeCluster(t, kfake.SeedTopics(1, "orders"))
	got := sourceError(t, Connection{Brokers: plain.ListenAddrs(), Topic: "orders", Security: "SSL", Connect: 300 * time.Millisecond})
	expectText(t, got, `
kafka source orders: cannot reach any broker of bootstrap.servers = BROKER1
  BROKER1: no answer in time
  security.protocol is SSL: does this port speak TLS?
  is Kafka running there, and is 'orders.bootstrap.servers' right? `+"`veloc dev kafka`"+` starts a broker to try things out`)

	conn.CAFile = filepath.Join(t.TempDir(), "none.pem")
	if got := sourceError(t, conn); !strings.HasPrefix(got, "kafka source orders: ssl.ca.location: open ") {
		t.Error(got)
	}
	os.WriteFile(conn.CAFile, []byte("not a certificate"), 0o600)
	if got := sourceError(t, conn); !strings.HasSuffix(got, "none.pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)") {
		t.Error(got)
	}
}

func selfSigned(t *testing.T) (file string, pair tls.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A user without the rights is told which ones.
func TestAuthorization(t *testing.T) {
	allow := func(kind kmsg.ACLResourceType, name string, ops ...kmsg.ACLOperation) (acls []kfake.ACL) {
		for _, op := range ops {
			acls = append(acls, kfake.ACL{Resource: kind, Name: name, Pattern: kmsg.ACLResourcePatternTypeLiteral, Operation: op, Allow: true})
		}
		return acls
	}
	topicACL := allow(kmsg.ACLResourceTypeTopic, "orders", kmsg.ACLOperationRead, kmsg.ACLOperationDescribe)
	c := fakeCluster(t, kfake.EnableSASL(), kfake.EnableACLs(), kfake.SeedTopics(1, "orders"), kfake.Superuser("PLAIN", "root", "root"),
		kfake.User("PLAIN", "nobody", "pw"), kfake.User("PLAIN", "reader", "pw", topicACL...))
	conn := Connection{Brokers: c.ListenAddrs(), Topic: "orders", Security: "SASL_PLAINTEXT", Mechanism: "PLAIN", User: "nobody", Password: "pw"}
	expectText(t, sourceError(t, conn), `
kafka source orders: looking for topic 'orders': user 'nobody' may not use topic 'orders' (TOPIC_AUTHORIZATION_FAILED)
  a source needs the ACL operations READ and DESCRIBE on the topic, a sink WRITE and DESCRIBE (and CREATE, if the topic is missing)`)
	conn.User = "reader"
	expectText(t, sourceError(t, conn), `
kafka source orders: looking for consumer group 'pricing': user 'reader' may not use the consumer group (GROUP_AUTHORIZATION_FAILED)
  grant READ on the group, or choose another with 'orders.group.id'`)

	sink := openSink(t, SinkOptions{Connection: Connection{Name: "totals", Brokers: c.ListenAddrs(), Topic: "orders", Security: "SASL_PLAINTEXT",
		Mechanism: "PLAIN", User: "reader", Password: "pw"}, NoIdempotence: true})
	if err := sink.Write(context.Background(), output("1")); err != nil {
		t.Fatal(err)
	}
	err := sink.Flush(context.Background())
	if err == nil || !strings.HasPrefix(err.Error(), "kafka sink totals: writing to topic 'orders' partition 0: user 'reader' may not use topic 'orders'") {
		t.Errorf("writing without WRITE: %v", err)
	}
}

// Brokers that advertise names which mean nothing here are the classic trap of containers.
func TestAdvertisedListener(t *testing.T) {
	c := fakeCluster(t, kfake.SeedTopics(1, "orders"))
	c.ControlKey(int16(kmsg.Metadata), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		resp := req.ResponseKind().(*kmsg.MetadataResponse)
		b := kmsg.NewMetadataResponseBroker()
		b.NodeID, b.Host, b.Port = 7, "kafka.invalid", 29092
		resp.Brokers = append(resp.Brokers, b)
		for _, want := range req.(*kmsg.MetadataRequest).Topics {
			mt := kmsg.NewMetadataResponseTopic()
			mt.Topic = want.Topic
			p := kmsg.NewMetadataResponseTopicPartition()
			p.Leader = 7
			mt.Partitions = append(mt.Partitions, p)
			resp.Topics = append(resp.Topics, mt)
		}
		return resp, nil, true
	})
	got := sourceError(t, Connection{Brokers: c.ListenAddrs(), Topic: "orders", Connect: 2 * time.Second})
	if !strings.HasPrefix(got, "kafka source orders: the brokers that hold topic 'orders' cannot be reached\n  broker 7 advertises kafka.invalid:29092: ") ||
		!strings.HasSuffix(got, "advertised.listeners, and must be reachable from here") {
		t.Error(got)
	}
}

// A group that something else uses, such as Kafka Connect, is not joined.
func TestForeignGroup(t *testing.T) {
	c := fakeCluster(t, kfake.SeedTopics(1, "orders"))
	c.ControlKey(int16(kmsg.DescribeGroups), func(req kmsg.Request) (kmsg.Response, error, bool) {
		resp := req.ResponseKind().(*kmsg.DescribeGroupsResponse)
		g := kmsg.NewDescribeGroupsResponseGroup()
		g.Group, g.ProtocolType, g.State = "pricing", "connect", "Stable"
		resp.Groups = append(resp.Groups, g)
		return resp, nil, true
	})
	expectText(t, sourceError(t, Connection{Brokers: c.ListenAddrs(), Topic: "orders"}), `
kafka source orders: consumer group 'pricing' belongs to something else (its members speak 'connect')
  give this job a group of its own with 'orders.group.id'`)
}

// What the group answers while the job runs ends it, if no waiting mends it.
func TestGroupErrorEndsJob(t *testing.T) {
	c := fakeCluster(t, kfake.SeedTopics(1, "orders"))
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.InvalidSessionTimeout})
	s := sourceOn(Connection{Brokers: c.ListenAddrs(), Topic: "orders", Log: func(string) {}})
	if err := s.Open(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var chunk rt.Chunk
	var err error
	for deadline := time.Now().Add(patience); err == nil && time.Now().Before(deadline); {
		err = s.Poll(context.Background(), &chunk)
	}
	if err == nil {
		t.Fatal("the job goes on")
	}
	expectText(t, err.Error(), `
kafka source orders: reading topic 'orders': the broker does not accept the session timeout (INVALID_SESSION_TIMEOUT)
  choose 'orders.session.timeout.ms' between the broker's group.min.session.timeout.ms (6 s) and group.max.session.timeout.ms (30 min)`)
}
