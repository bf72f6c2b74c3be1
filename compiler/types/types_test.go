package types

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
)

// TestTypes runs testdata: names of types, conversions, arithmetic and overload resolution. -rewrite regenerates the outputs.
func TestTypes(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var sigs []*Signature
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "signatures" {
				sigs = nil
			}
			var out strings.Builder
			for line := range strings.Lines(d.Input) {
				line = strings.TrimSpace(line)
				if d.Cmd == "signatures" {
					sigs = append(sigs, MustSignature(line))
					sigs[len(sigs)-1].Check = noQuestions
					fmt.Fprintln(&out, MustSignature(line))
					continue
				}
				fmt.Fprintf(&out, "%s\t=> %s\n", line, runLine(t, d.Cmd, line, sigs))
			}
			return out.String()
		})
	})
}

// noQuestions is the check of literals that the tests use.
func noQuestions(literals []any) (int, error) {
	for i, v := range literals {
		if v == "why" {
			return i, fmt.Errorf("'why' is a question")
		}
	}
	return 0, nil
}

func runLine(t *testing.T, cmd, line string, sigs []*Signature) string {
	switch cmd {
	case "parse":
		typ, notes, err := Parse(line)
		if err != nil {
			return "error: " + err.Error()
		}
		again, _, err := Parse(typ.String())
		if err != nil || !again.Equal(typ) {
			t.Errorf("%s prints as %s, which reads as %s (%v)", line, typ, again, err)
		}
		return strings.Join(append([]string{typ.String()}, notes...), "; ")
	case "arith":
		f := splitOps(line)
		r, left, right, ok := Arith(Op(f[1][0]), typeOf(t, f[0]), typeOf(t, f[2]))
		if !ok {
			return "undefined"
		}
		return fmt.Sprintf("%s (%s %s %s)", r, left, f[1], right)
	case "compare":
		f := splitOps(line)
		left, right, ok := Comparable(typeOf(t, f[0]), typeOf(t, f[2]))
		if !ok {
			return "undefined"
		}
		return fmt.Sprintf("%s = %s", left, right)
	case "common":
		c, ok := CommonOf(argsOf(t, line))
		if !ok {
			return "none"
		}
		return c.String()
	case "cast":
		f := splitOps(line)
		from, to := typeOf(t, f[0]), typeOf(t, f[2])
		if Implicit(from, to) {
			return "implicit"
		}
		return Cast(from, to).String()
	case "call":
		return callLine(argsOf(t, line), sigs)
	}
	t.Fatalf("unknown command %s", cmd)
	return ""
}

func callLine(args []Arg, sigs []*Signature) string {
	i, params, result, err := Choose(sigs, args)
	if err != nil {
		m := err.(*Mismatch)
		return fmt.Sprintf("error at %d: %s", m.Arg, m)
	}
	words := make([]string, len(params))
	for j, p := range params {
		words[j] = p.String()
	}
	return fmt.Sprintf("#%d (%s) -> %s", i, strings.Join(words, ", "), result)
}

// splitOps cuts "INTEGER + FLOAT" at the operator that stands alone.
func splitOps(line string) [3]string {
	f := strings.Fields(line)
	for i := 1; i < len(f)-1; i++ {
		if len(f[i]) <= 3 && strings.Trim(f[i], "+-*/%=→") == "" {
			return [3]string{strings.Join(f[:i], " "), f[i], strings.Join(f[i+1:], " ")}
		}
	}
	panic("no operator in " + line)
}

func typeOf(t *testing.T, text string) Type {
	if text == "NULL" {
		return TNull
	}
	typ, _, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return typ
}

// argsOf reads "INTEGER, STRING?, 12, 'text', NULL": a question mark makes an argument nullable, numbers and quoted text are literals.
func argsOf(t *testing.T, line string) []Arg {
	var args []Arg
	if line == "-" {
		return nil
	}
	for _, w := range splitTop(line) {
		w = strings.TrimSpace(w)
		nullable := strings.HasSuffix(w, "?")
		w = strings.TrimSuffix(w, "?")
		switch {
		case strings.HasPrefix(w, "'"):
			args = append(args, Arg{Col: Col{Type: TString}, Text: true, Value: strings.Trim(w, "'")})
		case strings.Trim(w, "0123456789") == "":
			args = append(args, Arg{Col: Col{Type: TInteger}, Digits: len(w), Value: w})
		default:
			args = append(args, ArgOf(Col{Type: typeOf(t, w), Nullable: nullable || w == "NULL"}))
		}
	}
	return args
}

