package text

import (
	"math"
	"unsafe"
)

const (
	nsPerDay   = 86400 * 1e9
	daysToYear = 719468 // from 0000-03-01 to 1970-01-01
)

// civil is the calendar day of a number of days since 1970-01-01, by H. Hinnant's algorithm (days from a March-based year).
func civil(days int64) (year, month, day uint64) {
	z := uint64(days + daysToYear + 146097*6000) // shifted by whole 400-year cycles, so that it is never negative
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year - 400*6000, month, day
}

func (o Out) two(v uint64) Out {
	*(*uint16)(o.p) = uint16(digits4[v] >> 16)
	return Out{unsafe.Add(o.p, 2)}
}

// DateMax and TimestampMax are how many bytes Date and Timestamp may write.
const (
	DateMax      = 20
	TimestampMax = 40
)

// Date writes days since 1970-01-01 as 2006-01-02.
func (o Out) Date(days int64) Out {
	y, m, d := civil(days)
	switch year := int64(y); {
	case year < 0:
		o = o.Byte('-').padded(uint64(-year), 4)
	case year > 9999:
		o = o.Byte('+').Uint(y)
	default:
		o.put4(y)
		o = Out{unsafe.Add(o.p, 4)}
	}
	return o.Byte('-').two(m).Byte('-').two(d)
}

// Timestamp writes ns since 1970 as RFC 3339 in UTC with milliseconds: 2006-01-02T15:04:05.000Z. Finer digits are cut.
func (o Out) Timestamp(ns int64) Out {
	days := ns / nsPerDay
	rest := ns % nsPerDay
	if rest < 0 {
		days--
		rest += nsPerDay
	}
	ms := uint64(rest) / 1e6
	s := ms / 1000
	o = o.Date(days).Byte('T').two(s / 3600).Byte(':').two(s / 60 % 60).Byte(':').two(s % 60)
	*(*uint32)(o.p) = digits4[ms%1000]&^0xff | '.'
	return Out{unsafe.Add(o.p, 4)}.Byte('Z')
}

// LastTime writes TIMESTAMPs as [Out.Timestamp] does. It remembers the text of the last one's minute, since rows that follow each other often
// have it in common. The zero LastTime is ready.
type LastTime struct {
	minute     int64  // of the last one, ns
	head, date uint64 // its text; 0: there is none
}

// Put writes ns since 1970 as 2006-01-02T15:04:05.000Z.
func (t *LastTime) Put(o Out, ns int64) Out {
	since := uint64(ns - t.minute)
	if since >= 60e9 || ns < t.minute || t.head == 0 {
		if !t.turn(ns) {
			return o.Timestamp(ns)
		}
		since = uint64(ns - t.minute)
	}
	ms := since / 1e6
	s := ms / 1000
	o.Word(t.head)
	o.Skip(8).Word(t.date)
	o.Skip(16).Word(':' | uint64(digits4[s]>>16)<<8 | '.'<<24 | uint64(digits4[ms-s*1000]>>8)<<32 | 'Z'<<56)
	return o.Skip(24)
}

// turn goes to another minute; false for years that do not have four digits, and for the first minute of all, whose start no int64 holds.
func (t *LastTime) turn(ns int64) bool {
	days := ns / nsPerDay
	rest := ns % nsPerDay
	if rest < 0 {
		days--
		rest += nsPerDay
	}
	y, m, d := civil(days)
	if y > 9999 || ns < math.MinInt64+60e9 {
		return false
	}
	minute := uint64(rest) / 60e9
	t.minute = ns - rest%60e9
	t.head = uint64(digits4[y]) | '-'<<32 | uint64(digits4[m]>>16)<<40 | '-'<<56
	t.date = uint64(digits4[d]>>16) | 'T'<<16 | uint64(digits4[minute/60]>>16)<<24 | ':'<<40 | uint64(digits4[minute%60]>>16)<<48
	return true
}

// Clock writes ns since midnight as 15:04:05.000.
func (o Out) Clock(ns int64) Out {
	ms := uint64(ns) / 1e6
	s := ms / 1000
	o = o.two(s / 3600 % 24).Byte(':').two(s / 60 % 60).Byte(':').two(s % 60)
	*(*uint32)(o.p) = digits4[ms%1000]&^0xff | '.'
	return Out{unsafe.Add(o.p, 4)}
}

// Span writes a span of time in the form of ISO 8601 that JSON Schema calls duration: PT1H2M3.5S, -PT0.001S.
func (o Out) Span(ns int64) Out {
	u := uint64(ns)
	if ns < 0 {
		o = o.Byte('-')
		u = -u
	}
	o = o.Lit("PT")
	if h := u / 3600e9; h > 0 {
		o = o.Uint(h).Byte('H')
	}
	if m := u / 60e9 % 60; m > 0 {
		o = o.Uint(m).Byte('M')
	}
	s, frac := u/1e9%60, u%1e9
	switch {
	case frac > 0:
		o = o.Uint(s).Byte('.').padded(frac, 9)
		for Out.last(o) == '0' {
			o = o.Back(1)
		}
		return o.Byte('S')
	case s > 0 || u < 60e9:
		return o.Uint(s).Byte('S')
	}
	return o
}

// Months writes a span of months in the form of ISO 8601: P1Y2M, -P3M, P0M.
func (o Out) Months(n int64) Out {
	m := uint64(n)
	if n < 0 {
		o, m = o.Byte('-'), -m
	}
	o = o.Byte('P')
	if y := m / 12; y > 0 {
		o = o.Uint(y).Byte('Y')
	}
	if m%12 > 0 || m == 0 {
		o = o.Uint(m % 12).Byte('M')
	}
	return o
}

func (o Out) last() byte { return *(*byte)(unsafe.Add(o.p, -1)) }

// TrimComma takes back a comma that was written last.
func (o Out) TrimComma() Out {
	if o.last() == ',' {
		return o.Back(1)
	}
	return o
}

// Pattern writes a TIMESTAMP in a compiled form; the caller has reserved room for what the pattern can become.
func (o Out) Pattern(f interface {
	Append(b []byte, ts int64) []byte
}, ts int64) Out {
	b := f.Append(unsafe.Slice((*byte)(o.p), 1<<12)[:0], ts)
	return Out{unsafe.Add(o.p, len(b))}
}
