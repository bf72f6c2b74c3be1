-- SQL Application: risk
-- Version: 1.0.0

CREATE STREAM positions (trader_id STRING NOT NULL, symbol STRING NOT NULL, position_size INTEGER, current_pnl DECIMAL(19,4), event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'positions');
CREATE STREAM market (symbol STRING NOT NULL, price DECIMAL(19,4), event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'market');
CREATE TABLE trader_limits (trader_id STRING PRIMARY KEY, position_limit INTEGER, daily_loss_limit DECIMAL(19,4), risk_tier STRING)
WITH ('connector' = 'file', 'path' = 'trader_limits.csv');
CREATE TABLE firm_limits (max_exposure DECIMAL(19,4), max_positions INTEGER)
WITH ('connector' = 'file', 'path' = 'firm_limits.csv');

-- @metric: positions_checked_total
-- @metric_labels: trader_id, risk_class
-- @metric: position_notional
-- @metric_type: gauge
-- @metric_field: notional
-- @metric_labels: trader_id
-- @state_unbounded: accepted
CREATE STREAM risk_monitor AS
SELECT
    p.trader_id PRIMARY KEY,
    p.symbol PRIMARY KEY,
    p.position_size,
    ABS(p.position_size * m.price) AS notional,
    EXTRACT(EPOCH FROM (m._event_time - p._event_time)) AS time_lag_seconds,
    SUM(p.current_pnl) OVER (ROWS WINDOW BUFFER 1000 ROWS PARTITION BY p.trader_id ORDER BY p.event_time) AS trader_pnl,
    CASE
        WHEN ABS(p.position_size * m.price) > f.max_exposure THEN 'FIRM_LIMIT'
        WHEN p.current_pnl < -100000 THEN 'LOSS'
        WHEN ABS(p.position_size) > l.position_limit THEN 'POSITION_LIMIT'
        ELSE 'OK'
    END AS risk_class
FROM positions p
LEFT JOIN market m ON p.symbol = m.symbol
    AND m._event_time BETWEEN p._event_time - INTERVAL '30' SECOND AND p._event_time + INTERVAL '30' SECOND
LEFT JOIN trader_limits l ON p.trader_id = l.trader_id
LEFT JOIN firm_limits f ON true
WHERE p.position_size <> 0
EMIT CHANGES
WITH ('risk_monitor.type' = 'kafka_sink', 'risk_monitor.topic' = 'risk_monitor');

CREATE STREAM trader_windows AS
SELECT trader_id PRIMARY KEY, MIN(current_pnl) AS worst, SUM(current_pnl) AS total, STDDEV(current_pnl) AS spread
FROM positions
GROUP BY trader_id
WINDOW TUMBLING(1m)
HAVING MIN(current_pnl) < -100000
EMIT FINAL
WITH ('trader_windows.type' = 'kafka_sink', 'trader_windows.topic' = 'trader_windows');
