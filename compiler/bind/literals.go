package bind

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
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
	"github.com/velostream/veloc/runtime/sqlfn"
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
	if e.Months != 0 || monthUnit(e.Unit) {
		return literal(e.Span(), types.TYearMonth, e.Months)
	}
	return literal(e.Span(), types.TInterval, int64(e.Value))
}

// monthUnit tells whether a unit has no fixed length: INTERVAL '0' MONTH is a span of months too.
func monthUnit(unit string) bool {
	switch strings.TrimSuffix(strings.ToUpper(unit), "S") {
	case "YEAR", "QUARTER", "MONTH":
		return true
	}
	return false
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
		n, err := sqlfn.ParseInterval(text)
		v, ok = n, err == nil
	case types.YearMonth:
		n, err := sqlfn.ParseMonths(text)
		v, ok = n, err == nil
	case types.UUID:
		if isUUID(text) {
			return literal(at, t, strings.ToLower(text))
		}
	case types.Bytes:
		if raw, err := hex.DecodeString(text); err == nil {
			return literal(at, t, raw)
		}
	case types.JSON:
		var compact bytes.Buffer
		if json.Compact(&compact, []byte(text)) == nil {
			return literal(at, t, compact.String())
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
	types.YearMonth: "'1-2', '14 months' or 'P1Y2M'",
	types.Bytes:     "two hexadecimal digits for each byte: X'01ff'",
	types.JSON:      "JSON text: '{\"a\": [1, true, null]}'",
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
