-- The one billion row challenge, on as many rows as the file has.
CREATE STREAM measurements (
    station     STRING,
    temperature DECIMAL(5, 1)
) WITH (
    'measurements.type' = 'file_source',
    'measurements.path' = 'measurements.txt',
    'measurements.format' = 'csv',
    'measurements.delimiter' = ';',
    'measurements.has_headers' = 'false'
);

CREATE STREAM result AS
SELECT
    station,
    MIN(temperature) AS min,
    AVG(temperature) AS avg,
    MAX(temperature) AS max
FROM measurements
GROUP BY station
EMIT FINAL
WITH (
    'result.type' = 'file_sink',
    'result.path' = 'result.csv',
    'result.format' = 'csv',
    'result.delimiter' = ';'
);
