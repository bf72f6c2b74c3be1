-- Values that are made of others in expressions: parts are read with [ ], which counts from 1, and with a dot; what is not there is NULL.
-- They are made with ARRAY[…], MAP[…] and STRUCT(…), converted part by part, compared and grouped as wholes, and become text as JSON.
CREATE STREAM orders (
    id INTEGER NOT NULL, who UUID, tags ARRAY<STRING>, marks ARRAY<INTEGER>, attrs MAP<STRING, INTEGER>, line STRUCT<sku STRING, qty INTEGER>, doc JSON,
    raw BYTES, opened DATE, term INTERVAL YEAR TO MONTH, ts TIMESTAMP
) WITH ('connector' = 'filesystem', 'path' = 'in/orders.jsonl', 'format' = 'jsonlines');

CREATE STREAM parts AS
SELECT id, tags[1] AS first, marks[id] AS nth, attrs['x'] AS x, attrs[tags[1]] AS tagged, line.sku AS sku, line['qty'] AS qty,
       ARRAY[id, NULL, marks[1]] AS made, MAP['id', id, 'qty', line.qty, 'id', 0] AS map, STRUCT(id, tags[2] AS second, ARRAY[ARRAY[id]] AS deep) AS struct,
       (id, 'x') = (1, 'x') AS is_first, (id, 'x') IN ((2, 'x'), (3, 'x')) AS is_later
FROM orders
WITH ('parts.type' = 'file_sink', 'parts.path' = 'out/parts.jsonl', 'parts.format' = 'jsonlines');

CREATE STREAM converted AS
SELECT id, CAST(marks AS ARRAY<FLOAT>) AS floats, TRY_CAST(tags AS ARRAY<INTEGER>) AS numbers, CAST(attrs AS STRING) AS text, 'tags: ' || tags AS concatenated,
       CAST(attrs AS MAP<STRING, DECIMAL(5,1)>) AS prices, CAST(line AS STRUCT<s STRING, q DECIMAL(4,1)>) AS renamed, TRY_CAST(doc AS STRUCT<a INTEGER, b ARRAY<STRING>>) AS read,
       TRY_CAST(doc AS INTEGER) AS number, CAST(line AS JSON) AS line_doc, TRY_CAST('[[1,2],[3]]' AS ARRAY<ARRAY<INTEGER>>) AS parsed, TRY_CAST(tags[1] AS JSON) AS tag_doc,
       CAST(CAST('[["1"],[],["2","3"]]' AS ARRAY<ARRAY<STRING>>) AS ARRAY<ARRAY<INTEGER>>) AS all_numbers, CAST(who AS STRING) AS who_text, CAST(CAST(who AS BYTES) AS UUID) = who AS same,
       TRY_CAST(raw AS STRING) AS raw_text, X'cafe' AS bytes, CASE WHEN id = 1 THEN ARRAY[1] WHEN id = 2 THEN marks ELSE ARRAY[] END AS chosen, COALESCE(tags, ARRAY['none']) AS some_tags
FROM orders
WITH ('converted.type' = 'file_sink', 'converted.path' = 'out/converted.jsonl', 'converted.format' = 'jsonlines');

CREATE STREAM times AS
SELECT id, opened + INTERVAL '1' MONTH AS next_month, opened - INTERVAL '1-1' YEAR TO MONTH AS before, ts + term AS later, term * 2 AS twice, -term AS back, term + INTERVAL '1' YEAR AS longer,
       term > INTERVAL '1' YEAR AS long, CAST(term AS STRING) AS words, CAST(term AS INTEGER) AS months, INTERVAL '1 02:03:04.5' DAY TO SECOND AS span, ts AT TIME ZONE 'Europe/Berlin' AS berlin
FROM orders
WITH ('times.type' = 'file_sink', 'times.path' = 'out/times.jsonl', 'times.format' = 'jsonlines');

CREATE TABLE by_tags AS
SELECT tags, COUNT(*) AS n, COUNT(DISTINCT attrs) AS kinds, COUNT(DISTINCT who) AS people, MIN(who) AS least, MAX(raw) AS greatest, FIRST(line) AS line, LAST(marks) AS marks, MAX(term) AS term
FROM orders GROUP BY tags EMIT FINAL
WITH ('by_tags.type' = 'file_sink', 'by_tags.path' = 'out/by_tags.jsonl', 'by_tags.format' = 'jsonlines');

CREATE STREAM different AS
SELECT DISTINCT attrs, line FROM orders
WITH ('different.type' = 'file_sink', 'different.path' = 'out/different.jsonl', 'different.format' = 'jsonlines');

CREATE TABLE by_who AS
SELECT who, term, COUNT(*) AS n FROM orders GROUP BY who, term EMIT FINAL
WITH ('by_who.type' = 'file_sink', 'by_who.path' = 'out/by_who.jsonl', 'by_who.format' = 'jsonlines');
