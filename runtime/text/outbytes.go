package text

import (
	"encoding/base64"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// UUID writes the 36 characters of a UUID.
func (o Out) UUID(u rt.UUID) Out {
	return Out{unsafe.Add(o.p, len(u.Append(unsafe.Slice((*byte)(o.p), rt.UUIDLen)[:0])))}
}

// Base64Max is how many bytes Base64 writes for s.
func Base64Max(s string) int { return base64.StdEncoding.EncodedLen(len(s)) }

// Base64 writes BYTES in base64, padded (RFC 4648).
func (o Out) Base64(s string) Out {
	n := Base64Max(s)
	base64.StdEncoding.Encode(unsafe.Slice((*byte)(o.p), n), unsafe.Slice(unsafe.StringData(s), len(s)))
	return Out{unsafe.Add(o.p, n)}
}
