-- A file that is one JSON array, read element by element and written as one.
CREATE STREAM swapped AS
SELECT b AS text, a AS number FROM pairs
WITH ('pairs.type' = 'file_source', 'pairs.path' = 'in/pairs.json', 'pairs.format' = 'json',
      'swapped.type' = 'file_sink', 'swapped.path' = 'out/swapped.json', 'swapped.format' = 'json');
