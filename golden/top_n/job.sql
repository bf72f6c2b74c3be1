-- The first rows of each group while rows come and come: the three best trades of each symbol with their places, the best one alone, and a count of what is
-- shown by place. Rows that leave or change places are withdrawn. The source does not end by itself; the test says how many rows it has. There are three
-- places, so what counts them may keep a group for each.
-- @state_unbounded: accepted
-- @data.source: trades
-- @data.symbol.type: string
-- @data.symbol: enum ["AAPL", "MSFT", "a symbol with a long name"]
-- @data.price.type: integer
-- @data.price: range [1, 1000000]
-- @data.trader.type: string
-- @data.trader: enum ["ann", "bob", "cid"]

CREATE TABLE places AS
SELECT symbol, trader, price, ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY price DESC) AS place
FROM trades
QUALIFY place <= 3
WITH ('trades.type' = 'datagen_source', 'trades.seed' = '7',
      'places.type' = 'file_sink', 'places.path' = 'out/places.jsonl', 'places.changelog' = 'op');

CREATE TABLE counted AS
SELECT place, COUNT(*) AS symbols, SUM(price) AS total, MAX(price) AS most
FROM places
GROUP BY place
EMIT CHANGES
WITH ('counted.type' = 'file_sink', 'counted.path' = 'out/counted.jsonl', 'counted.changelog' = 'op');

CREATE TABLE best AS
SELECT symbol, trader, price
FROM (SELECT symbol, trader, price, ROW_NUMBER() OVER (PARTITION BY symbol, trader ORDER BY price DESC) AS n FROM trades) t
WHERE n = 1
WITH ('best.type' = 'file_sink', 'best.path' = 'out/best.jsonl', 'best.changelog' = 'debezium');

CREATE TABLE levels AS
SELECT DISTINCT price > 990000 AS high, place
FROM places
WITH ('levels.type' = 'file_sink', 'levels.path' = 'out/levels.jsonl', 'levels.changelog' = 'op');
