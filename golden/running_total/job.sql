-- GROUP BY without a window shows the group's new row after every input row: EMIT CHANGES is the default.
CREATE TABLE totals AS
SELECT account, SUM(amount) AS balance, COUNT(*) AS entries, LAST_VALUE(amount) AS latest
FROM entries
GROUP BY account
WITH (
    'entries.type' = 'file_source', 'entries.path' = 'in/entries.csv',
    'totals.type' = 'file_sink', 'totals.path' = 'out/totals.jsonl', 'totals.format' = 'jsonlines'
);
