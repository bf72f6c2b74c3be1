package connector

const kafkaPackage = "github.com/velostream/veloc/runtime/kafka"

// kafkaConnection are the properties that source and sink share: where the brokers are and how to be let in.
var kafkaConnection = []Option{
	{Key: "bootstrap.servers", Aliases: []string{"brokers", "kafka.brokers", "properties.bootstrap.servers"}, Type: List, Default: "localhost:9092",
		Doc: "Brokers to ask first, as host:port, separated by commas.", Example: "${KAFKA_BROKERS:localhost:9092}"},
	{Key: "topic", Aliases: []string{"topic.name"}, Type: Text, Doc: "The topic; without it, the name that the SQL uses.", Example: "trades"},
	{Key: "client.id", Type: Text, Doc: "How the broker's logs name this client; without it, application and source or sink.", Example: "pricing"},
	{Key: "security.protocol", Type: Enum, Values: []string{"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}, Default: "PLAINTEXT",
		Doc: "Whether to encrypt and to log in.", Example: "SASL_SSL"},
	{Key: "sasl.mechanism", Aliases: []string{"sasl.mechanisms"}, Type: Enum, Values: []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"},
		Default: "PLAIN", Doc: "How to log in.", Example: "SCRAM-SHA-512"},
	{Key: "sasl.username", Type: Text, Doc: "Name to log in with.", Example: "${KAFKA_USER}"},
	{Key: "sasl.password", Type: Text, Doc: "Password to log in with. Keep it in the environment.", Example: "${KAFKA_PASSWORD:?set it}"},
	{Key: "ssl.ca.location", Type: Path, Doc: "Certificates to trust, PEM; without it, those of the system.", Example: "ca.pem"},
	{Key: "ssl.certificate.location", Type: Path, Doc: "Certificate to show to the broker, PEM.", Example: "client.pem"},
	{Key: "ssl.key.location", Type: Path, Doc: "Key of that certificate, PEM.", Example: "client.key"},
	{Key: "connect.timeout", Aliases: []string{"socket.connection.setup.timeout.ms"}, Type: Duration, Default: "10s",
		Doc: "How long the brokers may take to answer at the start before the job gives up.", Example: "3s"},
	{Key: "topic.wait.timeout", Aliases: []string{"wait.timeout"}, Type: Duration, Default: "0",
		Doc: "How long to wait at the start for brokers that do not answer or a topic that does not exist yet; 0 does not wait.", Example: "30s"},
	{Key: "topic.retry.interval", Aliases: []string{"retry.interval"}, Type: Duration, Default: "5s",
		Doc: "How often to look while waiting.", Example: "1s"},
}

var kafkaSource = Spec{
	Name: "kafka_source", Aliases: []string{"kafka"}, Schemes: []string{"kafka"}, Kind: Source,
	Summary: "Reads records of a Kafka topic.",
	Doc: `Partitions are the unit of work: each is read, timed and committed on its own, and a second process with the same group takes
over its share. Offsets are committed only after the output that came from them is acknowledged (at least once), or together with it (delivery.guarantee = exactly_once), and not beyond the first row of the
oldest open window: a restart reads those rows again. Groups without a window begin anew after a restart (VL0704).

A table that is looked up is not shared: each process reads all partitions from their beginning, outside of the group, and commits nothing of them. ` + "`auto.offset.reset`" + ` does not matter there. Partitions
that the topic gets later are read after a restart. A record without value deletes the row of its key: the text of the PRIMARY KEY columns, joined with "|".`,
	Example: `CREATE STREAM trades (symbol STRING, price DECIMAL(18,4))
WITH ('connector' = 'kafka', 'topic' = 'trades', 'bootstrap.servers' = '${KAFKA:localhost:9092}');
SELECT symbol, price FROM trades;`,
	Options: append([]Option{
		{Key: "group.id", Aliases: []string{"group_id", "properties.group.id"}, Type: Text,
			Doc: "The consumer group; without it, `velo-<application>-<source>`.", Example: "pricing"},
		{Key: "group.instance.id", Type: Text,
			Doc: "A fixed name of this process in its group: after a quick restart it gets its partitions back without a rebalance.", Example: "pricing-1"},
		{Key: "partition.assignment.strategy", Type: Enum, Values: []string{"cooperative-sticky", "sticky", "range", "roundrobin"}, Default: "cooperative-sticky",
			Doc: "How partitions are shared among the members of the group. All members must use the same.", Example: "range"},
		{Key: "auto.offset.reset", Type: Enum, Values: []string{"earliest", "latest"}, Default: "earliest",
			Doc: "Where to start in a partition for which the group has no offset.", Example: "latest"},
		{Key: "isolation.level", Type: Enum, Values: []string{"read_uncommitted", "read_committed"}, Default: "read_committed",
			Doc: "Whether to leave out records of transactions that were aborted, and wait for those that are open.", Example: "read_uncommitted"},
		{Key: "max.poll.records", Type: Int, Min: 1, Default: "10000", Doc: "The most records in one chunk.", Example: "500"},
		{Key: "fetch.min.bytes", Type: Size, Default: "1", Doc: "How much the broker gathers before it answers.", Example: "64KiB"},
		{Key: "fetch.max.bytes", Type: Size, Default: "50MiB", Doc: "The most the broker sends in one answer.", Example: "16MiB"},
		{Key: "max.partition.fetch.bytes", Aliases: []string{"fetch.message.max.bytes"}, Type: Size, Default: "1MiB",
			Doc: "The most the broker sends of one partition in one answer.", Example: "4MiB"},
		{Key: "fetch.max.wait.ms", Aliases: []string{"fetch.wait.max.ms"}, Type: Duration, Default: "500ms",
			Doc: "How long the broker waits for fetch.min.bytes.", Example: "100"},
		{Key: "session.timeout.ms", Type: Duration, Default: "45s", Doc: "A member that is silent so long loses its partitions.", Example: "30000"},
		{Key: "heartbeat.interval.ms", Type: Duration, Default: "3s", Doc: "How often a member says that it is alive.", Example: "3000"},
		{Key: "max.poll.interval.ms", Aliases: []string{"rebalance.timeout.ms"}, Type: Duration, Default: "1m",
			Doc: "How long a member may take to finish and commit its work when partitions are taken away.", Example: "30s"},
		{Key: "performance_profile", Type: Enum, Values: []string{"batch_processing", "development", "high_throughput", "low_latency", "max_durability", "streaming"},
			Doc: "A preset of the fetch properties; a property that is given wins.", Example: "low_latency"},
	}, kafkaConnection...),
	Formats: []Format{jsonValueFormat}, Partitioned: true, Replayable: true,
	Package: kafkaPackage, New: "ConnectSource",
}

var kafkaSink = Spec{
	Name: "kafka_sink", Aliases: []string{"kafka", "upsert-kafka"}, Schemes: []string{"kafka"}, Kind: Sink,
	Summary: "Writes records to a Kafka topic.",
	Doc: `The PRIMARY KEY columns, else the GROUP BY columns, make the record key: one as its text, several joined with "|". Key columns
stay in the value too. With 'delivery.guarantee' = 'exactly_once' all sinks of the program that say so share one transactional producer.`,
	Example: `CREATE STREAM totals AS
SELECT symbol PRIMARY KEY, COUNT(*) AS n FROM trades GROUP BY symbol EMIT CHANGES
WITH ('trades.type' = 'file_source', 'trades.path' = 'trades.csv',
      'totals.type' = 'kafka_sink', 'totals.topic' = 'totals');`,
	Options: append([]Option{
		{Key: "acks", Type: Enum, Values: []string{"all", "-1", "1", "0"}, Default: "all",
			Doc: "Who must have a record before it counts as written: all in-sync replicas (`all`), the leader (`1`), nobody (`0`).", Example: "1"},
		{Key: "linger.ms", Aliases: []string{"queue.buffering.max.ms"}, Type: Duration, Default: "5ms",
			Doc: "How long a record waits for company.", Example: "20"},
		{Key: "batch.size", Aliases: []string{"batch.max.bytes"}, Type: Size, Default: "1MiB", Doc: "The most bytes in one batch of a partition, before compression; a single record cannot be larger. At least 16KiB.", Example: "64KiB"},
		{Key: "compression.type", Aliases: []string{"compression.codec", "compression"}, Type: Enum,
			Values: []string{"none", "gzip", "snappy", "lz4", "zstd"}, Default: "none", Doc: "How batches are compressed.", Example: "lz4"},
		{Key: "enable.idempotence", Type: Bool, Default: "true", Doc: "Whether the broker drops records that were sent twice. Needs `acks` = `all`.", Example: "false"},
		{Key: "buffer.memory", Type: Size, Default: "64MiB", Doc: "How many bytes may wait for their acknowledgement; a full buffer slows the job down.", Example: "128MiB"},
		{Key: "max.in.flight.requests.per.connection", Type: Int, Min: 1, Max: 1000,
			Doc: "How many produce requests may be on their way to one broker. Without idempotence more than 1 can reorder records on a retry.", Example: "1"},
		{Key: "request.timeout.ms", Type: Duration, Default: "10s", Doc: "How long to wait for the broker's answer.", Example: "30000"},
		{Key: "retries", Type: Int, Min: 1, Doc: "How often a batch is sent again; without it, until delivery.timeout.ms.", Example: "10"},
		{Key: "delivery.timeout.ms", Type: Duration, Default: "2m", Doc: "A record that is not acknowledged for so long ends the job; 0 waits for ever.", Example: "120000"},
		{Key: "delivery.guarantee", Type: Enum, Values: []string{"at_least_once", "exactly_once"}, Default: "at_least_once",
			Doc: "How often a reader finds a result whose rows are read again after a failure. `exactly_once` writes in transactions, which readers with `isolation.level` = `read_committed` see when they are committed. " +
				"Mode `transactional` makes it the default.", Example: "exactly_once"},
		{Key: "transactional.id", Type: Text, Doc: "With `exactly_once`: which producer this is to the brokers. A process that starts with the same id stops an earlier one; without it, `velo-<application>`.", Example: "pricing-1"},
		{Key: "transaction.timeout.ms", Type: Duration, Default: "1m", Doc: "With `exactly_once`: the broker aborts a transaction that is open for longer. At most `transaction.max.timeout.ms` of the brokers (15 minutes).", Example: "5m"},
		{Key: "event.time.header", Type: Bool, Default: "true", Doc: "Whether to add the event time, epoch milliseconds, as header `_EVENT_TIME`.", Example: "false"},
		{Key: "topic.create", Type: Bool, Default: "true", Doc: "Whether to create the topic if it does not exist.", Example: "false"},
		{Key: "topic.partitions", Aliases: []string{"partitions"}, Type: Int, Min: -1, Default: "-1", Doc: "Partitions of a topic that is created; -1 leaves it to the broker.", Example: "6"},
		{Key: "topic.replication.factor", Aliases: []string{"replication.factor"}, Type: Int, Min: -1, Default: "-1",
			Doc: "Copies of a topic that is created; -1 leaves it to the broker.", Example: "3"},
		{Key: "delivery_profile", Type: Enum, Values: []string{"balanced", "development", "durable", "high_throughput", "low_latency", "max_durability"},
			Doc: "A preset of the produce properties; a property that is given wins.", Example: "durable"},
	}, kafkaConnection...),
	Formats: []Format{jsonValueFormat}, Partitioned: true, Transactional: true, Records: true,
	Package: kafkaPackage, New: "ConnectSink",
}
