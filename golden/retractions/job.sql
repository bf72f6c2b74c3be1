-- What is computed of results is computed of changes: each result takes its row back before it gives another one. Aggregates forget rows, DISTINCT counts them, and
-- Top-N withdraws those that are no longer among the first. `op` says what a row of the output means.
CREATE STREAM payments (customer STRING, city STRING, amount DECIMAL(8,2))
WITH ('connector' = 'file', 'path' = 'in/payments.csv');

CREATE TABLE totals AS
SELECT customer, LAST(city) AS city, COUNT(*) AS payments, SUM(amount) AS total
FROM payments
GROUP BY customer
EMIT CHANGES;

-- One row, which is there before a customer is, and stays when all have left.
CREATE TABLE overall AS
SELECT COUNT(*) AS customers, SUM(total) AS total, MIN(total) AS least, MAX(total) AS most, COUNT(DISTINCT city) AS cities
FROM totals
WHERE payments > 1
EMIT CHANGES
WITH ('overall.type' = 'file_sink', 'overall.path' = 'out/overall.jsonl', 'overall.changelog' = 'op');

CREATE TABLE cities AS
SELECT city, LISTAGG(customer, ',' ORDER BY customer) AS customers, MEDIAN(total) AS middle, MAX(total) AS most
FROM totals
GROUP BY city
HAVING SUM(payments) > 2
EMIT CHANGES
WITH ('cities.type' = 'file_sink', 'cities.path' = 'out/cities.jsonl', 'cities.changelog' = 'op');

CREATE TABLE levels AS
SELECT DISTINCT payments, total >= 100 AS rich
FROM totals
WITH ('levels.type' = 'file_sink', 'levels.path' = 'out/levels.jsonl', 'levels.changelog' = 'op');

-- The three greatest payments of each city, and the last one of each customer.
CREATE TABLE greatest AS
SELECT city, customer, amount, place
FROM (SELECT city, customer, amount, ROW_NUMBER() OVER (PARTITION BY city ORDER BY amount DESC) AS place FROM payments) p
WHERE place <= 3
WITH ('greatest.type' = 'file_sink', 'greatest.path' = 'out/greatest.jsonl', 'greatest.changelog' = 'op');

CREATE TABLE largest AS
SELECT customer, city, amount
FROM payments
QUALIFY ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC) = 1
WITH ('largest.type' = 'file_sink', 'largest.path' = 'out/largest.jsonl', 'largest.changelog' = 'debezium');
