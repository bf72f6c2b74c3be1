-- Nexmark query 4. Average price for a category: of the winning bids, those that were highest while their auction ran.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW auction AS
SELECT auction.id, auction.itemName, auction.description, auction.initialBid, auction.reserve, dateTime, auction.expires, auction.seller, auction.category, auction.extra
FROM datagen WHERE event_type = 1;

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q4 AS
SELECT Q.category, AVG(Q.final) AS average
FROM (
    SELECT MAX(B.price) AS final, A.category
    FROM auction AS A, bid AS B
    WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires
    GROUP BY A.id, A.category
) AS Q
GROUP BY Q.category
WITH ('q4.type' = 'file_sink', 'q4.path' = 'out/q4.jsonl', 'q4.format' = 'jsonlines');
