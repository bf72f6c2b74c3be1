package badinput

import (
	"strings"
	"testing"
)

const someReadings = `{"sensor":"a","value":1,"ok":true}
{"sensor":"b","value":"two","ok":true}

{"value":5}
{"sensor":"c","value":9223372036854775807,"ok":null}
{"sensor":"d","value":6,"ok":true
{"sensor":"e","value":7}
`

// Rows that fail are reported one by one, with file and line, column, value, reason, code and the row; the others go on.
func TestLogAndContinue(t *testing.T) {
	for _, strategy := range []string{"LogAndContinue", "RetryWithBackoff"} { // a row does not get better by trying again
		place(t, map[string]string{"in/readings.jsonl": someReadings})
		code, log := run("rejected_rows", config("readings.failure_strategy", strategy))
		expect(t, "log", log, "job: warning: row rejected: in/readings.jsonl:2: column value: expected an INTEGER, found `\"two\"` [VR0102], in \"{\\\"sensor\\\":\\\"b\\\",\\\"value\\\":\\\"two\\\",\\\"ok\\\":true}\"\n"+
			"job: warning: row rejected: in/readings.jsonl:4: column sensor: the column is NOT NULL but the row has no value for it [VR0104], in \"{\\\"value\\\":5}\"\n"+
			"job: warning: row rejected: in/readings.jsonl:5: job.sql:6:16: 9223372036854775807 + 1 is out of range of INTEGER (64 bits) [VR0200], in \"{\\\"sensor\\\":\\\"c\\\",\\\"value\\\":9223372036854775807,\\\"ok\\\":null}\"\n"+
			"job: warning: row rejected: in/readings.jsonl:6: expected `,` or `}` after the value of `ok`, found the end of the line (byte 34 of the row) [VR0101], in \"{\\\"sensor\\\":\\\"d\\\",\\\"value\\\":6,\\\"ok\\\":true\"\n"+
			"job: 6 rows in, 2 out, 0 filtered, 4 rejected, 0 late in TIME\n")
		expect(t, "output", contents(t, "out"), "-- good.jsonl --\n{\"sensor\":\"a\",\"next\":2,\"ok\":true}\n{\"sensor\":\"e\",\"next\":8,\"ok\":null}\n")
		if code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}

func TestJSONLog(t *testing.T) {
	place(t, map[string]string{"in/readings.jsonl": someReadings[strings.Index(someReadings, "\n")+1:][:39]})
	_, log := run("rejected_rows", config("readings.failure_strategy", "LogAndContinue"), "--log-format=json")
	expect(t, "log", log, `{"time":"TIME","level":"WARN","msg":"row rejected: in/readings.jsonl:1: column value: expected an INTEGER, found `+"`\\\"two\\\"`"+` [VR0102], in \"{\\\"sensor\\\":\\\"b\\\",\\\"value\\\":\\\"two\\\",\\\"ok\\\":true}\"","job":"job","source":"readings","partition":0,"file":"in/readings.jsonl","line":1,"offset":0,"code":"VR0102","column":"value","sql":"","value":"\"two\"","reason":"expected an INTEGER, found `+"`\\\"two\\\"`"+`","row":"\"{\\\"sensor\\\":\\\"b\\\",\\\"value\\\":\\\"two\\\",\\\"ok\\\":true}\""}
{"time":"TIME","level":"INFO","msg":"1 rows in, 0 out, 0 filtered, 1 rejected, 0 late in TIME","job":"job","rows_in":1,"rows_out":0,"filtered":0,"rejected":1,"late":0,"division_by_zero":0,"elapsed_ms":0,"rows_per_second":0}
`)
}

// Rows set aside carry what is needed to find and repair them, byte by byte.
func TestSendToDLQ(t *testing.T) {
	place(t, map[string]string{"in/readings.jsonl": "{\"sensor\":\"a\",\"value\":1}\n{\"sensor\":\"\xff\",\"value\":2}\n{\"sensor\":\"b\",\"value\":2.5}"})
	code, log := run("rejected_rows")
	expect(t, "log", log, "job: 3 rows in, 1 out, 0 filtered, 2 rejected, 0 late in TIME\n")
	expect(t, "output", contents(t, "out"), `-- good.jsonl --
{"sensor":"a","next":2,"ok":null}
-- rejected.jsonl --
{"error":"byte 0xff is not valid UTF-8 (byte 12 of the row)","code":"VR0106","job":"job","source":"readings","file":"in/readings.jsonl","line":2,"partition":0,"offset":25,"time":"TIME","original_base64":"eyJzZW5zb3IiOiL/IiwidmFsdWUiOjJ9Cg=="}
{"error":"expected an INTEGER, found `+"`2.5`"+`","code":"VR0102","job":"job","source":"readings","file":"in/readings.jsonl","line":3,"partition":0,"offset":50,"column":"value","value":"2.5","time":"TIME","original":"{\"sensor\":\"b\",\"value\":2.5}\n"}
`)
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// The first bad row ends the job; nothing appears under the final name, and what was there before stays.
func TestFailBatch(t *testing.T) {
	for _, workers := range []string{"1", "3"} {
		place(t, map[string]string{"in/readings.jsonl": strings.Repeat("{\"sensor\":\"a\",\"value\":1}\n", 1000) + someReadings, "out/good.jsonl": "of yesterday\n"})
		code, log := run("rejected_rows", config("readings.failure_strategy", "FailBatch"), config("readings.chunk.size", "100"), "--workers="+workers)
		_, failure, _ := strings.Cut(log, "\n") // how many rows were read before is not determined
		expect(t, "log", failure, "job: error: in/readings.jsonl:1002: column value: expected an INTEGER, found `\"two\"` [VR0102], in \"{\\\"sensor\\\":\\\"b\\\",\\\"value\\\":\\\"two\\\",\\\"ok\\\":true}\": the failure strategy is FailBatch\n")
		expect(t, "output", contents(t, "out"), "-- good.jsonl --\nof yesterday\n")
		if code != 3 {
			t.Errorf("exit code %d", code)
		}
	}
}

// A sum that no INTEGER can hold is a result that fails; results of other groups are not touched.
func TestSumOverflow(t *testing.T) {
	trades := `{"symbol":"A","price":1,"quantity":9223372036854775807,"event_time":1}
{"symbol":"B","price":1,"quantity":9223372036854775807,"event_time":1}
{"symbol":"A","price":1,"quantity":1,"event_time":2}
{"symbol":"C","price":1,"quantity":9223372036854775807,"event_time":2}
{"symbol":"C","price":1,"quantity":1,"event_time":3}
{"symbol":"C","price":1,"quantity":-1,"event_time":4}
`
	place(t, map[string]string{"in/trades.jsonl": trades})
	code, log := run("window_tumbling")
	expect(t, "log", log, `job: warning: row rejected: a result of trades: job.sql:4:76: SUM is 9223372036854775808, out of range of INTEGER (64 bits); CAST the argument to DECIMAL(38,0) [VR0200]
job: 6 rows in, 2 out, 0 filtered, 1 rejected, 0 late in TIME
`)
	if out := contents(t, "out"); code != 0 || strings.Count(out, "\n") != 3 || !strings.Contains(out, `"symbol":"C","start":"1970-01-01T00:00:00.000Z","stop":"1970-01-01T00:01:00.000Z","n":3,"volume":9223372036854775807,`) {
		t.Errorf("%d, %s", code, out)
	}

	code, log = run("window_tumbling", config("trades.failure_strategy", "FailBatch"), config("bars.path", "out/none.jsonl"))
	if !strings.HasSuffix(log, "job: error: a result of trades: job.sql:4:76: SUM is 9223372036854775808, out of range of INTEGER (64 bits); CAST the argument to DECIMAL(38,0) [VR0200]: the failure strategy is FailBatch\n") || code != 3 {
		t.Errorf("%d, %s", code, log)
	}
	if out := contents(t, "out"); strings.Contains(out, "none.jsonl") {
		t.Errorf("half a result: %s", out)
	}
}

// A row without an event time, or with one that cannot be, is rejected; one that comes too late is counted.
func TestEventTime(t *testing.T) {
	place(t, map[string]string{"in/trades.jsonl": `{"symbol":"A","price":1,"quantity":1,"event_time":null}
{"symbol":"A","price":1,"quantity":1,"event_time":99999999999999999}
{"symbol":"A","price":1,"quantity":1,"event_time":900000}
{"symbol":"A","price":1,"quantity":1,"event_time":1}
`})
	code, log := run("window_tumbling")
	expect(t, "log", log, "job: warning: row rejected: in/trades.jsonl:1: column event_time: the row has no event time: this column holds it and is NULL or missing [VR0110], in \"{\\\"symbol\\\":\\\"A\\\",\\\"price\\\":1,\\\"quantity\\\":1,\\\"event_time\\\":null}\"\n"+
		"job: warning: row rejected: in/trades.jsonl:2: column event_time: this column holds the event time, but 99999999999999999 milliseconds are out of range of TIMESTAMP and INTERVAL, which cover 292 years in both directions [VR0111], in \"{\\\"symbol\\\":\\\"A\\\",\\\"price\\\":1,\\\"quantity\\\":1,\\\"event_time\\\":99999999999999999}\"\n"+
		"job: 4 rows in, 1 out, 0 filtered, 2 rejected, 1 late in TIME\n")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Times at the ends of what a TIMESTAMP holds, in any order, are rows like others: none of them ends the job.
func TestExtremeTimes(t *testing.T) {
	times := []string{"-9223372036854", "9223372036854", "0", "-9223372036000", "-9223371976854", "9223371976854"}
	for i := range times {
		var b strings.Builder
		for j := range times {
			b.WriteString(`{"symbol":"A","price":1,"quantity":1,"event_time":` + times[(i+j)%len(times)] + "}\n")
		}
		place(t, map[string]string{"in/trades.jsonl": b.String()})
		if code, log := run("window_tumbling"); code != 0 || !strings.Contains(log, "job: 6 rows in, ") {
			t.Errorf("first %s: exit code %d, %s", times[i], code, log)
		}
	}
}

// Rows with too few or too many cells, cells of wrong types, and quotes that are never closed.
func TestCSVRows(t *testing.T) {
	place(t, map[string]string{"in/people.csv": "\xef\xbb\xbfid,name,height,born,member\r\n1,Ada,1.65,1815-12-10,true\r\n2,Bob\r\n3,Cy,1,1990-01-01,true,more\r\n\r\nx,Di,tall,never,perhaps\r\n5,\"E\"ve,,,\r\n6,\"two\r\nlines\",,,\r\n7,\"Fay,,,\r\n8,Gus,,,"})
	code, log := run("csv_passthrough")
	expect(t, "log", log, `job: warning: row rejected: in/people.csv:3: column height: the row ends after 2 columns, before this one [VR0120], in "2,Bob"
job: warning: row rejected: in/people.csv:4: the row has 6 columns, expected 5 [VR0120], in "3,Cy,1,1990-01-01,true,more"
job: warning: row rejected: in/people.csv:6: column id: expected an INTEGER, found `+"`x`"+` [VR0102], in "x,Di,tall,never,perhaps"
job: warning: row rejected: in/people.csv:7: column name: characters stand between the closing quote of the cell and the next delimiter; quotes within a quoted cell must be doubled [VR0121], in "5,\"E\"ve,,,"
job: warning: row rejected: in/people.csv:10: a quoted field of this row is not closed before the end of the file; everything behind its opening " was read as part of it [VR0122], in "7,\"Fay,,,\r\n8,Gus,,,"
job: 7 rows in, 2 out, 0 filtered, 5 rejected, 0 late in TIME
`)
	expect(t, "output", contents(t, "out"), "-- copied.csv --\nid,name,height,born,member\n1,Ada,1.65,1815-12-10,true\n6,\"two\r\nlines\",,,\n")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
}
