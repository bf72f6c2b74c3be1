package oracle

import (
	"fmt"
	"math"
	"math/big"
	"math/rand"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/types"
)

// texts are what STRING columns and literals hold: few enough for groups, among them numbers, times and characters that need care.
var texts = []string{
	"", "a", "A", "b", "ab", "abc", "aXb%c_d", "Zürich", "naïve Ünïcode", "日本語のテキスト", "🙂 smile 🙂", "sixteen bytes ok", "exactly17 letters", "a name that is longer than sixteen bytes",
	"a name that is longer than sixteen bytez", "1", "-12", "3.50", "1e3", " 42 ", "true", "no", "2026-01-31", "2026-01-05T10:00:00Z", "x,y", `say "hi"`, "tab\there", `back\slash`,
	"two\nlines", " padded ", "%", "_", "ÄÖÜß", "ﬁ", "e\u0301", "a|b", "NULL", "1h30m", "10:30:00",
}

func randomText(r *rand.Rand) string {
	if chance(r, 8) {
		var b strings.Builder
		for range r.Intn(40) {
			b.WriteRune(pick(r, 'a', 'B', ' ', '7', 'é', '漢', '🙂', '.', '-', '%'))
		}
		return b.String()
	}
	return pick(r, texts...)
}

func randomInteger(r *rand.Rand) int64 {
	switch r.Intn(20) {
	case 0:
		return pick[int64](r, math.MaxInt64, math.MinInt64, math.MaxInt64-1, 1<<53+1, -1<<53-1)
	case 1, 2:
		return r.Int63n(2e12) - 1e12
	case 3, 4, 5:
		return r.Int63n(2000) - 1000
	}
	return r.Int63n(9) - 3
}

func randomDecimal(r *rand.Rand, t types.Type) string {
	digits := 1 + r.Intn(t.Precision)
	if !chance(r, 8) {
		digits = min(digits, t.Scale+3, t.Precision)
	}
	m := new(big.Int).Rand(r, pow10(digits))
	if chance(r, 3) {
		m.Neg(m)
	}
	if chance(r, 8) {
		m.SetInt64(0)
	}
	return new(big.Rat).SetFrac(m, pow10(t.Scale)).FloatString(t.Scale)
}

// randomFloat is mostly a small multiple of 1/8, so that sums are exact.
func randomFloat(r *rand.Rand) float64 {
	switch r.Intn(12) {
	case 0:
		return pick[float64](r, 0, 0.1, 1e-7, 1e21, 123456789.125, 1e15, -1e-9)
	case 1:
		return math.Round(r.NormFloat64()*1e6) / 1e3
	}
	return float64(r.Intn(200)-100) / 8
}

// epoch is where times begin: a Monday.
var epoch = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// randomTime is in most cases later than the one before, sometimes a little earlier or much earlier, and rarely far in the future.
func randomTime(r *rand.Rand, last *int64) int64 {
	step := r.Int63n(20e3)
	switch r.Intn(14) {
	case 0, 1:
		return *last - r.Int63n(30e3)*1e6
	case 2:
		return *last - r.Int63n(600e3)*1e6
	case 3:
		if chance(r, 6) {
			return time.Date(2120, 1, 1, 0, 0, int(r.Int31n(100)), 0, time.UTC).UnixNano()
		}
	case 4:
		step = r.Int63n(300e3)
	}
	*last += step * 1e6
	return *last
}

// value is a random value as a text, with whether JSON puts it into quotes.
func randomValue(r *rand.Rand, c column, isTime bool, last *int64) (s string, inQuotes bool) {
	switch c.typ.Kind {
	case types.Integer:
		return fmt.Sprint(randomInteger(r)), false
	case types.Float:
		return jsonText(randomFloat(r), types.TFloat), false
	case types.Decimal:
		return randomDecimal(r, c.typ), chance(r, 6)
	case types.Boolean:
		return pick(r, "true", "false"), false
	case types.String:
		return randomText(r), true
	case types.Date:
		return dateText(epoch.AddDate(0, 0, r.Intn(90)-45)), true
	case types.Timestamp:
	default:
		return furtherValue(r, c.typ)
	}
	at := epoch.UnixNano() + r.Int63n(90*86400e3)*1e6
	if isTime {
		at = randomTime(r, last)
	}
	if chance(r, 2) && at%1e6 == 0 {
		return fmt.Sprint(at / 1e6), false
	}
	return instant(at).Format(pick(r, "2006-01-02T15:04:05.000Z", "2006-01-02 15:04:05.999", "2006-01-02T15:04:05.999999999Z07:00")), true
}

