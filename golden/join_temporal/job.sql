-- Each order is worth what the rate was at its time. It waits until event time has passed it, so that a rate that comes late, but not too late, counts.
CREATE TABLE rates (currency STRING PRIMARY KEY, rate DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '20' SECOND)
WITH ('connector' = 'file', 'path' = 'in/rates.csv');

CREATE STREAM orders (id INTEGER, currency STRING, amount INTEGER, at TIMESTAMP, WATERMARK FOR at AS at)
WITH ('connector' = 'file', 'path' = 'in/orders.csv');

CREATE STREAM converted AS
SELECT o.id, o.currency, r.rate, o.amount * r.rate AS worth
FROM orders o LEFT JOIN rates FOR SYSTEM_TIME AS OF o.at AS r ON o.currency = r.currency
WITH ('converted.type' = 'file_sink', 'converted.path' = 'out/converted.csv', 'converted.format' = 'csv');
