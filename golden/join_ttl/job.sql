-- A join of two streams without a time bound: rows are kept for a time, and an order without payment is shown when it is over.
CREATE STREAM orders (order_id INTEGER, amount INTEGER, ordered_at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/orders.csv', 'event.time.field' = 'ordered_at', 'watermark.max_out_of_orderness' = '5s');

CREATE STREAM payments (order_id INTEGER, paid INTEGER, paid_at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/payments.csv', 'event.time.field' = 'paid_at', 'watermark.max_out_of_orderness' = '5s');

CREATE STREAM settled AS
SELECT o.order_id, o.amount, p.order_id AS payment, p.paid
FROM orders o FULL JOIN payments p ON o.order_id = p.order_id
WITH ('join.ttl' = '30s', 'settled.type' = 'file_sink', 'settled.path' = 'out/settled.csv', 'settled.format' = 'csv');
