-- SQL Application: iot
-- Version: 1.0.0

CREATE STREAM sensors (device_id STRING NOT NULL, location STRING, temperature FLOAT, humidity FLOAT, battery_level FLOAT, status STRING, online BOOLEAN, current_time TIMESTAMP NOT NULL, WATERMARK FOR current_time AS current_time - INTERVAL '10' SECOND)
WITH ('connector' = 'kafka', 'topic' = 'sensors');
CREATE TABLE devices (device_id STRING PRIMARY KEY, model STRING, installed TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'devices.csv');

-- @metric: readings_total
-- @metric_labels: location
-- An ordinary comment between two metrics.
-- @metric: temperature_celsius
-- @metric_type: gauge
-- @metric_field: temperature
-- @metric_labels: device_id
CREATE STREAM hot AS
SELECT device_id PRIMARY KEY, location, temperature, battery_level
FROM sensors
WHERE online = true AND (temperature > 80.0 OR battery_level < 10.0)
WITH ('hot.type' = 'kafka_sink', 'hot.topic' = 'hot');

CREATE STREAM hourly AS
SELECT
    device_id PRIMARY KEY,
    AVG(temperature) AS mean_temperature,
    STDDEV_POP(temperature) AS deviation,
    DATEDIFF('minutes', MAX(current_time), NOW()) AS minutes_ago,
    COUNT(CASE WHEN status LIKE '%error%' THEN 1 END) AS errors
FROM sensors
GROUP BY device_id
WINDOW SLIDING(INTERVAL '1' HOUR, INTERVAL '5' MINUTE)
HAVING COUNT(*) > 5
WITH ('hourly.type' = 'kafka_sink', 'hourly.topic' = 'hourly');

-- @state_unbounded: accepted
CREATE STREAM anomalies AS
SELECT s.device_id PRIMARY KEY, d.model, s.temperature,
    EXTRACT(EPOCH FROM (s.current_time - d.installed)) AS age_seconds,
    AVG(s.temperature) OVER (PARTITION BY DATE_TRUNC('hour', s.current_time), s.device_id ORDER BY s.current_time) AS so_far
FROM sensors s
JOIN devices d ON s.device_id = d.device_id
QUALIFY s.temperature > so_far + 10
WITH ('anomalies.type' = 'kafka_sink', 'anomalies.topic' = 'anomalies');

CREATE STREAM presence AS
SELECT device_id PRIMARY KEY, COUNT(*) AS readings, SESSION_DURATION() AS lasted
FROM sensors
GROUP BY device_id, SESSION(current_time, INTERVAL '30' MINUTE)
WITH ('presence.type' = 'kafka_sink', 'presence.topic' = 'presence');
