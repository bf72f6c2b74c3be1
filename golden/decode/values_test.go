package decode

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/runtime/sqlfn"
)

var (
	jsonInteger = regexp.MustCompile(`^(-?[0-9]+)(\.0+)?$`)
	number      = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$`)
)

// decimalOf is the exact value of text as DECIMAL(p,s); ok is false if it is no number, has more digits behind the point, or does not fit.
func decimalOf(text string, c *column) (v *big.Rat, ok bool) {
	m := number.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		return nil, false
	}
	mantissa, _ := new(big.Int).SetString(m[2]+m[3], 10)
	if mantissa.Sign() == 0 {
		return new(big.Rat), true
	}
	exp := big.NewInt(0)
	if m[4] != "" {
		exp.SetString(strings.TrimPrefix(m[4], "+"), 10)
	}
	exp.Sub(exp, big.NewInt(int64(len(m[3]))))
	if exp.CmpAbs(big.NewInt(2000)) > 0 { // far too large, or, unless there are thousands of zeros, far too fine
		zeros := len(m[2]+m[3]) - len(strings.TrimRight(m[2]+m[3], "0"))
		if exp.Sign() > 0 || zeros < 1000 {
			return nil, false
		}
	}
	power := new(big.Int).Exp(big.NewInt(10), new(big.Int).Abs(exp), nil)
	v = new(big.Rat).SetInt(mantissa)
	if exp.Sign() < 0 {
		v.Quo(v, new(big.Rat).SetInt(power))
	} else {
		v.Mul(v, new(big.Rat).SetInt(power))
	}
	if m[1] == "-" {
		v.Neg(v)
	}
	scaled := new(big.Rat).Mul(v, new(big.Rat).SetInt(tenTo(c.scale)))
	return v, scaled.IsInt() && scaled.Num().CmpAbs(tenTo(c.precision)) < 0
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// instant is a TIMESTAMP, or a DATE in days.
func instant(c *column, v int64) time.Time {
	if c.kind == date {
		return time.Unix(v*86400, 0).UTC()
	}
	return time.Unix(0, v).UTC()
}

func timeOfText(c *column, text string) (any, bool) {
	parse := sqlfn.ParseTimestamp
	if c.kind == date {
		parse = sqlfn.ParseDate
	}
	v, err := parse(text)
	return instant(c, v), err == nil
}

// timeOfNumber reads milliseconds since 1970.
func timeOfNumber(c *column, ms int64) (any, bool) {
	v := time.UnixMilli(ms).UTC()
	if c.kind == date {
		return v, v.Year() <= 9999 && v.Year() >= 0
	}
	return v, time.Unix(0, v.UnixNano()).Equal(v)
}

// jsonValue is the value of a JSON text, which is valid and not null, in a column.
func jsonValue(c *column, raw string) (v any, ok bool) {
	text, quoted := "", raw[0] == '"'
	if quoted {
		text, ok = unquote(raw)
		if !ok {
			return nil, false
		}
	}
	isNumber := raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9'
	switch c.kind {
	case str:
		return text, quoted
	case boolean:
		return raw == "true", raw == "true" || raw == "false"
	case integer:
		return wholeNumber(raw)
	case float:
		f, err := strconv.ParseFloat(raw, 64)
		return f, isNumber && err == nil
	case exact:
		if isNumber {
			text = raw
		}
		if d, ok := decimalOf(text, c); ok && (isNumber || quoted) {
			return d, true
		}
		return nil, false
	}
	if quoted {
		return timeOfText(c, text)
	}
	n, ok := wholeNumber(raw)
	if !ok {
		return nil, false
	}
	return timeOfNumber(c, n.(int64))
}

// wholeNumber reads 12 and 12.00, but not 12e0.
func wholeNumber(raw string) (any, bool) {
	m := jsonInteger.FindStringSubmatch(raw)
	if m == nil {
		return nil, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	return n, err == nil
}

// csvValue is the value of a cell that is not NULL. White space around everything but text does not count.
func csvValue(c *column, cell string) (v any, ok bool) {
	text := strings.TrimSpace(cell)
	switch c.kind {
	case str:
		return cell, true
	case integer:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	case float:
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil && number.MatchString(text)
	case exact:
		d, ok := decimalOf(text, c)
		return d, ok
	case boolean:
		b, err := sqlfn.CastStringToBoolean(text)
		return b, err == nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return timeOfNumber(c, n)
	}
	return timeOfText(c, text)
}
