-- SQL Application: minute_bars
-- Description: One row per symbol and minute. A minute is shown when the trades of both partitions are past it.

CREATE STREAM trades (symbol STRING, price DECIMAL(10,2), quantity INTEGER, traded TIMESTAMP)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'bootstrap.servers' = '${KAFKA:localhost:9092}',
      'event.time.field' = 'traded', 'watermark.max_out_of_orderness' = '5s', 'watermark.idle.timeout' = '3s');

CREATE STREAM bars AS
SELECT symbol, _window_start AS minute, COUNT(*) AS trades, MIN(price) AS low, MAX(price) AS high, SUM(quantity) AS volume
FROM trades
GROUP BY symbol
WINDOW TUMBLING(traded, INTERVAL '1' MINUTE)
EMIT FINAL
WITH ('bars.type' = 'kafka_sink', 'bars.topic' = 'bars', 'bars.bootstrap.servers' = '${KAFKA:localhost:9092}');
