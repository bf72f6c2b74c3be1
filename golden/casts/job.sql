-- Every CAST that there is, by the type it comes from. TRY_CAST is NULL for a value that the conversion refuses; conversions that refuse nothing are CASTs.

CREATE STREAM input (
    b BOOLEAN, i INTEGER, f FLOAT, n DECIMAL(18,4), s STRING, y BYTES, d DATE, t TIME,
    ts TIMESTAMP, v INTERVAL, ym INTERVAL YEAR TO MONTH, u UUID, j JSON, a ARRAY<INTEGER>, m MAP<STRING, INTEGER>, r STRUCT<a INTEGER>
) WITH ('connector' = 'filesystem', 'path' = 'in/values.jsonl', 'format' = 'jsonlines');

CREATE STREAM from_boolean AS
SELECT b, CAST(b AS INTEGER) AS as_integer, CAST(b AS FLOAT) AS as_float, CAST(b AS DECIMAL(18,4)) AS as_decimal, CAST(b AS STRING) AS as_string,
       CAST(b AS JSON) AS as_json
FROM input
WITH ('from_boolean.type' = 'file_sink', 'from_boolean.path' = 'out/from_boolean.jsonl', 'from_boolean.format' = 'jsonlines');

CREATE STREAM from_integer AS
SELECT i, CAST(i AS BOOLEAN) AS as_boolean, CAST(i AS FLOAT) AS as_float, TRY_CAST(i AS DECIMAL(18,4)) AS as_decimal, CAST(i AS STRING) AS as_string,
       TRY_CAST(i AS TIMESTAMP) AS as_timestamp, TRY_CAST(i AS INTERVAL) AS as_interval, CAST(i AS INTERVAL YEAR TO MONTH) AS as_months,
       CAST(i AS JSON) AS as_json
FROM input
WITH ('from_integer.type' = 'file_sink', 'from_integer.path' = 'out/from_integer.jsonl', 'from_integer.format' = 'jsonlines');

CREATE STREAM from_float AS
SELECT f, CAST(f AS BOOLEAN) AS as_boolean, TRY_CAST(f AS INTEGER) AS as_integer, TRY_CAST(f AS DECIMAL(18,4)) AS as_decimal,
       CAST(f AS STRING) AS as_string, CAST(f AS JSON) AS as_json
FROM input
WITH ('from_float.type' = 'file_sink', 'from_float.path' = 'out/from_float.jsonl', 'from_float.format' = 'jsonlines');

CREATE STREAM from_decimal AS
SELECT n, CAST(n AS BOOLEAN) AS as_boolean, CAST(n AS INTEGER) AS as_integer, CAST(n AS FLOAT) AS as_float, CAST(n AS STRING) AS as_string,
       CAST(n AS JSON) AS as_json, TRY_CAST(n AS DECIMAL(5,1)) AS as_shorter
FROM input
WITH ('from_decimal.type' = 'file_sink', 'from_decimal.path' = 'out/from_decimal.jsonl', 'from_decimal.format' = 'jsonlines');

CREATE STREAM from_string AS
SELECT s, TRY_CAST(s AS BOOLEAN) AS as_boolean, TRY_CAST(s AS INTEGER) AS as_integer, TRY_CAST(s AS FLOAT) AS as_float,
       TRY_CAST(s AS DECIMAL(18,4)) AS as_decimal, CAST(s AS BYTES) AS as_bytes, TRY_CAST(s AS DATE) AS as_date, TRY_CAST(s AS TIME) AS as_time,
       TRY_CAST(s AS TIMESTAMP) AS as_timestamp, TRY_CAST(s AS INTERVAL) AS as_interval, TRY_CAST(s AS INTERVAL YEAR TO MONTH) AS as_months,
       TRY_CAST(s AS UUID) AS as_uuid, TRY_CAST(s AS JSON) AS as_json, TRY_CAST(s AS ARRAY<INTEGER>) AS as_array,
       TRY_CAST(s AS MAP<STRING, INTEGER>) AS as_map, TRY_CAST(s AS STRUCT<a INTEGER>) AS as_struct
FROM input
WITH ('from_string.type' = 'file_sink', 'from_string.path' = 'out/from_string.jsonl', 'from_string.format' = 'jsonlines');

CREATE STREAM from_bytes AS
SELECT y, TRY_CAST(y AS STRING) AS as_string, TRY_CAST(y AS UUID) AS as_uuid, CAST(y AS JSON) AS as_json
FROM input
WITH ('from_bytes.type' = 'file_sink', 'from_bytes.path' = 'out/from_bytes.jsonl', 'from_bytes.format' = 'jsonlines');

CREATE STREAM from_date AS
SELECT d, CAST(d AS STRING) AS as_string, TRY_CAST(d AS TIMESTAMP) AS as_timestamp, CAST(d AS JSON) AS as_json
FROM input
WITH ('from_date.type' = 'file_sink', 'from_date.path' = 'out/from_date.jsonl', 'from_date.format' = 'jsonlines');

