-- A row goes in as CSV and comes out as CSV, cell by cell: NULL stays an empty cell, "" stays the empty text, quotes stay.
CREATE STREAM copied AS
SELECT * FROM people
WITH (
    'people.type' = 'file_source', 'people.path' = 'in/people.csv',
    'copied.type' = 'file_sink', 'copied.path' = 'out/copied.csv', 'copied.format' = 'csv'
);
