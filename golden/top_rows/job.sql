-- Rows of which only the first ones of each partition are asked for: a row that is not among them is dropped at once, and no more than those are
-- kept. Over a file, whose end is waited for, results come in the order of the rows.
CREATE STREAM dearest AS
SELECT symbol, price, venue, place
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY price DESC NULLS LAST, venue) AS place FROM trades)
WHERE place <= 2 AND volume > 60
WITH (
    'trades.type' = 'file_source', 'trades.path' = 'in/trades.csv',
    'dearest.type' = 'file_sink', 'dearest.path' = 'out/dearest.jsonl', 'dearest.format' = 'jsonlines'
);

CREATE STREAM largest AS
SELECT symbol, volume FROM trades QUALIFY ROW_NUMBER() OVER (ORDER BY volume DESC NULLS LAST) = 1
WITH ('largest.type' = 'file_sink', 'largest.path' = 'out/largest.jsonl', 'largest.format' = 'jsonlines');
