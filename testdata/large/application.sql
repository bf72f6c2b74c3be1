-- An application of a thousand lines, as the benchmarks of the compiler and of the language server read it.
-- @name: exchange
-- @version: 1.0.0

-- Trades of alpha, as its gateway writes them.
CREATE STREAM alpha_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/alpha.jsonl',
    'format' = 'jsonlines'
);

-- @metric: alpha_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM alpha_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM alpha_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'alpha_clean.type' = 'file_sink',
    'alpha_clean.path' = 'out/alpha_clean.jsonl',
    'alpha_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM alpha_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM alpha_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'alpha_bars.type' = 'file_sink',
    'alpha_bars.path' = 'out/alpha_bars.csv',
    'alpha_bars.format' = 'csv'
);

-- Trades of bravo, as its gateway writes them.
CREATE STREAM bravo_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/bravo.jsonl',
    'format' = 'jsonlines'
);

-- @metric: bravo_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM bravo_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM bravo_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'bravo_clean.type' = 'file_sink',
    'bravo_clean.path' = 'out/bravo_clean.jsonl',
    'bravo_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM bravo_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM bravo_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'bravo_bars.type' = 'file_sink',
    'bravo_bars.path' = 'out/bravo_bars.csv',
    'bravo_bars.format' = 'csv'
);

-- Trades of charlie, as its gateway writes them.
CREATE STREAM charlie_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/charlie.jsonl',
    'format' = 'jsonlines'
);

-- @metric: charlie_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM charlie_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM charlie_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'charlie_clean.type' = 'file_sink',
    'charlie_clean.path' = 'out/charlie_clean.jsonl',
    'charlie_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM charlie_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM charlie_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'charlie_bars.type' = 'file_sink',
    'charlie_bars.path' = 'out/charlie_bars.csv',
    'charlie_bars.format' = 'csv'
);

-- Trades of delta, as its gateway writes them.
CREATE STREAM delta_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/delta.jsonl',
    'format' = 'jsonlines'
);

-- @metric: delta_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM delta_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM delta_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'delta_clean.type' = 'file_sink',
    'delta_clean.path' = 'out/delta_clean.jsonl',
    'delta_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM delta_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM delta_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'delta_bars.type' = 'file_sink',
    'delta_bars.path' = 'out/delta_bars.csv',
    'delta_bars.format' = 'csv'
);

-- Trades of echo, as its gateway writes them.
CREATE STREAM echo_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/echo.jsonl',
    'format' = 'jsonlines'
);

-- @metric: echo_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM echo_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM echo_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'echo_clean.type' = 'file_sink',
    'echo_clean.path' = 'out/echo_clean.jsonl',
    'echo_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM echo_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM echo_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'echo_bars.type' = 'file_sink',
    'echo_bars.path' = 'out/echo_bars.csv',
    'echo_bars.format' = 'csv'
);

-- Trades of foxtrot, as its gateway writes them.
CREATE STREAM foxtrot_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/foxtrot.jsonl',
    'format' = 'jsonlines'
);

-- @metric: foxtrot_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM foxtrot_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM foxtrot_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'foxtrot_clean.type' = 'file_sink',
    'foxtrot_clean.path' = 'out/foxtrot_clean.jsonl',
    'foxtrot_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM foxtrot_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM foxtrot_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'foxtrot_bars.type' = 'file_sink',
    'foxtrot_bars.path' = 'out/foxtrot_bars.csv',
    'foxtrot_bars.format' = 'csv'
);

-- Trades of golf, as its gateway writes them.
CREATE STREAM golf_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/golf.jsonl',
    'format' = 'jsonlines'
);

-- @metric: golf_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM golf_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM golf_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'golf_clean.type' = 'file_sink',
    'golf_clean.path' = 'out/golf_clean.jsonl',
    'golf_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM golf_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM golf_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'golf_bars.type' = 'file_sink',
    'golf_bars.path' = 'out/golf_bars.csv',
    'golf_bars.format' = 'csv'
);

-- Trades of hotel, as its gateway writes them.
CREATE STREAM hotel_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/hotel.jsonl',
    'format' = 'jsonlines'
);

-- @metric: hotel_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM hotel_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM hotel_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'hotel_clean.type' = 'file_sink',
    'hotel_clean.path' = 'out/hotel_clean.jsonl',
    'hotel_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM hotel_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM hotel_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'hotel_bars.type' = 'file_sink',
    'hotel_bars.path' = 'out/hotel_bars.csv',
    'hotel_bars.format' = 'csv'
);

-- Trades of india, as its gateway writes them.
CREATE STREAM india_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/india.jsonl',
    'format' = 'jsonlines'
);

-- @metric: india_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM india_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM india_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'india_clean.type' = 'file_sink',
    'india_clean.path' = 'out/india_clean.jsonl',
    'india_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM india_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM india_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'india_bars.type' = 'file_sink',
    'india_bars.path' = 'out/india_bars.csv',
    'india_bars.format' = 'csv'
);

