-- OVER without ORDER BY takes rows in the order in which they arrive. Every result is known when its row comes, so the code stands in the
-- loop: a partition keeps as many rows as LAG looks back or as the frame holds, and no more.
CREATE STREAM moves AS
SELECT symbol, price,
       price - LAG(price) OVER w AS change,
       LAG(venue, 2, 'none') OVER w AS venue_before_last,
       ROW_NUMBER() OVER w AS n,
       AVG(price) OVER recent AS mean_of_three,
       MAX(price) OVER recent AS top_of_three,
       COUNT(*) FILTER (WHERE volume > 100) OVER recent AS large,
       SUM(volume) OVER (PARTITION BY symbol ROWS UNBOUNDED PRECEDING) AS volume_so_far
FROM trades
WINDOW w AS (PARTITION BY symbol), recent AS (PARTITION BY symbol ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
WITH (
    'trades.type' = 'file_source', 'trades.path' = 'in/trades.csv',
    'moves.type' = 'file_sink', 'moves.path' = 'out/moves.jsonl', 'moves.format' = 'jsonlines'
);
