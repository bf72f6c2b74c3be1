-- A row of a table replaces the one with its PRIMARY KEY wherever it stands: under another key that is looked up, under none, or where a condition
-- drops the new row; and whether a query reads the key or not.
CREATE STREAM trades (n INTEGER, symbol STRING) WITH ('connector' = 'file', 'path' = 'in/trades.csv');

CREATE TABLE listings (id INTEGER PRIMARY KEY, symbol STRING, active BOOLEAN, lot INTEGER) WITH ('connector' = 'file', 'path' = 'in/listings.csv');

CREATE STREAM listed AS
SELECT t.n, l.id FROM trades t LEFT JOIN listings l ON t.symbol = l.symbol
WITH ('listed.type' = 'file_sink', 'listed.path' = 'out/listed.jsonl');

CREATE STREAM traded AS
SELECT t.n, l.id FROM trades t LEFT JOIN (SELECT * FROM listings WHERE active) l ON t.symbol = l.symbol
WITH ('traded.type' = 'file_sink', 'traded.path' = 'out/traded.jsonl');

CREATE STREAM lots AS
SELECT t.n, l.lot FROM trades t LEFT JOIN listings l ON t.symbol = l.symbol
WITH ('lots.type' = 'file_sink', 'lots.path' = 'out/lots.jsonl');
