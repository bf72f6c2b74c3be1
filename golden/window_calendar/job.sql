-- Windows that follow the calendar of a time zone: days that begin at six in the morning, of which one has 25 hours, months, weeks that begin on
-- Mondays and grow day by day.
CREATE STREAM days AS
SELECT shop, _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(amount) AS total
FROM sales
GROUP BY shop
WINDOW TUMBLING(at, 1 DAY, OFFSET 6h, TIME ZONE 'Europe/Berlin')
WITH (
    'sales.type' = 'file_source', 'sales.path' = 'in/sales.jsonl', 'sales.event.time.field' = 'at',
    'sales.schema.columns' = 'shop STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'sales.watermark.max_out_of_orderness' = '10h',
    'days.type' = 'file_sink', 'days.path' = 'out/days.jsonl'
);

CREATE STREAM months AS
SELECT _window_start AS start, _window_end AS stop, COUNT(*) AS n, SUM(amount) AS total
FROM TUMBLE(TABLE sales, DESCRIPTOR(at), INTERVAL '1' MONTH, TIMEZONE => 'Europe/Berlin')
WITH ('months.type' = 'file_sink', 'months.path' = 'out/months.jsonl');

CREATE STREAM quarters AS
SELECT _window_start AS start, _window_end AS stop, COUNT(*) AS n
FROM sales
WINDOW HOPPING(at, 3 MONTHS, 1 MONTH)
WITH ('quarters.type' = 'file_sink', 'quarters.path' = 'out/quarters.jsonl');

CREATE STREAM weeks AS
SELECT _window_start AS monday, _window_end AS until, COUNT(*) AS n, SUM(amount) AS total
FROM sales
WINDOW CUMULATE(at, 1 DAY, 1 WEEK, TIME ZONE 'Europe/Berlin')
WITH ('weeks.type' = 'file_sink', 'weeks.path' = 'out/weeks.jsonl');
