-- SQL Application: file_trading
-- Version: 1.0.0

CREATE STREAM trade_file (trade_id INTEGER, symbol STRING, sector STRING, price DECIMAL(18,4), quantity INTEGER, side STRING, traded_at TIMESTAMP)
WITH ("connector" = "file",      -- where the rows are
      "path" = "trades.csv");    -- beside the SQL

CREATE TABLE sector_report AS
SELECT
    sector || '_' || CASE WHEN side = 'BUY' THEN 'IN' ELSE 'OUT' END AS bucket,
    DATE_TRUNC('day', traded_at) AS day,
    COUNT(*) AS trades,
    COUNT(DISTINCT symbol) AS symbols,
    SUM(price * quantity) AS notional,
    SUM(-(price * quantity)) AS negated
FROM trade_file
GROUP BY sector || '_' || CASE WHEN side = 'BUY' THEN 'IN' ELSE 'OUT' END, DATE_TRUNC('day', traded_at)
EMIT FINAL
WITH ('sector_report.type' = 'file_sink', 'sector_report.path' = 'sectors.csv');

CREATE TABLE both_sides AS
SELECT symbol, price, 'BUY' AS side FROM trade_file WHERE side = 'BUY'
UNION ALL
SELECT symbol, price, 'SELL' AS side FROM trade_file WHERE side = 'SELL'
WITH ('both_sides.type' = 'file_sink', 'both_sides.path' = 'both.csv');

CREATE TABLE top_symbols AS
SELECT symbol, SUM(quantity) AS total
FROM trade_file
GROUP BY symbol
ORDER BY total DESC
LIMIT 10
EMIT FINAL
WITH ('top_symbols.type' = 'file_sink', 'top_symbols.path' = 'top.csv');
