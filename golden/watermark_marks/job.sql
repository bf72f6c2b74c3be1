-- What moves the watermark: in clicks only rows that are marked, in readings the times that some rows carry. A row ten years ahead counts in a
-- window of its own, and closes no other one, although it is marked.
CREATE STREAM clicks (person STRING, at TIMESTAMP, complete BOOLEAN)
WITH ('connector' = 'file', 'path' = 'in/clicks.jsonl', 'event.time.field' = 'at',
      'watermark.strategy' = 'punctuated', 'watermark.column' = 'complete', 'watermark.max.future' = '1h');

CREATE STREAM readings (sensor STRING, at TIMESTAMP, complete_until TIMESTAMP, degrees INTEGER)
WITH ('connector' = 'file', 'path' = 'in/readings.jsonl', 'event.time.field' = 'at',
      'watermark.strategy' = 'punctuated', 'watermark.column' = 'complete_until', 'watermark.max_out_of_orderness' = '1s');

CREATE STREAM persons AS
SELECT person, _window_start AS start, COUNT(*) AS n
FROM clicks
GROUP BY person
WINDOW TUMBLING(at, 10s)
EMIT FINAL
WITH ('persons.type' = 'file_sink', 'persons.path' = 'out/persons.jsonl');

CREATE STREAM warmest AS
SELECT sensor, _window_start AS start, MAX(degrees) AS degrees
FROM readings
WHERE degrees < 100
GROUP BY sensor
WINDOW TUMBLING(at, 10s)
EMIT FINAL
WITH ('warmest.type' = 'file_sink', 'warmest.path' = 'out/warmest.jsonl');

CREATE STREAM near AS
SELECT c.person, r.sensor, r.degrees
FROM clicks c
JOIN readings r ON c.at BETWEEN r.at AND r.at + INTERVAL '1' SECOND
WITH ('near.type' = 'file_sink', 'near.path' = 'out/near.jsonl');
