-- Nexmark query 13. Bounded side input join: bids with the values of a file.
CREATE STREAM datagen WITH ('connector' = 'nexmark', 'events.num' = '100000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'event.time.field' = 'dateTime', 'watermark.max_out_of_orderness' = '4s');
CREATE TABLE side_input (key INTEGER PRIMARY KEY, value STRING) WITH ('connector' = 'filesystem', 'path' = 'data/side_input.csv', 'format' = 'csv');

CREATE VIEW bid AS
SELECT bid.auction, bid.bidder, bid.price, bid.channel, bid.url, dateTime, bid.extra
FROM datagen WHERE event_type = 2;

CREATE STREAM q13 AS
SELECT B.auction, B.bidder, B.price, B.dateTime, S.value
FROM bid AS B
JOIN side_input AS S ON MOD(B.auction, 1000) = S.key
WITH ('q13.type' = 'file_sink', 'q13.path' = 'out/q13.jsonl', 'q13.format' = 'jsonlines');
