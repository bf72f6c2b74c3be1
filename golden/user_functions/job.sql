-- Functions and an aggregate that are written in Go: plain calls in generated code, checked against the package when the job is compiled.
CREATE FUNCTION bid_ask(bid FLOAT, ask FLOAT) RETURNS FLOAT LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.BidAsk';
CREATE FUNCTION market(code STRING) RETURNS STRING LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Market';
CREATE FUNCTION root(x FLOAT) RETURNS FLOAT LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Root';
CREATE FUNCTION tomorrow(t TIMESTAMP) RETURNS TIMESTAMP LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Tomorrow';
CREATE FUNCTION with_tax(price DECIMAL(10,2)) RETURNS DECIMAL(12,2) LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.WithTax';
CREATE FUNCTION first_of_month(day DATE) RETURNS DATE LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.FirstOfMonth';
CREATE FUNCTION rounded(span INTERVAL) RETURNS INTERVAL LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Rounded';
CREATE FUNCTION fingerprint(code STRING) RETURNS BYTES LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Fingerprint';
CREATE FUNCTION spread_of(prices ARRAY<FLOAT NOT NULL>) RETURNS FLOAT LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.SpreadOf';
CREATE FUNCTION harmonic(x FLOAT) RETURNS FLOAT LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Harmonic';
CREATE FUNCTION label(code STRING, bid FLOAT) RETURNS STRING LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Label';
CREATE FUNCTION quote_of(bid FLOAT, ask FLOAT) RETURNS STRUCT<bid FLOAT, ask FLOAT, mid_price DECIMAL(10,3)> LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.QuoteOf';
CREATE FUNCTION wider(quote STRUCT<bid FLOAT, ask FLOAT, mid_price DECIMAL(10,3)>, by DECIMAL(10,3)) RETURNS MAP<STRING, DECIMAL(10,3) NOT NULL> LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Wider';
CREATE FUNCTION known(prices ARRAY<FLOAT>) RETURNS ARRAY<FLOAT> LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Known';
CREATE FUNCTION letters(words MAP<STRING, STRING>) RETURNS MAP<STRING, INTEGER> LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Letters';
CREATE FUNCTION missing(x FLOAT) RETURNS INTEGER LANGUAGE GO AS 'github.com/velostream/veloc/golden/user_functions/functions.Missing';

CREATE STREAM quotes (code STRING, bid FLOAT, ask FLOAT, ts TIMESTAMP) WITH ('connector' = 'filesystem', 'path' = 'in/quotes.csv');

CREATE STREAM spreads AS
SELECT code, market(code) AS market, bid_ask(bid, ask) AS distance, root(ask) AS root_of_ask, tomorrow(ts) AS settles,
  with_tax(CAST(ask AS DECIMAL(10,2))) AS gross, first_of_month(CAST(ts AS DATE)) AS month, rounded(ts - TIMESTAMP '2026-01-01') AS since,
  CAST(fingerprint(code) AS STRING) AS mark, spread_of(ARRAY[COALESCE(bid, 0), COALESCE(ask, 0)]) AS around,
  label(code, bid) AS label, quote_of(bid, ask) AS quote, wider(quote_of(bid, ask), 0.5) AS wide, known(ARRAY[bid, NULL, ask]) AS known, letters(MAP['code', code, 'market', market(code)]) AS letters
FROM quotes
WITH ('spreads.type' = 'file_sink', 'spreads.path' = 'out/spreads.jsonl');

CREATE TABLE means AS
SELECT market(code) AS market, COUNT(*) AS quotes, harmonic(bid) AS mean_bid, missing(bid) AS without_bid
FROM quotes
GROUP BY market(code)
EMIT FINAL
WITH ('means.type' = 'file_sink', 'means.path' = 'out/means.jsonl');
