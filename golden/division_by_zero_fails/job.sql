-- 'division.by.zero' = 'error' rejects the row instead of yielding NULL.
CREATE STREAM shares AS
SELECT name, part / whole AS share FROM parts
WITH ('division.by.zero' = 'error',
      'parts.type' = 'file_source', 'parts.path' = 'in/parts.csv',
      'shares.type' = 'file_sink', 'shares.path' = 'out/shares.csv', 'shares.format' = 'csv');
