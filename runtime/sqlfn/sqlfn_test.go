package sqlfn

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

func newRand() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }

// Every pair of edge values against math/big.
func TestCheckedIntegers(t *testing.T) {
	edges := []int64{math.MinInt64, math.MinInt64 + 1, -1 << 32, -3, -1, 0, 1, 2, 1 << 31, 1 << 32, math.MaxInt64 - 1, math.MaxInt64}
	r := newRand()
	for range 50 {
		edges = append(edges, int64(r.Uint64()>>r.IntN(64)))
	}
	for _, a := range edges {
		for _, b := range edges {
			for name, op := range map[string]struct {
				f func(a, b int64) (int64, error)
				g func(z, a, b *big.Int) *big.Int
			}{
				"+": {Add, (*big.Int).Add}, "-": {Sub, (*big.Int).Sub}, "*": {Mul, (*big.Int).Mul},
				"t+": {AddTime, (*big.Int).Add}, "t-": {SubTime, (*big.Int).Sub}, "t*": {MulTime, (*big.Int).Mul},
			} {
				want := op.g(new(big.Int), big.NewInt(a), big.NewInt(b))
				got, err := op.f(a, b)
				if (err == nil) != want.IsInt64() || err == nil && got != want.Int64() {
					t.Fatalf("%d %s %d = %d, %v; want %s", a, name, b, got, err, want)
				}
			}
		}
		if n, err := Neg(a); (err != nil) != (a == math.MinInt64) || err == nil && n != -a {
			t.Errorf("Neg(%d) = %d, %v", a, n, err)
		}
		if n, err := Abs(a); (err != nil) != (a == math.MinInt64) || err == nil && n != max(a, -a) {
			t.Errorf("Abs(%d) = %d, %v", a, n, err)
		}
	}
	_, err := Add(math.MaxInt64, 1)
	if want := "9223372036854775807 + 1 is out of range of INTEGER (64 bits)"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	_, err = Neg(math.MinInt64)
	if want := "- -9223372036854775808 is out of range of INTEGER (64 bits)"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

func TestRounding(t *testing.T) {
	for _, tt := range []struct{ x, n, want int64 }{
		{1250, -2, 1300}, {-1250, -2, -1300}, {1249, -2, 1200}, {5, -1, 10}, {4, -1, 0}, {7, 3, 7}, {7, -20, 0}, {math.MaxInt64, -19, 0},
	} {
		got, err := RoundInteger(tt.x, tt.n)
		if tt.x == math.MaxInt64 {
			if err == nil {
				t.Errorf("rounding %d up to 10^19 gave %d", tt.x, got)
			}
			continue
		}
		if got != tt.want || err != nil {
			t.Errorf("RoundInteger(%d, %d) = %d, %v; want %d", tt.x, tt.n, got, err, tt.want)
		}
	}
	for _, tt := range []struct {
		x    float64
		n    int64
		want float64
	}{
		{2.5, 0, 3}, {-2.5, 0, -3}, {1.2345, 2, 1.23}, {1250, -2, 1300}, {1e300, 10, 1e300}, {1.5, 400, 1.5}, {1.5, -400, 0},
	} {
		if got := RoundFloat(tt.x, tt.n); got != tt.want {
			t.Errorf("RoundFloat(%v, %d) = %v, want %v", tt.x, tt.n, got, tt.want)
		}
	}
	if got := TruncFloat(-1.999, 2); got != -1.99 {
		t.Errorf("TruncFloat = %v", got)
	}
	if got := TruncInteger(-1999, -2); got != -1900 {
		t.Errorf("TruncInteger = %v", got)
	}
}

func TestFloatFunctionsRefuse(t *testing.T) {
	one := func(f func(float64) (float64, error), x float64) func() error {
		return func() error { _, err := f(x); return err }
	}
	for _, tt := range []struct {
		call func() error
		want string
	}{
		{one(Sqrt, -4), "SQRT of the negative number -4"},
		{one(Ln, 0), "LN of 0: only positive numbers have a logarithm"},
		{one(Log10, -1), "LOG10 of -1: only positive numbers have a logarithm"},
		{one(Log2, -1), "LOG2 of -1: only positive numbers have a logarithm"},
		{one(Exp, 1000), "EXP(1000) is out of range of FLOAT"},
		{func() error { _, err := Log(1, 2); return err }, "the base of LOG must be positive and not 1, but is 1"},
		{func() error { _, err := Power(-8, 0.5); return err }, "POWER(-8, 0.5) is no finite number"},
		{func() error { _, err := FloorFloat(1e19); return err }, "10000000000000000000 is out of range of INTEGER (64 bits)"},
		{func() error { _, err := CastFloatToInteger(math.NaN()); return err }, "NaN is out of range of INTEGER (64 bits)"},
	} {
		if err := tt.call(); err == nil || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
	for _, tt := range []struct {
		got  func() (float64, error)
		want float64
	}{
		{func() (float64, error) { return Sqrt(9) }, 3}, {func() (float64, error) { return Ln(math.E) }, 1},
		{func() (float64, error) { return Log(2, 8) }, 3}, {func() (float64, error) { return Power(2, 10) }, 1024},
		{func() (float64, error) { return Exp(0) }, 1}, {func() (float64, error) { return Log10(1000) }, 3},
	} {
		if got, err := tt.got(); err != nil || math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("got %v, %v; want %v", got, err, tt.want)
		}
	}
}

func TestText(t *testing.T) {
	var a text.Arena
	fail := func(s string, err error) string {
		if err != nil {
			return "error: " + err.Error()
		}
		return s
	}
	for _, tt := range []struct{ call, got, want string }{
		{"Upper", Upper(&a, "straße é x1"), "STRAßE É X1"},
		{"Upper grows", Upper(&a, "ɐɐɐ"), "ⱯⱯⱯ"},
		{"Upper of invalid bytes", Upper(&a, "a\xffb"), "A\uFFFDB"},
		{"Lower", Lower(&a, "ÀB1[`{Z"), "àb1[`{z"},
		{"Lower of nothing to do", Lower(&a, "abc"), "abc"},
		{"Initcap", Initcap(&a, "hELLO wORLD-o'neil éa"), "Hello World-O'Neil Éa"},
		{"Substring", Substring("héllo", 2), "éllo"},
		{"Substring from before the start", Substring("abc", -5), "abc"},
		{"Substring behind the end", Substring("abc", 9), ""},
		{"SubstringLen", fail(SubstringLen("héllo", 2, 3)), "éll"},
		{"SubstringLen beyond", fail(SubstringLen("abc", 2, 99)), "bc"},
		{"SubstringLen negative", fail(SubstringLen("abc", 2, -1)), "error: the length of SUBSTRING must not be negative"},
		{"Left", Left("héllo", 2), "hé"},
		{"Left negative", Left("héllo", -2), "hél"},
		{"Right", Right("hellé", 2), "lé"},
		{"Right negative", Right("héllo", -2), "llo"},
		{"Right too long", Right("abc", 9), "abc"},
		{"Replace", fail(Replace(&a, "a.b.c", ".", "--")), "a--b--c"},
		{"Replace nothing", fail(Replace(&a, "abc", "", "x")), "abc"},
		{"Translate", Translate(&a, "naïve", "ïv", "if"), "naife"},
		{"Translate shorter", Translate(&a, "1.234,50", ",.", "."), "1234.50"},
		{"Translate to longer characters", Translate(&a, "abba", "ab", "é€"), "é€€é"},
		{"Translate not UTF-8", Translate(&a, "a\xffb", "b", "c"), "a\xffc"},
		{"Translate nothing", Translate(&a, "abc", "", "x"), "abc"},
		{"ConcatWS", ConcatWS(&a, "-", rt.Null[string]{}, rt.Some("a"), rt.Some(""), rt.Null[string]{V: "x"}, rt.Some("b")), "a--b"},
		{"ConcatWS of nothing", ConcatWS(&a, "-"), ""},
		{"OrEmpty", OrEmpty("a", true) + OrEmpty("b", false), "a"},
		{"Repeat", fail(Repeat(&a, "ab", 3)), "ababab"},
		{"Repeat never", fail(Repeat(&a, "ab", -3)), ""},
		{"Repeat too often", fail(Repeat(&a, "ab", 1<<60)), "error: the result of REPEAT is longer than 256 MiB"},
		{"Reverse", Reverse(&a, "aé\xffz"), "z\xfféa"},
		{"Lpad", fail(Lpad(&a, "7", 3, "0")), "007"},
		{"Lpad with several characters", fail(Lpad(&a, "é", 6, "xyz")), "xyzxyé"},
		{"Lpad cuts", fail(Lpad(&a, "héllo", 2, "x")), "hé"},
		{"Rpad", fail(Rpad(&a, "7", 3, "ab")), "7ab"},
		{"Rpad with nothing", fail(Rpad(&a, "7", 3, "")), "7"},
		{"SplitPart", fail(SplitPart("a,b,c", ",", 2)), "b"},
		{"SplitPart last", fail(SplitPart("a,b,c", ",", -1)), "c"},
		{"SplitPart beyond", fail(SplitPart("a,b,c", ",", 4)), ""},
		{"SplitPart far before", fail(SplitPart("a,b,c", ",", -4)), ""},
		{"SplitPart 0", fail(SplitPart("a", ",", 0)), "error: SPLIT_PART counts parts from 1, or from -1 at the end; there is no part 0"},
		{"Trim", Trim(" \u00a0x\t"), "x"}, {"Ltrim", Ltrim(" x "), "x "}, {"Rtrim", Rtrim(" x "), " x"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %q, want %q", tt.call, tt.got, tt.want)
		}
	}
	for _, tt := range []struct {
		call      string
		got, want int64
	}{
		{"Length", Length("hé\xff"), 3}, {"Position", Position("l", "héllo"), 3}, {"Position of nothing", Position("", "abc"), 1},
		{"Position absent", Position("x", "abc"), 0}, {"PositionFrom", PositionFrom("l", "héllo", 4), 4}, {"PositionFrom beyond", PositionFrom("l", "héllo", 5), 0},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %d, want %d", tt.call, tt.got, tt.want)
		}
	}
}

