-- Tables whose rows are replaced and withdrawn: totals by symbol, how many symbols have traded so often, and both side by side. `op` says what a row
-- means, Debezium writes what was and what is.
CREATE STREAM trades (symbol STRING, quantity INTEGER, at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/trades.csv', 'event.time.field' = 'at');

CREATE TABLE totals AS
SELECT symbol, COUNT(*) AS trades, SUM(quantity) AS volume
FROM trades
GROUP BY symbol
EMIT CHANGES;

CREATE TABLE activity AS
SELECT trades, COUNT(*) AS symbols, AVG(volume) AS mean_volume
FROM totals
GROUP BY trades
EMIT CHANGES
WITH ('activity.type' = 'file_sink', 'activity.path' = 'out/activity.csv', 'activity.format' = 'csv', 'activity.changelog' = 'op');

CREATE TABLE ranked AS
SELECT t.symbol, t.volume, a.symbols
FROM totals t LEFT JOIN activity a ON t.trades = a.trades
WITH ('ranked.type' = 'file_sink', 'ranked.path' = 'out/ranked.jsonl', 'ranked.changelog' = 'debezium');

-- HAVING takes rows back.
CREATE TABLE busy AS
SELECT trades, SUM(volume) AS volume
FROM totals
GROUP BY trades
HAVING SUM(volume) > 100
EMIT CHANGES
WITH ('busy.type' = 'file_sink', 'busy.path' = 'out/busy.jsonl', 'busy.changelog' = 'op');
