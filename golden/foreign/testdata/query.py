"""Answers queries in DuckDB. In: one JSON object, {"setup": [sql…], "queries": [[key, sql]…]}. Out: JSON lines [key, "r", [text | null…]] for each row and
[key, "e", message]."""
import json
import sys

import duckdb

task = json.load(sys.stdin)
con = duckdb.connect()
con.execute("SET TimeZone = 'UTC'")
for sql in task["setup"]:
    con.execute(sql)
for key, sql in task["queries"]:
    try:
        for row in con.execute(sql).fetchall():
            print(json.dumps([key, "r", row]))
    except Exception as error:
        print(json.dumps([key, "e", str(error)]))
