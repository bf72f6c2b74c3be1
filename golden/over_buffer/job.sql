-- ROWS WINDOW BUFFER n ROWS looks at the last n rows of a partition: at each row as it comes, in the order of arrival or in an order of
-- the buffer's own, or at all of them when the buffer is full, which then starts anew.
CREATE STREAM averages AS
SELECT id, host, ms,
       AVG(ms) OVER (ROWS WINDOW BUFFER 3 ROWS PARTITION BY host) AS mean_of_three,
       FIRST_VALUE(ms) OVER (ROWS WINDOW BUFFER 3 ROWS PARTITION BY host) AS oldest,
       RANK() OVER (ROWS WINDOW BUFFER 4 ROWS ORDER BY ms DESC) AS rank_of_four,
       MAX(ms) OVER (ROWS WINDOW BUFFER 4 ROWS ORDER BY ms DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS next_slower
FROM requests
WITH ('averages.type' = 'file_sink', 'averages.path' = 'out/averages.jsonl', 'averages.format' = 'jsonlines');

CREATE STREAM batches AS
SELECT id, ms,
       ROW_NUMBER() OVER batch AS n,
       MAX(ms) OVER batch AS slowest_so_far,
       LEAD(id) OVER batch AS slower_is
FROM requests
WINDOW batch AS (ROWS WINDOW BUFFER 4 ROWS ORDER BY ms EMIT ON BUFFER FULL)
WITH ('batches.type' = 'file_sink', 'batches.path' = 'out/batches.jsonl', 'batches.format' = 'jsonlines',
    'requests.type' = 'file_source', 'requests.path' = 'in/requests.csv');
