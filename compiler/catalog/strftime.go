package catalog

import (
	"strings"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/runtime/sqlfn"
)

// namedFormats are the time formats with names.
var namedFormats = []string{string(TimeEpochMillis), string(TimeEpochSeconds), string(TimeISO8601)}

// timeFormat reads the value of event.time.format: a named format in any spelling, or a strftime pattern that can tell a point in
// time. problem is empty if it can be used; meant is a better spelling, or empty.
func timeFormat(text string) (format TimeFormat, problem, meant string) {
	switch strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(text)) {
	case "epoch_millis", "epoch_milliseconds", "epoch_ms":
		return TimeEpochMillis, "", ""
	case "epoch_seconds", "epoch", "epoch_s":
		return TimeEpochSeconds, "", ""
	case "iso8601", "iso_8601", "rfc3339":
		return TimeISO8601, "", ""
	case "", "auto":
		return TimeAuto, "", ""
	}
	f, err := sqlfn.CompileTimeFormat(text)
	if err != nil {
		if _, java, ok := strings.Cut(err.Error(), "looks like a Java pattern; write '"); ok {
			return "", "it is written in the manner of Java", strings.TrimSuffix(java, "'")
		}
		return "", err.Error(), ""
	}
	if !strings.Contains(text, "%") {
		return "", "it is neither a named format nor a pattern; expected epoch_millis, epoch_seconds, iso8601, or a pattern such as %Y-%m-%d %H:%M:%S",
			diag.Nearest(text, namedFormats)
	}
	if !wholeDate(f) {
		return "", partialDate, ""
	}
	return TimeFormat(text), "", ""
}

// partialDate is what is wrong with a pattern that can be written but not read back.
const partialDate = "it does not hold a whole date: year, month and day"

// wholeDate tells whether text in the format says which day is meant: a day that is written must be read back.
func wholeDate(f *sqlfn.TimeFormat) bool {
	const day = 86400 * sqlfn.Second
	written := (19700*day + 47655*sqlfn.Second) // 2023-12-09T13:14:15Z
	read, err := f.Parse(string(f.Append(nil, written)))
	return err == nil && read/day == written/day
}
