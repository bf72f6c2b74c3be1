-- SQL Application: compliance
-- Version: 1.0.0

CREATE STREAM market (symbol STRING NOT NULL, price DECIMAL(19,4), volume INTEGER, event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time)
WITH ('connector' = 'kafka', 'topic' = 'market');
CREATE TABLE instrument_schedules (symbol STRING, market_status STRING, opens DATE)
WITH ('connector' = 'file', 'path' = 'schedules.csv');
CREATE TABLE regulatory_watchlist (symbol STRING, restriction STRING, effective_date DATE, expiry_date DATE)
WITH ('connector' = 'file', 'path' = 'watchlist.csv');

CREATE STREAM market_hours AS
SELECT m.symbol PRIMARY KEY, m.price, m.event_time
FROM market m
WHERE m.symbol IN (SELECT symbol FROM instrument_schedules i WHERE market_status = 'OPEN')
  AND m.symbol NOT IN (SELECT w.symbol FROM regulatory_watchlist w WHERE restriction = 'HALTED' AND w.symbol IS NOT NULL)
WITH ('market_hours.type' = 'kafka_sink', 'market_hours.topic' = 'market_hours');

CREATE STREAM compliant AS
SELECT m.symbol PRIMARY KEY, m.price, m.volume,
    CASE WHEN EXISTS (SELECT 1 FROM regulatory_watchlist w WHERE w.symbol = m.symbol AND w.restriction = 'REPORT') THEN 'REPORT' ELSE 'NONE' END AS duty
FROM market m
WHERE NOT EXISTS (
    SELECT 1 FROM regulatory_watchlist w
    WHERE w.symbol = m.symbol
      AND w.restriction IN ('BLOCKED', 'SUSPENDED')
      AND (w.expiry_date IS NULL OR w.expiry_date > m._event_time)
      AND w.effective_date <= m._event_time
)
WITH ('compliant.type' = 'kafka_sink', 'compliant.topic' = 'compliant');
