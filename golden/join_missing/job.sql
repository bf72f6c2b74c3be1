-- What becomes of trades that find no partner: they fail, are dropped, go on with NULLs, or with values that the table gives. A condition on a column
-- of the table does not make rows miss that are there; a default is no row of the table, so columns without one are NULL.
CREATE STREAM trades (id INTEGER, symbol STRING, desk STRING)
WITH ('connector' = 'file', 'path' = 'in/trades.csv', 'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE TABLE instruments (symbol STRING PRIMARY KEY, name STRING NOT NULL, lot INTEGER NOT NULL, tick DECIMAL(6,3))
WITH ('connector' = 'file', 'path' = 'in/instruments.csv', 'join.missing' = 'fail_fast');

CREATE TABLE desks (desk STRING PRIMARY KEY, region STRING NOT NULL, least INTEGER NOT NULL, rate DECIMAL(6,3), open BOOLEAN, since DATE)
WITH ('connector' = 'file', 'path' = 'in/desks.csv', 'join.missing' = 'defaults',
      'join.defaults' = 'region=nowhere, rate=-1.5, open=false, since=2020-01-01');

CREATE TABLE desk_names (desk STRING PRIMARY KEY, title STRING)
WITH ('connector' = 'file', 'path' = 'in/desk_names.csv', 'join.missing' = 'skip');

CREATE STREAM strict AS
SELECT t.id, i.name, i.lot
FROM trades t JOIN instruments i ON t.symbol = i.symbol
WHERE i.lot > 10
WITH ('strict.type' = 'file_sink', 'strict.path' = 'out/strict.jsonl');

CREATE STREAM given AS
SELECT t.id, d.region, d.least, d.rate, d.open, d.since, d.desk
FROM trades t LEFT JOIN desks d ON t.desk = d.desk
WITH ('given.type' = 'file_sink', 'given.path' = 'out/given.jsonl');

CREATE STREAM titled AS
SELECT t.id, n.title
FROM trades t JOIN desk_names n ON t.desk = n.desk
WITH ('titled.type' = 'file_sink', 'titled.path' = 'out/titled.jsonl');
