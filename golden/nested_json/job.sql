-- Columns that are made of others, ARRAY, MAP and STRUCT, and the types that JSON has no form of: TIME, INTERVAL, UUID, BYTES (base64), and JSON
-- itself, which stays as it is. Rows are read and written again, in JSON.
CREATE STREAM orders (
    id UUID NOT NULL, tags ARRAY<STRING>, marks ARRAY<INTEGER NOT NULL> NOT NULL, attrs MAP<STRING, DECIMAL(10,2)>, by_day MAP<DATE, INTEGER NOT NULL>,
    lines ARRAY<STRUCT<sku STRING NOT NULL, qty INTEGER, at TIMESTAMP, grid ARRAY<ARRAY<FLOAT>>>>, raw BYTES, doc JSON, opened TIME, took INTERVAL,
    term INTERVAL YEAR TO MONTH, parent UUID
) WITH ('connector' = 'filesystem', 'path' = 'in/orders.jsonl', 'format' = 'jsonlines', 'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE STREAM echoed AS SELECT * FROM orders
WITH ('echoed.type' = 'file_sink', 'echoed.path' = 'out/echoed.jsonl', 'echoed.format' = 'jsonlines');

CREATE STREAM as_cells AS SELECT * FROM orders
WITH ('as_cells.type' = 'file_sink', 'as_cells.path' = 'out/echoed.csv', 'as_cells.format' = 'csv', 'as_cells.decimal.format' = 'string', 'as_cells.timestamp.format' = 'epoch_millis');
