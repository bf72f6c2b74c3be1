-- Rows whose window has closed count in the oldest window that is open.
CREATE STREAM totals AS
SELECT person, _window_start AS start, COUNT(*) AS n, SUM(amount) AS total
FROM clicks
GROUP BY person
WINDOW TUMBLING(at, 10s)
EMIT FINAL
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'clicks.late.data.strategy' = 'include_in_next',
    'totals.type' = 'file_sink', 'totals.path' = 'out/totals.jsonl'
);
