package kafka

import (
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// Property documents one property of a source or sink, without the prefix of its name.
type Property struct {
	Key     string
	Aliases []string // other spellings; Key wins if both are given
	Values  []string // if not empty, the only values allowed
	Default string
	Doc     string
	Secret  bool // never shown
}

// connectionProperties are those that source and sink share.
var connectionProperties = []Property{
	{Key: "bootstrap.servers", Aliases: []string{"brokers", "kafka.brokers", "properties.bootstrap.servers"}, Default: "localhost:9092",
		Doc: "Brokers to ask first, as host:port, separated by commas."},
	{Key: "topic", Aliases: []string{"topic.name"}, Doc: "The topic; without it, the name that the SQL uses."},
	{Key: "client.id", Doc: "How the broker's logs name this client; without it, application and source or sink."},
	{Key: "security.protocol", Values: []string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, Default: "PLAINTEXT",
		Doc: "Whether to encrypt and to log in."},
	{Key: "sasl.mechanism", Aliases: []string{"sasl.mechanisms"}, Values: []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"},
		Default: "PLAIN", Doc: "How to log in."},
	{Key: "sasl.username", Doc: "Name to log in with."},
	{Key: "sasl.password", Secret: true, Doc: "Password to log in with. Keep it in the environment."},
	{Key: "ssl.ca.location", Doc: "Certificates to trust, PEM; without it, those of the system."},
	{Key: "ssl.certificate.location", Doc: "Certificate to show to the broker, PEM."},
	{Key: "ssl.key.location", Doc: "Key of that certificate, PEM."},
	{Key: "connect.timeout", Aliases: []string{"socket.connection.setup.timeout.ms"}, Default: "10s",
		Doc: "How long the brokers may take to answer at the start before the job gives up."},
	{Key: "topic.wait.timeout", Aliases: []string{"wait.timeout"}, Default: "0",
		Doc: "How long to wait at the start for brokers that do not answer or a topic that does not exist yet; 0 does not wait."},
	{Key: "topic.retry.interval", Aliases: []string{"retry.interval"}, Default: "5s", Doc: "How often to look while waiting."},
}

// SourceProperties are the properties of a Kafka source.
var SourceProperties = append([]Property{
	{Key: "group.id", Aliases: []string{"group_id", "properties.group.id"}, Doc: "The consumer group; without it, velo-<application>-<source>."},
	{Key: "group.instance.id", Doc: "A fixed name of this process in its group: after a quick restart it gets its partitions back without a rebalance."},
	{Key: "partition.assignment.strategy", Values: []string{"cooperative-sticky", "sticky", "range", "roundrobin"}, Default: "cooperative-sticky",
		Doc: "How partitions are shared among the members of the group. All members must use the same."},
	{Key: "auto.offset.reset", Values: []string{"earliest", "latest"}, Default: "earliest",
		Doc: "Where to start in a partition for which the group has no offset."},
	{Key: "isolation.level", Values: []string{"read_uncommitted", "read_committed"}, Default: "read_committed",
		Doc: "Whether to leave out records of transactions that were aborted, and wait for those that are open."},
	{Key: "max.poll.records", Default: "10000", Doc: "The most records in one chunk."},
	{Key: "fetch.min.bytes", Default: "1", Doc: "How much the broker gathers before it answers."},
	{Key: "fetch.max.bytes", Default: "50MiB", Doc: "The most the broker sends in one answer."},
	{Key: "max.partition.fetch.bytes", Aliases: []string{"fetch.message.max.bytes"}, Default: "1MiB",
		Doc: "The most the broker sends of one partition in one answer."},
	{Key: "fetch.max.wait.ms", Aliases: []string{"fetch.wait.max.ms"}, Default: "500ms", Doc: "How long the broker waits for fetch.min.bytes."},
	{Key: "session.timeout.ms", Default: "45s", Doc: "A member that is silent so long loses its partitions."},
	{Key: "heartbeat.interval.ms", Default: "3s", Doc: "How often a member says that it is alive."},
	{Key: "max.poll.interval.ms", Aliases: []string{"rebalance.timeout.ms"}, Default: "1m",
		Doc: "How long a member may take to finish and commit its work when partitions are taken away."},
	{Key: "performance_profile", Values: profileNames(sourceProfiles), Doc: "A preset of the fetch properties; a property that is given wins."},
}, connectionProperties...)

// SinkProperties are the properties of a Kafka sink.
var SinkProperties = append([]Property{
	{Key: "acks", Values: []string{"all", "-1", "1", "0"}, Default: "all",
		Doc: "Who must have a record before it counts as written: all in-sync replicas (all), the leader (1), nobody (0)."},
	{Key: "enable.idempotence", Default: "true", Doc: "Whether the broker drops records that were sent twice. Needs acks = all."},
	{Key: "linger.ms", Aliases: []string{"queue.buffering.max.ms"}, Default: "5ms", Doc: "How long a record waits for company."},
	{Key: "batch.size", Aliases: []string{"batch.max.bytes"}, Default: "1MiB",
		Doc: "The most bytes in one batch of a partition, before compression; a single record cannot be larger. At least 16KiB."},
	{Key: "compression.type", Aliases: []string{"compression.codec", "compression"}, Values: []string{"none", "gzip", "snappy", "lz4", "zstd"},
		Default: "none", Doc: "How batches are compressed."},
	{Key: "buffer.memory", Default: "64MiB", Doc: "How many bytes may wait for their acknowledgement; a full buffer slows the job down."},
	{Key: "max.in.flight.requests.per.connection",
		Doc: "How many produce requests may be on their way to one broker; without it 5, or 1 without idempotence, where more could reorder records."},
	{Key: "retries", Doc: "How often a batch is sent again; without it, until delivery.timeout.ms."},
	{Key: "request.timeout.ms", Default: "10s", Doc: "How long to wait for the broker's answer."},
	{Key: "delivery.timeout.ms", Default: "2m", Doc: "A record that is not acknowledged for so long ends the job; 0 waits for ever."},
	{Key: "delivery.guarantee", Values: []string{"at_least_once", "exactly_once"}, Default: "at_least_once",
		Doc: "How often a reader finds a result whose rows are read again after a failure. exactly_once writes in transactions, which readers with isolation.level = read_committed see when they are committed."},
	{Key: "transactional.id", Doc: "With exactly_once: which producer this is to the brokers. A process that starts with the same id stops an earlier one; without it, velo-<application>."},
	{Key: "transaction.timeout.ms", Default: "1m", Doc: "With exactly_once: the broker aborts a transaction that is open for longer. At most transaction.max.timeout.ms of the brokers (15 minutes)."},
	{Key: "event.time.header", Default: "true", Doc: "Whether to add the event time, epoch milliseconds, as header _EVENT_TIME."},
	{Key: "topic.create", Default: "true", Doc: "Whether to create the topic if it does not exist."},
	{Key: "topic.partitions", Aliases: []string{"partitions"}, Default: "-1", Doc: "Partitions of a topic that is created; -1 leaves it to the broker."},
	{Key: "topic.replication.factor", Aliases: []string{"replication.factor"}, Default: "-1",
		Doc: "Copies of a topic that is created; -1 leaves it to the broker."},
	{Key: "delivery_profile", Values: profileNames(sinkProfiles), Doc: "A preset of the produce properties; a property that is given wins."},
}, connectionProperties...)

// Connection says how to reach brokers and which topic is meant.
type Connection struct {
	Name     string // of the source or sink in the SQL, for messages
	Named    bool   // whoever gets errors says which source or sink they are from
	Brokers  []string
	Topic    string
	ClientID string

	Security      string // PLAINTEXT (also when empty), SSL, SASL_PLAINTEXT, SASL_SSL
	Mechanism     string // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512
	User          string
	Password      string
	CAFile        string
	CertFile      string
	KeyFile       string
	Connect       time.Duration // how long brokers may take to answer at the start; 0: 10 s
	TopicWait     time.Duration // how long to wait for a missing topic; 0: not at all
	TopicInterval time.Duration // how often to look meanwhile; 0: 5 s

	cluster string // id of the cluster, once its brokers have answered

	Clock rt.Clock     // nil: the system's
	Log   func(string) // takes lines on lost brokers and the like; nil: stderr
}

// SourceOptions configure a source. Zero values mean the defaults of SourceProperties, except where stated.
type SourceOptions struct {
	Connection
	Group             string
	Instance          string
	Strategy          string
	Latest            bool // start at the end of partitions that have no committed offset
	ReadUncommitted   bool
	MaxRecords        int
	FetchMin          int32
	FetchMax          int32
	FetchMaxPartition int32
	FetchWait         time.Duration
	Session           time.Duration
	Heartbeat         time.Duration
	Rebalance         time.Duration

	// NeedKeys and NeedHeaders fill Meta.Key and Meta.Headers. They cost no copy, but a chunk that holds them keeps the
	// broker's whole answer in memory.
	NeedKeys, NeedHeaders bool
	// Table makes the source read all partitions from their beginning, outside of the group: every process that looks rows up needs all of them.
	Table bool
	// NeedClosed fills Chunk.Closed: commits tell up to where windows are closed, and the next owner of a partition asks for it.
	NeedClosed bool
	// IdleWait is how long Poll waits for news before it returns an empty chunk; 0: 100 ms.
	IdleWait time.Duration
	// ChunkBytes is the size that chunks aim at; 0: 256 KiB.
	ChunkBytes int
}

// SinkOptions configure a sink. Zero values mean the defaults of SinkProperties, except where stated.
type SinkOptions struct {
	Connection
	Acks              string
	NoIdempotence     bool
	Linger            time.Duration // 0 sends at once
	BatchBytes        int32
	Compression       string
	Buffer            int
	InFlight          int
	Retries           int // 0: no limit
	Request           time.Duration
	Delivery          time.Duration // 0: no limit
	ExactlyOnce       bool
	TransactionalID   string        // with ExactlyOnce
	Timeout           time.Duration // of a transaction; 0: 1 min
	NoEventTimeHeader bool
	NoCreate          bool // do not create a missing topic
	Partitions        int32
	Replication       int16
}
