package sqlfn

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/velostream/veloc/runtime/text"
)

// shown is a result, or an error, as text.
func shown(v any, err ...error) string {
	if len(err) > 0 && err[0] != nil {
		return "error: " + err[0].Error()
	}
	return fmt.Sprint(v)
}

func one[T any](v T, err error) string { return shown(v, err) }

func found[T any](v T, ok bool) string {
	if !ok {
		return "NULL"
	}
	return shown(v)
}

// Edges of functions whose ordinary results are the examples of their documentation.
func TestEdges(t *testing.T) {
	var a text.Arena
	for _, tt := range []struct{ call, got, want string }{
		{"Overlay at 0", one(Overlay(&a, "abc", "x", 0, 1)), "error: OVERLAY starts at character 1 or behind it, not at 0"},
		{"Overlay behind the end", one(Overlay(&a, "abc", "x", 9, 1)), "abcx"},
		{"Overlay of a negative length", one(Overlay(&a, "hello", "X", 3, -1)), "heXello"},
		{"Space", one(Space(&a, 1<<40)), "error: the result of SPACE is longer than 256 MiB"},
		{"SubstringIndex of nothing", SubstringIndex("a.b", "", 1), ""},
		{"FindInSet with a comma", shown(FindInSet("a,b", "a,b")), "0"},
		{"FindInSet empty", shown(FindInSet("", "a,,b")), "2"},
		{"Chr of a surrogate", one(Chr(&a, 0xd800)), "error: 55296 is no code point of a character"},
		{"ToBase", one(ToBase(&a, -255, 16, 4)), "-00FF"},
		{"ToBase of base 1", one(ToBase(&a, 1, 1, 0)), "error: the base of TO_BASE is a number from 2 to 36, not 1"},
		{"ToBase of the least", one(ToBase(&a, math.MinInt64, 2, 0)), "-1000000000000000000000000000000000000000000000000000000000000000"},
		{"FromBase", one(FromBase("12", 2)), "error: '12' is no number of base 2 that fits INTEGER (64 bits)"},
		{"HexInteger of 0", HexInteger(&a, 0), "0"},
		{"Unhex", one(Unhex(&a, "6")), "error: '6' is not hexadecimal: it consists of pairs of the digits 0 to 9 and A to F"},
		{"FromBase64 of addresses", one(FromBase64(&a, "_-8")), "\xff\xef"},
		{"FromBase64", one(FromBase64(&a, "a=b")), "error: 'a=b' is not Base64"},
		{"URLDecode", one(URLDecode(&a, "100%")), "error: '100%' has a % that is not followed by two hexadecimal digits"},
		{"URLDecode of bytes", one(URLDecode(&a, "%ff")), "error: '%ff' does not stand for text in UTF-8"},
		{"user info", found(URLPart("ftp://me:pw@[::1]:21/x", 'U')), "me:pw"},
		{"host with colons", found(URLPart("ftp://me:pw@[::1]:21/x", 'H')), "[::1]"},
		{"port", found(URLPort("ftp://me:pw@[::1]:21/x")), "21"},
		{"port too high", found(URLPort("http://h:65536/")), "NULL"},
		{"path without a host", found(URLPart("mailto:a@b.org", 'T')), "a@b.org"},
		{"path of a query", found(URLPart("//h?x", 'T')), ""},
		{"no fragment", found(URLPart("http://h/", 'F')), "NULL"},
		{"parameter in signs", found(URLParameter(&a, "http://h/?a%20b=1&c=2", "a b")), "1"},
		{"Hamming", one(Hamming("abc", "ab")), "error: HAMMING compares texts of one length, but these have 3 and 2 characters"},
		{"Jaro of nothing", shown(Jaro("", "")), "1"},
		{"Jaccard", one(Jaccard("", "x")), "error: JACCARD compares texts of at least one character"},
		{"Soundex of no letter", Soundex(&a, "123"), ""},
		{"Gcd of the least", one(Gcd(math.MinInt64, 0)), "error: GCD(-9223372036854775808, 0) is out of range of INTEGER (64 bits)"},
		{"Lcm", one(Lcm(math.MaxInt64, 2)), "error: LCM(9223372036854775807, 2) is out of range of INTEGER (64 bits)"},
		{"Factorial", one(Factorial(21)), "error: FACTORIAL(21) is out of range of INTEGER (64 bits); GAMMA(n + 1) is the FLOAT near it"},
		{"Factorial negative", one(Factorial(-1)), "error: FACTORIAL of the negative number -1"},
		{"Div", one(Div(math.MinInt64, -1)), "error: DIV(-9223372036854775808, -1) is out of range of INTEGER (64 bits)"},
		{"WidthBucket down", one(WidthBucket(9, 10, 0, 5)), "1"},
		{"WidthBucket at the lower bound of down", one(WidthBucket(0, 10, 0, 5)), "6"},
		{"WidthBucket without width", one(WidthBucket(1, 2, 2, 5)), "error: the bounds of WIDTH_BUCKET must be two different finite numbers"},
		{"WidthBucket without buckets", one(WidthBucket(1, 2, 3, 0)), "error: WIDTH_BUCKET needs at least one bucket, not 0"},
		{"Gamma", one(Gamma(-1)), "error: GAMMA(-1) is no finite number"},
		{"Asin", one(Asin(2)), "error: ASIN of 2: sine and cosine lie between -1 and 1"},
		{"Acosh", one(Acosh(0.5)), "error: ACOSH of 0.5: a hyperbolic cosine is at least 1"},
		{"Atanh", one(Atanh(1)), "error: ATANH of 1: a hyperbolic tangent lies between -1 and 1"},
		{"Cot", one(Cot(0)), "error: COT of 0 is no finite number"},
		{"GeoDistance", one(GeoDistance(91, 0, 0, 0)), "error: GEO_DISTANCE: a latitude lies between -90 and 90 degrees, not at 91"},
		{"FormatNumber", one(FormatNumber(&a, -1234567.5, 0)), "-1,234,568"},
		{"FormatNumber of many digits", one(FormatNumber(&a, 1, 31)), "error: FORMAT_NUMBER writes 0 to 30 digits after the point, not 31"},
		{"FormatBytes", FormatBytes(&a, -1<<20, true), "-1.0 MiB"},
		{"FormatBytes of the greatest", FormatBytes(&a, math.MaxInt64, true), "8.0 EiB"},
		{"FormatBytes of one", FormatBytes(&a, 1, false), "1 byte"},
		{"ShiftLeft far", shown(ShiftLeft(1, 64)), "0"},
		{"ShiftLeft back", shown(ShiftLeft(-8, math.MinInt64)), "-1"},
		{"GetBit", one(GetBit(1, 64)), "error: INTEGER has the bits 0 to 63, and no bit 64"},
		{"SetBit", one(SetBit(1, 3, 2)), "error: a bit is 0 or 1, not 2"},
		{"MakeDate", one(MakeDate(2026, 2, 29)), "error: there is no date with year 2026, month 2 and day 29"},
		{"MakeTime", one(MakeTime(24, 0, 0)), "error: there is no time of day with hour 24, minute 0 and second 0"},
		{"TimeBucket", one(TimeBucket(0, 0)), "error: a bucket of time must be wider than nothing, not 00:00:00"},
		{"TimeBucket before its origin", one(TimeBucketFrom(Day, -1, 0)), shown(-Day)},
		{"MaskKeepRight of less", MaskKeepRight(&a, "ab", 5), "ab"},
		{"MaskLeft of less than nothing", MaskLeft(&a, "ab", -1), "ab"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %q, want %q", tt.call, tt.got, tt.want)
		}
	}
}

