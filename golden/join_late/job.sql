-- A row that comes when those that it could meet are gone, and that met nobody, is late. Orders that are late go to the dead-letter queue, late payments
-- are counted.
CREATE STREAM orders (order_id INTEGER, amount INTEGER, ordered_at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/orders.jsonl', 'event.time.field' = 'ordered_at', 'watermark.max_out_of_orderness' = '1s',
      'late.data.strategy' = 'dead_letter', 'dead.letter.queue.path' = 'out/late.jsonl');

CREATE STREAM payments (order_id INTEGER, paid INTEGER, paid_at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/payments.csv', 'event.time.field' = 'paid_at', 'watermark.max_out_of_orderness' = '1s');

CREATE STREAM settled AS
SELECT o.order_id, o.amount, p.paid
FROM orders o JOIN payments p ON o.order_id = p.order_id AND p.paid_at BETWEEN o.ordered_at AND o.ordered_at + INTERVAL '10' SECOND
WITH ('settled.type' = 'file_sink', 'settled.path' = 'out/settled.csv', 'settled.format' = 'csv');
