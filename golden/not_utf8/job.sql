-- CSV has no encoding: bytes that are not UTF-8 pass through CSV as they are. JSON has one: there they become U+FFFD, and a row of JSON that holds
-- such bytes is no JSON and is set aside. Escapes of JSON that are no character, half of a surrogate pair, become U+FFFD too.
CREATE STREAM people (name STRING NOT NULL, city STRING)
WITH ('connector' = 'filesystem', 'path' = 'in/people.csv', 'format' = 'csv');

CREATE STREAM posts (author STRING NOT NULL, body STRING)
WITH ('connector' = 'filesystem', 'path' = 'in/posts.jsonl', 'format' = 'jsonlines', 'failure_strategy' = 'SendToDLQ', 'dead.letter.queue.path' = 'out/rejected.jsonl');

CREATE STREAM copied AS
SELECT name, city FROM people
WITH ('copied.type' = 'file_sink', 'copied.path' = 'out/copied.csv', 'copied.format' = 'csv');

CREATE STREAM shown AS
SELECT name, city, UPPER(city) AS loud FROM people
WITH ('shown.type' = 'file_sink', 'shown.path' = 'out/shown.jsonl', 'shown.format' = 'jsonlines');

CREATE STREAM posted AS
SELECT author, body FROM posts
WITH ('posted.type' = 'file_sink', 'posted.path' = 'out/posted.jsonl', 'posted.format' = 'jsonlines');
