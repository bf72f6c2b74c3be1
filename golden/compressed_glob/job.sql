-- A pattern reads several files in the order of their names; .gz and .zst are unpacked on the way, and packed on the way out.
CREATE STREAM all_lines AS
SELECT n, word FROM parts
WITH ('parts.type' = 'file_source', 'parts.path' = 'in/part-*.csv.gz', 'parts.format' = 'csv',
      'all_lines.type' = 'file_sink', 'all_lines.path' = 'out/all.jsonl', 'all_lines.format' = 'jsonlines');
