-- Every type of column, nullable and NOT NULL, as CSV. The columns called unread are in the rows and not in the query: they are
-- passed over, quotes and all.
CREATE STREAM typed (
    i INTEGER, i0 INTEGER NOT NULL, unread_text STRING, f FLOAT, f0 FLOAT NOT NULL,
    n DECIMAL(5,2), n0 DECIMAL(12,4) NOT NULL, unread_number INTEGER, w DECIMAL(30,6), w0 DECIMAL(38,0) NOT NULL,
    s STRING, s0 STRING NOT NULL, b BOOLEAN, b0 BOOLEAN NOT NULL,
    t TIMESTAMP, t0 TIMESTAMP NOT NULL, d DATE, d0 DATE NOT NULL, `an "odd" key` STRING
) WITH ('connector' = 'filesystem', 'path' = 'in/typed.csv', 'format' = 'csv', 'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE STREAM echoed AS
SELECT i, i0, f, f0, n, n0, w, w0, s, s0, b, b0, t, t0, d, d0, `an "odd" key` AS odd FROM typed
WITH ('echoed.type' = 'file_sink', 'echoed.path' = 'out/echoed.jsonl', 'echoed.format' = 'jsonlines');
