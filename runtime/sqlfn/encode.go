package sqlfn

import (
	"encoding/base64"
	"encoding/hex"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"

	"github.com/velostream/veloc/runtime/text"
)

// Texts for other ends: hexadecimal and other digits, Base64. What takes texts takes bytes as well.

// View is the octets of x, which must not be changed.
func View(x string) []byte { return unsafe.Slice(unsafe.StringData(x), len(x)) }

const upperHex = "0123456789ABCDEF"

// Hex is the octets of x in hexadecimal, two digits each.
func Hex(a *text.Arena, x string) (string, error) {
	if len(x) > maxResult/2 {
		return "", tooLong("HEX")
	}
	b := a.Room(2 * len(x))
	for i := 0; i < len(x); i++ {
		b = append(b, upperHex[x[i]>>4], upperHex[x[i]&15])
	}
	return a.Keep(b), nil
}

// HexInteger is x in hexadecimal, without leading zeros; of a negative one the 16 digits of its two's complement.
func HexInteger(a *text.Arena, x int64) string { return digits(a, uint64(x), 16) }

// BinInteger is x in binary, without leading zeros; of a negative one the 64 digits of its two's complement.
func BinInteger(a *text.Arena, x int64) string { return digits(a, uint64(x), 2) }

// OctInteger is x in octal, without leading zeros; of a negative one the digits of its two's complement.
func OctInteger(a *text.Arena, x int64) string { return digits(a, uint64(x), 8) }

func digits(a *text.Arena, x, base uint64) string {
	b := a.Room(64)
	n := max(1, (bits.Len64(x)+bits.Len64(base)-2)/(bits.Len64(base)-1))
	b = b[:n]
	for i := n - 1; i >= 0; i-- {
		b[i] = upperHex[x%base]
		x /= base
	}
	return a.Keep(b)
}

// ToBase is x in digits of a base from 2 to 36, filled with zeros to at least width digits.
func ToBase(a *text.Arena, x, base, width int64) (string, error) {
	switch {
	case base < 2 || base > 36:
		return "", Error("the base of TO_BASE is a number from 2 to 36, not " + formatInt(base))
	case width > 1000:
		return "", Error("TO_BASE fills to at most 1000 digits, not " + formatInt(width))
	}
	var buf [65]byte
	d := strconv.AppendInt(buf[:0], x, int(base))
	b := a.Room(len(d) + int(max(width, 0)))
	if x < 0 {
		b, d = append(b, '-'), d[1:]
	}
	for n := int64(len(d)); n < width; n++ {
		b = append(b, '0')
	}
	for _, c := range d {
		if c >= 'a' {
			c -= 'a' - 'A'
		}
		b = append(b, c)
	}
	return a.Keep(b), nil
}

// FromBase reads digits of a base from 2 to 36.
func FromBase(s string, base int64) (int64, error) {
	if base < 2 || base > 36 {
		return 0, Error("the base of FROM_BASE is a number from 2 to 36, not " + formatInt(base))
	}
	n, err := strconv.ParseInt(s, int(base), 64)
	if err != nil {
		return 0, Error(quoted(s) + " is no number of base " + formatInt(base) + " that fits INTEGER (64 bits)")
	}
	return n, nil
}

// quoted is s for a message, cut if it is long.
func quoted(s string) string {
	if len(s) > 60 {
		s = s[:offset(s, 40)] + "…"
	}
	return "'" + s + "'"
}

// Unhex reads pairs of hexadecimal digits.
func Unhex(a *text.Arena, s string) (string, error) {
	b := a.Room(len(s) / 2)
	b, err := hex.AppendDecode(b, View(s))
	if err != nil {
		return "", Error(quoted(s) + " is not hexadecimal: it consists of pairs of the digits 0 to 9 and A to F")
	}
	return a.Keep(b), nil
}

// ToBase64 is x in Base64 with padding (RFC 4648).
func ToBase64(a *text.Arena, x string) (string, error) {
	if len(x) > maxResult/2 {
		return "", tooLong("TO_BASE64")
	}
	n := base64.StdEncoding.EncodedLen(len(x))
	b := a.Room(n)[:n]
	base64.StdEncoding.Encode(b, View(x))
	return a.Keep(b), nil
}

// FromBase64 reads Base64, with the letters of addresses (- and _) or without, padded or not.
func FromBase64(a *text.Arena, s string) (string, error) {
	enc := base64.StdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.URLEncoding
	}
	if !strings.HasSuffix(s, "=") && len(s)%4 != 0 {
		if enc = base64.RawStdEncoding; strings.ContainsAny(s, "-_") {
			enc = base64.RawURLEncoding
		}
	}
	n := enc.DecodedLen(len(s))
	b := a.Room(n)[:n]
	n, err := enc.Decode(b, View(s))
	if err != nil {
		return "", Error(quoted(s) + " is not Base64")
	}
	return a.Keep(b[:n]), nil
}

// Ascii is the code point of the first character of s; 0 if s is empty.
func Ascii(s string) int64 {
	for _, r := range s {
		return int64(r)
	}
	return 0
}

// Chr is the character of a code point.
func Chr(a *text.Arena, n int64) (string, error) {
	if n < 1 || n > 0x10ffff || n >= 0xd800 && n < 0xe000 {
		return "", Error(formatInt(n) + " is no code point of a character")
	}
	return a.Keep(append(a.Room(4), string(rune(n))...)), nil
}

// HexText is the octets of x in hexadecimal, cut where they would be too long for a text.
func HexText(a *text.Arena, x string) string {
	s, _ := Hex(a, x[:min(len(x), maxResult/2)])
	return s
}
