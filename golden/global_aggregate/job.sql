-- An aggregate without GROUP BY has exactly one row, even over nothing.
CREATE TABLE summary AS
SELECT COUNT(*) AS n, SUM(value) AS total, MAX(value) AS highest, FIRST_VALUE(name) AS first, LAST_VALUE(name) AS last
FROM items WHERE value > 1
EMIT FINAL
WITH ('items.type' = 'file_source', 'items.path' = 'in/items.csv',
      'summary.type' = 'file_sink', 'summary.path' = 'out/summary.jsonl', 'summary.format' = 'jsonlines');

CREATE TABLE none AS
SELECT COUNT(*) AS n, SUM(value) AS total FROM items WHERE value > 1000
EMIT FINAL
WITH ('none.type' = 'file_sink', 'none.path' = 'out/none.jsonl', 'none.format' = 'jsonlines');
