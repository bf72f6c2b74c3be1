-- SQL Application: trading_signals
-- Version: 1.0.0

CREATE STREAM bars_a (symbol STRING NOT NULL, price FLOAT NOT NULL, volume INTEGER NOT NULL, event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'bars_a');
CREATE STREAM bars_b (symbol STRING NOT NULL, price FLOAT NOT NULL, volume INTEGER NOT NULL, event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'bars_b');
CREATE STREAM book (symbol STRING NOT NULL, side STRING, price DECIMAL(18,4), quantity INTEGER, event_time TIMESTAMP NOT NULL, WATERMARK FOR event_time AS event_time)
WITH ('connector' = 'kafka', 'topic' = 'book');

-- @metric: spikes_total
-- @metric_condition: classification = 'EXTREME'
-- @state_unbounded: accepted
CREATE STREAM volume_spikes AS
SELECT
    symbol PRIMARY KEY,
    COUNT(*) AS trades,
    AVG(volume) AS mean_volume,
    MAX(volume) AS top_volume,
    AVG(volume) OVER (
        ROWS WINDOW
            BUFFER 20 ROWS
            PARTITION BY symbol
            ORDER BY event_time
    ) AS rolling_mean,
    CASE
        WHEN MAX(volume) > 10 * AVG(volume) THEN 'EXTREME'
        WHEN MAX(volume) > 5 * AVG(volume) AND (COUNT(*) > 10 OR STDDEV(volume) > 100.0) THEN 'HIGH'
        ELSE 'NORMAL'
    END AS classification,
    _window_start AS window_start,
    _window_end AS window_end
FROM bars_a
GROUP BY symbol
HAVING COUNT(*) >= 3
    AND MAX(volume) > 2 * AVG(volume)
WINDOW SLIDING(_event_time, 5m, 1m)
EMIT CHANGES
WITH ('volume_spikes.type' = 'kafka_sink', 'volume_spikes.topic' = 'volume_spikes');

-- @state_unbounded: accepted
CREATE STREAM momentum AS
SELECT
    symbol PRIMARY KEY,
    price,
    ABS(price - LAG(price, 1) OVER (ROWS WINDOW BUFFER 100 ROWS PARTITION BY symbol ORDER BY event_time)) AS step,
    RANK() OVER (ROWS WINDOW BUFFER 100 ROWS PARTITION BY symbol ORDER BY price DESC) AS price_rank,
    AVG(price) OVER (PARTITION BY symbol ORDER BY event_time ROWS BETWEEN 19 PRECEDING AND CURRENT ROW) AS mean20,
    STDDEV(price) OVER (PARTITION BY symbol ORDER BY event_time ROWS BETWEEN 19 PRECEDING AND CURRENT ROW) AS dev20
FROM bars_a
WITH ('momentum.type' = 'kafka_sink', 'momentum.topic' = 'momentum');

-- @metric: arbitrage_total
-- @metric_labels: symbol
CREATE STREAM arbitrage AS
SELECT
    a.symbol PRIMARY KEY,
    a.price AS price_a,
    b.price AS price_b,
    (b.price - a.price) / a.price * 10000 AS spread_bps,
    LEAST(a.volume, b.volume) AS available
FROM bars_a a
JOIN bars_b b ON a.symbol = b.symbol
    AND b._event_time BETWEEN a._event_time - INTERVAL '10' SECOND AND a._event_time + INTERVAL '10' SECOND
WHERE b.price > a.price
WITH ('arbitrage.type' = 'kafka_sink', 'arbitrage.topic' = 'arbitrage');

CREATE STREAM imbalance AS
SELECT symbol PRIMARY KEY,
    SUM(CASE WHEN side = 'BUY' THEN quantity ELSE 0 END) AS buys,
    SUM(quantity) FILTER (WHERE side = 'SELL') AS sells,
    COUNT(*) > 100 AS busy
FROM book
GROUP BY symbol
WINDOW TUMBLING(_event_time, INTERVAL '30' SECOND)
WITH ('imbalance.type' = 'kafka_sink', 'imbalance.topic' = 'imbalance');
