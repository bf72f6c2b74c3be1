package kafka

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	rt "github.com/velostream/veloc/runtime"
)

// fill puts defaults where the connection says nothing.
func (c *Connection) fill(kind string) {
	if len(c.Brokers) == 0 {
		c.Brokers = []string{"localhost:9092"}
	}
	if c.Topic == "" {
		c.Topic = c.Name
	}
	if c.ClientID == "" {
		c.ClientID = "velo-" + c.Name
	}
	if c.Connect <= 0 {
		c.Connect = 10 * time.Second
	}
	if c.TopicInterval <= 0 {
		c.TopicInterval = 5 * time.Second
	}
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	log := c.Log
	if log == nil {
		log = func(line string) { fmt.Fprintln(os.Stderr, line) }
	}
	prefix := "kafka " + kind + " " + c.Name + ": "
	c.Log = func(line string) { log(prefix + line) }
}

// options are the client options that source, sink and probe share.
func (c *Connection) options(watch *brokerWatch) ([]kgo.Opt, error) {
	opts := []kgo.Opt{
		kgo.SeedBrokers(c.Brokers...),
		kgo.ClientID(c.ClientID),
		kgo.SoftwareNameAndVersion("veloc", "1"),
		kgo.DialTimeout(min(c.Connect, 5*time.Second)),
		kgo.DisableClientMetrics(),
		kgo.WithHooks(watch),
		kgo.MetadataMinAge(250 * time.Millisecond),
	}
	if c.encrypted() {
		conf, err := c.tlsConfig()
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.DialTLSConfig(conf))
	}
	if c.logsIn() {
		switch c.Mechanism {
		case "SCRAM-SHA-256":
			opts = append(opts, kgo.SASL(scram.Auth{User: c.User, Pass: c.Password}.AsSha256Mechanism()))
		case "SCRAM-SHA-512":
			opts = append(opts, kgo.SASL(scram.Auth{User: c.User, Pass: c.Password}.AsSha512Mechanism()))
		case "PLAIN", "":
			opts = append(opts, kgo.SASL(plain.Auth{User: c.User, Pass: c.Password}.AsMechanism()))
		default:
			return nil, fmt.Errorf("sasl.mechanism '%s' is not one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512", c.Mechanism)
		}
	}
	return opts, nil
}

func (c *Connection) encrypted() bool { return strings.HasSuffix(c.Security, "SSL") }
func (c *Connection) logsIn() bool    { return strings.HasPrefix(c.Security, "SASL_") }

func (c *Connection) tlsConfig() (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return nil, fmt.Errorf("ssl.ca.location: %w", err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ssl.ca.location: %s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)", c.CAFile)
		}
	}
	if c.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("ssl.certificate.location and ssl.key.location: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// systemClock is the wall clock.
type systemClock struct{}

func (systemClock) Now() int64 { return time.Now().UnixNano() }

func (systemClock) NewTimer(d time.Duration) rt.Timer { return systemTimer{time.NewTimer(d)} }

type systemTimer struct{ *time.Timer }

func (t systemTimer) C() <-chan time.Time { return t.Timer.C }
