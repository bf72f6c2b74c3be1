-- SQL Application: 1brc
-- Description: The one billion row challenge: lowest, mean and highest temperature of each station.

CREATE STREAM measurements (
    station STRING,
    temperature DECIMAL(3, 1)
) WITH (
    'measurements.type' = 'file_source_mmap',
    'measurements.path' = 'measurements.txt',
    'measurements.format' = 'csv_no_header',
    'measurements.delimiter' = ';'
);

CREATE TABLE results AS
SELECT
    station,
    MIN(temperature) AS low,
    AVG(temperature) AS mean,
    MAX(temperature) AS high
FROM measurements
GROUP BY station
EMIT FINAL
WITH (
    'results.type' = 'file_sink',
    'results.path' = 'out/results.csv',
    'results.format' = 'csv',
    'results.delimiter' = ';'
);
