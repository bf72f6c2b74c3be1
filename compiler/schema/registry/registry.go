package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/sr"

	"github.com/velostream/veloc/compiler/schema"
)

// Timeout is how long a registry may take for one answer.
const Timeout = 10 * time.Second

// Query says what to ask of whom.
type Query struct {
	URLs           []string // of registries that hold the same; the first that answers counts
	User, Password string
	Token          string
	CA             string // file with certificates to trust; empty: those of the system
	Subject        string // what to ask for, unless ID says
	Version        int    // of the subject; 0: the newest
	ID             int    // of the schema
}

// Schema is what a registry knows.
type Schema struct {
	Language   schema.Language
	Text       string
	Subject    string
	Version    int
	ID         int
	References []schema.Reference // each after those that it uses itself
}

// Fetch asks a registry for a schema.
func Fetch(ctx context.Context, q Query) (Schema, error) {
	cl, err := q.client()
	if err != nil {
		return Schema{}, err
	}
	var found sr.SubjectSchema
	if q.ID > 0 {
		found.ID, found.Subject = q.ID, q.Subject
		found.Schema, err = cl.SchemaByID(ctx, q.ID)
	} else {
		version := q.Version
		if version == 0 {
			version = -1 // the newest
		}
		found, err = cl.SchemaByVersion(ctx, q.Subject, version)
	}
	if err != nil {
		return Schema{}, q.explain(ctx, cl, err)
	}
	out := Schema{Text: found.Schema.Schema, Subject: found.Subject, Version: found.Version, ID: found.ID}
	switch found.Type {
	case sr.TypeAvro:
		out.Language = schema.Avro
	case sr.TypeProtobuf:
		out.Language = schema.Protobuf
	case sr.TypeJSON:
		out.Language = schema.JSONSchema
	default:
		return Schema{}, fmt.Errorf("its type is %s, which is none of AVRO, PROTOBUF and JSON", found.Type)
	}
	out.References, err = references(ctx, cl, found.Schema, nil)
	return out, err
}

// maxReferences bounds how many schemas one can be made of.
const maxReferences = 500

// references fetches the schemas that s uses, those first that they use themselves.
func references(ctx context.Context, cl *sr.Client, s sr.Schema, have []schema.Reference) ([]schema.Reference, error) {
	for _, r := range s.References {
		if slices.ContainsFunc(have, func(h schema.Reference) bool { return h.Name == r.Name }) {
			continue
		}
		if len(have) > maxReferences {
			return nil, fmt.Errorf("it uses more than %d other schemas", maxReferences)
		}
		got, err := cl.SchemaByVersion(ctx, r.Subject, r.Version)
		if err != nil {
			return nil, fmt.Errorf("it refers to version %d of subject %s: %w", r.Version, r.Subject, plain(err))
		}
		if have, err = references(ctx, cl, got.Schema, have); err != nil {
			return nil, err
		}
		have = append(have, schema.Reference{Name: r.Name, Text: got.Schema.Schema})
	}
	return have, nil
}

func (q *Query) client() (*sr.Client, error) {
	for _, u := range q.URLs {
		parsed, err := url.Parse(u)
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return nil, errors.New("its address should look like http://host:8081")
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if q.CA != "" {
		pem, err := os.ReadFile(q.CA)
		if err != nil {
			return nil, fmt.Errorf("the certificates to trust: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificates in PEM", q.CA)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	opts := []sr.ClientOpt{sr.URLs(q.URLs...), sr.UserAgent("veloc"), sr.HTTPClient(&http.Client{Timeout: Timeout, Transport: transport})}
	switch {
	case q.Token != "":
		opts = append(opts, sr.BearerToken(q.Token))
	case q.User != "" || q.Password != "":
		opts = append(opts, sr.BasicAuth(q.User, q.Password))
	}
	return sr.NewClient(opts...)
}

// Confluent's codes of what is not there.
const (
	noSubject = 40401
	noVersion = 40402
	noSchema  = 40403
)

// explain says what an error means, with the names that were perhaps meant. It never shows what was sent.
func (q *Query) explain(ctx context.Context, cl *sr.Client, err error) error {
	var r *sr.ResponseError
	if !errors.As(err, &r) {
		return plain(err)
	}
	switch {
	case r.ErrorCode == noSubject:
		if names, err := cl.Subjects(ctx); err == nil {
			return &UnknownSubject{q.Subject, names}
		}
		return &UnknownSubject{Subject: q.Subject}
	case r.ErrorCode == noVersion:
		versions, _ := cl.SubjectVersions(ctx, q.Subject)
		return fmt.Errorf("subject %s has no version %d; it has %s", q.Subject, q.Version, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(versions)), ", "), "[]"))
	case r.ErrorCode == noSchema:
		return fmt.Errorf("there is no schema with the number %d", q.ID)
	case r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden:
		if q.User == "" && q.Token == "" {
			return fmt.Errorf("it wants a name and a password (HTTP status %d); set schema.registry.auth.username and .password", r.StatusCode)
		}
		return fmt.Errorf("it does not accept the name and password, or the token, that were given (HTTP status %d)", r.StatusCode)
	}
	return plain(err)
}

// UnknownSubject means that the registry does not have a subject.
type UnknownSubject struct {
	Subject string
	Known   []string
}

func (e *UnknownSubject) Error() string { return "it has no subject " + e.Subject }

// plain takes addresses out of an error, which may hold a password.
func plain(err error) error {
	var r *sr.ResponseError
	var u *url.Error
	var d *net.OpError
	switch {
	case errors.As(err, &r):
		return fmt.Errorf("it answered with HTTP status %d: %s", r.StatusCode, r.Message)
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &u) && u.Timeout():
		return fmt.Errorf("it did not answer within %s", Timeout)
	case errors.As(err, &d):
		return fmt.Errorf("it cannot be reached: %w", d.Err)
	case errors.As(err, &u):
		return fmt.Errorf("it cannot be asked: %w", u.Err)
	}
	return err
}
