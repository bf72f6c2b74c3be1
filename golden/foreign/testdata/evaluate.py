"""Evaluates expressions in DuckDB. In: one JSON object, {"setup": [sql…], "rows": n, "exprs": [[key, expr, per_row]…]}. Out: JSON lines
[key, row, "v", text | null] or [key, row, "e", message]."""
import json
import sys

import duckdb

task = json.load(sys.stdin)
con = duckdb.connect()
con.execute("SET TimeZone = 'UTC'")
for sql in task["setup"]:
    con.execute(sql)


def say(*what):
    print(json.dumps(what))


for key, expr, per_row in task["exprs"]:
    def select(row, source):
        return f"SELECT {row}, CAST(({expr}) AS VARCHAR) {source}"

    try:
        rows = con.execute(select("id", "FROM t ORDER BY id") if per_row else select(0, "")).fetchall()
        for row, value in rows:
            say(key, row, "v", value)
    except Exception as whole:
        if not per_row:
            say(key, 0, "e", str(whole))
            continue
        for row in range(task["rows"]):
            try:
                say(key, row, "v", con.execute(select("id", f"FROM t WHERE id = {row}")).fetchone()[1])
            except Exception as error:
                say(key, row, "e", str(error))
