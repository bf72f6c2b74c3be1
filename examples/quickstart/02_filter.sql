-- SQL Application: filter
-- Description: Keeps the trades of one venue that are worth more than 10,000.

CREATE STREAM big_trades AS
SELECT
    trade_id,
    symbol,
    price,
    quantity
FROM trades
WHERE venue = 'XNAS'
  AND price * quantity > 10000
WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'data/trades.csv',

    'big_trades.type' = 'file_sink',
    'big_trades.path' = 'out/big_trades.csv',
    'big_trades.format' = 'csv'
);
