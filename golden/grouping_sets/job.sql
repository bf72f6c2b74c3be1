-- ROLLUP is one aggregate for each set of keys over the same rows. GROUPING tells a total from a group of NULLs.
CREATE STREAM totals AS
SELECT venue, symbol, GROUPING(venue, symbol) AS level, COUNT(*) AS trades, SUM(quantity) AS volume,
       COALESCE(symbol, 'all') || '@' || COALESCE(venue, 'all') AS label
FROM trades
WHERE quantity IS NOT NULL
GROUP BY ROLLUP (venue, symbol)
HAVING COUNT(*) > 1
EMIT FINAL
WITH (
    'trades.type' = 'file_source', 'trades.path' = 'in/trades.csv',
    'totals.type' = 'file_sink', 'totals.path' = 'out/totals.csv', 'totals.format' = 'csv'
);
