-- Groups are shown once for four rows that are read of them, as the last of these leaves them; what is left at the end is shown then. What filters drop is
-- no row of a batch.
CREATE STREAM entries (account STRING, amount DECIMAL(10,2), at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/entries.csv', 'event.time.field' = 'at');

CREATE TABLE balances AS
SELECT account, SUM(amount) AS balance, COUNT(*) AS entries
FROM entries
WHERE amount <> 0
GROUP BY account
EMIT CHANGES
WITH ('balances.type' = 'file_sink', 'balances.path' = 'out/balances.jsonl', 'balances.emit.batch.rows' = '4');

CREATE TABLE overall AS
SELECT COUNT(*) AS entries
FROM entries
EMIT CHANGES
WITH ('overall.type' = 'file_sink', 'overall.path' = 'out/overall.jsonl', 'overall.emit.batch.rows' = '100');
