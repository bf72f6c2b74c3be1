package oracle

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/types"
)

// decode reads all rows that can be read. Columns that nothing needs may hold anything.
func decode(src *catalog.Source, data []byte, needed map[int]bool) [][]any {
	need := func(i int) bool { return needed == nil || needed[i] }
	var out [][]any
	add := func(f func() []any) {
		if row, failed := attempt(func() any { return f() }); !failed {
			out = append(out, row.([]any))
		}
	}
	switch src.Format {
	case catalog.CSV:
		for i, cells := range records(string(data), src.Prop("delimiter", ",")) {
			if i == 0 && src.Header {
				continue
			}
			add(func() []any { return csvRow(src, cells, need) })
		}
	case catalog.Raw:
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			add(func() []any { return []any{line} })
		}
	case catalog.JSONArray:
		var elems []json.RawMessage
		if err := json.Unmarshal(data, &elems); err != nil {
			panic(err)
		}
		for _, e := range elems {
			add(func() []any { return jsonRow(src, e, need) })
		}
	default:
		for _, line := range bytes.Split(data, []byte("\n")) {
			if len(bytes.Trim(line, " \t\r")) > 0 {
				add(func() []any { return jsonRow(src, line, need) })
			}
		}
	}
	return out
}

func jsonRow(src *catalog.Source, line []byte, need func(int) bool) []any {
	if !json.Valid(line) {
		fail("no JSON")
	}
	row := make([]any, len(src.Schema))
	d := json.NewDecoder(bytes.NewReader(line))
	if t, _ := d.Token(); t != json.Delim('{') {
		fail("no object")
	}
	for d.More() {
		key, _ := d.Token()
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			fail("%v", err)
		}
		for i, c := range src.Schema {
			if c.Name == key {
				row[i] = nil
				if string(raw) != "null" {
					if need(i) && !utf8.Valid(raw) { // what nobody reads is passed over
						fail("no UTF-8")
					}
					row[i] = value(need(i), func() any { return jsonValue(raw, c.Col.Type, timeFormat(src, i)) })
				}
			}
		}
	}
	return notNull(src, row, need)
}

// value is what read reads. Columns that are not needed may hold what cannot be read.
func value(needed bool, read func() any) any {
	if needed {
		return read()
	}
	v, _ := attempt(read)
	return v
}

// notNull refuses rows without a value for a column that is NOT NULL. If nothing needs the column it gets some value: all that a plan may
// still ask is whether there is one.
func notNull(src *catalog.Source, row []any, need func(int) bool) []any {
	for i, c := range src.Schema {
		switch {
		case row[i] != nil || c.Col.Nullable:
		case need(i):
			fail("column %s is NOT NULL", c.Name)
		default:
			row[i] = zero(c.Col.Type)
		}
	}
	return row
}

func zero(t types.Type) any {
	switch t.Kind {
	case types.Boolean:
		return false
	case types.Float:
		return 0.0
	case types.Decimal:
		return rat(0)
	case types.String, types.UUID:
		return ""
	case types.Bytes:
		return raw("")
	case types.JSON:
		return doc("0")
	case types.Map:
		return mapping{}
	case types.Array:
		return []any{}
	case types.Struct:
		return make([]any, len(t.Fields))
	}
	return int64(0)
}

// timeFormat is the format of the event-time column; none for others.
func timeFormat(src *catalog.Source, column int) catalog.TimeFormat {
	if src.EventTime.Declared && src.EventTime.Column == column {
		return src.EventTime.Format
	}
	return catalog.TimeAuto
}

var jsonInteger = regexp.MustCompile(`^(-?(?:0|[1-9][0-9]*))(?:\.0+)?$`)

func jsonValue(text []byte, t types.Type, f catalog.TimeFormat) any {
	var s string
	inQuotes := text[0] == '"'
	isNumber := text[0] == '-' || text[0] >= '0' && text[0] <= '9'
	if inQuotes {
		if err := json.Unmarshal(text, &s); err != nil {
			fail("%v", err)
		}
	}
	if v, ok := further(text, s, inQuotes, t); ok {
		return v
	}
	switch t.Kind {
	case types.String:
		if inQuotes {
			return s
		}
	case types.Struct:
		return structValue(text, t)
	case types.Boolean:
		if string(text) == "true" || string(text) == "false" {
			return string(text) == "true"
		}
	case types.Integer:
		if m := jsonInteger.FindSubmatch(text); m != nil {
			return integerText(string(m[1]))
		}
	case types.Float:
		if isNumber {
			return floatText(string(text))
		}
	case types.Decimal:
		if isNumber {
			s = string(text)
		}
		if isNumber || inQuotes {
			return exact(s, t)
		}
	default:
		if inQuotes {
			return timeValue(s, t, f)
		}
		if isNumber && strings.Contains(string(f), "%") {
			return timeValue(string(text), t, f)
		}
		if m := jsonInteger.FindSubmatch(text); m != nil {
			return timeNumber(integerText(string(m[1])), t, f)
		}
	}
	fail("%s is no %s", text, t)
	return nil
}

