-- EMIT CHANGES of overlapping windows: each row shows all windows that it is in.
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
