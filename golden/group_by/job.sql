-- One result per group when the input ends, in order of first appearance. Partial sums of several workers are merged at the end.
CREATE TABLE by_symbol AS
SELECT symbol, venue, COUNT(*) AS trades, COUNT(price) AS priced, COUNT(DISTINCT trader) AS traders,
       SUM(quantity) AS volume, AVG(price) AS average_price, MIN(price) AS low, MAX(price) AS high,
       SUM(quantity) FILTER (WHERE price >= 20) AS dear_volume, MIN(trader) AS first_name
FROM trades
WHERE quantity IS NOT NULL
GROUP BY symbol, venue
HAVING SUM(quantity) > 4
EMIT FINAL
WITH (
    'trades.type' = 'file_source', 'trades.path' = 'in/trades.csv',
    'by_symbol.type' = 'file_sink', 'by_symbol.path' = 'out/by_symbol.jsonl', 'by_symbol.format' = 'jsonlines'
);
