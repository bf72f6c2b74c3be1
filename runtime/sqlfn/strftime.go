package sqlfn

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// TimeFormat is a strftime pattern, compiled once. The specifiers are those of the chrono library: %Y %y %m %d %e %j %H %I %M %S
// %p %P %b %B %a %A %u %w %V %G %z %:z %Z %s, fractions %f (nine digits), %3f %6f %9f without and %.f %.3f %.6f %.9f with the
// point, the shorthands %F %T %D %R %c and %n %t %%. All times are UTC unless the text itself has an offset.
type TimeFormat struct {
	pattern string
	steps   []step
}

type step struct {
	kind byte   // the specifier; 0: literal text; 'f': fraction
	n    int    // 'f': digits, 0 means as many as there are
	lit  string // literal text; for 'f' "." if a point stands before the digits
}

// shorthands stand for several specifiers.
var shorthands = map[byte]string{
	'F': "%Y-%m-%d", 'T': "%H:%M:%S", 'D': "%m/%d/%y", 'R': "%H:%M", 'c': "%a %b %e %H:%M:%S %Y", 'x': "%m/%d/%y", 'X': "%H:%M:%S",
	'h': "%b", 'n': "\n", 't': "\t",
}

const specifiers = "YymdejHIklMSpPbBaAuwVGzZs"

// CompileTimeFormat takes a pattern apart. The error says which specifier is unknown, and how a Java pattern such as yyyy-MM-dd
// is written here.
func CompileTimeFormat(pattern string) (*TimeFormat, error) {
	if strftime, ok := fromJava(pattern); ok {
		return nil, Error("'" + pattern + "' looks like a Java pattern; write '" + strftime + "'")
	}
	f := &TimeFormat{pattern: pattern}
	if err := f.compile(pattern); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *TimeFormat) compile(s string) error {
	for s != "" {
		i := strings.IndexByte(s, '%')
		if i != 0 {
			if i < 0 {
				i = len(s)
			}
			f.literal(s[:i])
			s = s[i:]
			continue
		}
		if len(s) == 1 {
			return Error("the time pattern '" + f.pattern + "' ends with a single %; write %% for a percent sign")
		}
		n, err := f.specifier(s[1:])
		if err != nil {
			return err
		}
		s = s[1+n:]
	}
	return nil
}

func (f *TimeFormat) literal(s string) {
	if n := len(f.steps); n > 0 && f.steps[n-1].kind == 0 {
		f.steps[n-1].lit += s
		return
	}
	f.steps = append(f.steps, step{lit: s})
}

// specifier compiles what follows a % and returns its length.
func (f *TimeFormat) specifier(s string) (int, error) {
	c := s[0]
	switch {
	case c == '%':
		f.literal("%")
		return 1, nil
	case c == 'f':
		f.steps = append(f.steps, step{kind: 'f', n: 9})
		return 1, nil
	case c == '.' || c >= '3' && c <= '9':
		return f.fraction(s)
	case strings.HasPrefix(s, ":z"):
		f.steps = append(f.steps, step{kind: ':'})
		return 2, nil
	case c == '-' && len(s) > 1 && strings.IndexByte("mdeHIMSj", s[1]) >= 0:
		// %-d: without leading zero
		f.steps = append(f.steps, step{kind: s[1], n: -1})
		return 2, nil
	case strings.IndexByte(specifiers, c) >= 0:
		f.steps = append(f.steps, step{kind: c})
		return 1, nil
	}
	if long, ok := shorthands[c]; ok {
		return 1, f.compile(long)
	}
	_, size := utf8.DecodeRuneInString(s)
	return 0, f.unknown(s[:size])
}

// fraction compiles .f, .3f and 3f.
func (f *TimeFormat) fraction(s string) (int, error) {
	st := step{kind: 'f'}
	i := 0
	if s[0] == '.' {
		st.lit, i = ".", 1
	}
	if i < len(s) && (s[i] == '3' || s[i] == '6' || s[i] == '9') {
		st.n = int(s[i] - '0')
		i++
	}
	if i >= len(s) || s[i] != 'f' {
		return 0, f.unknown(s[:min(i+1, len(s))])
	}
	f.steps = append(f.steps, st)
	return i + 1, nil
}

func (f *TimeFormat) unknown(spec string) error {
	return Error(fmt.Sprintf("the time pattern '%s' has the unknown specifier %%%s (known: %%Y %%m %%d %%H %%M %%S %%.3f %%z, see DATE_FORMAT)", f.pattern, spec))
}

