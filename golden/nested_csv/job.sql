-- The same types in CSV: a cell holds an ARRAY, MAP or STRUCT as JSON text, BYTES as base64. An empty cell is NULL. A column called row gets memory beside the method row.
CREATE STREAM orders (
    id UUID NOT NULL, tags ARRAY<STRING>, `row` ARRAY<INTEGER NOT NULL> NOT NULL, attrs MAP<STRING, DECIMAL(10,2)>, line STRUCT<sku STRING NOT NULL, qty INTEGER>,
    raw BYTES, doc JSON, opened TIME, took INTERVAL, term INTERVAL YEAR TO MONTH
) WITH ('connector' = 'filesystem', 'path' = 'in/orders.csv', 'format' = 'csv', 'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE STREAM echoed AS SELECT * FROM orders
WITH ('echoed.type' = 'file_sink', 'echoed.path' = 'out/echoed.csv', 'echoed.format' = 'csv');

CREATE STREAM objects AS SELECT * FROM orders
WITH ('objects.type' = 'file_sink', 'objects.path' = 'out/objects.jsonl', 'objects.format' = 'jsonlines');
