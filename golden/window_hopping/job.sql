-- Windows that overlap. A row goes into one pane of two seconds, and each window is put together of five panes when it closes. What depends on
-- the order of rows, such as LAST_VALUE, meets every window row by row. Both statements share one pass over the data.
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

CREATE STREAM newest AS
SELECT HOP_START() AS start, COUNT(DISTINCT person) AS people, LAST_VALUE(amount) AS last
FROM HOP(TABLE clicks, DESCRIPTOR(at), INTERVAL '4' SECOND, INTERVAL '6' SECOND)
WITH ('newest.type' = 'file_sink', 'newest.path' = 'out/newest.jsonl');
