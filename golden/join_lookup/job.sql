-- Trades look up their instrument in a table that is read first, and their desk in another one. A key that is not there leaves NULLs; a condition
-- besides the equal columns belongs to the join.
CREATE STREAM trades (trade_id INTEGER, symbol STRING, desk STRING, quantity INTEGER)
WITH ('connector' = 'file', 'path' = 'in/trades.csv');

CREATE TABLE instruments (symbol STRING PRIMARY KEY, name STRING, lot INTEGER)
WITH ('connector' = 'file', 'path' = 'in/instruments.csv');

CREATE TABLE desks (desk STRING, region STRING, least INTEGER)
WITH ('connector' = 'file', 'path' = 'in/desks.jsonl');

CREATE STREAM enriched AS
SELECT t.trade_id, i.name, t.quantity / i.lot AS lots, d.region
FROM trades t
JOIN instruments i ON t.symbol = i.symbol
LEFT JOIN desks d ON t.desk = d.desk AND t.quantity >= d.least
WITH ('enriched.type' = 'file_sink', 'enriched.path' = 'out/enriched.jsonl');
