-- SQL Application: aggregate
-- Description: Sums up the trades of each symbol; HAVING leaves out the quiet ones.

CREATE TABLE by_symbol AS
SELECT
    symbol,
    COUNT(*) AS trades,
    SUM(quantity) AS volume,
    AVG(price) AS average_price,
    MIN(price) AS low,
    MAX(price) AS high,
    SUM(price * quantity) / SUM(quantity) AS vwap
FROM trades
GROUP BY symbol
HAVING COUNT(*) > 30
EMIT FINAL
WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'data/trades.csv',

    'by_symbol.type' = 'file_sink',
    'by_symbol.path' = 'out/by_symbol.csv',
    'by_symbol.format' = 'csv'
);
