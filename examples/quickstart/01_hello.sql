-- SQL Application: hello
-- Version: 1.0.0
-- Description: Copies a file of trades, row by row.

CREATE STREAM hello AS
SELECT *
FROM trades
WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'data/trades.csv',

    'hello.type' = 'file_sink',
    'hello.path' = 'out/hello.csv',
    'hello.format' = 'csv'
);
