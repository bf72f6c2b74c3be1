-- Tables that requests can ask at the metrics port: the groups of a GROUP BY, by two columns; the newest row of each key; results that are
-- withdrawn; the one row of an aggregate over everything. What is served is written elsewhere, too.
CREATE STREAM trades (symbol STRING, venue STRING, quantity INTEGER, price DECIMAL(10,2))
WITH ('connector' = 'file', 'path' = 'in/trades.csv');

CREATE TABLE volumes AS
SELECT symbol, venue, SUM(quantity) AS volume, COUNT(*) AS trades
FROM trades
GROUP BY symbol, venue
EMIT CHANGES
WITH ('volumes.type' = 'table_sink');

CREATE TABLE last_trades AS
SELECT symbol PRIMARY KEY, price, venue
FROM trades
WITH ('last_trades.type' = 'table_sink');

CREATE TABLE active AS
SELECT venue, SUM(quantity) AS volume
FROM trades
GROUP BY venue
HAVING SUM(quantity) > 0
EMIT CHANGES
WITH ('active.type' = 'table_sink');

CREATE TABLE overall AS
SELECT COUNT(*) AS trades, MAX(price) AS highest
FROM trades
EMIT CHANGES
WITH ('overall.type' = 'table_sink');

CREATE STREAM copies AS
SELECT symbol, volume FROM volumes
WITH ('copies.type' = 'file_sink', 'copies.path' = 'out/copies.jsonl');
