-- Exact decimals, checked integers, and division by zero, which is NULL and counted.
CREATE STREAM results AS
SELECT i, d, i + 1 AS plus, i * i AS square, i / 2 AS half, i % 3 AS remainder, -i AS negated,
       d + 0.005 AS d_plus, d * d AS d_square, d / 3 AS d_third, d / i AS by_i, d * 2.5e0 AS as_float,
       CAST(d AS INTEGER) AS truncated, CAST(d AS DECIMAL(10,1)) AS rounded, CAST(i AS STRING) || ':' || CAST(d AS STRING) AS text,
       ROUND(d, 1) AS round1, ABS(d) AS magnitude, d > i AS greater, TRUNC(CAST(i AS DECIMAL(38,0)), -2) AS hundreds
FROM numbers
WITH ('numbers.type' = 'file_source', 'numbers.path' = 'in/numbers.csv',
      'results.type' = 'file_sink', 'results.path' = 'out/results.jsonl', 'results.format' = 'jsonlines');
