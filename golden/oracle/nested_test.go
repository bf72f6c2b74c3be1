package oracle

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand"
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// Values of further types: an ARRAY and a STRUCT are lists of values, a MAP a list of pairs, BYTES and JSON are texts of their own kinds, a UUID
// is its text, and an INTERVAL YEAR TO MONTH a number of months.
type (
	raw     string // BYTES
	doc     string // JSON
	pair    struct{ key, value any }
	mapping []pair
)

// furtherValue is a random value of one of these types as a text, with whether JSON puts it into quotes.
func furtherValue(r *rand.Rand, t types.Type) (string, bool) {
	switch t.Kind {
	case types.UUID:
		u := fmt.Sprintf("00000000-0000-4000-8000-%012x", r.Intn(6))
		return pick(r, u, strings.ToUpper(u), "123e4567-e89b-12d3-a456-426614174000"), true
	case types.Bytes:
		return pick(r, "", "AA==", "YWJj", "/w", "AAECAwQFBgcICQoLDA0ODw==", "Y2Fmw6k="), true
	case types.YearMonth:
		return pick(r, "P1Y2M", "-P3M", "1-2", "14 months", "P0M", "2 years"), true
	case types.Time:
		return pick(r, "10:30:00", "23:59:59.999", "00:00", "10:30:00.5"), true
	case types.Interval:
		return pick(r, "PT1H30M", "-PT0.5S", "1h30m", "90 seconds", "1 day 02:03:04", "P1DT1H"), true
	case types.JSON:
		return pick(r, "1", "-2.50", `"text"`, `{"a": [1, null]}`, "[]", "true", `{"a":1,"b":"x"}`, "[1,2]"), false
	}
	return nestedValue(r, t), false
}

