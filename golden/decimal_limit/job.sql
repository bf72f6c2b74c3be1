-- Sums at the limit of 38 digits. Terms of different scales are added exactly, also where one of them alone has no room at the scale of
-- the result; a sum that has none is an error of its row.
CREATE STREAM numbers (i INTEGER, w DECIMAL(38,20) NOT NULL)
WITH ('connector' = 'file', 'path' = 'in/numbers.csv');

CREATE STREAM results AS
SELECT i, i + w AS sum, w - 0.25 AS less
FROM numbers
WITH ('results.type' = 'file_sink', 'results.path' = 'out/results.jsonl', 'results.format' = 'jsonlines');