// likeRegexp is the same pattern as a regular expression: the oracle.
func likeRegexp(pattern string, fold bool) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?s)^")
	if fold {
		b.WriteString("(?i)")
	}
	for i := 0; i < len(pattern); {
		r, n := utf8.DecodeRuneInString(pattern[i:])
		switch r {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteString(".")
		case '!':
			i += n
			r, n = utf8.DecodeRuneInString(pattern[i:])
			fallthrough
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
		i += n
	}
	return regexp.MustCompile(b.String() + "$")
}

func TestLike(t *testing.T) {
	r := newRand()
	letters := []string{"a", "b", "A", "é", "É", "\n", "ſ"}
	tokens := append([]string{"%", "%", "_", "!%", "!_", "!!"}, letters...)
	gen := func(from []string, n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(from[r.IntN(len(from))])
		}
		return b.String()
	}
	matches := 0
	for range 30000 {
		pattern, s, fold := gen(tokens, 7), gen(append(letters, "%", "_", "!"), 9), r.IntN(2) == 0
		want := likeRegexp(pattern, fold).MatchString(s)
		p, err := CompileLike(pattern, '!', fold)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(s); got != want {
			t.Fatalf("%q LIKE %q (fold %v) = %v compiled, want %v", s, pattern, fold, got, want)
		}
		got, err := Like(s, pattern, '!', fold)
		if err != nil || got != want {
			t.Fatalf("%q LIKE %q (fold %v) = %v (%v), want %v", s, pattern, fold, got, err, want)
		}
		if want {
			matches++
		}
	}
	if matches < 1000 {
		t.Errorf("only %d matches: the test proves little", matches)
	}
	for _, pattern := range []string{"a!", "!a", "%!"} {
		want := "in the LIKE pattern '" + pattern + "' the escape character ! must stand before %, _ or itself"
		if _, err := CompileLike(pattern, '!', false); err == nil || err.Error() != want {
			t.Errorf("CompileLike(%q): %v", pattern, err)
		}
		if _, err := Like("b", pattern, '!', false); err == nil || err.Error() != want {
			t.Errorf("Like(%q): %v", pattern, err)
		}
	}
}

