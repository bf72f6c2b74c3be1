-- The windows of one statement are the rows of the next: seconds make sessions and minutes, and the minutes of an hour are gathered in that hour.
CREATE STREAM per_ten AS
SELECT person, _window_end AS stop, SUM(amount) AS total
FROM clicks
GROUP BY person
WINDOW TUMBLING(at, 10s)
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'clicks.allowed.lateness' = '3s',
    'per_ten.type' = 'file_sink', 'per_ten.path' = 'out/per_ten.jsonl'
);

CREATE STREAM per_minute AS
SELECT person, _window_start AS start, COUNT(*) AS tens, SUM(total) AS total
FROM per_ten
GROUP BY person
WINDOW TUMBLING(1m)
WITH ('per_minute.type' = 'file_sink', 'per_minute.path' = 'out/per_minute.jsonl');

CREATE STREAM sliding_minute AS
SELECT _window_end AS stop, COUNT(*) AS tens, MAX(total) AS most
FROM per_ten
WINDOW HOPPING(1m, 20s)
WITH ('sliding_minute.type' = 'file_sink', 'sliding_minute.path' = 'out/sliding_minute.jsonl');

CREATE STREAM busy AS
SELECT person, SESSION_START() AS start, SESSION_END() AS stop, COUNT(*) AS tens
FROM per_ten
GROUP BY person
WINDOW SESSION(30s)
WITH ('busy.type' = 'file_sink', 'busy.path' = 'out/busy.jsonl');
