package rt

import (
	"bytes"
	"encoding/hex"
)

// UUID is a value of type UUID (RFC 9562).
type UUID [16]byte

// UUIDLen is the length of the text of a UUID.
const UUIDLen = 36

// dashes are the places of the dashes in the text of a UUID.
var dashes = [...]int{8, 13, 18, 23}

// ParseUUID reads the 36 characters of a UUID, in lower or upper case.
func ParseUUID(s string) (u UUID, ok bool) {
	if len(s) != UUIDLen {
		return u, false
	}
	var digits [32]byte
	n := 0
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return u, false
			}
			continue
		}
		digits[n] = s[i]
		n++
	}
	_, err := hex.Decode(u[:], digits[:])
	return u, err == nil
}

// Append writes the 36 characters of u, in lower case.
func (u UUID) Append(b []byte) []byte {
	var digits [32]byte
	hex.Encode(digits[:], u[:])
	from := 0
	for i, d := range dashes {
		b = append(append(b, digits[from:d-i]...), '-')
		from = d - i
	}
	return append(b, digits[from:]...)
}

// String is the text of u.
func (u UUID) String() string { return string(u.Append(nil)) }

// Compare is negative if u comes before v, and 0 if they are equal. UUIDs are ordered by their bytes, which is the order of their texts.
func (u UUID) Compare(v UUID) int { return bytes.Compare(u[:], v[:]) }

// Less tells whether u comes before v.
func (u UUID) Less(v UUID) bool { return u.Compare(v) < 0 }
