-- Nexmark query 19. Auction top ten: the highest bids of an auction.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q19 AS
SELECT auction, bidder, price, channel, url, dateTime, extra, rank_number
FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rank_number
    FROM bid
) AS Q
WHERE rank_number <= 10
WITH ('q19.type' = 'file_sink', 'q19.path' = 'out/q19.jsonl', 'q19.format' = 'jsonlines');