CREATE STREAM from_time AS
SELECT t, CAST(t AS STRING) AS as_string, CAST(t AS INTERVAL) AS as_interval, CAST(t AS JSON) AS as_json
FROM input
WITH ('from_time.type' = 'file_sink', 'from_time.path' = 'out/from_time.jsonl', 'from_time.format' = 'jsonlines');

CREATE STREAM from_timestamp AS
SELECT ts, CAST(ts AS INTEGER) AS as_integer, CAST(ts AS FLOAT) AS as_float, TRY_CAST(ts AS DECIMAL(18,4)) AS as_decimal,
       CAST(ts AS STRING) AS as_string, CAST(ts AS DATE) AS as_date, CAST(ts AS TIME) AS as_time, CAST(ts AS JSON) AS as_json
FROM input
WITH ('from_timestamp.type' = 'file_sink', 'from_timestamp.path' = 'out/from_timestamp.jsonl', 'from_timestamp.format' = 'jsonlines');

CREATE STREAM from_interval AS
SELECT v, CAST(v AS INTEGER) AS as_integer, CAST(v AS FLOAT) AS as_float, TRY_CAST(v AS DECIMAL(18,4)) AS as_decimal, CAST(v AS STRING) AS as_string,
       CAST(v AS JSON) AS as_json
FROM input
WITH ('from_interval.type' = 'file_sink', 'from_interval.path' = 'out/from_interval.jsonl', 'from_interval.format' = 'jsonlines');

CREATE STREAM from_months AS
SELECT ym, CAST(ym AS INTEGER) AS as_integer, CAST(ym AS STRING) AS as_string, CAST(ym AS JSON) AS as_json
FROM input
WITH ('from_months.type' = 'file_sink', 'from_months.path' = 'out/from_months.jsonl', 'from_months.format' = 'jsonlines');

CREATE STREAM from_uuid AS
SELECT u, CAST(u AS STRING) AS as_string, CAST(u AS BYTES) AS as_bytes, CAST(u AS JSON) AS as_json
FROM input
WITH ('from_uuid.type' = 'file_sink', 'from_uuid.path' = 'out/from_uuid.jsonl', 'from_uuid.format' = 'jsonlines');

CREATE STREAM from_json AS
SELECT j, TRY_CAST(j AS BOOLEAN) AS as_boolean, TRY_CAST(j AS INTEGER) AS as_integer, TRY_CAST(j AS FLOAT) AS as_float,
       TRY_CAST(j AS DECIMAL(18,4)) AS as_decimal, CAST(j AS STRING) AS as_string, TRY_CAST(j AS BYTES) AS as_bytes, TRY_CAST(j AS DATE) AS as_date,
       TRY_CAST(j AS TIME) AS as_time, TRY_CAST(j AS TIMESTAMP) AS as_timestamp, TRY_CAST(j AS INTERVAL) AS as_interval,
       TRY_CAST(j AS INTERVAL YEAR TO MONTH) AS as_months, TRY_CAST(j AS UUID) AS as_uuid, TRY_CAST(j AS ARRAY<INTEGER>) AS as_array,
       TRY_CAST(j AS MAP<STRING, INTEGER>) AS as_map, TRY_CAST(j AS STRUCT<a INTEGER>) AS as_struct
FROM input
WITH ('from_json.type' = 'file_sink', 'from_json.path' = 'out/from_json.jsonl', 'from_json.format' = 'jsonlines');

CREATE STREAM from_array AS
SELECT a, CAST(a AS STRING) AS as_string, CAST(a AS JSON) AS as_json, TRY_CAST(a AS ARRAY<INTEGER NOT NULL>) AS as_full,
       CAST(a AS ARRAY<STRING>) AS as_texts, TRY_CAST(a AS ARRAY<BOOLEAN>) AS as_truths
FROM input
WITH ('from_array.type' = 'file_sink', 'from_array.path' = 'out/from_array.jsonl', 'from_array.format' = 'jsonlines');

CREATE STREAM from_map AS
SELECT m, CAST(m AS STRING) AS as_string, CAST(m AS JSON) AS as_json, CAST(m AS MAP<STRING, FLOAT>) AS as_floats,
       TRY_CAST(m AS MAP<INTEGER, INTEGER>) AS as_keyed
FROM input
WITH ('from_map.type' = 'file_sink', 'from_map.path' = 'out/from_map.jsonl', 'from_map.format' = 'jsonlines');

CREATE STREAM from_struct AS
SELECT r, CAST(r AS STRING) AS as_string, CAST(r AS JSON) AS as_json, CAST(r AS STRUCT<b STRING>) AS as_other
FROM input
WITH ('from_struct.type' = 'file_sink', 'from_struct.path' = 'out/from_struct.jsonl', 'from_struct.format' = 'jsonlines');
