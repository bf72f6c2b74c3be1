-- ORDER BY over a file sorts all rows at the end; where LIMIT asks for the first ones, only these are kept. Equal rows stay in the order of
-- arrival, and NULL comes last, or first where the order is descending.
CREATE STREAM trades (id INTEGER, symbol STRING, price DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '3' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'in/trades.csv', 'format' = 'csv');

CREATE STREAM sorted AS
SELECT * FROM trades ORDER BY symbol, price DESC
WITH ('sorted.type' = 'file_sink', 'sorted.path' = 'out/sorted.jsonl', 'sorted.format' = 'jsonlines');

CREATE STREAM dearest AS
SELECT id, price FROM trades ORDER BY price DESC NULLS LAST LIMIT 3 OFFSET 1
WITH ('dearest.type' = 'file_sink', 'dearest.path' = 'out/dearest.jsonl', 'dearest.format' = 'jsonlines');
