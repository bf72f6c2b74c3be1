-- Trades with their orders: a table with an order for every fifth trade, a million for five million.
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

CREATE TABLE orders (
    order_id    STRING PRIMARY KEY,
    client      STRING,
    limit_price DECIMAL(18, 4)
) WITH (
    'orders.type' = 'file_source',
    'orders.path' = 'orders.csv',
    'orders.format' = 'csv'
);

CREATE STREAM result AS
SELECT t.order_id, t.symbol, t.price, o.client, o.limit_price
FROM trades t
JOIN orders o ON t.order_id = o.order_id
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
