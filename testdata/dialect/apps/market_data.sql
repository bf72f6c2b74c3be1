-- SQL Application: market_data
-- Version: 1.0.0
-- Description: ticks become enriched ticks, bars and a spread monitor
-- @job_mode: adaptive
-- @num_partitions: 4

CREATE STREAM ticks (
    symbol STRING NOT NULL,
    exchange STRING,
    price DECIMAL(19,4) NOT NULL,
    bid_price DECIMAL(19,4),
    ask_price DECIMAL(19,4),
    volume INTEGER NOT NULL,
    `timestamp` TIMESTAMP NOT NULL,
    WATERMARK FOR `timestamp` AS `timestamp` - INTERVAL '5' SECOND
) WITH ('connector' = 'kafka', 'topic' = 'ticks', 'bootstrap.servers' = '${BROKERS:localhost:9092}');

CREATE TABLE instruments (symbol STRING PRIMARY KEY, name STRING, tick_size DECIMAL(10,4), sector STRING)
WITH ('connector' = 'file', 'path' = 'instruments.csv');

-- @metric: market_ticks_total
-- @metric_type: counter
-- @metric_help: "ticks by exchange"
-- @metric_labels: symbol, exchange
CREATE STREAM market_data_ts AS
SELECT
    symbol PRIMARY KEY,
    exchange,
    `timestamp` AS _event_time,   -- the time that later windows follow
    price, bid_price, ask_price, volume
FROM ticks
EMIT CHANGES
WITH ('market_data_ts.type' = 'kafka_sink', 'market_data_ts.topic' = 'market_data_ts');

-- @metric: bar_volume
-- @metric_type: gauge
-- @metric_field: total_volume
-- @metric_labels: symbol
CREATE STREAM tick_bars AS
SELECT
    symbol PRIMARY KEY,
    TUMBLE_START(_event_time, INTERVAL '1' SECOND) AS bar_start,
    TUMBLE_END(_event_time, INTERVAL '1' SECOND) AS bar_end,
    FIRST_VALUE(price) AS open_price,
    MAX(price) AS high_price,
    MIN(price) AS low_price,
    LAST_VALUE(price) AS close_price,
    SUM(volume) AS total_volume,
    COUNT(*) AS ticks
FROM market_data_ts
GROUP BY symbol
WINDOW TUMBLING(_event_time, INTERVAL '1' SECOND)
EMIT CHANGES
WITH ('tick_bars.type' = 'kafka_sink', 'tick_bars.topic' = 'tick_bars');

-- @metric: spread_bps
-- @metric_type: histogram
-- @metric_field: spread_bps
-- @metric_buckets: 1, 5, 10, 50
-- @metric_condition: spread_bps > 0
CREATE STREAM enriched AS
SELECT
    m.symbol PRIMARY KEY,
    r.name AS instrument_name,
    m.price,
    FLOOR(m.price / r.tick_size) AS price_ticks,
    COALESCE((m.ask_price - m.bid_price) / NULLIF(m.bid_price, 0) * 10000, 0.0) AS spread_bps,
    COALESCE((NOW() - m._event_time) / 1000.0, 0.0) AS latency_seconds
FROM market_data_ts m
LEFT JOIN instruments r ON m.symbol = r.symbol
WITH ('enriched.type' = 'kafka_sink', 'enriched.topic' = 'enriched');