// fromJava translates a pattern of java.text.SimpleDateFormat, which has letters where strftime has specifiers.
func fromJava(pattern string) (string, bool) {
	if strings.Contains(pattern, "%") || !strings.Contains(pattern, "yy") && !strings.Contains(pattern, "HH:mm") {
		return "", false
	}
	return javaLetters.Replace(pattern), true
}

var javaLetters = strings.NewReplacer("yyyy", "%Y", "yy", "%y", "MMMM", "%B", "MMM", "%b", "MM", "%m", "dd", "%d", "HH", "%H", "hh", "%I",
	"mm", "%M", "ss", "%S", ".SSSSSSSSS", "%.9f", ".SSSSSS", "%.6f", ".SSS", "%.3f", "SSS", "%3f", "XXX", "%:z", "Z", "%z", "a", "%p",
	"EEEE", "%A", "EEE", "%a", "'T'", "T", "'", "")

var (
	monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

// Append writes ts in the format.
func (f *TimeFormat) Append(b []byte, ts int64) []byte {
	days, clock := floorDiv(ts, Day), floorMod(ts, Day)
	y, m, d := civil(days)
	for i := range f.steps {
		s := &f.steps[i]
		switch s.kind {
		case 0:
			b = append(b, s.lit...)
		case 'f':
			b = appendSubsecond(append(b, s.lit...), clock%Second, s.n)
		case 'Y':
			b = appendYear(b, y)
		case 'y':
			b = appendPadded(b, floorMod(y, 100), 2)
		case 'm':
			b = appendPadded(b, m, s.width(2))
		case 'd':
			b = appendPadded(b, d, s.width(2))
		case 'b':
			b = append(b, monthNames[m-1][:3]...)
		case 'B':
			b = append(b, monthNames[m-1]...)
		default:
			b = s.appendRest(b, ts, days, clock)
		}
	}
	return b
}

func (s *step) width(n int) int {
	if s.n < 0 {
		return 1
	}
	return n
}

// appendSubsecond writes n digits of a fraction of a second; with n 0 three, six or nine, as it needs.
func appendSubsecond(b []byte, ns int64, n int) []byte {
	if n == 0 {
		n = 9
		if ns%1e6 == 0 {
			n = 3
		} else if ns%1e3 == 0 {
			n = 6
		}
	}
	for range 9 - n {
		ns /= 10
	}
	return appendPadded(b, ns, n)
}

func (s *step) appendRest(b []byte, ts, days, clock int64) []byte {
	hour := clock / Hour
	switch s.kind {
	case 'H':
		return appendPadded(b, hour, s.width(2))
	case 'k':
		return appendSpaced(b, hour)
	case 'I':
		return appendPadded(b, (hour+11)%12+1, s.width(2))
	case 'l':
		return appendSpaced(b, (hour+11)%12+1)
	case 'M':
		return appendPadded(b, clock%Hour/Minute, s.width(2))
	case 'S':
		return appendPadded(b, clock%Minute/Second, s.width(2))
	case 'p':
		return append(b, "AMPM"[hour/12*2:hour/12*2+2]...)
	case 'P':
		return append(b, "ampm"[hour/12*2:hour/12*2+2]...)
	case 'e':
		return appendSpaced(b, DayOfMonth(ts))
	case 'j':
		return appendPadded(b, DayOfYear(ts), s.width(3))
	case 'a':
		return append(b, dayNames[DayOfWeek(ts)][:3]...)
	case 'A':
		return append(b, dayNames[DayOfWeek(ts)]...)
	case 'u':
		return appendPadded(b, ISODayOfWeek(ts), 1)
	case 'w':
		return appendPadded(b, DayOfWeek(ts), 1)
	case 'V':
		return appendPadded(b, WeekOfYear(ts), 2)
	case 'G':
		return appendYear(b, ISOYear(ts))
	case 'z':
		return append(b, "+0000"...)
	case ':':
		return append(b, "+00:00"...)
	case 'Z':
		return append(b, "UTC"...)
	case 's':
		return append(b, formatInt(UnixSeconds(ts))...)
	}
	panic("bug: time specifier " + string(s.kind))
}

func appendSpaced(b []byte, n int64) []byte {
	if n < 10 {
		b = append(b, ' ')
	}
	return appendPadded(b, n, 1)
}
