-- Nexmark query 0. Pass through: what the engine costs that does nothing.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q0 AS
SELECT auction, bidder, price, dateTime, extra FROM bid
WITH ('q0.type' = 'file_sink', 'q0.path' = 'out/q0.jsonl', 'q0.format' = 'jsonlines');
