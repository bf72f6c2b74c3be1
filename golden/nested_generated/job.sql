-- A generator makes values of every type, so that a query over nested columns can be tried before there is data.
CREATE STREAM orders (id UUID NOT NULL, tags ARRAY<INTEGER>, attrs MAP<STRING, DECIMAL(6,2)>, customer STRUCT<name STRING, since DATE>, raw BYTES, doc JSON, opened TIME, took INTERVAL, term INTERVAL YEAR TO MONTH)
WITH ('connector' = 'datagen', 'rows' = '12', 'seed' = '7');

CREATE STREAM shown AS
SELECT id, tags, tags[1] AS first_tag, attrs, customer, customer.since + term AS until, raw, doc, opened, took
FROM orders
WHERE tags <> ARRAY[1]
WITH ('shown.type' = 'file_sink', 'shown.path' = 'out/shown.jsonl', 'shown.format' = 'jsonlines');
