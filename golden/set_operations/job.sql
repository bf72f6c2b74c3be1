-- Set operations over two files: equal rows are counted, NULLs are equal to each other.
CREATE STREAM a (k STRING, n INTEGER) WITH ('connector' = 'file', 'path' = 'in/a.csv');
CREATE STREAM b (k STRING, n INTEGER) WITH ('connector' = 'file', 'path' = 'in/b.csv');

CREATE STREAM either AS SELECT k, n FROM a UNION SELECT k, n FROM b
WITH ('either.type' = 'file_sink', 'either.path' = 'out/either.csv', 'either.format' = 'csv');

CREATE STREAM both AS SELECT k, n FROM a INTERSECT ALL SELECT k, n FROM b
WITH ('both.type' = 'file_sink', 'both.path' = 'out/both.csv', 'both.format' = 'csv');

CREATE STREAM only_a AS SELECT k, n FROM a EXCEPT SELECT k, n FROM b
WITH ('only_a.type' = 'file_sink', 'only_a.path' = 'out/only_a.csv', 'only_a.format' = 'csv');

-- Rows of several sources, gathered.
CREATE STREAM counts AS
SELECT k, COUNT(*) AS rows_seen FROM (SELECT k FROM a UNION ALL SELECT k FROM b) AS rows
GROUP BY k
EMIT FINAL
WITH ('counts.type' = 'file_sink', 'counts.path' = 'out/counts.csv', 'counts.format' = 'csv');
