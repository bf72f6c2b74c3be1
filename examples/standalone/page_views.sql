-- SQL Application: page_views
-- Version: 1.0.0
-- Description: Views and visitors of each page, minute by minute.

CREATE STREAM views (
    page STRING,
    visitor STRING,
    viewed_at TIMESTAMP
)
WITH (
    'connector' = 'file_source',
    'path' = 'views.jsonl',
    'format' = 'jsonlines',
    'event.time.field' = 'viewed_at',
    'watermark.max_out_of_orderness' = '5s'
);

-- @metric: page_views_total
-- @metric_type: counter
-- @metric_help: "Views by page"
-- @metric_labels: page
-- @metric_field: views
CREATE STREAM per_minute AS
SELECT
    page,
    _window_start AS minute,
    COUNT(*) AS views,
    COUNT(DISTINCT visitor) AS visitors
FROM views
GROUP BY page
WINDOW TUMBLING(viewed_at, INTERVAL '1' MINUTE)
EMIT FINAL
WITH (
    'per_minute.type' = 'file_sink',
    'per_minute.path' = 'per_minute.csv',
    'per_minute.format' = 'csv'
);
