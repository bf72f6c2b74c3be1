-- In the shape of Nexmark query 4: the best fill by trader and venue, which changes with each fill, and of each trader the average of these.
CREATE STREAM trades (
    order_id   STRING,
    symbol     STRING,
    side       STRING,
    price      DECIMAL(18, 4),
    quantity   INTEGER,
    venue      STRING,
    trader_id  STRING,
    event_time TIMESTAMP,
    flags      INTEGER,
    WATERMARK FOR event_time AS event_time - INTERVAL '5' SECOND
) WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'trades.jsonl',
    'trades.format' = 'jsonlines'
);

CREATE STREAM fills (
    order_id   STRING,
    fill_price DECIMAL(18, 4),
    filled     TIMESTAMP,
    WATERMARK FOR filled AS filled - INTERVAL '5' SECOND
) WITH (
    'fills.type' = 'file_source',
    'fills.path' = 'fills.jsonl',
    'fills.format' = 'jsonlines'
);

CREATE STREAM result AS
SELECT best.trader_id, COUNT(*) AS venues, AVG(best.fill_price) AS avg_best
FROM (
    SELECT t.trader_id, t.venue, MAX(f.fill_price) AS fill_price
    FROM trades t
    JOIN fills f ON t.order_id = f.order_id AND f.filled BETWEEN t.event_time AND t.event_time + INTERVAL '20' MINUTE
    GROUP BY t.trader_id, t.venue
    EMIT CHANGES
) AS best
GROUP BY best.trader_id
EMIT FINAL
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.jsonl',
    'result.format' = 'jsonlines'
);
