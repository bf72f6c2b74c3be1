-- SQL Application: two_topics
-- Two sources in one program: one feeds two streams, the second of which reads the first, and counts what it sees.
CREATE STREAM clicks (page STRING, ms INTEGER)
WITH ('connector' = 'kafka', 'bootstrap.servers' = '${KAFKA:localhost:9092}');
CREATE STREAM visits (page STRING)
WITH ('connector' = 'kafka', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE STREAM slow AS
SELECT page PRIMARY KEY, ms FROM clicks WHERE ms > 100
WITH ('slow.type' = 'kafka_sink', 'slow.bootstrap.servers' = '${KAFKA:localhost:9092}');

-- @metric: very_slow_total
-- @metric_type: counter
-- @metric_labels: page
CREATE STREAM very_slow AS
SELECT page PRIMARY KEY, ms / 1000.0 AS seconds FROM slow WHERE ms > 1000
WITH ('very_slow.type' = 'kafka_sink', 'very_slow.bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE STREAM seen AS
SELECT page PRIMARY KEY FROM visits
WITH ('seen.type' = 'kafka_sink', 'seen.bootstrap.servers' = '${KAFKA:localhost:9092}');
