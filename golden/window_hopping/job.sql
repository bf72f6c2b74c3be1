-- Windows that overlap. A row goes into one pane of two seconds, and each window is put together of five panes, or of three, when it closes. Both statements share one
-- pass over the data, and all workers add up panes.
CREATE STREAM totals AS
SELECT person, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(amount) AS total, MAX(amount) AS most
FROM clicks
GROUP BY person
WINDOW HOPPING(at, SIZE 10 SECONDS, ADVANCE BY 2 SECONDS)
EMIT FINAL
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'totals.type' = 'file_sink', 'totals.path' = 'out/totals.jsonl'
);

CREATE STREAM least AS
SELECT HOP_START() AS start, COUNT(DISTINCT person) AS people, MIN(amount) AS least
FROM HOP(TABLE clicks, DESCRIPTOR(at), INTERVAL '4' SECOND, INTERVAL '6' SECOND)
WITH ('least.type' = 'file_sink', 'least.path' = 'out/least.jsonl');