// The standard library's time package is the oracle of the calendar.
func TestCalendar(t *testing.T) {
	r := newRand()
	stamps := []int64{0, -1, 1, math.MaxInt64, math.MinInt64 + Day, -Day, Day, 951782400 * Second, 1709164800 * Second}
	for range 5000 {
		stamps = append(stamps, int64(r.Uint64()>>1)*int64(1-2*r.IntN(2))/2)
	}
	for _, ts := range stamps {
		want := time.Unix(0, ts).UTC()
		y, w := want.ISOWeek()
		isoDay := (int64(want.Weekday())+6)%7 + 1
		for name, c := range map[string][2]int64{
			"year": {Year(ts), int64(want.Year())}, "month": {Month(ts), int64(want.Month())}, "day": {DayOfMonth(ts), int64(want.Day())},
			"hour": {HourOf(ts), int64(want.Hour())}, "minute": {MinuteOf(ts), int64(want.Minute())}, "second": {SecondOf(ts), int64(want.Second())},
			"ns": {NanosecondOf(ts), int64(want.Nanosecond())}, "us": {MicrosecondOf(ts), int64(want.Nanosecond() / 1e3)},
			"ms": {MillisecondOf(ts), int64(want.Nanosecond() / 1e6)}, "dow": {DayOfWeek(ts), int64(want.Weekday())}, "isodow": {ISODayOfWeek(ts), isoDay},
			"doy": {DayOfYear(ts), int64(want.YearDay())}, "week": {WeekOfYear(ts), int64(w)}, "isoyear": {ISOYear(ts), int64(y)},
			"quarter": {Quarter(ts), int64(want.Month()-1)/3 + 1}, "unix": {UnixSeconds(ts), want.Unix()}, "millis": {Millis(ts), want.UnixMilli()},
		} {
			if c[0] != c[1] {
				t.Fatalf("%s of %s (%d) = %d, want %d", name, want, ts, c[0], c[1])
			}
		}
		if ts < math.MinInt64+400*Day {
			continue // the start of the first week, month and year cannot be written
		}
		date := func(y int, m time.Month, d int) int64 { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixNano() }
		for name, c := range map[string][2]int64{
			"hour": {TruncTime(ts, Hour), want.Add(-time.Duration(floorMod(ts, Hour))).UnixNano()},
			"day":  {TruncTime(ts, Day), date(want.Year(), want.Month(), want.Day())}, "week": {TruncWeek(ts), date(want.Year(), want.Month(), want.Day()-int(isoDay)+1)},
			"month": {TruncMonth(ts), date(want.Year(), want.Month(), 1)}, "year": {TruncYear(ts), date(want.Year(), 1, 1)},
			"quarter": {TruncQuarter(ts), date(want.Year(), (want.Month()-1)/3*3+1, 1)},
		} {
			if c[0] != c[1] {
				t.Fatalf("%s of %s starts at %s, want %s", name, want, time.Unix(0, c[0]).UTC(), time.Unix(0, c[1]).UTC())
			}
		}
		if back := daysOf(civil(floorDiv(ts, Day))); back != floorDiv(ts, Day) {
			t.Fatalf("day %d comes back as %d", floorDiv(ts, Day), back)
		}
	}
}

