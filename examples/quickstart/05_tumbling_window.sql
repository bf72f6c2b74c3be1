-- SQL Application: tumbling_window
-- Description: One row per symbol and minute, in event time; rows may come two seconds out of order.

-- @metric: volume_traded_total
-- @metric_type: counter
-- @metric_help: "Shares traded, by symbol"
-- @metric_labels: symbol
-- @metric_field: volume
CREATE STREAM minute_bars AS
SELECT
    symbol,
    _window_start AS window_start,
    _window_end AS window_end,
    FIRST_VALUE(price) AS open,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST_VALUE(price) AS close,
    SUM(quantity) AS volume
FROM trades
GROUP BY symbol
WINDOW TUMBLING(trade_time, INTERVAL '1' MINUTE)
EMIT FINAL
WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'data/trades.csv',
    'trades.event.time.field' = 'trade_time',
    'trades.watermark.max_out_of_orderness' = '2s',

    'minute_bars.type' = 'file_sink',
    'minute_bars.path' = 'out/minute_bars.csv',
    'minute_bars.format' = 'csv'
);
