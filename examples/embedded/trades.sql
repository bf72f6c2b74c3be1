-- SQL Application: vwap
-- Description: Volume-weighted average price of each symbol.
-- @owner: market-data@example.com

CREATE STREAM trades (
    symbol STRING,
    price DECIMAL(10, 2),
    quantity INTEGER
)
WITH (
    'connector' = 'file_source',
    'path' = 'data/trades.csv',
    'format' = 'csv'
);

CREATE TABLE vwap AS
SELECT
    symbol,
    COUNT(*) AS trades,
    SUM(quantity) AS volume,
    ROUND(SUM(price * quantity) / SUM(quantity), 4) AS vwap
FROM trades
GROUP BY symbol
EMIT FINAL
WITH (
    'vwap.type' = 'file_sink',
    'vwap.path' = 'out/vwap.jsonl',
    'vwap.format' = 'jsonlines'
);
