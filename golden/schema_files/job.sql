-- The columns of sources and the schema of a sink stand in files of other systems: Avro, Protobuf, JSON Schema.
CREATE STREAM fills AS
SELECT id, symbol, price * quantity AS value, venue.mic AS mic, at
FROM orders
WHERE side = 'BUY'
WITH (
    'orders.type' = 'file_source',
    'orders.path' = 'in/orders.jsonl',
    'orders.schema.file' = 'in/orders.avsc',
    'fills.type' = 'file_sink',
    'fills.path' = 'out/fills.jsonl',
    'fills.schema.file' = 'in/fills.json'
);

CREATE STREAM clicks_by_page AS
SELECT page, COUNT(*) AS clicks, SUM(took_ms) AS took_ms
FROM clicks
GROUP BY page
EMIT FINAL
WITH (
    'clicks.type' = 'file_source',
    'clicks.path' = 'in/clicks.jsonl',
    'clicks.schema.file' = 'in/web.proto',
    'clicks.schema.message' = 'Click',
    'clicks_by_page.type' = 'file_sink',
    'clicks_by_page.path' = 'out/clicks_by_page.csv'
);
