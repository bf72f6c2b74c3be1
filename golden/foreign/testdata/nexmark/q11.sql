SELECT bidder, COUNT(*) AS bid_count, MIN(dateTime) AS starttime, MAX(dateTime) + INTERVAL '10' SECOND AS endtime
FROM (
  SELECT *, SUM(CASE WHEN dateTime - previous <= INTERVAL '10' SECOND THEN 0 ELSE 1 END) OVER (PARTITION BY bidder ORDER BY dateTime) AS session
  FROM (SELECT *, LAG(dateTime) OVER (PARTITION BY bidder ORDER BY dateTime) AS previous FROM bid)
)
GROUP BY bidder, session
