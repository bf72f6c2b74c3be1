-- SQL Application: social_media
-- Version: 1.0.0

CREATE STREAM posts (post_id STRING NOT NULL, user_id STRING NOT NULL, content STRING, likes INTEGER, shares INTEGER, lang STRING, posted TIMESTAMP NOT NULL, WATERMARK FOR posted AS posted)
WITH ('connector' = 'kafka', 'topic' = 'posts');
CREATE STREAM follows (user_id STRING NOT NULL, target STRING NOT NULL, at TIMESTAMP NOT NULL, WATERMARK FOR at AS at)
WITH ('connector' = 'kafka', 'topic' = 'follows');

CREATE STREAM kinds AS
SELECT
    CASE WHEN content LIKE '%#%' THEN 'hashtag' WHEN content LIKE '%?%' THEN 'question' WHEN content LIKE '%!%' THEN 'loud' ELSE 'plain' END AS kind PRIMARY KEY,
    COUNT(*) AS posts,
    COUNT(CASE WHEN likes > 100 THEN 1 END) AS popular,
    AVG(LENGTH(content)) AS mean_length
FROM posts
GROUP BY CASE WHEN content LIKE '%#%' THEN 'hashtag' WHEN content LIKE '%?%' THEN 'question' WHEN content LIKE '%!%' THEN 'loud' ELSE 'plain' END
WINDOW TUMBLING(10m)
WITH ('kinds.type' = 'kafka_sink', 'kinds.topic' = 'kinds');

CREATE STREAM trending AS
SELECT lang PRIMARY KEY, user_id, SUM(likes) AS likes,
    RANK() OVER (PARTITION BY _window_start, lang ORDER BY SUM(likes) DESC) AS place
FROM posts
GROUP BY lang, user_id
WINDOW SLIDING(posted, 1h, 5m)
QUALIFY place <= 10
WITH ('trending.type' = 'kafka_sink', 'trending.topic' = 'trending');

CREATE STREAM viral AS
SELECT p.post_id PRIMARY KEY, p.user_id, p.shares, f.target
FROM posts p
JOIN follows f ON f.target = p.user_id AND f.at BETWEEN p.posted AND p.posted + INTERVAL '1' HOUR
WHERE p.shares > 1000
WITH ('viral.type' = 'kafka_sink', 'viral.topic' = 'viral');

-- @state_unbounded: accepted
CREATE STREAM streaks AS
SELECT user_id PRIMARY KEY, post_id, COUNT(*) OVER (PARTITION BY user_id ORDER BY posted RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) AS in_a_day,
    FIRST_VALUE(content) OVER (PARTITION BY user_id ORDER BY posted) AS first_post,
    DENSE_RANK() OVER (PARTITION BY user_id ORDER BY posted) AS nth_time
FROM posts
WITH ('streaks.type' = 'kafka_sink', 'streaks.topic' = 'streaks');
