WITH counts AS (
  SELECT auction, COUNT(*) AS num, w AS starttime
  FROM (SELECT auction, time_bucket(INTERVAL '2' SECOND, dateTime) - i * INTERVAL '2' SECOND AS w FROM bid CROSS JOIN generate_series(0, 4) AS g (i))
  GROUP BY auction, w
)
SELECT auction, num FROM counts AS c WHERE num >= (SELECT MAX(num) FROM counts AS d WHERE d.starttime = c.starttime)
