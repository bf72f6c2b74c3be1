-- How values are written is a property of the sink: NULLs left out, decimals as text, times as numbers.
CREATE STREAM events (id INTEGER NOT NULL, at TIMESTAMP, amount DECIMAL(12,2), note STRING)
WITH ('connector' = 'filesystem', 'path' = 'in/events.jsonl', 'format' = 'jsonlines');

CREATE STREAM compact AS SELECT * FROM events
WITH ('compact.type' = 'file_sink', 'compact.path' = 'out/compact.jsonl', 'compact.format' = 'jsonlines',
      'compact.json.nulls' = 'omit', 'compact.decimal.format' = 'string', 'compact.timestamp.format' = 'epoch_millis');

CREATE STREAM table_form AS SELECT * FROM events
WITH ('table_form.type' = 'file_sink', 'table_form.path' = 'out/table.tsv', 'table_form.format' = 'csv',
      'table_form.delimiter' = '\t', 'table_form.timestamp.format' = '%Y-%m-%d %H:%M');
