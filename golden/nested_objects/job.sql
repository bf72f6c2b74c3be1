-- Objects in JSON are STRUCT columns: their fields are read by a dot, and metric labels reach into them.
CREATE STREAM orders (
    id INTEGER NOT NULL,
    customer STRUCT<name STRING, region STRING, since DATE>,
    total STRUCT<amount DECIMAL(10,2), currency STRING>
) WITH ('connector' = 'filesystem', 'path' = 'in/orders.jsonl', 'format' = 'jsonlines');

-- @metric: orders_by_region
-- @metric_labels: customer.region, total.currency
CREATE STREAM priced AS
SELECT id, customer, customer.name AS name, total.amount * 2 AS doubled, total
FROM orders
WHERE customer.region <> 'XX'
WITH ('priced.type' = 'file_sink', 'priced.path' = 'out/priced.jsonl', 'priced.format' = 'jsonlines');
