-- GROUP BY over short cells: rows are decoded by two cursors at a time, and every row that is not plain by the decoder for all rows. One
-- file has quotes and the other one has none, so both ways are taken, and they must agree: long and short texts, NULLs, the empty text,
-- signs, numbers of every length, cells too few and too many, blank lines, CRLF, a last line without newline.
CREATE STREAM readings (
    station     STRING,
    note        STRING,
    temperature DECIMAL(5, 1),
    readers     INTEGER,
    price       DECIMAL(8, 3)
) WITH (
    'readings.type' = 'file_source', 'readings.path' = 'in/*.csv', 'readings.format' = 'csv',
    'readings.delimiter' = ';', 'readings.has_headers' = 'false'
);

CREATE TABLE stations AS
SELECT station, COUNT(*) AS readings, COUNT(temperature) AS measured, MIN(temperature) AS low, AVG(temperature) AS mean, MAX(temperature) AS high,
       SUM(readers) AS readers, MIN(readers) AS fewest, SUM(price) AS cost, MIN(price) AS cheapest, MAX(price) AS dearest
FROM readings
GROUP BY station
EMIT FINAL
WITH (
    'stations.type' = 'file_sink', 'stations.path' = 'out/stations.csv', 'stations.format' = 'csv', 'stations.delimiter' = ';'
);
