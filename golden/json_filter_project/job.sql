-- JSON lines in any shape: the expected key order is decoded in a straight line, everything else by the key loop. Arithmetic is exact.
CREATE STREAM trades (
    order_id STRING, symbol STRING NOT NULL, price DECIMAL(18,4), quantity INTEGER, event_time TIMESTAMP
) WITH ('connector' = 'filesystem', 'path' = 'in/trades.jsonl', 'format' = 'jsonlines');

CREATE STREAM big AS
SELECT symbol, price, price * quantity AS notional, event_time
FROM trades
WHERE price > 100
WITH ('big.type' = 'file_sink', 'big.path' = 'out/big.jsonl', 'big.format' = 'jsonlines');
