-- Groups and distinct rows to which nothing has come for thirty seconds, by the time of the rows, are forgotten: a row that comes later begins anew.
-- What was shown stays shown.
CREATE STREAM visits (visitor STRING, page STRING, ms INTEGER, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '5' SECOND)
WITH ('connector' = 'file', 'path' = 'in/visits.csv', 'format' = 'csv');

CREATE TABLE active AS
SELECT visitor, COUNT(*) AS pages, SUM(ms) AS ms
FROM visits
GROUP BY visitor
EMIT CHANGES
WITH ('state.ttl' = '30s', 'active.type' = 'file_sink', 'active.path' = 'out/active.csv', 'active.format' = 'csv');

CREATE STREAM arrivals AS
SELECT DISTINCT visitor FROM visits
WITH ('state.ttl' = '30s', 'arrivals.type' = 'file_sink', 'arrivals.path' = 'out/arrivals.csv', 'arrivals.format' = 'csv');
