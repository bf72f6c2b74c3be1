-- SQL Application: price_stream
-- Version: 1.0.0

CREATE STREAM prices (symbol STRING NOT NULL, price DECIMAL(19,4), volume INTEGER, event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time - INTERVAL '1' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'prices');

-- @state_unbounded: accepted
CREATE STREAM price_alerts AS
SELECT symbol PRIMARY KEY, price, previous, (price - previous) / previous * 100 AS change_pct
FROM (
    SELECT symbol, price, LAG(price) OVER (PARTITION BY symbol ORDER BY event_time) AS previous
    FROM prices
) AS steps
WHERE previous IS NOT NULL AND ABS((price - previous) / previous) > 0.05
WITH ('price_alerts.type' = 'kafka_sink', 'price_alerts.topic' = 'price_alerts');

-- @state_unbounded: accepted
CREATE STREAM latest_prices AS
SELECT symbol PRIMARY KEY, price, event_time
FROM prices
QUALIFY ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY event_time DESC) = 1
WITH ('latest_prices.type' = 'kafka_sink', 'latest_prices.topic' = 'latest_prices');

CREATE STREAM sessions AS
SELECT symbol PRIMARY KEY, COUNT(*) AS n, SESSION_START() AS began, SESSION_END() AS ended, SESSION_DURATION() AS lasted
FROM prices
GROUP BY symbol
WINDOW SESSION(event_time, INTERVAL '30' SECOND, symbol)
WITH ('sessions.type' = 'kafka_sink', 'sessions.topic' = 'sessions');
