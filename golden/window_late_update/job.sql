-- Windows show their result when they end, and again with each row that comes up to ten seconds late: the newest row of a key is the truth.
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
    'clicks.late.data.strategy' = 'update_previous',
    'clicks.allowed.lateness' = '10s',
    'totals.type' = 'file_sink', 'totals.path' = 'out/totals.jsonl'
);
