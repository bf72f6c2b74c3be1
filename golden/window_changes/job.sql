-- EMIT CHANGES shows the window's new row after every row, and never waits for the watermark.
CREATE STREAM counts AS
SELECT kind, TUMBLE_START() AS start, COUNT(*) AS n
FROM events
GROUP BY kind
WINDOW TUMBLING(at, 10s)
EMIT CHANGES
WITH (
    'events.type' = 'file_source', 'events.path' = 'in/events.csv',
    'events.event.time.field' = 'at', 'events.event.time.format' = '%d/%m/%Y %H:%M:%S',
    'counts.type' = 'file_sink', 'counts.path' = 'out/counts.csv', 'counts.format' = 'csv'
);
