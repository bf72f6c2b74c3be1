-- Topic to topic.
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
    'trades.type' = 'kafka_source',
    'trades.bootstrap.servers' = '127.0.0.1:9092',
    'trades.topic' = 'trades',
    'trades.group.id' = 'kafka_filter',
    'trades.auto.offset.reset' = 'earliest',
    'trades.format' = 'json'
);

CREATE STREAM result AS
SELECT symbol, price, quantity
FROM trades
WHERE price > 100
WITH (
    'result.type' = 'kafka_sink',
    'result.bootstrap.servers' = '127.0.0.1:9092',
    'result.topic' = 'alerts',
    'result.event.time.header' = 'false',
    'result.format' = 'json'
);
