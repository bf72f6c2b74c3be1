-- SQL Application: load
-- Description: File to topic. The trade's time becomes the time of its record, its symbol the key.

CREATE STREAM trade_file (id INTEGER, symbol STRING, price DECIMAL(10,2), quantity INTEGER, traded TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'data/trades.csv', 'format' = 'csv', 'event.time.field' = 'traded');

CREATE STREAM trades AS
SELECT symbol PRIMARY KEY, id, price, quantity, traded
FROM trade_file
WITH ('trades.type' = 'kafka_sink', 'trades.topic' = 'trades',
      'trades.bootstrap.servers' = '${KAFKA:localhost:9092}');
