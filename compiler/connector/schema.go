package connector

// SchemaOptions lists the properties that say which columns a source has, or which its sink takes. They mean something while a job is built
// and are no part of it.
func SchemaOptions() []Option { return schemaOptions }

const ofBoth = OfSource | OfSink

var schemaOptions = []Option{
	{Key: "schema.columns", Type: Text, Build: true, Scope: ofBoth,
		Doc: "The columns themselves, as in CREATE STREAM.", Example: "symbol STRING NOT NULL, price DECIMAL(18,4)"},
	{Key: "schema.file", Type: Path, Build: true, Scope: ofBoth,
		Aliases: []string{"schema_file", "value.schema.file", "schema.value.schema.file", "datasource.schema.file", "datasink.schema.file", "data_source.schema.file",
			"avro.schema.file", "avro_schema_file", "value.avro.schema.file", "protobuf.schema.file", "proto.schema.file", "protobuf_schema_file", "json.schema.file", "schema.json.file"},
		Doc: "A file that describes the columns, in the language that its suffix says: `.avsc` (Avro), `.proto` (Protobuf), `.json` (JSON Schema), `.yaml`.", Example: "schemas/trades.avsc"},
	{Key: "schema.message", Aliases: []string{"protobuf.message.type", "protobuf.message", "proto.message.type", "avro.record", "message.type"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "Which record or message of the schema rows are. Needed where there are several and none is called like the source.", Example: "market.Trade"},
	{Key: "avro.schema", Aliases: []string{"avro_schema", "schema.avro", "value.avro.schema", "avro"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "An Avro schema, as text.", Example: `{"type":"record","name":"T","fields":[{"name":"a","type":"long"}]}`},
	{Key: "protobuf.schema", Aliases: []string{"proto.schema", "protobuf_schema", "value.protobuf.schema"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "A Protobuf schema, as text.", Example: `syntax = "proto3"; message T { int64 a = 1; }`},
	{Key: "json.schema", Aliases: []string{"schema.json", "json_schema", "value.json.schema"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "A JSON Schema, as text.", Example: `{"type":"object","properties":{"a":{"type":"integer"}}}`},

	{Key: "schema.registry.url", Aliases: []string{"registry.url", "schema_registry_url"}, Type: List, Build: true, Scope: ofBoth,
		Doc:     "A schema registry with Confluent's interface. It is asked when the job is built, and the answer goes into the lock file: later builds, and the job itself, need no registry.",
		Example: "${REGISTRY:http://localhost:8081}"},
	{Key: "value.subject", Aliases: []string{"schema.subject", "schema.registry.subject"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "What the registry calls the schema. Without it, `value.subject.name.strategy` decides.", Example: "trades-value"},
	{Key: "value.subject.name.strategy", Aliases: []string{"schema.registry.subject.strategy"}, Type: Enum, Values: []string{"topic_name", "record_name", "topic_record_name"},
		Default: "topic_name", Build: true, Scope: ofBoth,
		Doc:     "How the registry's names are made: `<topic>-value`, the name of the record, or `<topic>-<record>`; the record is `schema.message`.",
		Example: "record_name"},
	{Key: "schema.version", Type: Int, Min: 1, Max: 1 << 31, Build: true, Scope: ofBoth, Doc: "The version of the subject; without it, the newest when the lock file is written.", Example: "3"},
	{Key: "schema.id", Aliases: []string{"value.schema.id"}, Type: Int, Min: 1, Max: 1 << 31, Build: true, Scope: ofBoth, Doc: "The number of the schema in the registry, instead of a subject.", Example: "12"},
	{Key: "schema.registry.auth.type", Aliases: []string{"registry.auth.type", "schema.registry.basic.auth.credentials.source", "basic.auth.credentials.source"}, Type: Enum,
		Values: []string{"none", "basic", "bearer", "USER_INFO"}, Build: true, Scope: ofBoth,
		Doc: "How to log in to the registry. Without it, by what is given.", Example: "basic"},
	{Key: "schema.registry.auth.username", Aliases: []string{"registry.auth.username"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "Name to log in with.", Example: "${REGISTRY_USER}"},
	{Key: "schema.registry.auth.password", Aliases: []string{"registry.auth.password"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "Password to log in with. Keep it in the environment; it is looked up when the registry is asked and kept nowhere.", Example: "${REGISTRY_PASSWORD:?set it}"},
	{Key: "schema.registry.auth.token", Aliases: []string{"registry.auth.token", "bearer.auth.token"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "Token to log in with.", Example: "${REGISTRY_TOKEN}"},
	{Key: "schema.registry.basic.auth.user.info", Aliases: []string{"basic.auth.user.info", "registry.basic.auth.user.info"}, Type: Text, Build: true, Scope: ofBoth,
		Doc: "Name and password to log in with, joined by a colon.", Example: "${REGISTRY_USER_INFO}"},
	{Key: "schema.registry.ssl.ca.location", Aliases: []string{"registry.ssl.ca.location", "schema.registry.ssl.ca.cert.location"}, Type: Path, Build: true, Scope: ofBoth,
		Doc: "Certificates of the registry to trust, PEM; without it, those of the system.", Example: "ca.pem"},
}
