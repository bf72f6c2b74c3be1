package zone

import (
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc/runtime/sqlfn"
)

func must(t *testing.T, name string) Zone {
	t.Helper()
	z, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(s string) int64 {
	v, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		panic(err)
	}
	return v.UnixNano()
}

// In Berlin clocks went from 02:00 to 03:00 on 2026-03-29 and from 03:00 back to 02:00 on 2026-10-25.
func TestClocks(t *testing.T) {
	berlin := must(t, "Europe/Berlin")
	for _, tt := range []struct{ utc, local string }{
		{"2026-01-31 12:00:00", "2026-01-31 13:00:00"},
		{"2026-07-31 12:00:00", "2026-07-31 14:00:00"},
		{"2026-03-29 00:59:59", "2026-03-29 01:59:59"},
		{"2026-03-29 01:00:00", "2026-03-29 03:00:00"},
		{"2026-10-25 00:30:00", "2026-10-25 02:30:00"},
	} {
		if got, err := berlin.Local(at(tt.utc)); err != nil || got != at(tt.local) {
			t.Errorf("the clock shows %v at %s, not %s (%v)", time.Unix(0, got).UTC(), tt.utc, tt.local, err)
		}
		if got, err := berlin.UTC(at(tt.local)); err != nil || got != at(tt.utc) {
			t.Errorf("the clock shows %s at %v, not %s (%v)", tt.local, time.Unix(0, got).UTC(), tt.utc, err)
		}
	}
	if got, _ := berlin.Local(at("2026-10-25 01:30:00")); got != at("2026-10-25 02:30:00") {
		t.Errorf("the repeated hour: %v", time.Unix(0, got).UTC())
	}
	if got, _ := berlin.UTC(at("2026-03-29 02:30:00")); got != at("2026-03-29 01:30:00") {
		t.Errorf("the skipped hour: %v", time.Unix(0, got).UTC())
	}
}

func TestConvertAndTrunc(t *testing.T) {
	got, err := Convert(at("2026-01-31 12:00:00"), must(t, "America/New_York"), must(t, "+05:30"))
	if want := at("2026-01-31 22:30:00"); err != nil || got != want {
		t.Errorf("got %v, %v", time.Unix(0, got).UTC(), err)
	}
	day := func(ts int64) int64 { return sqlfn.TruncTime(ts, sqlfn.Day) }
	got, err = must(t, "Europe/Berlin").Trunc(at("2026-07-31 23:00:00"), day)
	if want := at("2026-07-31 22:00:00"); err != nil || got != want {
		t.Errorf("got %v, %v", time.Unix(0, got).UTC(), err)
	}
}

func TestMistakes(t *testing.T) {
	for name, want := range map[string]string{
		"Europe/Berln": "'Europe/Berln' is no time zone", "+2": "'+2' is no offset from UTC", "": "a time zone has a name", "Local": "a time zone has a name",
	} {
		if _, err := Load(name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	z := must(t, "Europe/Berlin")
	if n := testing.AllocsPerRun(100, func() { _, _ = z.UTC(at0) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

const at0 = int64(1769817600e9)
