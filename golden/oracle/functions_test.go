package oracle

import (
	"math"
	"math/big"
	"regexp"
	"strings"
	"unicode"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// call applies a scalar function.
func (v *env) call(e *expr.Call) any {
	switch e.Name {
	case "COALESCE", "IFNULL":
		for _, a := range e.Args {
			if x := v.eval(a); x != nil {
				return x
			}
		}
		return nil
	case "IF":
		if v.eval(e.Args[0]) == true {
			return v.eval(e.Args[1])
		}
		return v.eval(e.Args[2])
	}
	args := make([]any, len(e.Args))
	kinds := make([]types.Type, len(e.Args))
	missing := false
	for i, a := range e.Args {
		args[i], kinds[i] = v.eval(a), a.Col().Type
		missing = missing || args[i] == nil
	}
	switch e.Name {
	case "ARRAY_LENGTH":
		if list, ok := args[0].([]any); ok {
			return int64(len(list))
		}
	case "ARRAY_ANY":
		if args[0] == nil || args[2] == nil {
			return nil
		}
		var open bool
		for _, x := range args[0].([]any) {
			switch comparison(comparisonOf[args[1].(string)], args[2], x) {
			case true:
				return true
			case nil:
				open = true
			}
		}
		if open {
			return nil
		}
		return false
	case "NULLIF":
		if args[0] != nil && comparison(expr.Eq, args[0], args[1]) == true {
			return nil
		}
		return args[0]
	case "LEAST", "GREATEST":
		return extreme(args, e.Name == "GREATEST")
	case "CONCAT":
		return joined("", args, kinds)
	case "CONCAT_WS":
		if args[0] == nil {
			return nil
		}
		return joined(args[0].(string), args[1:], kinds[1:])
	}
	if f := nullAware[e.Name]; f != nil {
		return f(args)
	}
	if missing {
		return nil
	}
	if f := userFunctions[e.Name]; f != nil {
		return f(args)
	}
	if f := textFunctions[e.Name]; f != nil {
		return f(args)
	}
	if f := floatFunctions[e.Name]; f != nil {
		return f(args)
	}
	if out, ok := v.timeCall(e.Name, args, kinds); ok {
		return out
	}
	return v.divided(e.Name == "MOD", numeric(e.Name, args, kinds, e.T.Type), args...)
}

var comparisonOf = map[string]expr.CmpOp{"=": expr.Eq, "<>": expr.Ne, "<": expr.Lt, "<=": expr.Le, ">": expr.Gt, ">=": expr.Ge}

func extreme(args []any, greatest bool) any {
	var best any
	for _, x := range args {
		if x == nil {
			continue
		}
		if best == nil {
			best = x
			continue
		}
		if order, _ := compare(x, best); order > 0 == greatest && order != 0 {
			best = x
		}
	}
	return best
}

func joined(sep string, args []any, kinds []types.Type) string {
	var parts []string
	for i, x := range args {
		if x != nil {
			parts = append(parts, text(x, kinds[i]))
		}
	}
	return strings.Join(parts, sep)
}

func str(args []any, i int) string   { return args[i].(string) }
func num(args []any, i int) int64    { return args[i].(int64) }
func real(args []any, i int) float64 { return args[i].(float64) }

// part is characters from (from 0) to before to, both cut to the text.
func part(s string, from, to int64) string {
	r := []rune(s)
	n := int64(len(r))
	from, to = min(max(from, 0), n), min(max(to, 0), n)
	if from >= to {
		return ""
	}
	return string(r[from:to])
}

var textFunctions = map[string]func(args []any) any{
	"UPPER":        func(a []any) any { return strings.ToUpper(str(a, 0)) },
	"LOWER":        func(a []any) any { return strings.ToLower(str(a, 0)) },
	"INITCAP":      func(a []any) any { return initcap(str(a, 0)) },
	"LENGTH":       func(a []any) any { return characters(str(a, 0)) },
	"OCTET_LENGTH": func(a []any) any { return int64(len(str(a, 0))) },
	"TRIM":         func(a []any) any { return trimRight(trimLeft(str(a, 0), a), a) },
	"LTRIM":        func(a []any) any { return trimLeft(str(a, 0), a) },
	"RTRIM":        func(a []any) any { return trimRight(str(a, 0), a) },
	"SUBSTRING": func(a []any) any {
		from := max(num(a, 1), 1) - 1
		if len(a) == 2 {
			return part(str(a, 0), from, math.MaxInt64)
		}
		if num(a, 2) < 0 {
			fail("negative length")
		}
		return part(str(a, 0), from, from+min(num(a, 2), 1<<40))
	},
	"LEFT": func(a []any) any {
		n := num(a, 1)
		if n < 0 {
			n = characters(str(a, 0)) + n
		}
		return part(str(a, 0), 0, n)
	},
	"RIGHT": func(a []any) any {
		size := characters(str(a, 0))
		if num(a, 1) < 0 {
			return part(str(a, 0), -num(a, 1), size)
		}
		return part(str(a, 0), size-min(num(a, 1), size), size)
	},
	"POSITION": func(a []any) any {
		from := int64(1)
		if len(a) == 3 {
			from = num(a, 2)
		}
		return position(str(a, 0), str(a, 1), from)
	},
	"INSTR": func(a []any) any { return position(str(a, 1), str(a, 0), 1) },
	"REPLACE": func(a []any) any {
		if str(a, 1) == "" {
			return str(a, 0)
		}
		return strings.Join(strings.Split(str(a, 0), str(a, 1)), str(a, 2))
	},
	"REVERSE": func(a []any) any {
		out := ""
		for _, r := range str(a, 0) {
			out = string(r) + out
		}
		return out
	},
	"REPEAT": func(a []any) any {
		out := ""
		for range max(num(a, 1), 0) {
			out += str(a, 0)
			if len(out) > 1<<20 {
				fail("too long")
			}
		}
		return out
	},
	"LPAD":        func(a []any) any { s, fill := padding(a); return fill + s },
	"RPAD":        func(a []any) any { s, fill := padding(a); return s + fill },
	"SPLIT_PART":  func(a []any) any { return splitPart(str(a, 0), str(a, 1), num(a, 2)) },
	"STARTS_WITH": func(a []any) any { return strings.HasPrefix(str(a, 0), str(a, 1)) },
	"ENDS_WITH":   func(a []any) any { return strings.HasSuffix(str(a, 0), str(a, 1)) },
	"CONTAINS":    func(a []any) any { return strings.Contains(str(a, 0), str(a, 1)) },
	"REGEXP": func(a []any) any {
		flags := ""
		if len(a) == 3 {
			flags = str(a, 2)
		}
		return expression(str(a, 1), flags).MatchString(str(a, 0))
	},
	"REGEXP_REPLACE": func(a []any) any {
		flags := ""
		if len(a) == 4 {
			flags = str(a, 3)
		}
		re := expression(str(a, 1), strings.ReplaceAll(flags, "g", ""))
		if strings.Contains(flags, "g") {
			return re.ReplaceAllString(str(a, 0), str(a, 2))
		}
		at := re.FindStringSubmatchIndex(str(a, 0))
		if at == nil {
			return str(a, 0)
		}
		s := str(a, 0)
		return s[:at[0]] + string(re.ExpandString(nil, str(a, 2), s, at)) + s[at[1]:]
	},
	"REGEXP_EXTRACT": func(a []any) any {
		group := int64(0)
		if len(a) == 3 {
			group = num(a, 2)
		}
		re := expression(str(a, 1), "")
		at := re.FindStringSubmatchIndex(str(a, 0))
		if at == nil || group < 0 || group > int64(re.NumSubexp()) || at[2*group] < 0 {
			return nil
		}
		return str(a, 0)[at[2*group]:at[2*group+1]]
	},
}

func expression(pattern, flags string) *regexp.Regexp {
	if flags != "" {
		pattern = "(?" + flags + ")" + pattern
	}
	return regexp.MustCompile(pattern)
}

func initcap(s string) string {
	out, word := "", false
	for _, r := range s {
		if word {
			out += strings.ToLower(string(r))
		} else {
			out += strings.ToUpper(string(r))
		}
		word = unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return out
}

func trimmed(r rune, args []any) bool {
	if len(args) == 2 {
		return strings.ContainsRune(str(args, 1), r)
	}
	return unicode.IsSpace(r)
}

func trimLeft(s string, args []any) string {
	r := []rune(s)
	for len(r) > 0 && trimmed(r[0], args) {
		r = r[1:]
	}
	return string(r)
}

func trimRight(s string, args []any) string {
	r := []rune(s)
	for len(r) > 0 && trimmed(r[len(r)-1], args) {
		r = r[:len(r)-1]
	}
	return string(r)
}

func position(sub, s string, from int64) int64 {
	r, want := []rune(s), []rune(sub)
	for i := int(min(max(from-1, 0), int64(len(r)))); i+len(want) <= len(r); i++ {
		if string(r[i:i+len(want)]) == sub {
			return int64(i) + 1
		}
	}
	return 0
}

// padding is s cut to n characters, and what fills it.
func padding(a []any) (string, string) {
	pad := " "
	if len(a) == 3 {
		pad = str(a, 2)
	}
	s := part(str(a, 0), 0, num(a, 1))
	fill := ""
	for i := 0; pad != "" && characters(s)+characters(fill) < num(a, 1); i++ {
		r := []rune(pad)
		fill += string(r[i%len(r)])
		if len(fill) > 1<<16 {
			fail("too long")
		}
	}
	return s, fill
}

func splitPart(s, sep string, n int64) string {
	if n == 0 {
		fail("there is no part 0")
	}
	parts := []string{s}
	if sep != "" {
		parts = strings.Split(s, sep)
	}
	if n < 0 {
		n += int64(len(parts)) + 1
	}
	if n < 1 || n > int64(len(parts)) {
		return ""
	}
	return parts[n-1]
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		fail("%v is no finite number", x)
	}
	return x
}

func logarithm(f func(float64) float64) func([]any) any {
	return func(a []any) any {
		if real(a, 0) <= 0 {
			fail("logarithm of %v", a[0])
		}
		return f(real(a, 0))
	}
}

func plainFloat(f func(float64) float64) func([]any) any {
	return func(a []any) any { return f(real(a, 0)) }
}

var floatFunctions = map[string]func(args []any) any{
	"SQRT": func(a []any) any {
		if real(a, 0) < 0 {
			fail("root of %v", a[0])
		}
		return math.Sqrt(real(a, 0))
	},
	"CBRT":  plainFloat(math.Cbrt),
	"POWER": func(a []any) any { return finite(math.Pow(real(a, 0), real(a, 1))) },
	"EXP":   func(a []any) any { return finite(math.Exp(real(a, 0))) },
	"LN":    logarithm(math.Log),
	"LOG10": logarithm(math.Log10),
	"LOG2":  logarithm(math.Log2),
	"LOG": func(a []any) any {
		if len(a) == 1 {
			return logarithm(math.Log10)(a)
		}
		if b := real(a, 0); real(a, 1) <= 0 || b <= 0 || b == 1 {
			fail("logarithm of %v to base %v", a[1], b)
		}
		return math.Log(real(a, 1)) / math.Log(real(a, 0))
	},
	"PI":    func([]any) any { return math.Pi },
	"SIN":   plainFloat(math.Sin),
	"COS":   plainFloat(math.Cos),
	"TAN":   plainFloat(math.Tan),
	"ATAN2": func(a []any) any { return math.Atan2(real(a, 0), real(a, 1)) },
}

// numeric are the functions that depend on the kind of number.
func numeric(name string, args []any, kinds []types.Type, t types.Type) any {
	digits := int64(0)
	if len(args) == 2 {
		digits, _ = args[1].(int64)
	}
	switch x := args[0].(type) {
	case int64:
		return integerFunction(name, x, args, digits)
	case float64:
		return floatFunction(name, x, args, digits)
	case *big.Rat:
		return decimalFunction(name, x, args, int(max(min(digits, 60), -60)), kinds[0], t)
	}
	panic("bug: unhandled function " + name)
}

func integerFunction(name string, x int64, args []any, digits int64) any {
	switch name {
	case "ABS":
		return integer(new(big.Int).Abs(big.NewInt(x)))
	case "SIGN":
		return int64(big.NewInt(x).Sign())
	case "ROUND":
		return integer(whole(rounded(rat(x), int(max(min(digits, 0), -40)))))
	case "TRUNC":
		return integer(truncated(rat(x), int(max(min(digits, 0), -40))).Num())
	case "FLOOR", "CEIL":
		return x
	case "MOD":
		return intArith(expr.Mod, x, num(args, 1))
	}
	panic("bug: unhandled function " + name)
}

// truncated drops what is behind n digits after the point.
func truncated(r *big.Rat, n int) *big.Rat {
	p := new(big.Rat).SetInt(pow10(max(n, -n)))
	if n < 0 {
		p.Inv(p)
	}
	m := new(big.Rat).SetInt(whole(new(big.Rat).Mul(r, p)))
	return m.Quo(m, p)
}

func floatFunction(name string, x float64, args []any, digits int64) any {
	switch name {
	case "ABS":
		return math.Abs(x)
	case "SIGN":
		return int64(btoi(x > 0) - btoi(x < 0))
	case "ROUND":
		return scaledFloat(x, digits, math.Round)
	case "TRUNC":
		return scaledFloat(x, digits, math.Trunc)
	case "FLOOR":
		return floatInteger(math.Floor(x))
	case "CEIL":
		return floatInteger(math.Ceil(x))
	case "MOD":
		return floatArith(expr.Mod, x, real(args, 1))
	}
	panic("bug: unhandled function " + name)
}

// scaledFloat rounds a FLOAT to digits after the point by way of multiplying, as the documentation of ROUND implies for doubles.
func scaledFloat(x float64, digits int64, round func(float64) float64) float64 {
	switch {
	case digits == 0:
		return round(x)
	case digits > 300:
		return x
	case digits < -308:
		return 0
	case digits < 0:
		p := math.Pow(10, float64(-digits))
		return round(x/p) * p
	}
	p := math.Pow(10, float64(digits))
	if y := round(x * p); !math.IsInf(y, 0) {
		return y / p
	}
	return x
}

func decimalFunction(name string, x *big.Rat, args []any, digits int, from, t types.Type) any {
	switch name {
	case "ABS":
		return new(big.Rat).Abs(x)
	case "SIGN":
		return int64(x.Sign())
	case "ROUND":
		return decimal(rounded(x, min(digits, from.Scale)), t)
	case "TRUNC":
		return decimal(truncated(x, min(digits, from.Scale)), t)
	case "FLOOR":
		return integer(new(big.Int).Div(x.Num(), x.Denom()))
	case "CEIL":
		n := new(big.Int).Div(new(big.Int).Neg(x.Num()), x.Denom())
		return integer(n.Neg(n))
	case "MOD":
		return decimalArith(expr.Mod, x, args[1].(*big.Rat), t)
	}
	panic("bug: unhandled function " + name)
}
