-- Five aggregates of the last ten seconds, every two seconds: each trade is in five windows.
CREATE STREAM trades (
    order_id   STRING,
    symbol     STRING,
    side       STRING,
    price      DECIMAL(18, 4),
    quantity   INTEGER,
    venue      STRING,
    trader_id  STRING,
    event_time TIMESTAMP,
    flags      INTEGER,
    WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'trades.jsonl',
    'trades.format' = 'jsonlines'
);

CREATE STREAM result AS
SELECT
    _window_start AS window_start,
    _window_end AS window_end,
    symbol,
    COUNT(*) AS trades,
    SUM(quantity) AS volume,
    AVG(price) AS avg_price,
    MIN(price) AS min_price,
    MAX(price) AS max_price
FROM trades
GROUP BY symbol
WINDOW SLIDING(event_time, 10s, 2s)
EMIT FINAL
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