func randomWord(r *rand.Rand) string {
	b := make([]rune, r.IntN(7))
	for i := range b {
		b[i] = rune('a' + r.IntN(3))
	}
	return string(b)
}

// edits is the edit distance by its recursive definition.
func edits(a, b string) int64 {
	switch {
	case a == "":
		return int64(len(b))
	case b == "":
		return int64(len(a))
	case a[0] == b[0]:
		return edits(a[1:], b[1:])
	}
	return 1 + min(edits(a[1:], b[1:]), edits(a[1:], b), edits(a, b[1:]))
}

func TestDistances(t *testing.T) {
	r := newRand()
	for range 300 {
		a, b := randomWord(r), randomWord(r)
		if got, want := Levenshtein(a, b), edits(a, b); got != want {
			t.Errorf("Levenshtein(%q, %q) = %d, want %d", a, b, got, want)
		}
		d := DamerauLevenshtein(a, b)
		if d > Levenshtein(a, b) || d != DamerauLevenshtein(b, a) || d < int64(max(len(a)-len(b), len(b)-len(a))) {
			t.Errorf("DamerauLevenshtein(%q, %q) = %d", a, b, d)
		}
		if Jaro(a, b) != Jaro(a, b) || math.Abs(Jaro(a, b)-Jaro(b, a)) > 1e-12 && len(a) == len(b) {
			t.Errorf("Jaro(%q, %q) = %v, the other way %v", a, b, Jaro(a, b), Jaro(b, a))
		}
	}
	long := string(make([]byte, 300))
	if got := Levenshtein(long, "x"); got != 300 {
		t.Errorf("Levenshtein of a long text is %d", got)
	}
	for _, tt := range []struct {
		got, want float64
	}{{Jaro("MARTHA", "MARHTA"), 0.944444}, {Jaro("DIXON", "DICKSONX"), 0.766667}, {JaroWinkler("MARTHA", "MARHTA"), 0.961111}, {JaroWinkler("DWAYNE", "DUANE"), 0.84}} {
		if math.Abs(tt.got-tt.want) > 1e-6 {
			t.Errorf("got %v, want %v", tt.got, tt.want)
		}
	}
}

