-- A table that follows a topic: each row of the input shows its group again, under the group as record key, at the row's event time. Where
-- the topics are says a configuration file. Groups are kept for ever: there are as many as customers.
-- @state_unbounded: accepted
CREATE TABLE customer_totals AS
SELECT customer, COUNT(*) AS orders, SUM(amount) AS total
FROM payments
GROUP BY customer
EMIT CHANGES
WITH ('payments.type' = 'kafka_source', 'payments.config_file' = 'payments.yaml',
      'customer_totals.type' = 'kafka_sink', 'customer_totals.config_file' = 'customer_totals.yaml');
