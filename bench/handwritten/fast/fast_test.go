package fast

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"
)

func padded(s string) P { return P(unsafe.SliceData(append([]byte(s), make([]byte, 32)...))) }

func TestDec4(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		n    uintptr // 0: for the slow path
	}{
		{"0,", 0, 1}, {"7,", 7_0000, 1}, {"157.143,", 157_1430, 7}, {"1234567.1234}", 1234567_1234, 12},
		{"0.0001,", 1, 6}, {"12345678,", 0, 0}, {"1.,", 0, 0}, {".5,", 0, 0}, {"1.12345,", 0, 0}, {"01,", 0, 0},
		{"-1,", 0, 0}, {"1e3,", 1_0000, 1}, {"", 0, 0},
	} {
		got, n := Dec4(padded(c.text), 0)
		if n != c.n || n != 0 && got != c.want {
			t.Errorf("Dec4(%q) = %d, %d; want %d, %d", c.text, got, n, c.want, c.n)
		}
	}
}

func TestIntReadsWhatFitsAndLeavesTheRest(t *testing.T) {
	for n := 1; n <= 18; n++ {
		text := strings.Repeat("9", n)
		got, end := Int(padded(text+","), 0)
		if n > 15 {
			if end != 0 {
				t.Errorf("Int(%s) read up to %d", text, end)
			}
			continue
		}
		if want, _ := strconv.ParseInt(text, 10, 64); got != want || end != uintptr(n) {
			t.Errorf("Int(%s) = %d, %d", text, got, end)
		}
	}
	for _, text := range []string{"", "-1", "01", "0123456789", "x"} {
		if _, end := Int(padded(text), 0); end != 0 {
			t.Errorf("Int(%q) read up to %d", text, end)
		}
	}
}

func TestStopFindsTheFirstSpecialByte(t *testing.T) {
	for c := range 256 {
		special := c < 0x20 || c == '"' || c == '\\'
		for at := range 8 {
			text := []byte("aé!#[]~\x7f")[:8]
			text[at] = byte(c)
			want := uintptr(8)
			if special {
				want = uintptr(at)
			}
			if got := First(Stop(Load(P(&text[0]), 0))); got != want {
				t.Fatalf("byte %#x at %d: found at %d, want %d", c, at, got, want)
			}
		}
	}
}

func TestPutNumbers(t *testing.T) {
	buf := make([]byte, 64)
	put := func(f func(P, uintptr, int64) uintptr, v int64) string { return string(buf[:f(P(&buf[0]), 0, v)]) }
	values := []int64{0, 1, -1, 1<<63 - 1, -1 << 63}
	for v := int64(9); v > 0 && v < 1e18; v *= 10 {
		values = append(values, v, v+1, -v, v*3)
	}
	for _, v := range values {
		if got, want := put(PutInt, v), strconv.FormatInt(v, 10); got != want {
			t.Errorf("PutInt(%d) = %s", v, got)
		}
		if got, want := put(PutDec4, v), string(AppendBig(nil, big.NewInt(v), 4)); got != want {
			t.Errorf("PutDec4(%d) = %s, want %s", v, got, want)
		}
		if got, want := put(PutDec8, v), string(AppendBig(nil, big.NewInt(v), 8)); got != want {
			t.Errorf("PutDec8(%d) = %s, want %s", v, got, want)
		}
	}
}

func TestPutTime(t *testing.T) {
	buf := make([]byte, 64)
	var times Times
	for _, millis := range []int64{0, 1, -1, 1_767_571_200_000, 1_767_571_199_999, 951_782_400_000, -86_400_000, -86_400_001, 9_223_372_036_854, -9_223_372_036_854} {
		got := string(buf[:times.Put(P(&buf[0]), 0, millis)])
		if want := time.UnixMilli(millis).UTC().Format(`"2006-01-02T15:04:05.000Z"`); got != want {
			t.Errorf("%d: got %s, want %s", millis, got, want)
		}
	}
}

