-- DISTINCT keeps the first of equal rows, NULLs being equal; LIMIT ends the input when it has enough.
CREATE STREAM firsts AS
SELECT DISTINCT color, size FROM things LIMIT 4
WITH ('things.type' = 'file_source', 'things.path' = 'in/things.csv',
      'firsts.type' = 'file_sink', 'firsts.path' = 'out/firsts.csv', 'firsts.format' = 'csv');
