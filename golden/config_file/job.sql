-- Properties can stand in YAML files that extend one another; SQL overrides them, and ${…} is resolved when the job runs.
CREATE STREAM cheap AS
SELECT name, price FROM goods WHERE price < 10
WITH (
    'goods.type' = 'file_source',
    'goods.config_file' = 'in/goods.yaml',
    'cheap.type' = 'file_sink',
    'cheap.path' = '${OUT_DIR:out}/cheap.csv',
    'cheap.format' = 'csv'
);
