-- Functions that go on from row to row: a partition keeps one value of each, and no rows.
CREATE STREAM moves AS
SELECT symbol, price, venue,
       CONDITIONAL_CHANGE_EVENT(venue) OVER w AS stay,
       EXPONENTIAL_MOVING_AVERAGE(price, 0.25) OVER w AS average,
       LOCF(venue) OVER w AS last_venue,
       CONDITIONAL_TRUE_EVENT(volume > 100) OVER w AS part
FROM trades
WINDOW w AS (PARTITION BY symbol)
WITH (
    'trades.type' = 'file_source', 'trades.path' = 'in/trades.csv',
    'moves.type' = 'file_sink', 'moves.path' = 'out/moves.jsonl', 'moves.format' = 'jsonlines'
);
