-- Nexmark query 18. Last bid: of a bidder for an auction.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q18 AS
SELECT auction, bidder, price, channel, url, dateTime, extra
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC) AS rank_number
    FROM bid
) AS Q
WHERE rank_number <= 1
WITH ('q18.type' = 'file_sink', 'q18.path' = 'out/q18.jsonl', 'q18.format' = 'jsonlines');
