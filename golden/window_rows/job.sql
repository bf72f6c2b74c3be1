-- Windows that count rows: three of a person at a time, and the last four of all every second row. Those that are not full when the input ends are shown,
-- too.
CREATE STREAM threes AS
SELECT person, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(amount) AS total
FROM clicks
GROUP BY person
WINDOW TUMBLING(3 ROWS)
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'threes.type' = 'file_sink', 'threes.path' = 'out/threes.jsonl'
);

CREATE STREAM fours AS
SELECT _window_start AS start, COUNT(*) AS n, AVG(amount) AS mean
FROM clicks
WINDOW HOPPING(4 ROWS, 2 ROWS)
WITH ('fours.type' = 'file_sink', 'fours.path' = 'out/fours.jsonl');
