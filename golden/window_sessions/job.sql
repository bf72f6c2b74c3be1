-- Sessions of each person: rows no further than five seconds from each other. One that comes out of order can make one session of two.
CREATE STREAM visits AS
SELECT person, SESSION_START() AS start, SESSION_END() AS stop, COUNT(*) AS clicks, SUM(amount) AS total, FIRST_VALUE(amount) AS first
FROM clicks
GROUP BY person
WINDOW SESSION(at, 5s)
HAVING clicks > 1
WITH (
    'clicks.type' = 'file_source', 'clicks.path' = 'in/clicks.jsonl', 'clicks.event.time.field' = 'at',
    'clicks.schema.columns' = 'person STRING, at TIMESTAMP, amount DECIMAL(10,2)',
    'clicks.watermark.max_out_of_orderness' = '2s',
    'visits.type' = 'file_sink', 'visits.path' = 'out/visits.jsonl'
);
