package zone

import (
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/velostream/veloc/runtime/sqlfn"
)

// Zone is a time zone.
type Zone struct{ loc *time.Location }

// Load finds a zone by its name in the IANA database, Europe/Berlin, or reads an offset, +02:00.
func Load(name string) (Zone, error) {
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		at, err := time.Parse("-07:00", name)
		if err != nil {
			return Zone{}, sqlfn.Error("'" + name + "' is no offset from UTC; write it like +02:00")
		}
		return Zone{at.Location()}, nil
	}
	if name == "" || strings.EqualFold(name, "local") {
		return Zone{}, sqlfn.Error("a time zone has a name, such as Europe/Berlin; that of the machine is not known here")
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return Zone{}, sqlfn.Error("'" + name + "' is no time zone; write a name such as Europe/Berlin, or an offset such as +02:00")
	}
	return Zone{loc}, nil
}

// Location is the zone for package time.
func (z Zone) Location() *time.Location { return z.loc }

// offset is how far the zone is ahead of UTC at ts, in nanoseconds.
func (z Zone) offset(ts int64) int64 {
	_, s := time.Unix(0, ts).In(z.loc).Zone()
	return int64(s) * sqlfn.Second
}

// Local is what a clock on the wall shows at ts.
func (z Zone) Local(ts int64) (int64, error) { return sqlfn.AddTime(ts, z.offset(ts)) }

// UTC is when a clock on the wall shows local. Of two such moments, in the hour that is repeated when summer ends, it is the first; for a time that the
// clock skips when summer begins, the clock is read as if it had not been moved yet.
func (z Zone) UTC(local int64) (int64, error) {
	before := z.offset(local - 24*sqlfn.Hour)
	first, err := sqlfn.SubTime(local, before)
	if err != nil || z.offset(first) == before {
		return first, err
	}
	after := z.offset(local + 24*sqlfn.Hour)
	second, err := sqlfn.SubTime(local, after)
	if err == nil && z.offset(second) == after {
		return second, nil
	}
	return first, err
}

// Convert is what a clock in zone to shows when one in zone from shows local.
func Convert(local int64, from, to Zone) (int64, error) {
	ts, err := from.UTC(local)
	if err != nil {
		return 0, err
	}
	return to.Local(ts)
}

// Trunc rounds ts down to the start of a unit on the clock of the zone, by the function that does so in UTC.
func (z Zone) Trunc(ts int64, trunc func(int64) int64) (int64, error) {
	local, err := z.Local(ts)
	if err != nil {
		return 0, err
	}
	return z.UTC(trunc(local))
}
