-- Topic to topic: a filter and a projection. Two columns make the record key, joined with |. Headers go along; system columns tell where a
-- row comes from. The rows of one partition keep their order however many workers there are.
CREATE STREAM orders (venue STRING, symbol STRING, price DECIMAL(18,4), quantity INTEGER)
WITH ('connector' = 'kafka', 'topic' = 'orders', 'bootstrap.servers' = '${KAFKA:localhost:9092}', 'max.poll.records' = '7');

CREATE STREAM large_orders AS
SELECT venue PRIMARY KEY, symbol PRIMARY KEY, price * quantity AS amount,
       _key AS order_key, _topic AS topic, _partition AS part, _offset AS place, _timestamp AS written, _event_time AS happened
FROM orders
WHERE quantity >= 100
WITH ('large_orders.type' = 'kafka_sink', 'large_orders.topic' = 'large-orders', 'large_orders.bootstrap.servers' = '${KAFKA:localhost:9092}');
