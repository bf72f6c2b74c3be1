-- One row per group and minute of event time. Rows may come five seconds out of order; what comes later than that, after its window has
-- closed, is late: dropped and counted.
CREATE STREAM bars AS
SELECT symbol, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(quantity) AS volume,
       FIRST_VALUE(price) AS open, MAX(price) AS high, MIN(price) AS low, LAST_VALUE(price) AS close
FROM trades
GROUP BY symbol
WINDOW TUMBLING(event_time, INTERVAL '1' MINUTE)
EMIT FINAL
WITH (
    'trades.type' = 'file_source', 'trades.path' = 'in/trades.jsonl', 'trades.format' = 'jsonlines',
    'trades.event.time.field' = 'event_time', 'trades.event.time.format' = 'epoch_millis',
    'trades.watermark.max_out_of_orderness' = '5s',
    'bars.type' = 'file_sink', 'bars.path' = 'out/bars.jsonl', 'bars.format' = 'jsonlines'
);
