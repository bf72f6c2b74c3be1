-- Sessions of a trader, which end with a pause of ten seconds.
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
    MAX(price) AS max_price
FROM trades
GROUP BY trader_id
WINDOW SESSION(event_time, 10s)
EMIT FINAL
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
