-- The total of each minute so far, every fifteen seconds.
CREATE STREAM so_far AS
SELECT _window_start AS minute, _window_end AS until, COUNT(*) AS n, SUM(amount) AS total
FROM CUMULATE(TABLE clicks, DESCRIPTOR(at), INTERVAL '15' SECOND, INTERVAL '1' MINUTE)
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'so_far.type' = 'file_sink', 'so_far.path' = 'out/so_far.jsonl'
);