func ts(t *testing.T, s string) int64 {
	t.Helper()
	ns, err := ParseTimestamp(s)
	if err != nil {
		t.Fatal(err)
	}
	return ns
}

func TestDifferencesAndSteps(t *testing.T) {
	a, b := ts(t, "2025-12-31T23:59:59Z"), ts(t, "2026-01-01T00:00:00Z")
	for name, n := range map[string]int64{
		"years": DiffYears(a, b), "quarters": DiffQuarters(a, b), "months": DiffMonths(a, b), "days": DiffTime(a, b, Day), "hours": DiffTime(a, b, Hour),
		"minutes": DiffTime(a, b, Minute), "seconds": DiffTime(a, b, Second),
	} {
		if n != 1 {
			t.Errorf("one second over New Year crosses %d %s, want 1", n, name)
		}
	}
	if n := DiffWeeks(a, b); n != 0 {
		t.Errorf("Wednesday to Thursday crosses %d Mondays", n)
	}
	if n := DiffWeeks(ts(t, "2026-01-04"), ts(t, "2026-01-05")); n != 1 {
		t.Errorf("Sunday to Monday crosses %d Mondays", n)
	}
	for _, tt := range []struct {
		from string
		n    int64
		want string
	}{
		{"2026-01-31T12:00:00Z", 1, "2026-02-28T12:00:00.000Z"}, {"2024-01-31T00:00:00Z", 1, "2024-02-29T00:00:00.000Z"},
		{"2026-03-31T00:00:00Z", -1, "2026-02-28T00:00:00.000Z"}, {"2026-01-15T00:00:00Z", -13, "2024-12-15T00:00:00.000Z"},
	} {
		got, err := AddMonths(ts(t, tt.from), tt.n)
		if s := string(AppendTimestamp(nil, got)); err != nil || s != tt.want {
			t.Errorf("%s + %d months = %s, %v; want %s", tt.from, tt.n, s, err, tt.want)
		}
	}
	if _, err := AddMonths(math.MaxInt64-Day, 12); !errors.Is(err, errTimeRange) {
		t.Errorf("a year after 2262: %v", err)
	}
	if _, err := AddMonths(0, math.MaxInt64); !errors.Is(err, errTimeRange) {
		t.Errorf("many months: %v", err)
	}
	if ns, err := FromSecondsFloat(1.5); ns != 1500*Millisecond || err != nil {
		t.Errorf("FromSecondsFloat = %d, %v", ns, err)
	}
	if _, err := FromMillis(math.MaxInt64); err == nil || !strings.HasPrefix(err.Error(), "9223372036854775807 milliseconds are out of range") {
		t.Errorf("FromMillis: %v", err)
	}
	if d := DateToTimestamp(1 << 40); d != math.MaxInt64 {
		t.Errorf("a date far away = %d", d)
	}
	if _, err := CastDateToTimestamp(daysOf(9999, 12, 31)); err == nil || err.Error() != "the date 9999-12-31 is out of range of TIMESTAMP, which covers the years 1677 to 2262" {
		t.Errorf("CastDateToTimestamp: %v", err)
	}
	if ns, err := ScaleTime(Hour, 1.5); ns != 90*Minute || err != nil {
		t.Errorf("ScaleTime = %d, %v", ns, err)
	}
	if _, err := ScaleTime(Hour, math.NaN()); err == nil {
		t.Error("ScaleTime by NaN succeeded")
	}
}

