-- Metric annotations become statements beside the rows that they count.
-- @metric: orders_total
-- @metric_type: counter
-- @metric_help: "Orders by country and whether they are large"
-- @metric_labels: country, large
--
-- @metric: order_value
-- @metric_type: histogram
-- @metric_field: amount
-- @metric_buckets: 10, 100, 1000
-- @metric_condition: amount IS NOT NULL AND country <> 'XX'
--
-- @metric: last_amount
-- @metric_type: gauge
-- @metric_field: amount
-- @metric_labels: country
CREATE STREAM checked AS
SELECT country, amount, amount >= 100 AS large FROM orders
WITH ('orders.type' = 'file_source', 'orders.path' = 'in/orders.csv',
      'checked.type' = 'file_sink', 'checked.path' = 'out/checked.csv', 'checked.format' = 'csv');