-- Trades of juliet, as its gateway writes them.
CREATE STREAM juliet_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/juliet.jsonl',
    'format' = 'jsonlines'
);

-- @metric: juliet_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM juliet_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM juliet_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'juliet_clean.type' = 'file_sink',
    'juliet_clean.path' = 'out/juliet_clean.jsonl',
    'juliet_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM juliet_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM juliet_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'juliet_bars.type' = 'file_sink',
    'juliet_bars.path' = 'out/juliet_bars.csv',
    'juliet_bars.format' = 'csv'
);

-- Trades of kilo, as its gateway writes them.
CREATE STREAM kilo_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/kilo.jsonl',
    'format' = 'jsonlines'
);

-- @metric: kilo_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM kilo_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM kilo_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'kilo_clean.type' = 'file_sink',
    'kilo_clean.path' = 'out/kilo_clean.jsonl',
    'kilo_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM kilo_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM kilo_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'kilo_bars.type' = 'file_sink',
    'kilo_bars.path' = 'out/kilo_bars.csv',
    'kilo_bars.format' = 'csv'
);

-- Trades of lima, as its gateway writes them.
CREATE STREAM lima_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/lima.jsonl',
    'format' = 'jsonlines'
);

-- @metric: lima_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM lima_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM lima_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'lima_clean.type' = 'file_sink',
    'lima_clean.path' = 'out/lima_clean.jsonl',
    'lima_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM lima_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM lima_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'lima_bars.type' = 'file_sink',
    'lima_bars.path' = 'out/lima_bars.csv',
    'lima_bars.format' = 'csv'
);

-- Trades of mike, as its gateway writes them.
CREATE STREAM mike_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/mike.jsonl',
    'format' = 'jsonlines'
);

-- @metric: mike_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM mike_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM mike_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'mike_clean.type' = 'file_sink',
    'mike_clean.path' = 'out/mike_clean.jsonl',
    'mike_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM mike_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM mike_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'mike_bars.type' = 'file_sink',
    'mike_bars.path' = 'out/mike_bars.csv',
    'mike_bars.format' = 'csv'
);

-- Trades of november, as its gateway writes them.
CREATE STREAM november_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/november.jsonl',
    'format' = 'jsonlines'
);

-- @metric: november_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM november_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM november_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'november_clean.type' = 'file_sink',
    'november_clean.path' = 'out/november_clean.jsonl',
    'november_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM november_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM november_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'november_bars.type' = 'file_sink',
    'november_bars.path' = 'out/november_bars.csv',
    'november_bars.format' = 'csv'
);

-- Trades of oscar, as its gateway writes them.
CREATE STREAM oscar_trades (
    trade_id INTEGER NOT NULL,
    symbol STRING NOT NULL,
    price DECIMAL(18,4),
    volume INTEGER,
    fee FLOAT,
    side STRING,
    trader STRUCT<id STRING, desk STRING>,
    tags ARRAY<STRING>,
    ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH (
    'connector' = 'file',
    'path' = 'in/oscar.jsonl',
    'format' = 'jsonlines'
);

-- @metric: oscar_clean_trades
-- @metric_type: counter
-- @metric_help: "trades that are worth keeping"
-- @metric_labels: side
CREATE STREAM oscar_clean AS
SELECT
    trade_id,
    UPPER(TRIM(symbol)) AS symbol,
    price,
    COALESCE(volume, 0) AS volume,
    price * COALESCE(volume, 0) AS notional,
    CASE
        WHEN volume > 10000 THEN 'block'
        WHEN volume > 1000 THEN 'large'
        ELSE 'small'
    END AS size,
    side,
    trader.desk AS desk,
    ts
FROM oscar_trades
WHERE price IS NOT NULL
  AND price > 0
  AND (side IN ('buy', 'sell') OR symbol LIKE 'X%')
WITH (
    'oscar_clean.type' = 'file_sink',
    'oscar_clean.path' = 'out/oscar_clean.jsonl',
    'oscar_clean.format' = 'jsonlines'
);

-- Bars of a minute.
CREATE STREAM oscar_bars AS
SELECT
    symbol,
    _window_start AS opened,
    FIRST(price) AS opening,
    MAX(price) AS high,
    MIN(price) AS low,
    LAST(price) AS closing,
    SUM(volume) AS volume,
    AVG(price) AS mean,
    COUNT(*) AS trades
FROM oscar_clean
WINDOW TUMBLING(ts, 1m)
GROUP BY symbol
HAVING COUNT(*) > 1
WITH (
    'oscar_bars.type' = 'file_sink',
    'oscar_bars.path' = 'out/oscar_bars.csv',
    'oscar_bars.format' = 'csv'
);
