-- EXISTS and NOT EXISTS ask whether there is a partner; a row is shown once, however many there are. The streams meet within a time bound.
CREATE STREAM visits (visitor STRING, page STRING, at TIMESTAMP)
WITH ('connector' = 'file', 'path' = 'in/visits.csv', 'event.time.field' = 'at');

CREATE TABLE members (visitor STRING PRIMARY KEY, since DATE)
WITH ('connector' = 'file', 'path' = 'in/members.csv');

CREATE STREAM by_members AS
SELECT v.visitor, v.page FROM visits v
WHERE EXISTS (SELECT 1 FROM members m WHERE m.visitor = v.visitor)
WITH ('by_members.type' = 'file_sink', 'by_members.path' = 'out/by_members.csv', 'by_members.format' = 'csv');

CREATE STREAM by_others AS
SELECT v.visitor, v.page FROM visits v
WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.visitor = v.visitor)
WITH ('by_others.type' = 'file_sink', 'by_others.path' = 'out/by_others.csv', 'by_others.format' = 'csv');

-- Pages from which the visitor went on within ten seconds.
CREATE STREAM left_soon AS
SELECT v.visitor, v.page, n.page AS next_page
FROM visits v JOIN visits n ON n.visitor = v.visitor AND n.at > v.at AND n.at <= v.at + INTERVAL '10' SECOND
WITH ('left_soon.type' = 'file_sink', 'left_soon.path' = 'out/left_soon.csv', 'left_soon.format' = 'csv');
