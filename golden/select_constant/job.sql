-- A SELECT without FROM is one row.
SELECT 1 + 1 AS two, 'a' || 'b' AS ab, 0.1 + 0.2 AS exact INTO answer
WITH ('answer.type' = 'file_sink', 'answer.path' = 'out/answer.jsonl', 'answer.format' = 'jsonlines');
