-- Each price with the one before of the same symbol, by event time.
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
    symbol,
    event_time,
    price,
    LAG(price) OVER (PARTITION BY symbol ORDER BY event_time) AS previous
FROM trades
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
