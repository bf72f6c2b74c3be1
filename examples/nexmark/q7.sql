-- Nexmark query 7. Highest bid: of every ten seconds.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q7 AS
SELECT B.auction, B.price, B.bidder, B.dateTime, B.extra
FROM bid AS B
JOIN (
    SELECT MAX(price) AS maxprice, window_end AS dateTime
    FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '10' SECOND))
    GROUP BY window_start, window_end
) AS B1
ON B.price = B1.maxprice
WHERE B.dateTime BETWEEN B1.dateTime - INTERVAL '10' SECOND AND B1.dateTime
WITH ('q7.type' = 'file_sink', 'q7.path' = 'out/q7.jsonl', 'q7.format' = 'jsonlines');
