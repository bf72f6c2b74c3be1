package sqlfn

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
)

// ErrNullKey fails a row that makes a MAP with a NULL key, ErrNullElement one that would put a NULL where none may be.
const (
	ErrNullKey     = Error("a key of a MAP is NULL")
	ErrNullElement = Error("a NULL stands where the type says NOT NULL")
)

// CastStringToUUID reads the 36 characters of a UUID.
func CastStringToUUID(s string) (rt.UUID, error) {
	u, ok := rt.ParseUUID(strings.TrimSpace(s))
	if !ok {
		return u, Error("'" + clip(s) + "' is not a UUID (expected a form such as 123e4567-e89b-12d3-a456-426614174000)")
	}
	return u, nil
}

// UUIDToString is the text of u in lower case.
func UUIDToString(a *text.Arena, u rt.UUID) string { return a.Keep(u.Append(a.Room(rt.UUIDLen))) }

// UUIDToBytes is the 16 bytes of u.
func UUIDToBytes(a *text.Arena, u rt.UUID) string { return a.Keep(append(a.Room(len(u)), u[:]...)) }

// CastBytesToUUID takes 16 bytes for a UUID.
func CastBytesToUUID(b string) (u rt.UUID, err error) {
	if len(b) != len(u) {
		return u, Error("a UUID has 16 BYTES")
	}
	copy(u[:], b)
	return u, nil
}

// NewUUID is a random UUID (RFC 9562, version 4).
func NewUUID() rt.UUID { return uuidOf(rand.Uint64(), rand.Uint64(), 4) }

// NewUUIDv7 is a UUID of the time ts, in milliseconds, and random bits (RFC 9562, version 7).
func NewUUIDv7(ts int64) rt.UUID {
	return uuidOf(uint64(Millis(ts))<<16|rand.Uint64()&0xffff, rand.Uint64(), 7)
}

func uuidOf(hi, lo uint64, version byte) (u rt.UUID) {
	binary.BigEndian.PutUint64(u[:8], hi)
	binary.BigEndian.PutUint64(u[8:], lo)
	u[6] = u[6]&0x0f | version<<4
	u[8] = u[8]&0x3f | 0x80
	return u
}

// UUIDTime is the time that a UUID of version 7 holds.
func UUIDTime(u rt.UUID) (int64, bool) {
	if u[6]>>4 != 7 {
		return 0, false
	}
	return mul(int64(binary.BigEndian.Uint64(u[:8])>>16), Millisecond)
}

// RandInteger is a random INTEGER from 0 to below n.
func RandInteger(n int64) (int64, error) {
	if n < 1 {
		return 0, Error("RAND_INTEGER gives a number below its argument, which must be at least 1, not " + formatInt(n))
	}
	return rand.Int64N(n), nil
}
