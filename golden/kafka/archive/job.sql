-- Topic to file. LIMIT ends the job, so that the file gets its name.
CREATE STREAM readings (sensor STRING, celsius FLOAT)
WITH ('connector' = 'kafka', 'bootstrap.servers' = '${KAFKA:localhost:9092}');

CREATE STREAM hot AS
SELECT sensor, celsius FROM readings WHERE celsius > 30 LIMIT 3
WITH ('hot.type' = 'file_sink', 'hot.path' = 'out/hot.csv', 'hot.format' = 'csv');
