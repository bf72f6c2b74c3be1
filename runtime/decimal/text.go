package decimal

import (
	"strconv"
	"unicode/utf8"
)

// Error is a value that a DECIMAL cannot hold, or text that is no number, as a plain sentence.
type Error string

func (e Error) Error() string { return string(e) }

func typeText(precision, scale int) string {
	return "DECIMAL(" + strconv.Itoa(precision) + "," + strconv.Itoa(scale) + ")"
}

// RangeError is a number that has too many digits for a DECIMAL.
type RangeError string

func (e RangeError) Error() string { return string(e) }

// OutOfRange tells decoders which code the error has.
func (RangeError) OutOfRange() {}

func tooLarge(value string, precision, scale int) error {
	return RangeError(value + " does not fit " + typeText(precision, scale))
}

// Rounding says what Parse does with digits behind the scale.
type Rounding bool

// Exact refuses them unless they are zeros; HalfAway rounds.
const (
	Exact    Rounding = false
	HalfAway Rounding = true
)

// maxText is how much of an unreadable text an error repeats.
const maxText = 60

func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	n := maxText
	for n > maxText-4 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// number is a decimal number in text: whole "." frac × 10^exp.
type number struct {
	neg         bool
	whole, frac string
	exp         int
}

// Parse reads text such as -12.50, .5, 1e3 as DECIMAL(precision, scale) of up to 18 digits.
func Parse(s string, precision, scale int, r Rounding) (int64, error) {
	if m, ok := parseShort(s, precision, scale); ok {
		return m, nil
	}
	w, err := ParseWide(s, precision, scale, r)
	return int64(w.Lo), err
}

// parseShort reads the common case: a sign, digits, perhaps a point and no more digits behind it than the scale.
func parseShort(s string, precision, scale int) (int64, bool) {
	i, neg := 0, false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg, i = s[0] == '-', 1
	}
	if len(s)-i > 18 || len(s) == i {
		return 0, false
	}
	var m int64
	frac, digits := -1, 0
	for ; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			if s[i] != '.' || frac >= 0 {
				return 0, false
			}
			frac = 0
			continue
		}
		m = m*10 + int64(c)
		digits++
		if frac >= 0 {
			frac++
		}
	}
	up := scale - max(frac, 0)
	if digits == 0 || up < 0 || digits+up > 18 {
		return 0, false
	}
	m *= powers64[up]
	if m >= powers64[precision] {
		return 0, false
	}
	if neg {
		m = -m
	}
	return m, true
}

// ParseWide is Parse for up to 38 digits.
func ParseWide(s string, precision, scale int, r Rounding) (Int128, error) {
	n, ok := scan(s)
	if !ok {
		return Int128{}, Error("'" + clip(s) + "' is not a number (expected " + typeText(precision, scale) + ", for example " + string(Append(nil, 1250, min(scale, 18))) + ")")
	}
	m, exact, ok := n.at(scale)
	switch {
	case !ok || !m.Fits(precision):
		return Int128{}, tooLarge(clip(s), precision, scale)
	case r == Exact && !exact:
		return Int128{}, Error(clip(s) + " has more than " + strconv.Itoa(scale) + " digits after the point, which " + typeText(precision, scale) + " cannot hold")
	}
	if n.neg {
		m = m.Neg()
	}
	return m, nil
}

// scan takes the text of a number apart.
func scan(s string) (n number, ok bool) {
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		n.neg, s = s[0] == '-', s[1:]
	}
	n.whole, s = digits(s)
	if len(s) > 0 && s[0] == '.' {
		n.frac, s = digits(s[1:])
	}
	if len(n.whole)+len(n.frac) == 0 {
		return n, false
	}
	if len(s) == 0 || s[0] != 'e' && s[0] != 'E' {
		return n, len(s) == 0
	}
	s = s[1:]
	minus := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		minus, s = s[0] == '-', s[1:]
	}
	e, rest := digits(s)
	for i := range len(e) {
		n.exp = min(n.exp*10+int(e[i]-'0'), 1<<30) // nothing that far away matters
	}
	if minus {
		n.exp = -n.exp
	}
	return n, len(e) > 0 && len(rest) == 0
}

// digits cuts s behind its leading digits.
func digits(s string) (head, rest string) {
	i := 0
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	return s[:i], s[i:]
}

// at is the magnitude as a mantissa of the given scale, rounded half away from zero; exact tells whether rounding changed it,
// ok whether it has at most 38 digits.
func (n number) at(scale int) (m Int128, exact, ok bool) {
	keep := len(n.whole) + n.exp + scale // so many of the digits belong to the mantissa
	total := len(n.whole) + len(n.frac)
	for i := 0; i < min(keep, total); i++ {
		if !m.below(powers128[37]) {
			return m, false, false
		}
		m = m.Mul(Wide(10)).Add64(n.digitAt(i))
	}
	if zeros := keep - total; zeros > 0 && m != (Int128{}) {
		if zeros > 37 {
			return m, false, false
		}
		if m, ok = mulSmall(m, zeros); !ok {
			return m, false, false
		}
	}
	exact = true
	for i := max(keep, 0); i < total && exact; i++ {
		exact = n.digitAt(i) == 0
	}
	if keep >= 0 && keep < total && n.digitAt(keep) >= 5 {
		m = m.Add(Wide(1))
	}
	return m, exact, true
}

func (n number) digitAt(i int) int64 {
	if i < len(n.whole) {
		return int64(n.whole[i] - '0')
	}
	return int64(n.frac[i-len(n.whole)] - '0')
}
