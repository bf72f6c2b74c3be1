-- WHERE is applied before rows are put in order; a row that it drops moves the watermark all the same, and makes those behind it late.
CREATE STREAM counts AS
SELECT kind, TUMBLE_START() AS start, COUNT(*) AS n
FROM events
WHERE CAST(size AS INTEGER) > 0
GROUP BY kind
WINDOW TUMBLING(at, 10s)
EMIT CHANGES
WITH (
    'events.type' = 'file_source', 'events.path' = 'in/events.csv',
    'events.event.time.field' = 'at', 'events.event.time.format' = '%d/%m/%Y %H:%M:%S',
    'counts.type' = 'file_sink', 'counts.path' = 'out/counts.csv', 'counts.format' = 'csv'
);
