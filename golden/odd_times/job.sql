-- Times that are easily got wrong: far ahead, far back, of years that no TIMESTAMP holds, NULL, missing, no time at all. Rows without a time fail only
-- where it is asked for. A clock that is set back makes rows late, and one that jumps ahead closes nothing.
CREATE STREAM readings (sensor STRING, at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/readings.jsonl', 'event.time.field' = 'at', 'watermark.max.future' = '1h',
      'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE STREAM counts AS
SELECT sensor, _window_start AS start, COUNT(*) AS n
FROM readings
GROUP BY sensor
WINDOW TUMBLING(at, 10s)
WITH ('counts.type' = 'file_sink', 'counts.path' = 'out/counts.jsonl');

CREATE STREAM sensors AS
SELECT sensor
FROM readings
WITH ('sensors.type' = 'file_sink', 'sensors.path' = 'out/sensors.jsonl');

-- Text and numbers are read as times only where the time is asked for.
CREATE STREAM texts (sensor STRING, at STRING)
WITH ('connector' = 'file', 'path' = 'in/texts.jsonl', 'event.time.field' = 'at',
      'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/texts_rejected.jsonl');

CREATE STREAM text_counts AS
SELECT _window_start AS start, COUNT(*) AS n
FROM texts
WINDOW TUMBLING(1d)
WITH ('text_counts.type' = 'file_sink', 'text_counts.path' = 'out/text_counts.jsonl');

-- All rows are late but the first.
CREATE STREAM behind (id INTEGER, at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/behind.csv', 'event.time.field' = 'at');

CREATE STREAM on_time AS
SELECT _window_start AS start, COUNT(*) AS n, MAX(id) AS id
FROM behind
WINDOW TUMBLING(at, 10s)
WITH ('on_time.type' = 'file_sink', 'on_time.path' = 'out/on_time.jsonl');
