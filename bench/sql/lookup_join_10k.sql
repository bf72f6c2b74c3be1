-- Trades with the desk and the credit of their traders: a table of ten thousand rows.
CREATE STREAM trades (
    order_id   STRING,
    symbol     STRING,
    side       STRING,
    price      DECIMAL(18, 4),
    quantity   INTEGER,
    venue      STRING,
    trader_id  STRING,
    event_time TIMESTAMP,
    flags      INTEGER
) WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'trades.jsonl',
    'trades.format' = 'jsonlines'
);

CREATE TABLE traders (
    trader_id STRING PRIMARY KEY,
    desk      STRING,
    credit    INTEGER
) WITH (
    'traders.type' = 'file_source',
    'traders.path' = 'traders.csv',
    'traders.format' = 'csv'
);

CREATE STREAM result AS
SELECT t.order_id, t.symbol, t.price, t.quantity, r.desk, r.credit
FROM trades t
JOIN traders r ON t.trader_id = r.trader_id
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
