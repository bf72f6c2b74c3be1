-- The ten highest prices of each symbol.
CREATE STREAM trades (
    order_id   STRING,
    symbol     STRING,
    side       STRING,
    price      DECIMAL(18, 4),
    quantity   INTEGER,
    venue      STRING,
    trader_id  STRING,
    event_time TIMESTAMP,
    flags      INTEGER
) WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'trades.jsonl',
    'trades.format' = 'jsonlines'
);

CREATE STREAM result AS
SELECT symbol, rn, price, order_id
FROM (
    SELECT symbol, price, order_id, ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY price DESC) AS rn
    FROM trades
) AS ranked
WHERE rn <= 10
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
