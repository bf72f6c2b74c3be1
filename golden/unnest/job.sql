-- UNNEST makes a row of each element. A method takes it on, so that an element can be dropped by itself; NULL elements are rows, NULL arrays
-- are none, unless LEFT JOIN keeps their row.
CREATE STREAM posts (id INTEGER, tags ARRAY<STRING>, votes MAP<STRING, INTEGER>, lines ARRAY<STRUCT<sku STRING, qty INTEGER>>)
WITH ('connector' = 'filesystem', 'path' = 'in/posts.jsonl', 'format' = 'jsonlines');

CREATE STREAM tagged AS
SELECT id, UPPER(tag) AS tag, place FROM posts LEFT JOIN UNNEST(tags) WITH ORDINALITY AS t (tag, place) ON TRUE
WITH ('tagged.type' = 'file_sink', 'tagged.path' = 'out/tagged.jsonl', 'tagged.format' = 'jsonlines');

CREATE STREAM popular AS
SELECT tag, COUNT(*) AS posts FROM posts CROSS JOIN UNNEST(tags) AS t (tag) WHERE tag <> 'misc' GROUP BY tag EMIT FINAL
WITH ('popular.type' = 'file_sink', 'popular.path' = 'out/popular.jsonl', 'popular.format' = 'jsonlines');

CREATE STREAM pairs AS
SELECT id, voter, vote, sku, qty, 12 / vote AS share FROM posts CROSS JOIN UNNEST(votes) AS v (voter, vote) CROSS JOIN UNNEST(lines) AS l (sku, qty)
WHERE vote > 0
WITH ('pairs.type' = 'file_sink', 'pairs.path' = 'out/pairs.jsonl', 'pairs.format' = 'jsonlines');
