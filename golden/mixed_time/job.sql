-- Statements over one source do not change one another: a row without event time is missing from the window, not from the copy, and rows
-- that WHERE drops move the watermark all the same. Windows of windows close from the inside out.
CREATE STREAM copies AS
SELECT k FROM events
WITH ('events.type' = 'file_source', 'events.path' = 'in/events.csv',
      'events.event.time.field' = 'at', 'events.watermark.max_out_of_orderness' = '1s',
      'copies.type' = 'file_sink', 'copies.path' = 'out/copies.csv', 'copies.format' = 'csv');

CREATE STREAM seconds AS
SELECT k, COUNT(*) AS n FROM events WHERE k <> 'clock' GROUP BY k WINDOW TUMBLING(10s) EMIT FINAL
WITH ('seconds.type' = 'file_sink', 'seconds.path' = 'out/seconds.csv', 'seconds.format' = 'csv');

CREATE STREAM minutes AS
SELECT SUM(n) AS n, COUNT(*) AS parts FROM seconds WINDOW TUMBLING(1m) EMIT FINAL
WITH ('minutes.type' = 'file_sink', 'minutes.path' = 'out/minutes.csv', 'minutes.format' = 'csv');
