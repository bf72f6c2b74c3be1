-- Compacted topics are tables: a record without value deletes the row of its key. The key is the text of the PRIMARY KEY columns, joined with '|'.
CREATE STREAM trades (id INTEGER, venue STRING, symbol STRING)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'group.id' = 'deletes', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE TABLE instruments (symbol STRING PRIMARY KEY, name STRING, active BOOLEAN)
WITH ('connector' = 'kafka', 'topic' = 'instruments', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE TABLE listings (venue STRING, number INTEGER, symbol STRING, PRIMARY KEY (venue, number))
WITH ('connector' = 'kafka', 'topic' = 'listings', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE STREAM enriched AS
SELECT t.id, i.name, l.number
FROM trades t
LEFT JOIN (SELECT * FROM instruments WHERE active) i ON t.symbol = i.symbol
LEFT JOIN listings l ON t.venue = l.venue AND t.symbol = l.symbol
WITH ('enriched.type' = 'kafka_sink', 'enriched.topic' = 'enriched', 'enriched.bootstrap.servers' = '${KAFKA:localhost:9092}');