// Every implicit conversion must also be a cast, or writing it out would be an error.
func TestImplicitIsCastable(t *testing.T) {
	for _, from := range sampleTypes {
		for _, to := range sampleTypes {
			if Implicit(from, to) && Cast(from, to) == Never {
				t.Errorf("%s becomes %s implicitly but cannot be cast to it", from, to)
			}
			c, ok := Common(from, to)
			d, ok2 := Common(to, from)
			if ok != ok2 || ok && !c.Equal(d) {
				t.Errorf("Common(%s, %s) depends on the order: %s, %s", from, to, c, d)
			}
			if ok && (Cast(from, c) == Never || Cast(to, c) == Never) {
				t.Errorf("%s and %s have %s in common but cannot be cast to it", from, to, c)
			}
			for _, op := range []Op{Add, Sub, Mul, Div, Mod} {
				_, left, right, ok := Arith(op, from, to)
				if ok && (Cast(from, left) == Never || Cast(to, right) == Never) {
					t.Errorf("%s %s %s converts operands to %s and %s, which no cast does", from, op, to, left, right)
				}
			}
		}
	}
}

var sampleTypes = []Type{
	TNull, TBoolean, TInteger, TFloat, TDecimal(18, 4), TDecimal(38, 10), TDecimal(5, 5), TString, TBytes, TDate, TTime,
	TTimestamp, TInterval, TYearMonth, TUUID, TJSON, {Kind: Array, Elem: &TInteger}, {Kind: Array, Elem: &TFloat},
	TArray(Col{Type: TFloat}), TMap(TString, Col{Type: TInteger}), TMap(TString, Col{Type: TFloat, Nullable: true}),
	TStruct(Field{"a", Col{Type: TInteger}}), TStruct(Field{"a", Col{Type: TFloat, Nullable: true}}), TStruct(Field{"b", Col{Type: TFloat}}),
}

// The exact type of DECIMAL arithmetic must hold the extreme results of its operands.
func TestDecimalResultsFit(t *testing.T) {
	for p1 := 1; p1 <= 18; p1++ {
		for s1 := 0; s1 <= p1; s1++ {
			for p2 := 1; p2 <= 18; p2++ {
				for s2 := 0; s2 <= p2; s2++ {
					a, b := TDecimal(p1, s1), TDecimal(p2, s2)
					sum, _, _, _ := Arith(Add, a, b)
					if whole := max(p1-s1, p2-s2) + 1; sum.Precision-sum.Scale < whole && sum.Precision < MaxPrecision {
						t.Fatalf("%s + %s = %s has too few digits", a, b, sum)
					}
					mul, _, _, _ := Arith(Mul, a, b)
					if mul.Precision < p1+p2 || mul.Scale != s1+s2 {
						t.Fatalf("%s * %s = %s is not exact", a, b, mul)
					}
					div, _, _, _ := Arith(Div, a, b)
					if div.Precision-div.Scale < min(p1-s1+s2, MaxPrecision-div.Scale) || div.Scale < max(s1, s2) || div.Scale > div.Precision {
						t.Fatalf("%s / %s = %s", a, b, div)
					}
				}
			}
		}
	}
}

func TestBadSignaturesPanic(t *testing.T) {
	for _, text := range []string{"F(x INTEGER)", "F -> INTEGER", "F(x) -> INTEGER", "F(x T WEIRD) -> T", "F(x NOTYPE) -> INTEGER", "F() -> NOTYPE"} {
		func() {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "bug: signature") {
					t.Errorf("%q: got %v", text, r)
				}
			}()
			MustSignature(text)
		}()
	}
}

func TestNamesAreAccepted(t *testing.T) {
	for _, n := range Names() {
		if n == "ARRAY" || n == "MAP" || n == "STRUCT" {
			if _, _, err := Named(n); err == nil || !strings.Contains(err.Error(), "element types") {
				t.Errorf("%s without element types: %v", n, err)
			}
			continue
		}
		if _, _, err := Named(strings.ToLower(n)); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
}
