-- File to topic. The event time of a row becomes the time of its record; a NULL in the key is an empty text.
CREATE STREAM accounts (id INTEGER, region STRING, balance DECIMAL(20,2), opened TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/accounts.csv', 'format' = 'csv', 'header' = 'true', 'event.time.field' = 'opened');

CREATE STREAM loaded AS
SELECT region PRIMARY KEY, id PRIMARY KEY, balance FROM accounts
WITH ('loaded.type' = 'kafka_sink', 'loaded.topic' = 'accounts', 'loaded.bootstrap.servers' = '${KAFKA:localhost:9092}');
