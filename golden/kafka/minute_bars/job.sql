-- Minutes of event time over all partitions of a topic. A minute is shown when the slowest partition that has rows is past it. The record's
-- time is the last instant of its minute.
CREATE STREAM trades (symbol STRING, price DECIMAL(18,4), quantity INTEGER, at INTEGER)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'bootstrap.servers' = '${KAFKA:localhost:9092}', 'group.id' = 'bars',
      'event.time.field' = 'at', 'event.time.format' = 'epoch_millis', 'watermark.max_out_of_orderness' = '10s');

CREATE STREAM bars AS
SELECT symbol, _window_start AS minute, COUNT(*) AS trades, SUM(quantity) AS volume, MAX(price) AS high
FROM trades
WHERE quantity > 0
GROUP BY symbol
WINDOW TUMBLING(_event_time, INTERVAL '1' MINUTE)
EMIT FINAL
WITH ('bars.type' = 'kafka_sink', 'bars.bootstrap.servers' = '${KAFKA:localhost:9092}');
