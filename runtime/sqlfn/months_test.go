package sqlfn

import "testing"

func TestMonths(t *testing.T) {
	for _, c := range []struct {
		in, out string
		n       int64
	}{
		{"1-2", "1 year 2 months", 14}, {"-1-2", "-1 year 2 months", -14}, {"+0-11", "11 months", 11}, {"14 months", "1 year 2 months", 14},
		{"1 year 2 mons", "1 year 2 months", 14}, {"P1Y2M", "1 year 2 months", 14}, {"-P3M", "-3 months", -3}, {"P0M", "0 months", 0}, {" 2y ", "2 years", 24},
		{"1 quarter", "3 months", 3}, {"-1 month", "-1 month", -1},
	} {
		n, err := ParseMonths(c.in)
		if err != nil || n != c.n || string(AppendMonths(nil, n)) != c.out {
			t.Errorf("%q is %d, %q, %v", c.in, n, AppendMonths(nil, n), err)
		}
		if again, err := ParseMonths(string(AppendMonths(nil, n))); again != n || err != nil {
			t.Errorf("%q reads back as %d, %v", AppendMonths(nil, n), again, err)
		}
	}
	for _, s := range []string{"", "P", "-", "1", "1-12", "1-", "x", "1 day", "99999999999999999999 months", "1.5 months"} {
		if n, err := ParseMonths(s); err == nil {
			t.Errorf("%q is %d months", s, n)
		}
	}
}

// A day that its month does not have becomes the month's last, in both directions.
func TestAddMonthsToDate(t *testing.T) {
	day := func(y, m, d int64) int64 { return daysOf(y, m, d) }
	for _, c := range []struct{ from, n, want int64 }{
		{day(2026, 1, 31), 1, day(2026, 2, 28)}, {day(2024, 1, 31), 1, day(2024, 2, 29)}, {day(2026, 3, 31), -1, day(2026, 2, 28)},
		{day(2026, 12, 15), 1, day(2027, 1, 15)}, {day(2026, 1, 15), -1, day(2025, 12, 15)}, {day(2024, 2, 29), 12, day(2025, 2, 28)},
		{day(1, 1, 1), -24, day(-1, 1, 1)}, {day(2026, 5, 5), 0, day(2026, 5, 5)},
	} {
		if got, err := AddMonthsToDate(c.from, c.n); got != c.want || err != nil {
			t.Errorf("%d and %d months are %d, %v; want %d", c.from, c.n, got, err, c.want)
		}
		if got, err := SubMonthsFromDate(c.from, -c.n); got != c.want || err != nil {
			t.Errorf("%d less %d months are %d, %v; want %d", c.from, -c.n, got, err, c.want)
		}
	}
	if _, err := AddMonthsToDate(0, 1<<62); err == nil {
		t.Error("a date too far away")
	}
	if _, err := SubMonths(0, -1<<63); err == nil {
		t.Error("a time too far away")
	}
}