// structValue is an object as the list of its fields' values.
func structValue(text []byte, t types.Type) any {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		fail("no object")
	}
	out := make([]any, len(t.Fields))
	for i, f := range t.Fields {
		x := object[f.Name]
		if x == nil {
			x = json.RawMessage("null")
		}
		out[i] = partValue(x, f.Col)
	}
	return out
}

// exact is a DECIMAL that needs no rounding.
func exact(s string, t types.Type) any {
	r := numberText(s)
	out := decimal(r, t)
	if out.Cmp(r) != 0 {
		fail("%s has too many digits", s)
	}
	return out
}

func timeNumber(n int64, t types.Type, f catalog.TimeFormat) any {
	switch {
	case t.Kind == types.Date:
		return floorDiv(n, 86400000)
	case t.Kind == types.YearMonth:
		return n
	case f == catalog.TimeEpochSeconds:
		return fromUnix(n)
	}
	return fromMillis(n)
}

func timeValue(s string, t types.Type, f catalog.TimeFormat) any {
	switch t.Kind {
	case types.Date:
		if len(s) != 10 {
			fail("no DATE")
		}
		return dayText(s)
	case types.Time, types.Interval:
		return fromText(s, s, t)
	}
	if strings.Contains(string(f), "%") {
		return strptime(s, string(f))
	}
	return timestampText(s)
}

// eventTime is the event time of a row, from the column that the source declares.
func eventTime(src *catalog.Source, row []any) any {
	et := src.EventTime
	x := row[et.Column]
	if x == nil {
		fail("no event time")
	}
	switch t := src.Schema[et.Column].Col.Type; t.Kind {
	case types.Timestamp:
		return x
	case types.Date:
		return toTime(x.(int64), types.Date, types.Timestamp)
	case types.Integer:
		return timeNumber(x.(int64), types.TTimestamp, et.Format)
	case types.String:
		return timeValue(x.(string), types.TTimestamp, et.Format)
	}
	panic("bug: the oracle reads no event time of this type")
}

// cell is one cell of a CSV row; quotes tell "" from nothing.
type cell struct {
	text   string
	quoted bool
	bad    bool // characters behind the closing quote
}

// records cuts CSV into rows and cells. (encoding/csv does not tell an empty cell from "".)
func records(s, delimiter string) [][]cell {
	var out [][]cell
	for s != "" {
		if strings.HasPrefix(s, "\n") || strings.HasPrefix(s, "\r\n") {
			s = s[strings.IndexByte(s, '\n')+1:]
			continue
		}
		var row []cell
		for more := true; more; {
			var c cell
			c, s, more = cellOf(s, delimiter)
			row = append(row, c)
		}
		out = append(out, row)
	}
	return out
}

// cellOf reads one cell and the delimiter or line end behind it; more tells that the row goes on.
func cellOf(s, delimiter string) (c cell, rest string, more bool) {
	if strings.HasPrefix(s, `"`) {
		c.quoted = true
		s = s[1:]
		for {
			i := strings.IndexByte(s, '"')
			if i < 0 {
				c.bad = true
				return c, "", false
			}
			c.text, s = c.text+s[:i], s[i+1:]
			if !strings.HasPrefix(s, `"`) {
				break
			}
			c.text, s = c.text+`"`, s[1:]
		}
	}
	end := strings.IndexAny(s, delimiter+"\n")
	if end < 0 {
		end = len(s)
	}
	plain := s[:end]
	if end < len(s) && s[end] == '\n' {
		plain = strings.TrimSuffix(plain, "\r")
	}
	c.bad = c.quoted && plain != ""
	if !c.quoted {
		c.text = plain
	}
	if end == len(s) {
		return c, "", false
	}
	return c, s[end+1:], s[end] == delimiter[0]
}

func csvRow(src *catalog.Source, cells []cell, need func(int) bool) []any {
	if len(cells) != len(src.HeaderColumns) {
		fail("%d cells", len(cells))
	}
	row := make([]any, len(src.Schema))
	for k, c := range cells {
		if c.bad {
			fail("characters behind a quote")
		}
		for i, col := range src.Schema {
			if col.Name == src.HeaderColumns[k] && (c.text != "" || c.quoted) {
				row[i] = value(need(i), func() any { return cellValue(c.text, col.Col.Type, timeFormat(src, i)) })
			}
		}
	}
	return notNull(src, row, need)
}

func cellValue(s string, t types.Type, f catalog.TimeFormat) any {
	if v, ok := cellFurther(s, t); ok {
		return v
	}
	switch t.Kind {
	case types.String:
		return s
	case types.Decimal:
		return exact(strings.TrimSpace(s), t)
	case types.Integer, types.Float, types.Boolean:
		return fromText(strings.TrimSpace(s), s, t)
	}
	s = strings.TrimSpace(s)
	if integerForm.MatchString(s) && !strings.Contains(string(f), "%") {
		return timeNumber(integerText(s), t, f)
	}
	return timeValue(s, t, f)
}
