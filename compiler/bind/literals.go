package bind

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// number types a numeric literal by its form: digits are INTEGER, or DECIMAL beyond 64 bits; with a point DECIMAL of just the digits
// written; with an exponent FLOAT.
func (s *scope) number(at source.Span, text string, negative bool) expr.Expr {
	digits := strings.ReplaceAll(text, "_", "")
	sign := ""
	if negative {
		sign = "-"
	}
	if strings.ContainsAny(digits, "eE") {
		f, err := strconv.ParseFloat(sign+digits, 64)
		if err != nil {
			s.report(diag.BadLiteral(at, sign+text, "FLOAT", "a number up to 1.8e308"))
			return invalid(at)
		}
		return literal(at, types.TFloat, f)
	}
	if n, err := strconv.ParseInt(sign+digits, 10, 64); err == nil {
		return literal(at, types.TInteger, n)
	}
	whole, frac, _ := strings.Cut(digits, ".")
	mantissa, ok := new(big.Int).SetString(whole+frac, 10)
	whole = strings.TrimLeft(whole, "0")
	if precision := max(1, len(whole)+len(frac)); ok && precision <= types.MaxPrecision {
		if negative {
			mantissa.Neg(mantissa)
		}
		return literal(at, types.TDecimal(precision, len(frac)), mantissa)
	}
	s.report(diag.BadLiteral(at, sign+text, "number", fmt.Sprintf("at most %d digits", types.MaxPrecision)))
	return invalid(at)
}

func (s *scope) interval(e *grammar.Interval) expr.Expr {
	if e.Months != 0 {
		s.report(diag.MonthInterval(e.Span()))
		return invalid(e.Span())
	}
	return literal(e.Span(), types.TInterval, int64(e.Value))
}

func (s *scope) typedLiteral(e *grammar.TypedLiteral) expr.Expr {
	t, _, err := types.Named(e.Type)
	if err != nil {
		s.report(diag.BadType(e.Span(), e.Type, err.Error(), types.Names()))
		return invalid(e.Span())
	}
	return s.textAs(e.Span(), e.Value, t)
}

// textAs is the value of type t that a text literal writes; reported if it writes none.
func (s *scope) textAs(at source.Span, text string, t types.Type) expr.Expr {
	var v int64
	ok := false
	switch t.Kind {
	case types.Date:
		if day, good := parseTime(text, dateLayouts); good {
			v, ok = day.Unix()/86400, true
			if day.Unix()%86400 < 0 {
				v--
			}
		}
	case types.Timestamp:
		if point, good := parseTime(text, timestampLayouts); good {
			v, ok = point.UnixNano(), inRange(point)
		}
	case types.Time:
		if clock, good := parseTime(text, []string{"15:04:05.999999999", "15:04"}); good {
			v, ok = int64(clock.Sub(clock.Truncate(24*time.Hour))), true
		}
	case types.Interval:
		v, ok = parseInterval(text)
	case types.UUID:
		if isUUID(text) {
			return literal(at, t, strings.ToLower(text))
		}
	}
	if !ok {
		s.report(diag.BadLiteral(at, "'"+text+"'", t.String(), expectedText[t.Kind]))
		return invalid(at)
	}
	return literal(at, t, v)
}

var expectedText = map[types.Kind]string{
	types.Date:      "'2026-01-31'",
	types.Timestamp: "'2026-01-31', '2026-01-31 10:00:00.5' or '2026-01-31T10:00:00Z', from 1677 to 2262",
	types.Time:      "'10:00:00'",
	types.Interval:  "'5m', '1h30m', '500ms' or '5 minutes'",
	types.UUID:      "'123e4567-e89b-12d3-a456-426614174000'",
}

// The layouts that texts of dates and times may have; CAST at run time reads the same. Without an offset a time is UTC.
var (
	dateLayouts      = []string{"2006-01-02", "2006/01/02", "01/02/2006", "02-01-2006"}
	timestampLayouts = []string{
		"2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00",
		"2006-01-02 15:04", "2006-01-02T15:04", "2006/01/02 15:04:05.999999999", "2006-01-02",
	}
)

func parseTime(text string, layouts []string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, l := range layouts {
		if t, err := time.Parse(l, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// inRange tells whether t fits int64 nanoseconds.
func inRange(t time.Time) bool { return time.Unix(0, t.UnixNano()).Equal(t) }

// intervalUnits are the words for units in texts such as '5 minutes'.
var intervalUnits = map[string]time.Duration{
	"millisecond": time.Millisecond, "second": time.Second, "minute": time.Minute, "hour": time.Hour,
	"day": 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

// parseInterval reads '1h30m' and '5 minutes'.
func parseInterval(text string) (int64, bool) {
	text = strings.TrimSpace(text)
	if d, err := time.ParseDuration(text); err == nil {
		return int64(d), true
	}
	num, unit, ok := strings.Cut(text, " ")
	d, known := intervalUnits[strings.TrimSuffix(strings.ToLower(strings.TrimSpace(unit)), "s")]
	n, err := strconv.ParseInt(num, 10, 64)
	if !ok || !known || err != nil || n > int64(1<<63-1)/int64(d) || n < -int64(1<<63-1)/int64(d) {
		return 0, false
	}
	return n * int64(d), true
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, c := range text {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
				return false
			}
		}
	}
	return true
}
