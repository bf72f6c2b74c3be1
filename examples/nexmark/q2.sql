-- Nexmark query 2. Selection: bids for some auctions.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q2 AS
SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0
WITH ('q2.type' = 'file_sink', 'q2.path' = 'out/q2.jsonl', 'q2.format' = 'jsonlines');
