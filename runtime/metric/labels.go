package metric

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxLabel is the greatest length of a label value in characters; longer ones end in "...".
const maxLabel = 1024

// unknown is the label value of NULL and of numbers that are none.
const unknown = "unknown"

// separator stands between label values in the text that identifies a label set. It occurs in no UTF-8 text.
const separator = 0xff

// Labels renders the columns of a label key to label values. Generated render methods call one method per label, in the order of
// Desc.Labels. Native columns are kept in the key and become text only when a label set is new.
type Labels struct {
	text []byte // values, each ended by separator
	keep bool   // the key will be kept: strings are cloned
}

func (l *Labels) end() { l.text = append(l.text, separator) }

// String renders *s. Where the key is kept, *s is replaced by a copy that outlives the chunk it was a view of.
func (l *Labels) String(s *string) {
	if l.keep {
		*s = strings.Clone(*s)
	}
	l.Text(*s)
}

// Text renders a value whose text the caller made: control characters become spaces, white space around is cut off, bytes that
// are not UTF-8 become U+FFFD, and what is longer than 1024 characters ends in "..." there.
func (l *Labels) Text(s string) {
	if plain(s) {
		l.text = append(l.text, s...)
	} else {
		l.text = append(l.text, clean(s)...)
	}
	l.end()
}

// Null renders NULL: "unknown".
func (l *Labels) Null() { l.Text(unknown) }

// Int renders an INTEGER.
func (l *Labels) Int(n int64) {
	l.text = strconv.AppendInt(l.text, n, 10)
	l.end()
}

// Float renders a FLOAT with at most six decimals and no zeros at the end; NaN and infinities are "unknown".
func (l *Labels) Float(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		l.Null()
		return
	}
	from := len(l.text)
	l.text = strconv.AppendFloat(l.text, f, 'f', 6, 64)
	l.text = trimZeros(l.text, from)
	if string(l.text[from:]) == "-0" {
		l.text = append(l.text[:from], '0')
	}
	l.end()
}

// Decimal renders a DECIMAL of up to 18 digits, mantissa / 10^scale, without zeros at the end.
func (l *Labels) Decimal(mantissa int64, scale int) {
	from := len(l.text)
	u := uint64(mantissa)
	if mantissa < 0 {
		l.text = append(l.text, '-')
		u = -u
	}
	var buf [20]byte
	digits := strconv.AppendUint(buf[:0], u, 10)
	whole := len(digits) - scale
	if whole <= 0 {
		l.text = append(l.text, '0')
	} else {
		l.text = append(l.text, digits[:whole]...)
	}
	if scale > 0 {
		l.text = append(l.text, '.')
		for i := whole; i < 0; i++ {
			l.text = append(l.text, '0')
		}
		l.text = append(l.text, digits[max(whole, 0):]...)
	}
	l.text = trimZeros(l.text, from)
	l.end()
}

// Bool renders a BOOLEAN.
func (l *Labels) Bool(b bool) {
	l.text = strconv.AppendBool(l.text, b)
	l.end()
}

// Timestamp renders a TIMESTAMP in ns as 2006-01-02 15:04:05, UTC.
func (l *Labels) Timestamp(ns int64) {
	l.text = time.Unix(0, ns).UTC().AppendFormat(l.text, time.DateTime)
	l.end()
}

// Date renders a DATE, counted in days since 1970-01-01.
func (l *Labels) Date(days int64) {
	l.text = time.Unix(days*86400, 0).UTC().AppendFormat(l.text, time.DateOnly)
	l.end()
}

// values splits the rendered text.
func (l *Labels) values() []string {
	all := strings.Split(string(l.text), string([]byte{separator}))
	return all[:len(all)-1]
}

// trimZeros cuts the zeros that end the fraction in b[from:], and the point if nothing is left of it.
func trimZeros(b []byte, from int) []byte {
	if bytes.IndexByte(b[from:], '.') < 0 {
		return b
	}
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}

// plain tells that s needs no cleaning: short printable ASCII without white space at its ends.
func plain(s string) bool {
	if len(s) > maxLabel {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return len(s) == 0 || s[0] != ' ' && s[len(s)-1] != ' '
}

func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r // Map turns invalid bytes into U+FFFD
	}, s)
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) <= maxLabel {
		return s
	}
	at := 0
	for range maxLabel - 3 {
		_, n := utf8.DecodeRuneInString(s[at:])
		at += n
	}
	return s[:at] + "..."
}
