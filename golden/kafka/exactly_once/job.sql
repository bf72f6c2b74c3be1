-- @job_mode: transactional
--
-- Topic to two topics, exactly once: results, rows that fail and the offsets of the source become visible together, or not at all.

CREATE STREAM payments (account STRING NOT NULL, amount DECIMAL(12,2))
WITH ('connector' = 'kafka', 'bootstrap.servers' = '${KAFKA:localhost:9092}',
      'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.topic' = 'payments-rejected');

CREATE STREAM credits AS
SELECT account PRIMARY KEY, amount FROM payments WHERE amount > 0
WITH ('credits.type' = 'kafka_sink', 'credits.bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE STREAM debits AS
SELECT account PRIMARY KEY, -amount AS amount FROM payments WHERE amount < 0
WITH ('debits.type' = 'kafka_sink', 'debits.bootstrap.servers' = '${KAFKA:localhost:9092}');