// Against math/big and package time.
func TestNumbersAndTimesAgree(t *testing.T) {
	r := newRand()
	for range 500 {
		x, y := r.Int64N(1000)-500, r.Int64N(1000)-500
		want := new(big.Int).GCD(nil, nil, new(big.Int).Abs(big.NewInt(x)), new(big.Int).Abs(big.NewInt(y))).Int64()
		if got, err := Gcd(x, y); err != nil || got != want {
			t.Errorf("Gcd(%d, %d) = %d, %v", x, y, got, err)
		}
		if m, err := Lcm(x, y); err != nil || want != 0 && m != max(x*y, -x*y)/want {
			t.Errorf("Lcm(%d, %d) = %d, %v", x, y, m, err)
		}
		at := time.Unix(r.Int64N(8e9)-4e9, 0).UTC()
		ts := at.UnixNano()
		if got := time.Unix(LastDay(ts)*86400, 0).UTC(); got.Month() != at.Month() || got.AddDate(0, 0, 1).Day() != 1 {
			t.Errorf("LastDay(%v) = %v", at, got)
		}
		dow := r.Int64N(7)
		next := time.Unix(NextDay(ts, dow)*86400, 0).UTC()
		if days := next.Sub(at.Truncate(24*time.Hour)) / (24 * time.Hour); int64(next.Weekday()) != dow || days < 1 || days > 7 {
			t.Errorf("NextDay(%v, %d) = %v", at, dow, next)
		}
		end := at.Add(time.Duration(r.Int64N(4e17) - 2e17))
		if months := ElapsedMonths(ts, end.UnixNano()); !end.Before(at) {
			day := func(n int64) time.Time { v, _ := AddMonths(ts, n); return time.Unix(0, v).UTC() }
			if day(months).After(end) || !day(months+1).After(end) && day(months+1).Day() == at.Day() {
				t.Errorf("%d months from %v to %v", months, at, end)
			}
		}
		if a, b := ElapsedMonths(ts, end.UnixNano()), ElapsedMonths(end.UnixNano(), ts); a != -b {
			t.Errorf("%v to %v: %d months, %d back", at, end, a, b)
		}
	}
}

func TestNewFunctionsDoNotAllocate(t *testing.T) {
	var a text.Arena
	a.Room(1000)
	for name, call := range map[string]func(){
		"Levenshtein":    func() { Levenshtein("kitten", "sitting") },
		"Damerau":        func() { DamerauLevenshtein("kitten", "sitting") },
		"Jaro":           func() { JaroWinkler("kitten", "sitting") },
		"Soundex":        func() { Soundex(&a, "Robert") },
		"Hex":            func() { _, _ = Hex(&a, "abc") },
		"HexInteger":     func() { HexInteger(&a, 255) },
		"ToBase64":       func() { _, _ = ToBase64(&a, "abc") },
		"FromBase64":     func() { _, _ = FromBase64(&a, "YWJj") },
		"Unhex":          func() { _, _ = Unhex(&a, "616263") },
		"URL":            func() { URLPart("https://example.org/a/b?x=1", 'H') },
		"URLParameter":   func() { URLParameter(&a, "https://example.org/a/b?x=%20", "x") },
		"URLEncode":      func() { _, _ = URLEncode(&a, "a b") },
		"Mask":           func() { MaskAll(&a, "abc") },
		"Overlay":        func() { _, _ = OverlayAll(&a, "abcdef", "x", 2) },
		"FormatNumber":   func() { _, _ = FormatNumber(&a, 1234567.891, 2) },
		"FormatInteger":  func() { _, _ = FormatInteger(&a, 1234567, 2) },
		"FormatBytes":    func() { FormatBytes(&a, 1234567, true) },
		"NormalizeSpace": func() { NormalizeSpace(&a, " a  b ") },
	} {
		if n := testing.AllocsPerRun(100, func() { call(); a.Reset() }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}