func TestNamesKeepOrderAndTellAllLengthsApart(t *testing.T) {
	names := NewNames()
	id := func(s string) uint32 {
		return names.IDOf(Str{padded(s), uintptr(len(s))}, false)
	}
	null := names.IDOf(Str{}, true)
	var all []string
	for n := range 40 {
		all = append(all, strings.Repeat("k", n), strings.Repeat("k", n)+"\x00")
	}
	for i := range 20_000 {
		all = append(all, fmt.Sprint("name ", i))
	}
	for round := range 2 {
		for i, s := range all {
			if got := id(s); got != uint32(i+1) {
				t.Fatalf("round %d: %q has id %d, want %d", round, s, got, i+1)
			}
		}
	}
	if again := names.IDOf(Str{}, true); again != null || again != 0 {
		t.Errorf("NULL has ids %d and %d", null, again)
	}
}

func TestOrderedMergesInOrderOfBlocks(t *testing.T) {
	var text []byte
	for i := 0; len(text) < 9*BlockSize; i++ {
		text = fmt.Appendf(text, "%d %s\n", i, strings.Repeat("x", i%5000))
	}
	type part struct{ lines []string }
	next := 0
	Ordered(InputOf(text), func() *part { return &part{} }, func(p *part, data []byte, _ int) {
		p.lines = slices.Collect(strings.Lines(string(data)))
	}, func(p *part) {
		for _, line := range p.lines {
			if !strings.HasPrefix(line, strconv.Itoa(next)+" ") {
				t.Errorf("line %d is %.20q", next, line)
			}
			next++
		}
	})
	if want := strings.Count(string(text), "\n"); next != want {
		t.Errorf("%d lines, want %d", next, want)
	}
}

func TestSumOfPricesDoesNotOverflow(t *testing.T) {
	totals := NewTotals
	for range 1000 {
		totals.Add(999_999_999_999_999_999, 1)
	}
	half := totals
	if err := totals.Merge(&half); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 256)
	got := string(buf[:totals.Put(P(&buf[0]), 0)])
	want := `,"trades":2000,"volume":2000,"avg_price":99999999999999.99990000,"min_price":99999999999999.9999,"max_price":99999999999999.9999`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// FuzzObject compares the slow path with encoding/json: what is a JSON object, and what its strings are.
func FuzzObject(f *testing.F) {
	for _, seed := range []string{
		`{"order_id":"1","symbol":"A","side":"BUY","price":157.143,"quantity":2868,"venue":"IEXG","trader_id":"T","event_time":1,"flags":1}`,
		`{"s\u0079mbol":"\ud83d\ude00\"\\\/\b\f\n\r\t"}`, `{"a":[1,{"b":null},"x",true,false,-1.5e+3],"symbol":null}`, `{"symbol":"\ud800"}`,
		` { } `, `[]`, `{"symbol":1}`, `{"symbol":"a","symbol":"b"}`, `{"symbol":"`, "{\"symbol\":\"\x01\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if slices.Contains(line, '\n') || !json.Valid([]byte(strconv.Quote(string(line)))) && strings.ToValidUTF8(string(line), "") != string(line) {
			t.Skip("not a line of UTF-8")
		}
		var s Slow
		var row Trade
		ok, err := s.Object(append(line, make([]byte, 32)...)[:len(line)], Symbol, &row)
		var want map[string]json.RawMessage
		wantErr := json.Unmarshal(line, &want)
		if wantErr == nil && want == nil {
			return // the word null
		}
		var symbol *string
		if wantErr == nil && want["symbol"] != nil {
			wantErr = json.Unmarshal(want["symbol"], &symbol)
		}
		if strings.Trim(string(line), " \t\r") == "" {
			if ok || err != nil {
				t.Fatalf("blank line: %v, %v", ok, err)
			}
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: error %v, encoding/json says %v", line, err, wantErr)
		}
		if err != nil {
			return
		}
		if null := row.Null&Symbol != 0; null != (symbol == nil) {
			t.Fatalf("%q: NULL is %v", line, null)
		}
		if symbol != nil && string(row.Symbol.Bytes()) != *symbol {
			t.Fatalf("%q: symbol %q, want %q", line, row.Symbol.Bytes(), *symbol)
		}
	})
}
