-- Event time in a pattern of digits: 20260131 is a day here, in CSV and in JSON, and no count of milliseconds.
CREATE STREAM visits (day TIMESTAMP NOT NULL, page STRING)
WITH ('connector' = 'filesystem', 'path' = 'in/visits.csv', 'format' = 'csv', 'event.time.field' = 'day', 'event.time.format' = '%d%m%Y');

CREATE STREAM clicks (at TIMESTAMP, page STRING)
WITH ('connector' = 'filesystem', 'path' = 'in/clicks.jsonl', 'format' = 'jsonlines', 'event.time.field' = 'at', 'event.time.format' = '%Y%m%d');

CREATE STREAM visit_days AS SELECT day, _event_time AS event, page FROM visits
WITH ('visit_days.type' = 'file_sink', 'visit_days.path' = 'out/visits.csv', 'visit_days.format' = 'csv');

CREATE STREAM click_days AS SELECT at, page FROM clicks
WITH ('click_days.type' = 'file_sink', 'click_days.path' = 'out/clicks.jsonl', 'click_days.format' = 'jsonlines');
