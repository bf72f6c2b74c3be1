-- Trades look up their instrument in a topic that is a table: every process reads all of it, while they share the trades.
CREATE STREAM trades (id INTEGER, symbol STRING, quantity INTEGER)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'group.id' = 'enriched', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE TABLE instruments (symbol STRING PRIMARY KEY, name STRING)
WITH ('connector' = 'kafka', 'topic' = 'instruments', 'group.id' = 'enriched', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE STREAM enriched AS
SELECT t.id, i.name, t.quantity FROM trades t LEFT JOIN instruments i ON t.symbol = i.symbol
WITH ('enriched.type' = 'kafka_sink', 'enriched.topic' = 'enriched', 'enriched.bootstrap.servers' = '${KAFKA:localhost:9092}');
