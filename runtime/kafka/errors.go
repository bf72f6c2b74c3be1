package kafka

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Error is a Kafka failure told with what to do about it.
type Error struct {
	Text string // several lines
	Err  error  // the cause; may be nil
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// tell makes an Error: what went wrong, and lines of advice.
func tell(cause error, what string, advice ...string) *Error {
	return &Error{Text: strings.Join(append([]string{what}, advice...), "\n  "), Err: cause}
}

// explain turns a client or broker error into one that teaches. what says what was being done: "reading topic orders". Errors
// that need no explanation are wrapped.
func (c *Connection) explain(what string, err error) error {
	var told *Error
	if errors.As(err, &told) {
		return err
	}
	if e := c.explainLogin(what, err); e != nil {
		return e
	}
	if e := c.explainFence(what, err); e != nil {
		return e
	}
	switch {
	case errors.Is(err, kerr.TopicAuthorizationFailed):
		return tell(err, fmt.Sprintf("%s: %s may not use topic '%s' (TOPIC_AUTHORIZATION_FAILED)", what, c.who(), c.Topic),
			"a source needs the ACL operations READ and DESCRIBE on the topic, a sink WRITE and DESCRIBE (and CREATE, if the topic is missing)")
	case errors.Is(err, kerr.GroupAuthorizationFailed):
		return tell(err, fmt.Sprintf("%s: %s may not use the consumer group (GROUP_AUTHORIZATION_FAILED)", what, c.who()),
			fmt.Sprintf("grant READ on the group, or choose another with '%s.group.id'", c.Name))
	case errors.Is(err, kerr.ClusterAuthorizationFailed):
		return tell(err, fmt.Sprintf("%s: %s is not allowed to do this on the cluster (CLUSTER_AUTHORIZATION_FAILED)", what, c.who()),
			"for a sink: create the topic beforehand, and grant IDEMPOTENT_WRITE or set enable.idempotence = false")
	case errors.Is(err, kerr.MessageTooLarge), errors.Is(err, kerr.RecordListTooLarge):
		return tell(err, fmt.Sprintf("%s: a record is larger than the limit (MESSAGE_TOO_LARGE)", what),
			fmt.Sprintf("raise '%s.batch.size', and the topic's max.message.bytes if the broker refuses it", c.Name))
	case errors.Is(err, kerr.InvalidSessionTimeout):
		return tell(err, what+": the broker does not accept the session timeout (INVALID_SESSION_TIMEOUT)",
			fmt.Sprintf("choose '%s.session.timeout.ms' between the broker's group.min.session.timeout.ms (6 s) and group.max.session.timeout.ms (30 min)", c.Name))
	case errors.Is(err, kerr.InconsistentGroupProtocol):
		return tell(err, what+": the group has members of another kind (INCONSISTENT_GROUP_PROTOCOL)",
			fmt.Sprintf("give this job a group of its own with '%s.group.id', or the same partition.assignment.strategy as the other members", c.Name))
	case errors.Is(err, kerr.InvalidGroupID):
		return tell(err, what+": this is not a valid group id (INVALID_GROUP_ID)", fmt.Sprintf("set '%s.group.id'", c.Name))
	case errors.Is(err, kerr.FencedInstanceID):
		return tell(err, what+": another process runs with the same group.instance.id (FENCED_INSTANCE_ID)",
			"every process of a group needs an instance id of its own")
	case errors.Is(err, kerr.GroupMaxSizeReached):
		return tell(err, what+": the group has as many members as the broker allows (GROUP_MAX_SIZE_REACHED)",
			"stop a member, or raise group.max.size on the broker")
	case errors.Is(err, kgo.ErrRecordTimeout), errors.Is(err, kgo.ErrRecordRetries):
		return tell(err, what+": not acknowledged in time",
			fmt.Sprintf("the brokers did not take the records within '%s.delivery.timeout.ms'; are they up, and are enough replicas in sync (min.insync.replicas)?", c.Name))
	case errors.Is(err, kerr.NotEnoughReplicas), errors.Is(err, kerr.NotEnoughReplicasAfterAppend):
		return tell(err, what+": fewer replicas are in sync than the topic demands (NOT_ENOUGH_REPLICAS)",
			"start the missing brokers, or lower the topic's min.insync.replicas")
	case errors.Is(err, kerr.InvalidReplicationFactor):
		return tell(err, what+": there are fewer brokers than copies asked for (INVALID_REPLICATION_FACTOR)",
			fmt.Sprintf("lower '%s.topic.replication.factor'", c.Name))
	}
	return fmt.Errorf("%s: %w", what, err)
}

// explainLogin recognises failures of encryption and of logging in.
func (c *Connection) explainLogin(what string, err error) error {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		record    tls.RecordHeaderError
		first     *kgo.ErrFirstReadEOF
	)
	switch {
	case errors.As(err, &authority):
		return tell(err, what+": the broker's certificate is signed by an authority that is not trusted here",
			fmt.Sprintf("name the file with the authority's certificate in '%s.ssl.ca.location'", c.Name))
	case errors.As(err, &host):
		return tell(err, what+": the broker's certificate is for another host: "+host.Error(),
			"use the host name that the certificate names in bootstrap.servers and in the broker's advertised.listeners")
	case errors.As(err, &record):
		return tell(err, what+": the broker does not speak TLS on this port, but security.protocol is "+c.Security,
			"use the port of an SSL listener, or PLAINTEXT or SASL_PLAINTEXT")
	case errors.Is(err, kerr.SaslAuthenticationFailed):
		return tell(err, fmt.Sprintf("%s: the broker refused to log in %s with %s", what, c.who(), c.mechanism()),
			"check sasl.username, sasl.password and sasl.mechanism; the broker says: "+lastLine(err))
	case errors.Is(err, kerr.UnsupportedSaslMechanism):
		return tell(err, fmt.Sprintf("%s: the broker does not offer sasl.mechanism %s", what, c.mechanism()), lastLine(err))
	case c.logsIn() && isEOF(err):
		return tell(err, fmt.Sprintf("%s: the broker closed the connection while logging in %s with %s", what, c.who(), c.mechanism()),
			"most likely user or password is wrong, or the listener wants another sasl.mechanism or security.protocol (now "+c.Security+")")
	case errors.As(err, &first):
		return tell(err, fmt.Sprintf("%s: the broker closed the connection at once; security.protocol is %s", what, c.security()),
			"most likely this listener wants encryption or a login: set security.protocol to SSL, SASL_SSL or SASL_PLAINTEXT, or use another port")
	}
	return nil
}

func (c *Connection) security() string {
	if c.Security == "" {
		return "PLAINTEXT"
	}
	return c.Security
}

func (c *Connection) mechanism() string {
	if c.Mechanism == "" {
		return "PLAIN"
	}
	return c.Mechanism
}

func (c *Connection) who() string {
	if c.logsIn() {
		return "user '" + c.User + "'"
	}
	return "this client (not logged in)"
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

func lastLine(err error) string {
	s := err.Error()
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// permanent tells errors that no waiting mends.
func permanent(err error) bool {
	for _, p := range []error{
		kerr.TopicAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.ClusterAuthorizationFailed, kerr.SaslAuthenticationFailed,
		kerr.UnsupportedSaslMechanism, kerr.InvalidSessionTimeout, kerr.InconsistentGroupProtocol, kerr.InvalidGroupID,
		kerr.FencedInstanceID, kerr.GroupMaxSizeReached, kerr.InvalidTopicException, kerr.InvalidReplicationFactor, kerr.InvalidPartitions,
	} {
		if errors.Is(err, p) {
			return true
		}
	}
	var told *Error
	return errors.As(err, &told) && told.Err != nil && told.Err != err && permanent(told.Err)
}

func canceled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
