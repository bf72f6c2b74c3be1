-- The same aggregates by minute and trader: ten thousand groups in each window.
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
    trader_id,
    COUNT(*) AS trades,
    SUM(quantity) AS volume,
    AVG(price) AS avg_price,
    MIN(price) AS min_price,
    MAX(price) AS max_price
FROM trades
GROUP BY trader_id
WINDOW TUMBLING(event_time, 1m)
EMIT FINAL
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
