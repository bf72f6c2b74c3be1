-- SQL Application: large_trades
-- Description: Topic to topic, with a counter on /metrics. Rows that cannot be read go to a topic of their own.

CREATE STREAM trades (symbol STRING, id INTEGER, price DECIMAL(10,2), quantity INTEGER)
WITH ('connector' = 'kafka', 'topic' = 'trades', 'bootstrap.servers' = '${KAFKA:localhost:9092}',
      'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.topic' = 'trades-failed');

-- @metric: large_trades_total
-- @metric_type: counter
-- @metric_help: "Trades of 10 000 or more, by symbol"
-- @metric_labels: symbol
CREATE STREAM large_trades AS
SELECT symbol PRIMARY KEY, id, price * quantity AS amount, _partition AS part, _offset AS place
FROM trades
WHERE price * quantity >= 10000
WITH ('large_trades.type' = 'kafka_sink', 'large_trades.topic' = 'large-trades',
      'large_trades.bootstrap.servers' = '${KAFKA:localhost:9092}');
