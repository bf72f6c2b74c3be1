package builtin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// formatFunctions fill values into a text. The format is read when the job is compiled; what is generated has one call for each of its parts.
var formatFunctions = []*Function{{
	Name: "FORMAT", Aliases: []string{"PRINTF", "FORMAT_STRING"}, Category: Text,
	Doc: "Returns the format with the values in the places of its verbs: %s any value as text, %d an INTEGER, %x and %X it in hexadecimal, %f a number with 6 digits after the point or as many as %.2f says, " +
		"%e one in scientific notation, %% a percent sign. A number is the least width (%8d); - in front of it fills up on the right, 0 with zeros.",
	Overloads: []Overload{format()},
	Examples: ex(`FORMAT('%s is %.1f%%', 'load', 12.345)`, `'load is 12.3%'`, `FORMAT('[%5d|%-5d|%05d]', 42, 42, -42)`, `'[   42|42   |-0042]'`, `PRINTF('%s %x', TRUE, 255)`, `'true ff'`,
		`FORMAT('%8.2f|%e', 2.5, 1250e0)`, `'    2.50|1.250000e+03'`, `FORMAT('%s', NULL)`, `NULL`),
}}

func format() Overload {
	o := over("FORMAT(format STRING LITERAL, value SCALAR...) -> STRING", formatted)
	o.Sig.Fits = func(args []types.Arg) (int, error) {
		text, ok := args[0].Value.(string)
		if !ok {
			return 0, nil
		}
		verbs, err := verbsOf(text)
		if err != nil {
			return 0, err
		}
		n := 0
		for _, v := range verbs {
			if v.letter == 0 {
				continue
			}
			if n++; n == len(args) {
				return 0, fmt.Errorf("the format has a %%%c for which there is no value", v.letter)
			}
			if t := args[n].Type; !v.takes(t.Kind) {
				return n, fmt.Errorf("%%%c writes %s, but this is %s; %%s writes any value", v.letter, v.wants(), t)
			}
		}
		if n+1 < len(args) {
			return n + 1, fmt.Errorf("the format has no place for this value")
		}
		return 0, nil
	}
	return o
}

// verb is a part of a format: text if letter is 0, else a place for a value.
type verb struct {
	text       string
	letter     byte
	left, zero bool
	width      int
	digits     int
}

func (v verb) takes(k types.Kind) bool {
	switch {
	case v.letter == 's' || k == types.Null || k == types.Invalid:
		return true
	case v.letter == 'f' || v.letter == 'e':
		return k == types.Integer || k == types.Float || k == types.Decimal
	}
	return k == types.Integer
}

func (v verb) wants() string {
	if v.letter == 'f' || v.letter == 'e' {
		return "a number"
	}
	return "an INTEGER"
}

// verbsOf takes a format apart.
func verbsOf(format string) ([]verb, error) {
	var out []verb
	for format != "" {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			return append(out, verb{text: format}), nil
		}
		if at > 0 {
			out = append(out, verb{text: format[:at]})
		}
		format = format[at+1:]
		if strings.HasPrefix(format, "%") {
			out, format = append(out, verb{text: "%"}), format[1:]
			continue
		}
		v, rest, err := verbOf(format)
		if err != nil {
			return nil, err
		}
		out, format = append(out, v), rest
	}
	return out, nil
}

// verbOf reads what stands behind a percent sign.
func verbOf(s string) (v verb, rest string, err error) {
	v.digits = 6
	for ; s != "" && (s[0] == '-' || s[0] == '0'); s = s[1:] {
		v.left, v.zero = v.left || s[0] == '-', v.zero || s[0] == '0'
	}
	number := func() (n int) {
		end := len(s) - len(strings.TrimLeft(s, "0123456789"))
		if n, err = strconv.Atoi(s[:end]); end == 0 {
			n, err = 0, nil
		}
		s = s[end:]
		return n
	}
	v.width = number()
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		v.digits = number()
	}
	switch {
	case err != nil || v.width > 1000 || v.digits > 30:
		return v, "", fmt.Errorf("a width is at most 1000, and there are at most 30 digits after the point")
	case s == "" || !strings.Contains("sdxXfe", s[:1]):
		return v, "", fmt.Errorf("'%%%s' is not a verb of a format (known: %%s %%d %%x %%X %%f %%e; %%%% is a percent sign)", s[:min(1, len(s))])
	}
	v.letter = s[0]
	return v, s[1:], nil
}

func formatted(c *Call) emit.Value {
	verbs, err := verbsOf(c.text(0))
	if err != nil {
		panic("bug: " + err.Error())
	}
	var parts []jen.Code
	valid := emit.AllValid(c.Args...)
	n := 0
	for _, v := range verbs {
		if v.letter == 0 {
			parts = append(parts, emit.GoText(v.text))
			continue
		}
		n++
		parts = append(parts, c.filled(v, c.Args[n]).Arg())
	}
	if len(parts) == 0 {
		return emit.Of(c.Type, emit.PrecUnary, jen.Lit("")).With(valid)
	}
	return emit.Of(c.Type, emit.PrecUnary, jen.Id(c.B.Func.Task).Dot("text").Dot("Concat").Call(parts...)).With(valid)
}

// filled is a value as a verb writes it.
func (c *Call) filled(v verb, x emit.Value) emit.Value {
	arena := c.B.Arena()
	var s emit.Value
	text := func(fn string, args ...jen.Code) emit.Value {
		return emit.Of(types.TString, emit.PrecUnary, symbol(fn).Call(append([]jen.Code{arena}, args...)...))
	}
	switch {
	case v.letter == 'x' || v.letter == 'X':
		s = text("HexDigits", x.Arg(), jen.Lit(v.letter == 'X'))
	case v.letter == 's' || v.letter == 'd':
		s = asText(c.B, x)
	case v.letter == 'f' && x.Type.Kind != types.Float:
		s = text("FixedDecimal", wide(x), jen.Lit(x.Type.Scale), jen.Lit(v.digits))
	default:
		if x.Type.Kind != types.Float {
			x = emit.Of(types.TFloat, emit.PrecUnary, jen.Add(wide(x)).Dot("Float").Call(jen.Lit(x.Type.Scale)))
		}
		s = text("FixedFloat", x.Arg(), jen.LitByte(v.letter), jen.Lit(v.digits))
	}
	if v.width > 0 {
		s = text("Fill", s.Arg(), jen.Lit(v.width), jen.Lit(v.left), jen.Lit(v.zero && !v.left && v.letter != 's'))
	}
	return s
}
