-- OVER behind a window looks at its results: at those of one window where it is parted by the window, and from window to window where it is
-- ordered by it.
CREATE STREAM sales (shop STRING, amount DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '10' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'in/sales.csv', 'format' = 'csv');

CREATE STREAM minutes AS
SELECT shop, _window_start AS minute, SUM(amount) AS total,
       RANK() OVER (PARTITION BY _window_start ORDER BY SUM(amount) DESC) AS place,
       SUM(amount) / SUM(SUM(amount)) OVER (PARTITION BY _window_start) AS share,
       SUM(amount) - LAG(SUM(amount)) OVER (PARTITION BY shop ORDER BY _window_start) AS more_than_before
FROM sales
GROUP BY shop
WINDOW TUMBLING(1m)
WITH ('minutes.type' = 'file_sink', 'minutes.path' = 'out/minutes.jsonl', 'minutes.format' = 'jsonlines');
