-- ORDER BY the event time: rows that come out of order are held until the watermark has passed them, and then get their results in the order
-- of time, those of one time together. The reading of 12:00:03 at the end comes after the watermark: it is late, and counted.
-- LEAD waits for the next row of its sensor.
CREATE STREAM readings (sensor STRING, celsius FLOAT, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '4' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'in/readings.csv', 'format' = 'csv');

CREATE STREAM steps AS
SELECT sensor, at, celsius,
       LAG(celsius) OVER by_time AS before,
       LEAD(at) OVER by_time AS next_at,
       RANK() OVER by_time AS nth,
       AVG(celsius) OVER (PARTITION BY sensor ORDER BY at RANGE BETWEEN INTERVAL '5' SECOND PRECEDING AND CURRENT ROW) AS mean_of_5s,
       MIN(celsius) OVER (PARTITION BY sensor ORDER BY at) AS least
FROM readings
WINDOW by_time AS (PARTITION BY sensor ORDER BY at)
WITH ('steps.type' = 'file_sink', 'steps.path' = 'out/steps.jsonl', 'steps.format' = 'jsonlines');

-- Results that depend on rows before them only: those of one time go on in the order in which they came.
CREATE STREAM rises AS
SELECT sensor, at, celsius - LAG(celsius) OVER (PARTITION BY sensor ORDER BY at) AS rise
FROM readings
WITH ('rises.type' = 'file_sink', 'rises.path' = 'out/rises.jsonl', 'rises.format' = 'jsonlines');
