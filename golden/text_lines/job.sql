-- Lines of text are rows of one column, as they stand in the file; empty lines are rows too, and the ends of lines do not matter. What goes
-- out is one column per line: text without quotes, NULL as an empty line.
CREATE STREAM errors AS
SELECT line FROM log WHERE line LIKE '% ERROR %' AND SPLIT_PART(line, ' ', 1) <> ''
WITH ('log.type' = 'file_source', 'log.path' = 'in/service.log', 'log.format' = 'raw',
      'errors.type' = 'file_sink', 'errors.path' = 'out/errors.log', 'errors.format' = 'raw');

CREATE STREAM lengths AS
SELECT CASE WHEN line <> '' THEN LENGTH(line) END AS n FROM log
WITH ('lengths.type' = 'file_sink', 'lengths.path' = 'out/lengths.txt', 'lengths.format' = 'lines');

CREATE TABLE levels AS
SELECT SPLIT_PART(line, ' ', 2) AS level, COUNT(*) AS lines, MAX(line) AS newest
FROM log
GROUP BY SPLIT_PART(line, ' ', 2)
EMIT FINAL
WITH ('levels.type' = 'file_sink', 'levels.path' = 'out/levels.csv', 'levels.format' = 'csv');
