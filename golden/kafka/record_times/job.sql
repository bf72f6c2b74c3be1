-- Rows are counted by their own time; how far time has come, the timestamps of the records say, which the broker sets.
CREATE STREAM trades (symbol STRING, quantity INTEGER, at TIMESTAMP)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'bootstrap.servers' = '${KAFKA:localhost:9092}', 'group.id' = 'record-times',
      'event.time.field' = 'at', 'watermark.strategy' = 'from_source', 'watermark.max_out_of_orderness' = '2s');

CREATE STREAM bars AS
SELECT symbol, _window_start AS minute, SUM(quantity) AS volume
FROM trades
GROUP BY symbol
WINDOW TUMBLING(at, INTERVAL '1' MINUTE)
EMIT FINAL
WITH ('bars.type' = 'kafka_sink', 'bars.bootstrap.servers' = '${KAFKA:localhost:9092}');
