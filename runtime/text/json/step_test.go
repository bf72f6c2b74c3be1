package json_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/sqlfn"
	"github.com/velostream/veloc/runtime/text"
	"github.com/velostream/veloc/runtime/text/json"
)

// A decimal step either reads what decimal.Parse reads, up to the byte that ends the number, or leaves it to Fixed. Numbers that it must not
// leave to Fixed, because most columns hold such, are those of up to seven digits before the point and up to the scale behind it.
func TestDecimal(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	digits := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = '0' + byte(r.IntN(10))
		}
		return string(b)
	}
	for range 200_000 {
		scale, whole, frac := 1+r.IntN(8), r.IntN(10), r.IntN(10)
		s := digits(whole)
		if frac > 0 || r.IntN(20) == 0 {
			s += "." + digits(frac)
		}
		if r.IntN(3) == 0 {
			s = "-" + s
		}
		got, n := json.Decimal(at(s+[]string{",", "}", ",\"é\":", " ", "e5"}[r.IntN(5)]+digits(8)), uintptr(scale))
		want, err := decimal.Parse(s, 18, scale, decimal.Exact)
		unsigned := strings.TrimPrefix(s, "-")
		grammar := err == nil && whole > 0 && (whole == 1 || unsigned[0] != '0') && !strings.HasSuffix(s, ".")
		easy := grammar && whole <= 7 && frac <= scale && len(unsigned) <= 15
		if n > 0 && (!grammar || got != want || int(n) != len(s)) || easy && n == 0 {
			t.Fatalf("Decimal(%s, scale %d) = %d, %d bytes; want %d, %v", s, scale, got, n, want, err)
		}
	}
}

func TestMillis(t *testing.T) {
	for _, c := range []struct {
		in string
		ok bool
	}{
		{"1767571200000,", true}, {"1000000000000}", true}, {"8999999999999,", true}, {"9000000000000,", false}, {"0767571200000,", false},
		{"176757120000,", false}, {"-767571200000,", false}, {"1767571200.00,", false}, {"17675712e0000,", false}, {"null,", false},
	} {
		p := at(c.in)
		if got := json.IsMillis(p); got != c.ok {
			t.Errorf("IsMillis(%s) = %v", c.in, got)
		} else if got {
			want, _ := json.Timestamp(p, sqlfn.ParseTimestamp)
			if got := json.Millis(p.Word(0), p.Word(5)); got != want.V {
				t.Errorf("Millis(%s) = %d, want %d", c.in, got, want.V)
			}
		}
	}
}

// What no query reads is passed over: values of every kind, if they are JSON.
func TestSkipped(t *testing.T) {
	for _, c := range []struct {
		in string
		n  int // length; 0: refused
	}{
		{"0", 1}, {"-0", 2}, {"7", 1}, {"123456789012345678901234567890", 30}, {"1.5", 3}, {"0.25", 4}, {"1234567.1234567", 15}, {"12345678.12345678", 17},
		{"-1.5e-3", 7}, {"1E5", 3}, {"null", 4}, {"true", 4}, {"false", 5}, {`""`, 2}, {`"a\"b\u00e9é"`, 14},
		{"007", 0}, {"01.5", 0}, {".5", 0}, {"nul", 0}, {"falsy", 0}, {`"a\x"`, 0}, {`"no end`, 0}, {"[1]", 3}, {"", 0}, {"-", 0},
	} {
		p := at(c.in + ",\n")
		n := 0
		if end := json.Skip(p); end.OK() {
			n = int(end.Since(p))
		}
		if n != c.n {
			t.Errorf("Skip(%s) passes %d bytes, want %d", c.in, n, c.n)
		}
		integer := c.n > 0 && strings.Trim(c.in, "0123456789") == ""
		if got := json.IsInteger(p, json.Digits(p)); got != integer {
			t.Errorf("IsInteger(%s) = %v", c.in, got)
		}
	}
}

// View and Escape write what Text writes, whatever follows the text in memory.
func FuzzView(f *testing.F) {
	for n := range 20 {
		f.Add(strings.Repeat("x", n), `"`)
		f.Add(strings.Repeat("é", n), "\\")
	}
	f.Add("12345678\n", "abc")
	f.Add("1234567\xff", "é")
	f.Add("\xff", "\xff")
	f.Add("\x00", "")
	f.Fuzz(func(t *testing.T, s, behind string) {
		o, b := text.Reserve(nil, json.TextMax(s))
		want := string(json.Text(o, s).Done(b))
		o, b = text.Reserve(nil, json.TextMax(s))
		p := at(s + behind)
		var arena text.Arena
		if escaped := json.Escape(&arena, string(append([]byte(s), make([]byte, 8)...))[:len(s)]); `"`+escaped+`"` != want && utf8.ValidString(s) {
			t.Errorf("Escape(%q) = %s, want %s", s, escaped, want)
		} else if c, b := text.Reserve(nil, len(escaped)); string(c.Copy(escaped).Done(b)) != escaped {
			t.Errorf("Copy(%q) differs", escaped)
		}
		if got := fmt.Sprintf(`"%s"`, json.View(o, p.View(uintptr(len(s)))).Done(b)); got != want {
			t.Errorf("View(%q) before %q = %s, want %s", s, behind, got, want)
		}
	})
}
