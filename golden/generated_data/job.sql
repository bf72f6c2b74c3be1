-- Data can be made up, the same for the same seed, from column types and @data hints.
-- @data.source: ticks
-- @data.symbol.type: string
-- @data.symbol: enum ["AAPL", "MSFT"], weights: [3, 1]
-- @data.price.type: decimal(2)
-- @data.price: range [100, 200], distribution: uniform
-- @data.quantity.type: integer
-- @data.quantity: range [1, 10]

CREATE STREAM ticks_out AS
SELECT symbol, price, quantity FROM ticks
WITH ('ticks.type' = 'datagen_source', 'ticks.rows' = '40', 'ticks.seed' = '7',
      'ticks_out.type' = 'file_sink', 'ticks_out.path' = 'out/ticks.csv', 'ticks_out.format' = 'csv');
