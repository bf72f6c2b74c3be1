-- SQL Application: look
-- Description: The first bars of the topic, on the terminal. LIMIT ends the job.

CREATE STREAM bars (symbol STRING, minute TIMESTAMP, trades INTEGER, low DECIMAL(10,2), high DECIMAL(10,2), volume INTEGER)
WITH ('connector' = 'kafka', 'topic' = 'bars', 'bootstrap.servers' = '${KAFKA:localhost:9092}', 'topic.wait.timeout' = '30s', 'topic.retry.interval' = '1s');

SELECT symbol, minute, trades, low, high, volume FROM bars LIMIT 6;
