-- SQL Application: ecommerce
-- Version: 1.0.0

CREATE STREAM orders (order_id STRING NOT NULL, customer_id STRING NOT NULL, product_id STRING, amount DECIMAL(12,2), status STRING, email STRING, items ARRAY<STRING>, placed TIMESTAMP NOT NULL, WATERMARK FOR placed AS placed - INTERVAL '30' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'orders');
CREATE STREAM payments (order_id STRING NOT NULL, paid DECIMAL(12,2), paid_at TIMESTAMP NOT NULL, WATERMARK FOR paid_at AS paid_at - INTERVAL '30' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'payments');
CREATE TABLE customers (customer_id STRING PRIMARY KEY, tier STRING, country STRING)
WITH ('connector' = 'file', 'path' = 'customers.csv');

CREATE STREAM paid_orders AS
SELECT o.order_id PRIMARY KEY, o.customer_id, c.tier, o.amount, p.paid, o.amount - COALESCE(p.paid, 0.00) AS open_amount
FROM orders o
LEFT JOIN payments p ON o.order_id = p.order_id WITHIN INTERVAL '1' HOUR
LEFT JOIN customers c ON o.customer_id = c.customer_id
WITH ('paid_orders.type' = 'kafka_sink', 'paid_orders.topic' = 'paid_orders');

CREATE STREAM revenue AS
SELECT
    UPPER(status) AS state PRIMARY KEY,
    CASE WHEN amount > 100 THEN 'large' ELSE 'small' END AS size,
    COUNT(*) AS orders,
    SUM(amount) AS revenue,
    COUNT(DISTINCT customer_id) AS customers
FROM orders
GROUP BY UPPER(status), CASE WHEN amount > 100 THEN 'large' ELSE 'small' END
WINDOW TUMBLING (INTERVAL '1' HOUR)
WITH ('revenue.type' = 'kafka_sink', 'revenue.topic' = 'revenue');

CREATE STREAM best_customers AS
WITH spent AS (
    SELECT customer_id, SUM(amount) AS total FROM orders GROUP BY customer_id WINDOW TUMBLING(1h)
)
SELECT s.customer_id PRIMARY KEY, s.total, c.country
FROM spent s JOIN customers c ON s.customer_id = c.customer_id
WHERE s.total > 1000
WITH ('best_customers.type' = 'kafka_sink', 'best_customers.topic' = 'best_customers');

CREATE STREAM journeys AS
SELECT customer_id PRIMARY KEY, COUNT(*) AS steps, MIN(placed) AS first_step
FROM orders
GROUP BY customer_id
WINDOW SESSION(GREATEST(placed, placed), INTERVAL '4' HOUR, customer_id)
HAVING COUNT(*) > (SELECT COUNT(*) FROM customers) / 1000
WITH ('journeys.type' = 'kafka_sink', 'journeys.topic' = 'journeys');

CREATE STREAM order_items AS
SELECT o.order_id PRIMARY KEY, item, n
FROM orders o CROSS JOIN UNNEST(o.items) WITH ORDINALITY AS i (item, n)
INTO item_topic WITH ('item_topic.type' = 'kafka_sink', 'item_topic.topic' = 'items');
