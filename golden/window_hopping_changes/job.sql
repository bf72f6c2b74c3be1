-- Rows that meet all windows that they are in, one after the other: with EMIT CHANGES each row shows them, and LAST_VALUE depends on the order of rows.
CREATE STREAM counts AS
SELECT person, _window_start AS start, _window_end AS stop, COUNT(*) AS n
FROM clicks
GROUP BY person
WINDOW SLIDING(at, 10s, 5s)
EMIT CHANGES
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'counts.type' = 'file_sink', 'counts.path' = 'out/counts.jsonl'
);

CREATE STREAM newest AS
SELECT HOP_START() AS start, COUNT(*) AS n, LAST_VALUE(amount) AS last
FROM HOP(TABLE clicks, DESCRIPTOR(at), INTERVAL '4' SECOND, INTERVAL '6' SECOND)
WITH ('newest.type' = 'file_sink', 'newest.path' = 'out/newest.jsonl');
