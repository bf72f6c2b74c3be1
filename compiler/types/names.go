package types

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A bare DECIMAL is DECIMAL(18,4): four digits after the point are what prices are quoted in and what Velostream's scaled
// integers default to, and 18 digits are the most that fit an int64. DECIMAL(p) has scale 0, as in standard SQL.
const (
	DefaultPrecision = 18
	DefaultScale     = 4
)

// spelling is what a type name means and which parameters it takes.
type spelling struct {
	typ  Type
	args int    // most parameters that may follow in parentheses
	note string // what becomes of the parameters if they mean nothing here; %s is the type as written
}

const (
	noteLength = "%s: the length is not enforced, STRING holds text of any length"
	noteFrac   = "%s: the precision is not enforced, times are kept to the nanosecond"
	noteBits   = "%s: the display width means nothing, INTEGER has 64 bits"
)

// spellings holds every accepted name of a type without type arguments, in upper case.
var spellings = map[string]spelling{
	"BOOLEAN": {TBoolean, 0, ""}, "BOOL": {TBoolean, 0, ""},

	"INTEGER": {TInteger, 1, noteBits}, "INT": {TInteger, 1, noteBits}, "BIGINT": {TInteger, 1, noteBits},
	"SMALLINT": {TInteger, 1, noteBits}, "TINYINT": {TInteger, 1, noteBits}, "LONG": {TInteger, 0, ""},
	"INT8": {TInteger, 0, ""}, "INT16": {TInteger, 0, ""}, "INT32": {TInteger, 0, ""}, "INT64": {TInteger, 0, ""},

	"FLOAT": {TFloat, 1, "%s: the precision is not enforced, FLOAT is always 64 bits"}, "DOUBLE": {TFloat, 0, ""},
	"DOUBLE PRECISION": {TFloat, 0, ""}, "REAL": {TFloat, 0, ""}, "FLOAT32": {TFloat, 0, ""}, "FLOAT64": {TFloat, 0, ""},

	"DECIMAL": {TDecimal(DefaultPrecision, DefaultScale), 2, ""}, "NUMERIC": {TDecimal(DefaultPrecision, DefaultScale), 2, ""},
	"DEC": {TDecimal(DefaultPrecision, DefaultScale), 2, ""}, "SCALED_INTEGER": {TDecimal(DefaultPrecision, DefaultScale), 2, ""},

	"STRING": {TString, 0, ""}, "TEXT": {TString, 0, ""}, "VARCHAR": {TString, 1, noteLength}, "CHAR": {TString, 1, noteLength},
	"CHARACTER VARYING": {TString, 1, noteLength},

	"BYTES": {TBytes, 0, ""}, "BINARY": {TBytes, 1, noteLength}, "VARBINARY": {TBytes, 1, noteLength}, "BYTEA": {TBytes, 0, ""},
	"BLOB": {TBytes, 0, ""},

	"DATE": {TDate, 0, ""},
	"TIME": {TTime, 1, noteFrac},

	"TIMESTAMP": {TTimestamp, 1, noteFrac}, "DATETIME": {TTimestamp, 1, noteFrac}, "TIMESTAMPTZ": {TTimestamp, 1, noteFrac},
	"TIMESTAMP_LTZ": {TTimestamp, 1, noteFrac}, "TIMESTAMP WITH TIME ZONE": {TTimestamp, 1, noteFrac},
	"TIMESTAMP WITHOUT TIME ZONE": {TTimestamp, 1, noteFrac}, "TIMESTAMP WITH LOCAL TIME ZONE": {TTimestamp, 1, noteFrac},

	"INTERVAL": {TInterval, 0, ""}, "INTERVAL DAY": {TInterval, 0, ""}, "INTERVAL DAY TO HOUR": {TInterval, 0, ""},
	"INTERVAL DAY TO MINUTE": {TInterval, 0, ""}, "INTERVAL DAY TO SECOND": {TInterval, 0, ""}, "INTERVAL HOUR": {TInterval, 0, ""},
	"INTERVAL HOUR TO MINUTE": {TInterval, 0, ""}, "INTERVAL HOUR TO SECOND": {TInterval, 0, ""}, "INTERVAL MINUTE": {TInterval, 0, ""},
	"INTERVAL MINUTE TO SECOND": {TInterval, 0, ""}, "INTERVAL SECOND": {TInterval, 0, ""},
	"INTERVAL YEAR": {TYearMonth, 0, ""}, "INTERVAL MONTH": {TYearMonth, 0, ""}, "INTERVAL YEAR TO MONTH": {TYearMonth, 0, ""},

	"UUID": {TUUID, 0, ""},
	"JSON": {TJSON, 0, ""}, "JSONB": {TJSON, 0, ""},
}

// Names lists every accepted name of a type, sorted, for suggestions and for the reference.
func Names() []string {
	names := []string{"ARRAY", "MAP", "STRUCT"}
	for n := range spellings {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Named is the type that a name with parameters means: ("decimal", 10, 2) is DECIMAL(10,2). Case does not matter, and a name
// of several words has one space between them. The note, if not empty, is a warning about parameters that have no effect,
// such as the length of VARCHAR(20). ARRAY, MAP and STRUCT have types as arguments: see Parse.
func Named(name string, params ...int) (t Type, note string, err error) {
	upper := strings.ToUpper(name)
	sp, ok := spellings[upper]
	switch {
	case upper == "ARRAY" || upper == "MAP" || upper == "STRUCT":
		return TInvalid, "", fmt.Errorf("%s needs its element types: ARRAY<STRING>, MAP<STRING, INTEGER>, STRUCT<a INTEGER>", upper)
	case !ok:
		return TInvalid, "", fmt.Errorf("`%s` is not a type", name)
	case len(params) > sp.args:
		return TInvalid, "", fmt.Errorf("%s takes %s", upper, countOf(sp.args, "parameter"))
	case sp.typ.Kind == Decimal:
		t, err = decimalOf(upper, params)
		return t, "", err
	case len(params) > 0:
		note = fmt.Sprintf(sp.note, upper+"("+strconv.Itoa(params[0])+")")
	}
	return sp.typ, note, nil
}

func decimalOf(name string, params []int) (Type, error) {
	t := TDecimal(DefaultPrecision, DefaultScale)
	switch len(params) {
	case 1:
		t.Precision, t.Scale = params[0], 0
	case 2:
		t.Precision, t.Scale = params[0], params[1]
	}
	if t.Precision < 1 || t.Precision > MaxPrecision {
		return TInvalid, fmt.Errorf("%s holds from 1 to %d digits, not %d", name, MaxPrecision, t.Precision)
	}
	if t.Scale < 0 || t.Scale > t.Precision {
		return TInvalid, fmt.Errorf("the scale of %s(%d,%d) must be between 0 and %d", name, t.Precision, t.Scale, t.Precision)
	}
	return t, nil
}

// countOf is "no parameters", "1 parameter", "2 parameters".
func countOf(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
