-- Nexmark query 1. Currency conversion: prices from dollars to euros.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q1 AS
SELECT auction, bidder, 0.908 * price AS price, dateTime, extra FROM bid
WITH ('q1.type' = 'file_sink', 'q1.path' = 'out/q1.jsonl', 'q1.format' = 'jsonlines');
