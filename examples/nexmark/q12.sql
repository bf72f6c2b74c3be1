-- Nexmark query 12. Processing-time windows: how many bids a user makes in ten seconds of the clock of the machine.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q12 AS
SELECT B.bidder, COUNT(*) AS bid_count, _window_start AS starttime, _window_end AS endtime
FROM bid AS B
GROUP BY B.bidder
WINDOW TUMBLING(_timestamp, 10s)
WITH ('q12.type' = 'file_sink', 'q12.path' = 'out/q12.jsonl', 'q12.format' = 'jsonlines');
