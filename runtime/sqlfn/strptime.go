package sqlfn

import "strings"

// fields are what a format has read so far.
type fields struct {
	year, month, day, yday     int64
	hour, hour12, minute, sec  int64
	ns, offset, epoch          int64
	pm, hasPM, hasYday, hasEpo bool
	hasYear                    bool
}

// Parse reads a text that is written in the format, all of it, as a TIMESTAMP. What the format does not mention is the start of
// it: the first month, the first day, midnight; the year must be there. White space in the format matches any.
func (f *TimeFormat) Parse(s string) (int64, error) {
	v := fields{month: 1, day: 1}
	rest := strings.TrimSpace(s)
	for i := range f.steps {
		var ok bool
		if rest, ok = v.read(&f.steps[i], rest); !ok {
			return 0, f.mismatch(s)
		}
	}
	ns, ok := v.timestamp()
	if !ok || rest != "" {
		return 0, f.mismatch(s)
	}
	return ns, nil
}

func (f *TimeFormat) mismatch(s string) error {
	var buf [64]byte
	return Error("'" + clip(s) + "' is not a time in the form '" + f.pattern + "', such as " + string(f.Append(buf[:0], 1769903999*Second)))
}

// timestamp puts the fields together.
func (v *fields) timestamp() (int64, bool) {
	if v.hasEpo {
		ns, ok := mul(v.epoch, Second)
		if !ok {
			return 0, false
		}
		ns, err := AddTime(ns, v.ns)
		return ns, err == nil
	}
	if v.hasPM {
		if v.hour12 < 1 || v.hour12 > 12 {
			return 0, false
		}
		v.hour = v.hour12 % 12
		if v.pm {
			v.hour += 12
		}
	}
	if v.sec == 60 {
		v.sec = 59 // a leap second counts as the one before it
	}
	if !v.hasYear || v.hour > 23 || v.minute > 59 || v.sec > 59 {
		return 0, false
	}
	days, ok := day(v.year, v.month, v.day)
	if v.hasYday {
		limit := int64(365)
		if leap(v.year) {
			limit++
		}
		days, ok = daysOf(v.year, 1, 1)+v.yday-1, v.yday >= 1 && v.yday <= limit
	}
	if !ok {
		return 0, false
	}
	return instant(days, v.hour*Hour+v.minute*Minute+v.sec*Second+v.ns-v.offset)
}

// read takes what one step stands for from the start of s.
func (v *fields) read(st *step, s string) (rest string, ok bool) {
	switch st.kind {
	case 0:
		return literal(st.lit, s)
	case 'Y':
		v.hasYear = true
		return number(s, &v.year, 4)
	case 'y':
		v.hasYear = true
		rest, ok = number(s, &v.year, 2)
		v.year += 1900
		if v.year < 1969 { // POSIX: 69 to 99 are of the 20th century
			v.year += 100
		}
		return rest, ok
	case 'm':
		return number(s, &v.month, 2)
	case 'd':
		return number(s, &v.day, 2)
	case 'e':
		return number(strings.TrimLeft(s, " "), &v.day, 2)
	case 'j':
		v.hasYday = true
		return number(s, &v.yday, 3)
	case 'H':
		return number(s, &v.hour, 2)
	case 'k':
		return number(strings.TrimLeft(s, " "), &v.hour, 2)
	case 'I':
		v.hasPM = true
		return number(s, &v.hour12, 2)
	case 'l':
		v.hasPM = true
		return number(strings.TrimLeft(s, " "), &v.hour12, 2)
	case 'M':
		return number(s, &v.minute, 2)
	case 'S':
		return number(s, &v.sec, 2)
	}
	return v.readRest(st, s)
}

func (v *fields) readRest(st *step, s string) (rest string, ok bool) {
	switch st.kind {
	case 'f':
		return v.readFraction(st, s)
	case 'p', 'P':
		if len(s) < 2 || s[1]|0x20 != 'm' || s[0]|0x20 != 'a' && s[0]|0x20 != 'p' {
			return s, false
		}
		v.pm = s[0]|0x20 == 'p'
		return s[2:], true
	case 'b', 'B':
		i, rest := named(s, monthNames[:])
		v.month = int64(i + 1)
		return rest, i >= 0
	case 'a', 'A':
		i, rest := named(s, dayNames[:])
		return rest, i >= 0
	case 'u', 'w':
		var ignored int64
		return number(s, &ignored, 1)
	case 'V', 'G':
		return s, false // a week alone is no day
	case 'z', ':':
		v.offset, rest, ok = parseOffset(s)
		return rest, ok
	case 'Z':
		i := 0
		for i < len(s) && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' {
			i++
		}
		name := s[:i]
		return s[i:], strings.EqualFold(name, "UTC") || strings.EqualFold(name, "GMT") || strings.EqualFold(name, "Z")
	case 's':
		v.hasEpo = true
		neg := strings.HasPrefix(s, "-")
		rest, ok = number(strings.TrimPrefix(s, "-"), &v.epoch, 12)
		if neg {
			v.epoch = -v.epoch
		}
		return rest, ok
	}
	panic("bug: time specifier " + string(st.kind))
}

// readFraction reads a fraction of a second. One with a point in front may be missing altogether.
func (v *fields) readFraction(st *step, s string) (string, bool) {
	if st.lit != "" {
		if !strings.HasPrefix(s, ".") {
			return s, true
		}
		s = s[1:]
	}
	limit := len(s)
	if st.n > 0 && st.lit == "" {
		limit = min(limit, st.n)
	}
	ns, n := fraction(s[:limit])
	v.ns = ns
	return s[n:], n > 0
}

// literal matches text of the format; white space matches any amount of white space.
func literal(lit, s string) (string, bool) {
	for i := 0; i < len(lit); i++ {
		if lit[i] == ' ' || lit[i] == '\t' || lit[i] == '\n' {
			s = strings.TrimLeft(s, " \t\r\n")
			continue
		}
		if s == "" || s[0] != lit[i] {
			return s, false
		}
		s = s[1:]
	}
	return s, true
}

// number reads up to width digits.
func number(s string, v *int64, width int) (string, bool) {
	n := 0
	*v = 0
	for n < width && n < len(s) && s[n]-'0' <= 9 {
		*v = *v*10 + int64(s[n]-'0')
		n++
	}
	return s[n:], n > 0
}

// named finds which name s starts with, in full or by its first three letters, in any case; -1: none.
func named(s string, names []string) (int, string) {
	for i, n := range names {
		for _, l := range [...]int{len(n), 3} {
			if len(s) >= l && strings.EqualFold(s[:l], n[:l]) {
				return i, s[l:]
			}
		}
	}
	return -1, s
}
