-- Where windows are easily got wrong. Times before 1970, whose windows begin below them; a gap of many windows, which makes no row; a row that is late, which closes
-- nothing early and shows nothing again; one whose session ends exactly when the next row comes; rows out of order; the last window, which nothing follows.
CREATE STREAM tumbled AS
SELECT sensor, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(value) AS total
FROM readings
GROUP BY sensor
WINDOW TUMBLING(at, 10s)
WITH (
    'readings.type' = 'file_source', 'readings.path' = 'in/readings.csv', 'readings.event.time.field' = 'at',
    'readings.schema.columns' = 'at TIMESTAMP, sensor STRING, value INTEGER',
    'readings.watermark.max_out_of_orderness' = '2s',
    'tumbled.type' = 'file_sink', 'tumbled.path' = 'out/tumbled.jsonl'
);

-- A result for every window that has rows, at once after a gap as well, and for no other.
CREATE STREAM hopped AS
SELECT sensor, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(value) AS total
FROM readings
GROUP BY sensor
WINDOW SLIDING(at, 10s, 5s)
WITH ('hopped.type' = 'file_sink', 'hopped.path' = 'out/hopped.jsonl');

-- Sessions are those of each sensor. A row exactly one gap behind the last one goes on with its session.
CREATE STREAM sessions AS
SELECT sensor, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(value) AS total
FROM readings
GROUP BY sensor
WINDOW SESSION(at, 9s)
WITH ('sessions.type' = 'file_sink', 'sessions.path' = 'out/sessions.jsonl');

-- Each row shows its own group only, with all that the window has, and never an earlier window.
CREATE STREAM changes AS
SELECT sensor, _window_start AS start, COUNT(*) AS n, SUM(value) AS total
FROM readings
GROUP BY sensor
WINDOW TUMBLING(at, 10s)
EMIT CHANGES
WITH ('changes.type' = 'file_sink', 'changes.path' = 'out/changes.jsonl');