func randomData(r *rand.Rand, d *dataset) string {
	var b strings.Builder
	last := epoch.UnixNano()
	if d.csv {
		var header []string
		for _, c := range d.columns {
			header = append(header, c.name)
		}
		b.WriteString(strings.Join(header, ",") + "\n")
	}
	for range pick(r, 0, 1, 40, 120, 200) {
		if d.csv {
			b.WriteString(csvLine(r, d, &last))
		} else {
			b.WriteString(jsonLine(r, d, &last))
		}
		b.WriteString("\n")
	}
	if chance(r, 4) {
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

// jsonLine is a row, regular in most cases.
func jsonLine(r *rand.Rand, d *dataset, last *int64) string {
	odd := chance(r, 4)
	var parts []string
	for i, c := range d.columns {
		s, inQuotes := randomValue(r, c, i == d.time, last)
		if inQuotes {
			s = jsonString(r, s, odd)
		}
		switch {
		case c.null && chance(r, 6):
			s = "null"
		case odd && c.null && chance(r, 6):
			continue
		case odd && chance(r, 25):
			s = pick(r, "null", `"?"`, "1.25", "[1,{}]", "{}", "true", "99999999999999999999999999999999999999999", "-", "01", "1.", "nul", `"a`, `"\x"`, "1.0", "-0", "1e2")
		}
		parts = append(parts, jsonKey(r, c.name, odd)+blank(r, odd)+":"+blank(r, odd)+s)
	}
	if odd {
		for chance(r, 3) {
			parts = append(parts, pick(r, `"zzz":[1,{"a":"}"}]`, `"other":null`, `"u":"\u00e9\n"`, `"n":-1.5e-3`, `"o":{"x":{"y":[]}}`))
		}
		if chance(r, 2) {
			r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		}
		if chance(r, 40) {
			return pick(r, "", "not json", "{", "[]", "{}", `{"a":1}x`, "null", "  ", `{"a" 1}`, `{"a":1,}`)
		}
	}
	line := "{" + blank(r, odd) + strings.Join(parts, blank(r, odd)+","+blank(r, odd)) + blank(r, odd) + "}" + blank(r, odd)
	if odd && chance(r, 40) {
		return line[:r.Intn(len(line))]
	}
	return line
}

func blank(r *rand.Rand, odd bool) string {
	if odd && chance(r, 3) {
		return pick(r, " ", "  ", "\t")
	}
	return ""
}

func jsonKey(r *rand.Rand, name string, odd bool) string {
	if odd && chance(r, 20) && name[0] < 0x80 {
		return fmt.Sprintf(`"\u%04x%s"`, name[0], name[1:])
	}
	return `"` + name + `"`
}

// jsonString writes text as JSON, with more escapes than needed if odd.
func jsonString(r *rand.Rand, s string, odd bool) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case odd && chance(r, 6) && c < 0x10000:
			fmt.Fprintf(&b, "\\u%04x", c)
		case odd && chance(r, 6) && c > 0x10000:
			hi, lo := (c-0x10000)>>10+0xd800, (c-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&b, "\\u%04x\\u%04X", hi, lo)
		case odd && c == '/':
			b.WriteString(`\/`)
		default:
			q := quoted(string(c))
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String() + `"`
}

// csvLine is a row of delimited text.
func csvLine(r *rand.Rand, d *dataset, last *int64) string {
	odd := chance(r, 4)
	var cells []string
	for i, c := range d.columns {
		s, _ := randomValue(r, c, i == d.time, last)
		s = csvText(s, types.TString, ',')
		switch {
		case c.null && chance(r, 6):
			s = ""
		case odd && chance(r, 6) && !strings.HasPrefix(s, `"`):
			s = `"` + s + `"`
		case odd && chance(r, 25):
			s = pick(r, "?", "", `""`, "007", "+5", " 5", "1e2", "99999999999999999999", `a"b`, "yes", "T", `"x"y`, "-", ".5", "5.")
		}
		cells = append(cells, s)
	}
	if odd && chance(r, 30) {
		cells = cells[:r.Intn(len(cells))]
	}
	if odd && chance(r, 30) {
		cells = append(cells, "extra")
	}
	end := ""
	if odd && chance(r, 10) {
		end = "\r"
	}
	return strings.Join(cells, ",") + end
}
