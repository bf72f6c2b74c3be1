-- Rows that cannot be read are counted and set aside; the others go on. The good rows around them are not touched.
CREATE STREAM readings (sensor STRING NOT NULL, value INTEGER, ok BOOLEAN)
WITH ('connector' = 'filesystem', 'path' = 'in/readings.jsonl', 'format' = 'jsonlines', 'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE STREAM good AS
SELECT sensor, value + 1 AS next, ok FROM readings
WITH ('good.type' = 'file_sink', 'good.path' = 'out/good.jsonl', 'good.format' = 'jsonlines');