// nestedValue is a random ARRAY, MAP or STRUCT as JSON.
func nestedValue(r *rand.Rand, t types.Type) string {
	part := func(c types.Col) string {
		if c.Nullable && chance(r, 5) || chance(r, 200) {
			return "null"
		}
		last := epoch.UnixNano()
		s, inQuotes := randomValue(r, column{typ: c.Type}, false, &last)
		if inQuotes {
			return jsonString(r, s, chance(r, 8))
		}
		return s
	}
	var parts []string
	switch t.Kind {
	case types.Struct:
		for _, f := range t.Fields {
			if !chance(r, 12) {
				parts = append(parts, quoted(f.Name)+":"+part(f.Col))
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	case types.Map:
		for range r.Intn(4) {
			key := pick(r, "a", "b", "k", "ä")
			if t.Key.Kind == types.Date {
				key = dateText(epoch.AddDate(0, 0, r.Intn(3)))
			}
			parts = append(parts, quoted(key)+":"+part(t.ElemCol()))
		}
		return "{" + strings.Join(parts, pick(r, ",", ", ")) + "}"
	}
	for range r.Intn(4) {
		parts = append(parts, part(t.ElemCol()))
	}
	return "[" + strings.Join(parts, pick(r, ",", " ,")) + "]"
}

// put sets the value of a key: the last one counts, where the key came first.
func (m mapping) put(key, value any) mapping {
	for i := range m {
		if identity([]any{m[i].key}) == identity([]any{key}) {
			m[i].value = value
			return m
		}
	}
	return append(m, pair{key, value})
}

// nestedIdentity is a text that is the same for equal values; the order of a MAP does not matter.
func nestedIdentity(v any) (string, bool) {
	switch v := v.(type) {
	case []any:
		return fmt.Sprintf("[%d:%s]", len(v), identity(v)), true
	case mapping:
		var parts []string
		for _, p := range v {
			parts = append(parts, identity([]any{p.key, p.value}))
		}
		sort.Strings(parts)
		return fmt.Sprintf("{%q}", parts), true
	}
	return "", false
}

// made is a value that SQL builds.
func (v *env) made(e *expr.Make) any {
	parts := make([]any, len(e.Parts))
	for i, p := range e.Parts {
		parts[i] = v.eval(p)
	}
	if e.T.Type.Kind != types.Map {
		return parts
	}
	m := mapping{}
	for i := 0; i < len(parts); i += 2 {
		if parts[i] == nil {
			fail("NULL as a key")
		}
		m = m.put(parts[i], parts[i+1])
	}
	return m
}

// element is x[index], where x counts from 1 or is a MAP.
func (v *env) element(e *expr.Element) any {
	x, index := v.eval(e.X), v.eval(e.Index)
	if x == nil || index == nil {
		return nil
	}
	if m, ok := x.(mapping); ok {
		for _, p := range m {
			if identity([]any{p.key}) == identity([]any{index}) {
				return p.value
			}
		}
		return nil
	}
	list, i := x.([]any), index.(int64)
	if i < 1 || i > int64(len(list)) {
		return nil
	}
	return list[i-1]
}

// literalOf is the value of a literal of one of these types.
func literalOf(l *expr.Lit) (any, bool) {
	switch v := l.Val.(type) {
	case []byte:
		return raw(v), true
	case string:
		if l.T.Type.Kind == types.JSON {
			return doc(v), true
		}
	}
	return nil, false
}

// monthArith is arithmetic with a span of months.
func monthArith(e *expr.Binary, l, r any) any {
	lt, rt := e.L.Col().Type, e.R.Col().Type
	if lt.Kind == types.YearMonth && rt.Temporal() {
		l, r, lt = r, l, rt
	}
	x, n := l.(int64), r.(int64)
	if !lt.Temporal() {
		return intArith(e.Op, x, n)
	}
	if e.Op == expr.Sub {
		n = integer(new(big.Int).Neg(big.NewInt(n)))
	}
	if lt.Kind == types.Timestamp {
		if n > 12*600 || n < -12*600 {
			fail("out of range")
		}
		return nanos(later(instant(x), n))
	}
	const far = 365_242_500
	if n > 1<<40 || n < -1<<40 || x > far || x < -far {
		fail("out of range")
	}
	day := dayNumber(later(calendarDay(x), n))
	if day > far || day < -far {
		fail("out of range")
	}
	return day
}

// later is n months after t; a day that the month does not have becomes its last.
func later(t time.Time, n int64) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// convertFurther is a conversion from or to one of these types; false for others.
func convertFurther(x any, from, to types.Type) (any, bool) {
	switch {
	case to.Kind == types.JSON && from.Kind == types.String:
		return compacted(x.(string)), true
	case to.Kind == types.JSON:
		return doc(jsonText(x, from)), true
	case from.Kind == types.JSON && to.Kind == types.String:
		return string(x.(doc)), true
	case from.Kind == types.JSON:
		return parsed(string(x.(doc)), to), true
	case from.Kind == types.String && to.Nested():
		return parsed(x.(string), to), true
	case from.Nested() && to.Kind == types.String:
		return jsonText(x, from), true
	case from.Nested():
		return converted(x, from, to), true
	case from.Kind == types.Null:
		return nil, true
	case to.Kind == types.YearMonth && from.Kind == types.String:
		return monthsText(x.(string)), true
	case to.Kind == types.YearMonth || from.Kind == types.YearMonth && to.Kind == types.Integer:
		return x, true
	case from.Kind == types.YearMonth:
		return monthsWords(x.(int64)), true
	}
	return convertBytes(x, from, to)
}

func convertBytes(x any, from, to types.Type) (any, bool) {
	switch {
	case from.Kind == types.String && to.Kind == types.Bytes:
		return raw(x.(string)), true
	case from.Kind == types.String && to.Kind == types.UUID:
		return uuidText(strings.TrimSpace(x.(string))), true
	case from.Kind == types.UUID && to.Kind == types.String:
		return x, true
	case from.Kind == types.UUID:
		n, _ := new(big.Int).SetString(strings.ReplaceAll(x.(string), "-", ""), 16)
		return raw(n.FillBytes(make([]byte, 16))), true
	case from.Kind == types.Bytes && to.Kind == types.UUID:
		if len(x.(raw)) != 16 {
			fail("not 16 bytes")
		}
		h := fmt.Sprintf("%x", string(x.(raw)))
		return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-"), true
	case from.Kind == types.Bytes:
		if !utf8.ValidString(string(x.(raw))) {
			fail("no text")
		}
		return string(x.(raw)), true
	}
	return nil, false
}

// converted goes through the parts of a value.
func converted(x any, from, to types.Type) any {
	part := func(v any, from, to types.Col) any {
		if v != nil && !from.Type.Equal(to.Type) {
			v = convert(v, from.Type, to.Type)
		}
		if v == nil && !to.Nullable {
			fail("NULL where none may be")
		}
		return v
	}
	switch x := x.(type) {
	case mapping:
		out := mapping{}
		for _, p := range x {
			out = out.put(part(p.key, types.Col{Type: *from.Key}, types.Col{Type: *to.Key}), part(p.value, from.ElemCol(), to.ElemCol()))
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, v := range x {
			if from.Kind == types.Struct {
				out[i] = part(v, from.Fields[i].Col, to.Fields[i].Col)
			} else {
				out[i] = part(v, from.ElemCol(), to.ElemCol())
			}
		}
		return out
	}
	panic("bug: no value that is made of others")
}

// parsed reads JSON as a value of a type.
func parsed(s string, t types.Type) any {
	if !json.Valid([]byte(s)) || !utf8.ValidString(s) {
		fail("no JSON")
	}
	s = strings.Trim(s, " \t\r\n")
	if s == "null" {
		fail("null")
	}
	return jsonValue([]byte(s), t, catalog.TimeAuto)
}

func compacted(s string) any {
	var b bytes.Buffer
	if json.Compact(&b, []byte(s)) != nil || !utf8.ValidString(s) {
		fail("no JSON")
	}
	return doc(b.String())
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func uuidText(s string) any {
	if !uuidForm.MatchString(s) {
		fail("%s is no UUID", s)
	}
	return strings.ToLower(s)
}

func base64Text(s string) any {
	s = strings.NewReplacer("\r", "", "\n", "").Replace(strings.TrimRight(s, "="))
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		fail("%v", err)
	}
	return raw(b)
}

var (
	yearMonthForm = regexp.MustCompile(`^([+-]?)([0-9]+)-([0-9]+)$`)
	monthsForm    = regexp.MustCompile(`^([+-]?)P?((?:[0-9]+ *[A-Za-z]+ *)+)$`)
	monthPart     = regexp.MustCompile(`([0-9]+) *([A-Za-z]+)`)
	monthUnits    = map[string]int64{"y": 12, "yr": 12, "year": 12, "years": 12, "q": 3, "quarter": 3, "quarters": 3, "m": 1, "mon": 1, "mons": 1, "month": 1, "months": 1}
)

func monthsText(s string) any {
	s = strings.TrimSpace(s)
	number := func(digits string) int64 {
		n, ok := new(big.Int).SetString(digits, 10)
		if !ok || n.Cmp(big.NewInt(1<<40)) > 0 {
			fail("%s months", digits)
		}
		return n.Int64()
	}
	sign, n := "", int64(0)
	if m := yearMonthForm.FindStringSubmatch(s); m != nil && number(m[3]) < 12 {
		sign, n = m[1], 12*number(m[2])+number(m[3])
	} else if m := monthsForm.FindStringSubmatch(s); m != nil {
		sign = m[1]
		for _, p := range monthPart.FindAllStringSubmatch(m[2], -1) {
			unit, ok := monthUnits[strings.ToLower(p[2])]
			if !ok {
				fail("%s is no unit", p[2])
			}
			n += number(p[1]) * unit
		}
	} else {
		fail("%s is no INTERVAL YEAR TO MONTH", s)
	}
	if sign == "-" {
		return -n
	}
	return n
}

// monthsWords is 1 year 2 months.
func monthsWords(n int64) string {
	abs := new(big.Int).Abs(big.NewInt(n)).Uint64()
	var parts []string
	for _, u := range []struct {
		n    uint64
		word string
	}{{abs / 12, "year"}, {abs % 12, "month"}} {
		switch {
		case u.n == 1:
			parts = append(parts, "1 "+u.word)
		case u.n > 0:
			parts = append(parts, fmt.Sprint(u.n, " ", u.word, "s"))
		}
	}
	if parts == nil {
		parts = []string{"0 months"}
	}
	if n < 0 {
		parts[0] = "-" + parts[0]
	}
	return strings.Join(parts, " ")
}

// isoMonths is P1Y2M.
func isoMonths(n int64) string {
	out := "P"
	abs := new(big.Int).Abs(big.NewInt(n)).Uint64()
	if n < 0 {
		out = "-P"
	}
	if abs >= 12 {
		out += fmt.Sprint(abs/12, "Y")
	}
	if abs%12 > 0 || abs == 0 {
		out += fmt.Sprint(abs%12, "M")
	}
	return out
}

// jsonFurther is a value of one of these types as sinks write it.
func jsonFurther(v any, t types.Type) (string, bool) {
	switch v := v.(type) {
	case raw:
		return `"` + base64.StdEncoding.EncodeToString([]byte(v)) + `"`, true
	case doc:
		return string(v), true
	case mapping:
		var parts []string
		for _, p := range v {
			key := jsonText(p.key, *t.Key)
			if key[0] != '"' {
				key = `"` + key + `"`
			}
			parts = append(parts, key+":"+jsonText(p.value, *t.Elem))
		}
		return "{" + strings.Join(parts, ",") + "}", true
	case []any:
		if t.Kind != types.Array {
			return "", false
		}
		var parts []string
		for _, e := range v {
			parts = append(parts, jsonText(e, *t.Elem))
		}
		return "[" + strings.Join(parts, ",") + "]", true
	}
	return "", false
}

// further reads a JSON value of one of these types; false for others.
func further(text []byte, s string, inQuotes bool, t types.Type) (any, bool) {
	switch {
	case t.Kind == types.JSON:
		return doc(text), true
	case t.Kind == types.Array:
		return arrayValue(text, t), true
	case t.Kind == types.Map:
		return mapValue(text, t), true
	case !inQuotes && (t.Kind == types.UUID || t.Kind == types.Bytes):
		fail("%s is no %s", text, t)
	case !inQuotes:
	case t.Kind == types.UUID:
		return uuidText(s), true
	case t.Kind == types.Bytes:
		return base64Text(s), true
	case t.Kind == types.YearMonth:
		return monthsText(s), true
	}
	return nil, false
}

// partValue is a JSON value within another.
func partValue(text []byte, c types.Col) any {
	if string(text) != "null" {
		return jsonValue(text, c.Type, catalog.TimeAuto)
	}
	if !c.Nullable {
		fail("null where none may be")
	}
	return nil
}

func arrayValue(text []byte, t types.Type) any {
	var elems []json.RawMessage
	if err := json.Unmarshal(text, &elems); err != nil {
		fail("no array")
	}
	out := make([]any, len(elems))
	for i, e := range elems {
		out[i] = partValue(e, t.ElemCol())
	}
	return out
}

func mapValue(text []byte, t types.Type) any {
	d := json.NewDecoder(bytes.NewReader(text))
	if tok, _ := d.Token(); tok != json.Delim('{') {
		fail("no object")
	}
	out := mapping{}
	for d.More() {
		name, _ := d.Token()
		var key any = name
		if t.Key.Kind != types.String {
			key = fromText(strings.TrimSpace(name.(string)), name.(string), *t.Key)
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			fail("%v", err)
		}
		out = out.put(key, partValue(v, t.ElemCol()))
	}
	return out
}

// cellFurther reads a cell of one of these types; false for others.
func cellFurther(s string, t types.Type) (any, bool) {
	switch {
	case t.Nested():
		return parsed(s, t), true
	case t.Kind == types.JSON:
		return compacted(s), true
	case t.Kind == types.UUID:
		return uuidText(strings.TrimSpace(s)), true
	case t.Kind == types.Bytes:
		return base64Text(strings.TrimSpace(s)), true
	case t.Kind == types.YearMonth && !integerForm.MatchString(strings.TrimSpace(s)):
		return monthsText(s), true
	}
	return nil, false
}

// cellText is a value of one of these types as a cell, before quotes.
func cellText(v any, t types.Type) (string, bool) {
	switch v := v.(type) {
	case raw:
		return base64.StdEncoding.EncodeToString([]byte(v)), true
	case doc:
		return string(v), true
	case mapping, []any:
		return jsonText(v, t), true
	}
	return "", false
}

// formed is a value as a sink's properties want it, with the type that has this form.
func formed(v any, t types.Type, prop func(string, string) string) (any, types.Type) {
	switch t.Kind {
	case types.Timestamp:
		format := prop("timestamp.format", "iso8601")
		_, as := timestampAs(format, 0)
		if v != nil {
			v, as = timestampAs(format, v.(int64))
		}
		return v, as
	case types.Decimal:
		if prop("decimal.format", "number") != "string" {
			return v, t
		}
		if v != nil {
			v = text(v, t)
		}
		return v, types.TString
	case types.Struct:
		out := t
		out.Fields = nil
		var values []any
		for i, f := range t.Fields {
			var x any
			if v != nil {
				x = v.([]any)[i]
			}
			x, f.Col.Type = formed(x, f.Col.Type, prop)
			values, out.Fields = append(values, x), append(out.Fields, f)
		}
		if v == nil {
			return nil, out
		}
		return values, out
	case types.Array, types.Map:
		return formedParts(v, t, prop)
	}
	return v, t
}

func formedParts(v any, t types.Type, prop func(string, string) string) (any, types.Type) {
	_, elem := formed(nil, *t.Elem, prop)
	out := t
	out.Elem = &elem
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i], _ = formed(e, *t.Elem, prop)
		}
		return list, out
	case mapping:
		m := make(mapping, len(v))
		for i, p := range v {
			x, _ := formed(p.value, *t.Elem, prop)
			m[i] = pair{p.key, x}
		}
		return m, out
	}
	return nil, out
}
