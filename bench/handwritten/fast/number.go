package fast

import (
	"errors"
	"strconv"
)

// number is a JSON number, cut into its parts.
type number struct {
	negative  bool
	whole     []byte // digits before the point
	fraction  []byte
	exponent  int
	isInteger bool // has neither point nor exponent
}

var errNumber = errors.New("number out of range")

// number reads a number by the grammar of RFC 8259, section 6.
func (s *Slow) number() (number, error) {
	n := number{isInteger: true}
	n.negative = s.eat('-')
	n.whole = s.digits()
	if len(n.whole) == 0 || n.whole[0] == '0' && len(n.whole) > 1 {
		return n, errMalformed
	}
	if s.eat('.') {
		n.isInteger = false
		if n.fraction = s.digits(); len(n.fraction) == 0 {
			return n, errMalformed
		}
	}
	if s.peek()|0x20 != 'e' {
		return n, nil
	}
	s.at++
	n.isInteger = false
	minus := s.eat('-')
	if !minus {
		s.eat('+')
	}
	digits := s.digits()
	if len(digits) == 0 {
		return n, errMalformed
	}
	for _, c := range digits {
		n.exponent = min(n.exponent*10+int(c-'0'), 1e6) // far beyond every range
	}
	if minus {
		n.exponent = -n.exponent
	}
	return n, nil
}

func (s *Slow) digits() []byte {
	start := s.at
	for s.at < len(s.line) && s.line[s.at]-'0' < 10 {
		s.at++
	}
	return s.line[start:s.at]
}

func (s *Slow) integer() (int64, error) {
	start := s.at
	n, err := s.number()
	if err != nil {
		return 0, err
	}
	if !n.isInteger {
		return 0, errNumber
	}
	return strconv.ParseInt(string(s.line[start:s.at]), 10, 64)
}

// decimal4 reads a DECIMAL(18,4) from a number or from a string that holds one.
func (s *Slow) decimal4() (int64, error) {
	if s.peek() == '"' {
		text, err := s.text()
		if err != nil {
			return 0, err
		}
		inner := Slow{line: text.Bytes()}
		n, err := inner.number()
		if err != nil || inner.at != len(inner.line) {
			return 0, errMalformed
		}
		return n.scaled(4)
	}
	n, err := s.number()
	if err != nil {
		return 0, err
	}
	return n.scaled(4)
}

// scaled returns the number times 10^scale, rounded half away from zero, if it has at most 18 digits.
func (n number) scaled(scale int) (int64, error) {
	digit := func(k int) int64 { // the k-th digit of whole and fraction together; zeros behind
		switch {
		case k < len(n.whole):
			return int64(n.whole[k] - '0')
		case k-len(n.whole) < len(n.fraction):
			return int64(n.fraction[k-len(n.whole)] - '0')
		}
		return 0
	}
	keep := len(n.whole) + n.exponent + scale // digits in front of the cut
	if keep < 0 {
		return 0, nil
	}
	var v int64
	for k := range keep {
		if v >= 1e17 {
			return 0, errNumber
		}
		if v == 0 && k >= len(n.whole)+len(n.fraction) {
			break // a zero, whatever its exponent
		}
		v = v*10 + digit(k)
	}
	if digit(keep) >= 5 {
		v++
	}
	if v >= 1e18 {
		return 0, errNumber
	}
	if n.negative {
		v = -v
	}
	return v, nil
}

// ParseDecimal reads text as a DECIMAL(precision, scale), rounded half away from zero.
func ParseDecimal(text []byte, precision, scale int) (int64, bool) {
	s := Slow{line: text}
	n, err := s.number()
	if err != nil || s.at != len(text) {
		return 0, false
	}
	v, err := n.scaled(scale)
	limit := int64(pow10[precision])
	return v, err == nil && v < limit && v > -limit
}
