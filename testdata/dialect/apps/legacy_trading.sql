-- SQL Application: legacy_trading
-- Version: 1.0.0

CREATE STREAM raw (symbol STRING NOT NULL, price DECIMAL(18,4), volume INTEGER, `timestamp` TIMESTAMP NOT NULL, event_time TIMESTAMP NOT NULL)
WITH ('connector' = 'kafka', 'topic' = 'raw');
CREATE TABLE risk_limits (symbol STRING PRIMARY KEY, max_volume INTEGER)
WITH ('connector' = 'file', 'path' = 'limits.csv');

CREATE STREAM stamped AS
SELECT symbol, price, volume, timestamp AS _event_time, event_time
FROM raw
WITH ('stamped.type' = 'kafka_sink', 'stamped.topic' = 'stamped');

CREATE STREAM minute_bars AS
SELECT symbol PRIMARY KEY, COUNT(*) AS n, AVG(price) AS mean
FROM raw
WINDOW TUMBLING(event_time, 1m)
GROUP BY symbol
EMIT CHANGES
WITH ('minute_bars.type' = 'kafka_sink', 'minute_bars.topic' = 'minute_bars');

CREATE STREAM graded AS
SELECT symbol PRIMARY KEY, volume,
    CASE WHEN volume > (SELECT max_volume FROM risk_limits r WHERE r.symbol = t.symbol) THEN 'OVER' ELSE 'WITHIN' END AS grade
FROM raw t
LIMIT 1000
WITH ('graded.type' = 'kafka_sink', 'graded.topic' = 'graded');
