-- Nexmark query 10. Log to a file system: with the day and the minute by which a reader would look for bids.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q10 AS
SELECT auction, bidder, price, dateTime, extra, DATE_FORMAT(dateTime, '%Y-%m-%d') AS dt, DATE_FORMAT(dateTime, '%H:%M') AS hm FROM bid
WITH ('q10.type' = 'file_sink', 'q10.path' = 'out/q10.jsonl', 'q10.format' = 'jsonlines');
