package sqlfn

import (
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
