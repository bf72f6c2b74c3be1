-- The nearest row: of quotes the last one before the trade, as event time passes it; of fees, which are read first, the greatest step that the
-- quantity has reached.
CREATE STREAM trades (id INTEGER, symbol STRING, quantity INTEGER NOT NULL, at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '3' SECOND)
WITH ('connector' = 'file', 'path' = 'in/trades.csv', 'format' = 'csv');
CREATE STREAM quotes (symbol STRING, bid DECIMAL(10,2), at TIMESTAMP, WATERMARK FOR at AS at - INTERVAL '3' SECOND)
WITH ('connector' = 'file', 'path' = 'in/quotes.csv', 'format' = 'csv');
CREATE STREAM fees (from_quantity INTEGER NOT NULL, fee DECIMAL(6,2)) WITH ('connector' = 'file', 'path' = 'in/fees.csv', 'format' = 'csv');

CREATE STREAM priced AS
SELECT t.id, t.symbol, t.quantity, q.bid, f.fee
FROM trades t
ASOF LEFT JOIN quotes q ON t.symbol = q.symbol AND t.at > q.at
ASOF JOIN fees f ON t.quantity >= f.from_quantity
WITH ('priced.type' = 'file_sink', 'priced.path' = 'out/priced.csv', 'priced.format' = 'csv');

-- What the same share was traded at before; both sides are one source, so that neither comes first.
CREATE STREAM moves AS
SELECT t.id, t.symbol, t.quantity - p.quantity AS change
FROM trades t ASOF JOIN trades p ON t.symbol = p.symbol AND t.at > p.at
WITH ('moves.type' = 'file_sink', 'moves.path' = 'out/moves.csv', 'moves.format' = 'csv');