func TestParseTimestamp(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"2026-01-31", "2026-01-31T00:00:00.000Z"},
		{"2026/01/31 23:59", "2026-01-31T23:59:00.000Z"},
		{"2026-01-31T23:59:59Z", "2026-01-31T23:59:59.000Z"},
		{"2026-01-31t23:59:59.5z", "2026-01-31T23:59:59.500Z"},
		{"2026-01-31 23:59:59.123456+02:00", "2026-01-31T21:59:59.123456Z"},
		{"2026-01-31 23:59:59 -0230", "2026-02-01T02:29:59.000Z"},
		{"2026-01-31T23:59:59.1234567891234+00", "2026-01-31T23:59:59.123456789Z"},
		{"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
		{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"},
		{"2024-02-29", "2024-02-29T00:00:00.000Z"},
		{"1677-09-21T00:12:43.145224192Z", "1677-09-21T00:12:43.145224192Z"},
		{"2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16.854775807Z"},
		{"1677-09-21T00:12:43.145224191Z", ""}, {"2262-04-11T23:47:16.854775808Z", ""},
		{"2025-02-29", ""}, {"2026-13-01", ""}, {"2026-00-01", ""}, {"2026-01-32", ""}, {"2026-1-1", ""}, {"", ""}, {"2026-01-31T", ""},
		{"2026-01-31T24:00:00Z", ""}, {"2026-01-31T23:60:00Z", ""}, {"2026-01-31T23:59:59.Z", ""}, {"2026-01-31T23:59:59+2", ""},
		{"2026-01-31T23:59:59ZZ", ""}, {"20x6-01-31", ""}, {"2026-01/31", ""}, {"2026-01-31x00:00", ""},
	} {
		ns, err := ParseTimestamp(tt.in)
		got := ""
		if err == nil {
			got = string(AppendTimestamp(nil, ns))
		} else if want := "'" + tt.in + "' is not a TIMESTAMP (expected a form such as 2026-01-31T23:59:59.999Z)"; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
		if got != tt.want {
			t.Errorf("%q = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTimeFormats(t *testing.T) {
	at := ts(t, "2026-02-03T14:05:06.0789Z")
	for _, tt := range []struct{ format, want string }{
		{"%Y-%m-%d %H:%M:%S", "2026-02-03 14:05:06"},
		{"%F %T%.3f", "2026-02-03 14:05:06.078"},
		{"%d/%m/%y %I:%M %p", "03/02/26 02:05 PM"},
		{"%A %e %B %Y, %j, week %V of %G", "Tuesday  3 February 2026, 034, week 06 of 2026"},
		{"%a %b %-d %k|%l %P %u %w", "Tue Feb 3 14| 2 pm 2 2"},
		{"%s %f %3f %6f %9f %.f %.6f", "1770127506 078900000 078 078900 078900000 .078900 .078900"},
		{"%Y%m%dT%H%M%S%z %:z %Z 100%%%n%t|", "20260203T140506+0000 +00:00 UTC 100%\n\t|"},
		{"%c %D %R %h", "Tue Feb  3 14:05:06 2026 02/03/26 14:05 Feb"},
	} {
		f, err := CompileTimeFormat(tt.format)
		if err != nil {
			t.Fatal(err)
		}
		var a text.Arena
		if got := FormatTime(&a, f, at); got != tt.want {
			t.Errorf("%s = %q, want %q", tt.format, got, tt.want)
		}
	}
	for format, want := range map[string]string{
		"%Y-%q":                   "the time pattern '%Y-%q' has the unknown specifier %q (known: %Y %m %d %H %M %S %.3f %z, see DATE_FORMAT)",
		"%Y%":                     "the time pattern '%Y%' ends with a single %; write %% for a percent sign",
		"%.4f":                    "the time pattern '%.4f' has the unknown specifier %.4 (known: %Y %m %d %H %M %S %.3f %z, see DATE_FORMAT)",
		"yyyy-MM-dd HH:mm:ss.SSS": "'yyyy-MM-dd HH:mm:ss.SSS' looks like a Java pattern; write '%Y-%m-%d %H:%M:%S%.3f'",
		"yyyy-MM-dd'T'HH:mm:ssZ":  "'yyyy-MM-dd'T'HH:mm:ssZ' looks like a Java pattern; write '%Y-%m-%dT%H:%M:%S%z'",
	} {
		if _, err := CompileTimeFormat(format); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", format, err, want)
		}
	}
}

func TestTimeFormatParse(t *testing.T) {
	for _, tt := range []struct{ format, in, want string }{
		{"%Y-%m-%d %H:%M:%S", "2026-01-31 23:59:58", "2026-01-31T23:59:58.000Z"},
		{"%Y-%m-%d %H:%M:%S", " 2026-1-3   3:9:8 ", "2026-01-03T03:09:08.000Z"},
		{"%Y-%m-%d %H:%M:%S%.f", "2026-01-31 23:59:58.25", "2026-01-31T23:59:58.250Z"},
		{"%Y-%m-%d %H:%M:%S%.f", "2026-01-31 23:59:58", "2026-01-31T23:59:58.000Z"},
		{"%Y%m%d%H%M%S%3f", "20260131235958123", "2026-01-31T23:59:58.123Z"},
		{"%d/%b/%Y:%H:%M:%S %z", "31/Jan/2026:23:59:58 +0100", "2026-01-31T22:59:58.000Z"},
		{"%d.%m.%y", "31.01.26", "2026-01-31T00:00:00.000Z"},
		{"%d.%m.%y", "31.01.70", "1970-01-31T00:00:00.000Z"},
		{"%A, %d %B %Y %I:%M %p", "Saturday, 31 january 2026 12:05 am", "2026-01-31T00:05:00.000Z"},
		{"%Y-%j", "2024-366", "2024-12-31T00:00:00.000Z"},
		{"%s%.f", "1770127506.5", "2026-02-03T14:05:06.500Z"},
		{"%s", "-1", "1969-12-31T23:59:59.000Z"},
		{"%Y-%m-%dT%H:%M:%S%:z", "2026-01-31T23:59:58+00:30", "2026-01-31T23:29:58.000Z"},
		{"%F %T %Z", "2026-01-31 23:59:58 GMT", "2026-01-31T23:59:58.000Z"},
		{"%Y", "2026", "2026-01-01T00:00:00.000Z"},
		{"%Y-%m-%d", "2026-02-30", ""}, {"%Y-%j", "2025-366", ""}, {"%Y-%m-%d", "2026-01-31x", ""}, {"%H:%M", "10:30", ""},
		{"%Y %H", "2026 24", ""}, {"%Y %I %p", "2026 13 PM", ""}, {"%Y %b", "2026 Foo", ""}, {"%F %Z", "2026-01-31 CET", ""},
		{"%Y-%m-%d", "", ""}, {"%G-%V", "2026-05", ""},
	} {
		f, err := CompileTimeFormat(tt.format)
		if err != nil {
			t.Fatal(err)
		}
		ns, err := f.Parse(tt.in)
		got := ""
		if err == nil {
			got = string(AppendTimestamp(nil, ns))
		} else if !strings.HasPrefix(err.Error(), "'"+tt.in+"' is not a time in the form '"+tt.format+"', such as ") {
			t.Errorf("unhelpful error %q", err)
		}
		if got != tt.want {
			t.Errorf("%q as %s = %q, want %q (%v)", tt.in, tt.format, got, tt.want, err)
		}
	}
}

func TestIntervals(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want int64
	}{
		{"90 seconds", 90 * Second}, {"1h30m", 90 * Minute}, {"1.5 days", 36 * Hour}, {"-2 hours 30 minutes", -150 * Minute}, {"250ms", 250 * Millisecond},
		{"1 day 02:03:04.500", 26*Hour + 3*Minute + 4500*Millisecond}, {"00:00:00", 0}, {"2 WEEKS", 14 * Day}, {".5s", 500 * Millisecond},
	} {
		got, err := ParseInterval(tt.in)
		if got != tt.want || err != nil {
			t.Errorf("%q = %d, %v; want %d", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"", "5", "5 parsecs", "1 month", "s", "-", "1h x", "999999999 weeks", "99999999999999999999s"} {
		if got, err := ParseInterval(in); err == nil || !strings.Contains(err.Error(), "is not an INTERVAL (expected a form such as 90 seconds") {
			t.Errorf("%q = %d, %v", in, got, err)
		}
	}
	r := newRand()
	for range 2000 {
		ns := int64(r.Uint64() >> r.IntN(64))
		if ns == math.MinInt64 {
			continue
		}
		s := string(AppendInterval(nil, ns))
		if back, err := ParseInterval(s); back != ns || err != nil {
			t.Fatalf("%d prints as %q, which reads as %d, %v", ns, s, back, err)
		}
	}
}

func TestCastsFromText(t *testing.T) {
	show := func(v any, err error) any {
		if err != nil {
			return err.Error()
		}
		return v
	}
	for _, tt := range []struct {
		name      string
		got, want any
	}{
		{"integer", show(CastStringToInteger(" -12 ")), int64(-12)},
		{"smallest", show(CastStringToInteger("-9223372036854775808")), int64(math.MinInt64)},
		{"too large", show(CastStringToInteger("9223372036854775808")), "9223372036854775808 is out of range of INTEGER (64 bits)"},
		{"far too large", show(CastStringToInteger("99999999999999999999")), "99999999999999999999 is out of range of INTEGER (64 bits)"},
		{"no integer", show(CastStringToInteger("1.5")), "'1.5' is not an INTEGER (expected digits, for example -12)"},
		{"empty", show(CastStringToInteger("")), "'' is not an INTEGER (expected digits, for example -12)"},
		{"sign", show(CastStringToInteger("-")), "'-' is not an INTEGER (expected digits, for example -12)"},
		{"float", show(CastStringToFloat(" 1e3 ")), 1000.0},
		{"float too large", show(CastStringToFloat("1e999")), "1e999 is out of range of FLOAT"},
		{"NaN", show(CastStringToFloat("NaN")), "'NaN' is not a FLOAT (expected a number, for example -1.5 or 2e10)"},
		{"hexadecimal", show(CastStringToFloat("0x10")), "'0x10' is not a FLOAT (expected a number, for example -1.5 or 2e10)"},
		{"decimal", show(CastStringToDecimal(" 1.005", 10, 2)), int64(101)},
		{"boolean", show(CastStringToBoolean(" Yes")), true},
		{"boolean 0", show(CastStringToBoolean("0")), false},
		{"no boolean", show(CastStringToBoolean("maybe")), "'maybe' is not a BOOLEAN (expected true or false)"},
		{"date", show(CastStringToDate("2026/01/31")), daysOf(2026, 1, 31)},
		{"American date", show(CastStringToDate("01/31/2026")), daysOf(2026, 1, 31)},
		{"European date", show(CastStringToDate("31-01-2026")), daysOf(2026, 1, 31)},
		{"date of a timestamp", show(CastStringToDate("2026-01-31T23:59:59Z")), daysOf(2026, 1, 31)},
		{"far date", show(CastStringToDate("9999-12-31")), daysOf(9999, 12, 31)},
		{"no date", show(CastStringToDate("31/01/2026")), "'31/01/2026' is not a DATE (expected a form such as 2026-01-31)"},
		{"time", show(CastStringToTime("23:59:59.5")), 86399*Second + 500*Millisecond},
		{"no time", show(CastStringToTime("24:00")), "'24:00' is not a TIME (expected a form such as 23:59:59.999)"},
		{"bytes", show(CastBytesToString("é")), "é"},
		{"no text", show(CastBytesToString("\xff")), "these BYTES are not UTF-8 text"},
		{"long values are cut", show(CastStringToInteger(strings.Repeat("x", 100))), "'" + strings.Repeat("x", 60) + "…' is not an INTEGER (expected digits, for example -12)"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestCastsToText(t *testing.T) {
	var a text.Arena
	for _, tt := range []struct{ got, want string }{
		{IntegerToString(&a, -12), "-12"}, {FloatToString(&a, 0.1), "0.1"}, {FloatToString(&a, 1e21), "1e+21"}, {FloatToString(&a, 123456789), "123456789"},
		{FloatToString(&a, 1e-7), "1e-7"}, {FloatToString(&a, -2.5e-10), "-2.5e-10"}, {DecimalToString(&a, -50, 4), "-0.0050"}, {BooleanToString(true), "true"}, {BooleanToString(false), "false"},
		{DateToString(&a, daysOf(2026, 1, 31)), "2026-01-31"}, {TimeToString(&a, 86399*Second+5*Millisecond), "23:59:59.005"},
		{TimestampToString(&a, 0), "1970-01-01T00:00:00.000Z"}, {TimestampToString(&a, -1), "1969-12-31T23:59:59.999999999Z"},
		{IntervalToString(&a, 26*Hour), "1 day 02:00:00"}, {IntervalToString(&a, -1500*Millisecond), "-00:00:01.500"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestRegexps(t *testing.T) {
	var a text.Arena
	re, err := CompileRegexp(`(\w+)@(\w+)`, "i")
	if err != nil {
		t.Fatal(err)
	}
	if got := RegexpReplace(&a, re, "x a@b c@d", "$2 at $1", false); got != "x b at a c@d" {
		t.Errorf("first: %q", got)
	}
	if got := RegexpReplace(&a, re, "a@b c@d", "$2", true); got != "b d" {
		t.Errorf("all: %q", got)
	}
	if got := RegexpReplace(&a, re, "none", "x", true); got != "none" {
		t.Errorf("none: %q", got)
	}
	if got, ok := RegexpExtract(re, "x a@b", 2); got != "b" || !ok {
		t.Errorf("extract: %q, %v", got, ok)
	}
	if _, ok := RegexpExtract(re, "x a@b", 3); ok {
		t.Error("there is no third group")
	}
	if _, err := CompileRegexp("(", ""); err == nil || err.Error() != "missing closing ): `(` in a regular expression" {
		t.Errorf("got %v", err)
	}
	if _, err := CompileRegexp("a", "x"); err == nil || err.Error() != "unknown flag 'x' of a regular expression (known: g, i, m, s)" {
		t.Errorf("got %v", err)
	}
}

// Moments of any two parts, merged, are the moments of the whole.
func TestMoments(t *testing.T) {
	r := newRand()
	var xs []float64
	for range 1000 {
		xs = append(xs, r.NormFloat64()*3+100)
	}
	var whole Moments
	sum := 0.0
	for _, x := range xs {
		whole.Add(x)
		sum += x
	}
	mean, squares := sum/1000, 0.0
	for _, x := range xs {
		squares += (x - mean) * (x - mean)
	}
	near := func(what string, got float64, ok bool, want float64) {
		t.Helper()
		if !ok || math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s = %v, %v; want %v", what, got, ok, want)
		}
	}
	for _, cut := range []int{0, 1, 500, 999, 1000} {
		var a, b Moments
		for _, x := range xs[:cut] {
			a.Add(x)
		}
		for _, x := range xs[cut:] {
			b.Add(x)
		}
		a.Merge(b)
		v, ok := a.VarSamp()
		near("VAR_SAMP", v, ok, squares/999)
		v, ok = a.VarPop()
		near("VAR_POP", v, ok, squares/1000)
		v, ok = a.StddevSamp()
		near("STDDEV_SAMP", v, ok, math.Sqrt(squares/999))
		v, ok = a.StddevPop()
		near("STDDEV_POP", v, ok, math.Sqrt(squares/1000))
	}
	var none Moments
	if _, ok := none.VarPop(); ok {
		t.Error("VAR_POP of no rows is not NULL")
	}
	none.Add(1)
	if _, ok := none.VarSamp(); ok {
		t.Error("VAR_SAMP of one row is not NULL")
	}
	if v, ok := none.StddevPop(); v != 0 || !ok {
		t.Errorf("STDDEV_POP of one row = %v, %v", v, ok)
	}
}

func TestKeptText(t *testing.T) {
	var k KeptText
	if k.Valid || k.Seen || k.Text() != "" {
		t.Error("the zero KeptText is not NULL")
	}
	buf := []byte("first")
	k.Set(string(buf), true)
	copy(buf, "xxxxx")
	if k.Text() != "first" || !k.Valid || !k.Seen {
		t.Errorf("got %q", k.Text())
	}
	if n := testing.AllocsPerRun(100, func() { k.Set("again", true) }); n != 0 {
		t.Errorf("Set allocates %v times", n)
	}
	k.Set("", false)
	if k.Valid || !k.Seen {
		t.Error("NULL was not kept")
	}
}

func TestMeans(t *testing.T) {
	if got := MeanInteger(decimal.Wide(7), 2); got != 3.5 {
		t.Errorf("MeanInteger = %v", got)
	}
	if got, err := MeanDecimal(decimal.Wide(-100), 3, 4); got != decimal.Wide(-333333) || err != nil {
		t.Errorf("MeanDecimal = %v, %v", got, err)
	}
	if got, err := SumInteger(decimal.Wide(math.MaxInt64)); got != math.MaxInt64 || err != nil {
		t.Errorf("SumInteger = %d, %v", got, err)
	}
	if _, err := SumInteger(decimal.Wide(math.MaxInt64).Add64(1)); err == nil || err.Error() != "SUM is 9223372036854775808, out of range of INTEGER (64 bits); CAST the argument to DECIMAL(38,0)" {
		t.Errorf("SumInteger: %v", err)
	}
	if got := MeanTime(decimal.Wide(-3), 2); got != -2 {
		t.Errorf("MeanTime = %d", got)
	}
}

func TestNoAllocations(t *testing.T) {
	var a text.Arena
	p, _ := CompileLike("%a_c%", 0, true)
	f, _ := CompileTimeFormat("%Y-%m-%d %H:%M:%S%.3f")
	for name, call := range map[string]func(){
		"Upper":         func() { Upper(&a, "hello é") },
		"Replace":       func() { _, _ = Replace(&a, "a.b.c", ".", "--") },
		"Translate":     func() { Translate(&a, "a.b.c", ".", "-") },
		"ConcatWS":      func() { ConcatWS(&a, "-", rt.Some("a"), rt.Some("b")) },
		"Like":          func() { _, _ = Like("xxabcxx", "%b%", 0, false) },
		"Match":         func() { p.Match("xxABCxx") },
		"Timestamp":     func() { _, _ = ParseTimestamp("2026-01-31T23:59:59.999Z") },
		"Format":        func() { FormatTime(&a, f, 0) },
		"Parse":         func() { _, _ = f.Parse("2026-01-31 23:59:59.999") },
		"Integer":       func() { _, _ = CastStringToInteger("12345") },
		"Boolean":       func() { _, _ = CastStringToBoolean("TRUE") },
		"Interval":      func() { _, _ = ParseInterval("1 day 2 hours") },
		"IntegerToText": func() { IntegerToString(&a, 12345) },
	} {
		if n := testing.AllocsPerRun(100, func() { call(); a.Reset() }); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// FuzzTimestamp compares RFC 3339 texts with the standard library, and requires that what is accepted prints and reads back.
func FuzzTimestamp(f *testing.F) {
	for _, s := range []string{"2026-01-31T23:59:59.999Z", "2026-01-31 23:59", "1677-09-21T00:12:43.145224192Z", "2026-01-31T23:59:59+14:00", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ns, err := ParseTimestamp(s)
		want, wantErr := time.Parse(time.RFC3339Nano, s)
		if !rfc3339.MatchString(s) {
			wantErr = errors.New("what time.Parse tolerates is not the standard")
		}
		inRange := want.After(time.Unix(0, math.MinInt64)) && want.Before(time.Unix(0, math.MaxInt64))
		if wantErr == nil && inRange && (err != nil || ns != want.UnixNano()) {
			t.Fatalf("%q = %d, %v; want %s", s, ns, err, want)
		}
		if err == nil {
			text := string(AppendTimestamp(nil, ns))
			if back, err := ParseTimestamp(text); err != nil || back != ns {
				t.Fatalf("%q prints as %s, which reads as %d, %v", s, text, back, err)
			}
		}
	})
}

// FuzzTimeFormat: whatever compiles can write, and what it writes it reads without a crash.
func FuzzTimeFormat(f *testing.F) {
	f.Add("%Y-%m-%d %H:%M:%S%.3f", "2026-01-31 23:59:59.999", int64(0))
	f.Add("%d/%b/%Y:%T %z", "31/Jan/2026:23:59:59 +0100", int64(-1))
	f.Fuzz(func(t *testing.T, format, s string, ts int64) {
		tf, err := CompileTimeFormat(format)
		if err != nil {
			return
		}
		if _, err := tf.Parse(s); err != nil && !utf8.ValidString(err.Error()) && utf8.ValidString(s) && utf8.ValidString(format) {
			t.Fatalf("error is not text: %q", err)
		}
		_, _ = tf.Parse(string(tf.Append(nil, ts)))
	})
}

func BenchmarkParseTimestamp(b *testing.B) {
	for b.Loop() {
		_, _ = ParseTimestamp("2026-01-31T23:59:59.999Z")
	}
}

func BenchmarkLike(b *testing.B) {
	p, _ := CompileLike("%USD%", 0, false)
	for b.Loop() {
		p.Match("BTC-USD-SPOT")
	}
}

func BenchmarkAdd(b *testing.B) {
	var s int64
	for b.Loop() {
		s, _ = Add(s, 3)
	}
}
