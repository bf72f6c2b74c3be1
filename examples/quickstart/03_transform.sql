-- SQL Application: transform
-- Description: Computes new columns; later ones use the aliases of earlier ones.

CREATE STREAM enriched AS
SELECT
    trade_id,
    LOWER(symbol) AS symbol,
    price * quantity AS notional,
    ROUND(notional * 0.0005, 2) AS fee,
    CASE
        WHEN quantity >= 500 THEN 'block'
        WHEN quantity >= 100 THEN 'round'
        ELSE 'odd'
    END AS lot,
    CASE side WHEN 'BUY' THEN quantity ELSE -quantity END AS signed_quantity,
    COALESCE(note, 'none') AS note,
    trade_time
FROM trades
WITH (
    'trades.type' = 'file_source',
    'trades.path' = 'data/trades.csv',

    'enriched.type' = 'file_sink',
    'enriched.path' = 'out/enriched.jsonl',
    'enriched.format' = 'jsonlines'
);
