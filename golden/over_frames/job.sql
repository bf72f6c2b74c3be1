-- Over a file, OVER may have any order and any frame: all rows are read, each partition is put in order, and the rows go on in the order in
-- which they came. QUALIFY chooses among them by their results.
CREATE STREAM places AS
SELECT runner, team, seconds,
       RANK() OVER by_time AS place,
       DENSE_RANK() OVER by_time AS dense,
       NTILE(3) OVER (ORDER BY seconds, runner) AS third,
       PERCENT_RANK() OVER by_time AS share_before,
       CUME_DIST() OVER by_time AS share,
       seconds - FIRST_VALUE(seconds) OVER by_time AS behind,
       LAST_VALUE(runner) OVER (PARTITION BY team ORDER BY seconds, runner ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS last_of_team,
       COUNT(*) OVER (ORDER BY seconds RANGE BETWEEN 1.5 PRECEDING AND 1.5 FOLLOWING) AS near,
       SUM(seconds) OVER (ORDER BY seconds GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS around,
       LAG(seconds) IGNORE NULLS OVER (ORDER BY runner) AS before_by_name
FROM runs
QUALIFY ROW_NUMBER() OVER (PARTITION BY team ORDER BY seconds NULLS LAST, runner) <= 3
WINDOW by_time AS (ORDER BY seconds)
WITH (
    'runs.type' = 'file_source', 'runs.path' = 'in/runs.csv',
    'places.type' = 'file_sink', 'places.path' = 'out/places.jsonl', 'places.format' = 'jsonlines'
);
