-- Every connective and test, over all combinations of TRUE, FALSE and NULL.
CREATE STREAM truth AS
SELECT a, b, a AND b AS both, a OR b AS either, NOT a AS opposite, a = b AS equal, a <> b AS unequal,
       a IS NULL AS missing, a IS NOT TRUE AS not_true, a IS DISTINCT FROM b AS differs,
       n IN (1, 2) AS listed, n NOT IN (1, NULL) AS unlisted, n BETWEEN 1 AND 2 AS within, s LIKE 'a%' AS matches,
       CASE WHEN a THEN 'yes' WHEN b THEN 'second' ELSE 'no' END AS which
FROM inputs
WITH ('inputs.type' = 'file_source', 'inputs.path' = 'in/inputs.csv',
      'truth.type' = 'file_sink', 'truth.path' = 'out/truth.jsonl', 'truth.format' = 'jsonlines');
