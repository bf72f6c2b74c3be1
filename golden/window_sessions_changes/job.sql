-- Sessions and windows of rows after each row. A row makes the session longer, earlier, or one of two: what has been shown before is withdrawn. The op column says so; a
-- keyed topic would have tombstones.
CREATE STREAM visits AS
SELECT person, _window_start AS start, _window_end AS stop, COUNT(*) AS clicks, SUM(amount) AS total
FROM clicks
GROUP BY person
WINDOW SESSION(at, 5s)
EMIT CHANGES
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '4s',
    'visits.type' = 'file_sink', 'visits.path' = 'out/visits.jsonl', 'visits.changelog' = 'op'
);

CREATE STREAM threes AS
SELECT person, _window_start AS start, _window_end AS stop, COUNT(*) AS n
FROM clicks
GROUP BY person
WINDOW TUMBLING(3 ROWS)
EMIT CHANGES
WITH ('threes.type' = 'file_sink', 'threes.path' = 'out/threes.jsonl', 'threes.changelog' = 'op');

CREATE STREAM hops AS
SELECT person, _window_start AS start, COUNT(*) AS n
FROM clicks
GROUP BY person
WINDOW HOPPING(at, 10s, 5s)
EMIT CHANGES
WITH ('hops.type' = 'file_sink', 'hops.path' = 'out/hops.jsonl', 'hops.changelog' = 'debezium');
