-- Statements of one file are one program: the second and third read the rows of the first without a trip through a file.
CREATE STREAM cleaned AS
SELECT UPPER(TRIM(city)) AS city, temperature FROM readings WHERE temperature IS NOT NULL
WITH ('readings.type' = 'file_source', 'readings.path' = 'in/readings.csv',
      'cleaned.type' = 'file_sink', 'cleaned.path' = 'out/cleaned.csv', 'cleaned.format' = 'csv');

CREATE STREAM hot AS
SELECT city, temperature - 30 AS above FROM cleaned WHERE temperature > 30
WITH ('hot.type' = 'file_sink', 'hot.path' = 'out/hot.csv', 'hot.format' = 'csv');

CREATE TABLE averages AS
SELECT city, AVG(temperature) AS mean FROM cleaned GROUP BY city EMIT FINAL
WITH ('averages.type' = 'file_sink', 'averages.path' = 'out/averages.csv', 'averages.format' = 'csv');
