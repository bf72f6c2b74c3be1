-- The key may stand anywhere in the row: here it is the last cell, where a delimiter would be one cell too many, and it is NOT NULL.
CREATE STREAM visits (
    id    INTEGER NOT NULL,
    agent STRING,
    hours DECIMAL(4, 1),
    city  STRING NOT NULL
) WITH (
    'visits.type' = 'file_source', 'visits.path' = 'in/rows.csv', 'visits.format' = 'csv',
    'visits.delimiter' = ';', 'visits.has_headers' = 'false'
);

CREATE TABLE cities AS
SELECT city, COUNT(*) AS visits, SUM(hours) AS hours, MAX(id) AS last_id
FROM visits
GROUP BY city
EMIT FINAL
WITH ('cities.type' = 'file_sink', 'cities.path' = 'out/cities.jsonl', 'cities.format' = 'jsonlines');
