-- Rows that fail go to a topic, as they came, with headers that say where and why. So do tombstones: the stream has no row for them.
CREATE STREAM events (id INTEGER NOT NULL, kind STRING)
WITH ('connector' = 'kafka', 'bootstrap.servers' = '${KAFKA:localhost:9092}',
      'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.topic' = 'events-failed');

CREATE STREAM checked AS
SELECT id, kind, 100 / id AS share FROM events
WITH ('checked.type' = 'kafka_sink', 'checked.bootstrap.servers' = '${KAFKA:localhost:9092}');
