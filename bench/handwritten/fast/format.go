package fast

import (
	"time"
	"unsafe"
)

// The Put functions write at o+at and return the index behind what they wrote. The caller has made sure
// of the space, and of 8 bytes more: they store whole words.

// Lit writes a constant. With up to 16 bytes it compiles to one or two stores.
func Lit(o P, at uintptr, s string) uintptr {
	copy(unsafe.Slice((*byte)(unsafe.Add(o, at)), len(s)), s)
	return at + uintptr(len(s))
}

// PutRaw copies n bytes as they are.
func PutRaw(o P, at uintptr, p P, n uintptr) uintptr {
	for k := uintptr(0); k < n; k += 8 {
		*(*uint64)(unsafe.Add(o, at+k)) = *(*uint64)(unsafe.Add(p, k))
	}
	return at + n
}

// AppendJSON appends a string as a JSON value; without a P it is NULL.
func AppendJSON(out []byte, s Str) []byte {
	if s.P == nil {
		return append(out, "null"...)
	}
	return append(AppendEscaped(append(out, '"'), s.Bytes()), '"')
}

const hexDigits = "0123456789abcdef"

// PutString writes s with the escapes that JSON demands and no others; it may take 6 bytes for each.
func PutString(o P, at uintptr, s Str) uintptr {
	out := unsafe.Slice((*byte)(unsafe.Add(o, at)), 6*s.N)[:0]
	return at + uintptr(len(AppendEscaped(out, s.Bytes())))
}

// AppendEscaped appends s as the inside of a JSON string.
func AppendEscaped(out, s []byte) []byte {
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c >= 0x20:
			out = append(out, c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\r':
			out = append(out, '\\', 'r')
		case c == '\t':
			out = append(out, '\\', 't')
		case c == '\b':
			out = append(out, '\\', 'b')
		case c == '\f':
			out = append(out, '\\', 'f')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return out
}

// digits4 holds the four digits of each number below 10,000, the first one in the low byte.
var digits4 = func() (t [10000]uint32) {
	for i := range uint32(10000) {
		t[i] = '0' + i/1000 | ('0'+i/100%10)<<8 | ('0'+i/10%10)<<16 | ('0'+i%10)<<24
	}
	return
}()

func put4(o P, at uintptr, v uint64) { *(*uint32)(unsafe.Add(o, at)) = digits4[v] }

// PutUint writes v in decimal.
func PutUint(o P, at uintptr, v uint64) uintptr {
	switch {
	case v < 10000:
		drop := uintptr(0) // leading zeros
		if v < 10 {
			drop = 3
		} else if v < 100 {
			drop = 2
		} else if v < 1000 {
			drop = 1
		}
		*(*uint32)(unsafe.Add(o, at)) = digits4[v] >> (drop * 8)
		return at + 4 - drop
	case v < 1e8:
		at = PutUint(o, at, v/10000)
		put4(o, at, v%10000)
		return at + 4
	}
	at = PutUint(o, at, v/1e8)
	v %= 1e8
	put4(o, at, v/10000)
	put4(o, at+4, v%10000)
	return at + 8
}

// PutInt writes v in decimal.
func PutInt(o P, at uintptr, v int64) uintptr {
	u := uint64(v)
	if v < 0 {
		*(*byte)(unsafe.Add(o, at)) = '-'
		at++
		u = -u
	}
	return PutUint(o, at, u)
}

// PutDec4 writes v/10^4 with all four decimals.
func PutDec4(o P, at uintptr, v int64) uintptr {
	u := uint64(v)
	if v < 0 {
		*(*byte)(unsafe.Add(o, at)) = '-'
		at++
		u = -u
	}
	at = PutUint(o, at, u/10000)
	*(*uint64)(unsafe.Add(o, at)) = '.' | uint64(digits4[u%10000])<<8
	return at + 5
}

// PutDec8 writes v/10^8 with all eight decimals.
func PutDec8(o P, at uintptr, v int64) uintptr {
	u := uint64(v)
	if v < 0 {
		*(*byte)(unsafe.Add(o, at)) = '-'
		at++
		u = -u
	}
	at = PutUint(o, at, u/1e8)
	u %= 1e8
	*(*byte)(unsafe.Add(o, at)) = '.'
	put4(o, at+1, u/10000)
	put4(o, at+5, u%10000)
	return at + 9
}

// TimeLen is the length of what [Times.Put] writes.
const TimeLen = 26

const dayMillis = 24 * 60 * 60 * 1000

// Times writes TIMESTAMP values. It remembers the day of the last one.
type Times struct {
	day  int64
	text [16]byte // `"2026-01-05T`
	set  bool
}

// Put writes epoch milliseconds as "2026-01-05T00:00:00.000Z", in quotes.
func (t *Times) Put(o P, at uintptr, millis int64) uintptr {
	day := millis / dayMillis
	if day != t.day || millis < 0 || !t.set {
		day = t.turn(millis)
	}
	rest := uint64(millis - day*dayMillis)
	*(*[16]byte)(unsafe.Add(o, at)) = t.text
	seconds := rest / 1000
	minutes := seconds / 60
	hours := minutes / 60
	// Two numbers below 100 share one table look-up: hhmm, then ss.
	hm := uint64(digits4[hours*100+minutes%60])
	ss := uint64(digits4[seconds%60]) >> 16
	*(*uint64)(unsafe.Add(o, at+12)) = hm&0xffff | ':'<<16 | hm>>16<<24 | ':'<<40 | ss<<48
	ms := uint64(digits4[rest%1000]) >> 8
	*(*uint64)(unsafe.Add(o, at+20)) = '.' | ms<<8 | 'Z'<<32 | '"'<<40
	return at + TimeLen
}

func (t *Times) turn(millis int64) int64 {
	day := millis / dayMillis
	if millis%dayMillis < 0 {
		day--
	}
	t.day, t.set = day, true
	copy(t.text[:], time.UnixMilli(day*dayMillis).UTC().Format(`"2006-01-02T`))
	return day
}
