-- A join of two streams within a time bound: rows wait as long as a partner may come, and an order without payment is shown when none can come any more.
CREATE STREAM orders (order_id INTEGER, customer STRING, amount DECIMAL(10,2), ordered_at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/orders.csv', 'event.time.field' = 'ordered_at', 'watermark.max_out_of_orderness' = '5s');

CREATE STREAM payments (order_id INTEGER, paid DECIMAL(10,2), method STRING, paid_at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/payments.jsonl', 'event.time.field' = 'paid_at', 'watermark.max_out_of_orderness' = '5s');

CREATE STREAM settled AS
SELECT o.order_id, o.customer, o.amount, p.paid, p.method, p.paid_at - o.ordered_at AS took
FROM orders o
LEFT JOIN payments p ON o.order_id = p.order_id AND p.paid_at BETWEEN o.ordered_at AND o.ordered_at + INTERVAL '1' MINUTE
WITH ('settled.type' = 'file_sink', 'settled.path' = 'out/settled.jsonl');

-- What is put together goes into windows like any other stream.
CREATE STREAM revenue AS
SELECT method, _window_start AS minute, COUNT(*) AS payments, SUM(paid) AS paid
FROM settled
WHERE method IS NOT NULL
GROUP BY method
WINDOW TUMBLING(1m)
WITH ('revenue.type' = 'file_sink', 'revenue.path' = 'out/revenue.csv', 'revenue.format' = 'csv');
