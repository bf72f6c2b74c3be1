-- Trades and what they were filled at, up to twenty minutes later: a fifth of all trades wait at any time.
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

CREATE STREAM fills (
    order_id   STRING,
    fill_price DECIMAL(18, 4),
    filled     TIMESTAMP,
    WATERMARK FOR filled AS filled - INTERVAL '5' SECOND
) WITH (
    'fills.type' = 'file_source',
    'fills.path' = 'fills.jsonl',
    'fills.format' = 'jsonlines'
);

CREATE STREAM result AS
SELECT t.order_id, t.symbol, t.price, f.fill_price, f.filled
FROM trades t
JOIN fills f ON t.order_id = f.order_id AND f.filled BETWEEN t.event_time AND t.event_time + INTERVAL '20' MINUTE
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
