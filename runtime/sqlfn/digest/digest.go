package digest

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"hash/crc32"

	"github.com/cespare/xxhash/v2"

	"github.com/velostream/veloc/runtime/sqlfn"
	"github.com/velostream/veloc/runtime/text"
)

func hexed(a *text.Arena, sum []byte) string {
	return a.Keep(hex.AppendEncode(a.Room(2*len(sum)), sum))
}

// MD5 is the digest of RFC 1321.
func MD5(a *text.Arena, x string) string {
	sum := md5.Sum(sqlfn.View(x))
	return hexed(a, sum[:])
}

// SHA1 is the digest of FIPS 180-4 of that name, as the others below.
func SHA1(a *text.Arena, x string) string {
	sum := sha1.Sum(sqlfn.View(x))
	return hexed(a, sum[:])
}

// SHA224 has 224 bits.
func SHA224(a *text.Arena, x string) string {
	sum := sha256.Sum224(sqlfn.View(x))
	return hexed(a, sum[:])
}

// SHA256 has 256 bits.
func SHA256(a *text.Arena, x string) string {
	sum := sha256.Sum256(sqlfn.View(x))
	return hexed(a, sum[:])
}

// SHA384 has 384 bits.
func SHA384(a *text.Arena, x string) string {
	sum := sha512.Sum384(sqlfn.View(x))
	return hexed(a, sum[:])
}

// SHA512 has 512 bits.
func SHA512(a *text.Arena, x string) string {
	sum := sha512.Sum512(sqlfn.View(x))
	return hexed(a, sum[:])
}

// Hash makes a hash function: sha256.New, for example.
type Hash func() hash.Hash

// HMAC is the keyed digest of RFC 2104.
func HMAC(a *text.Arena, h Hash, x, key string) string {
	mac := hmac.New(h, sqlfn.View(key))
	mac.Write(sqlfn.View(x))
	var sum [64]byte
	return hexed(a, mac.Sum(sum[:0]))
}

// CRC32 is the checksum of IEEE 802.3, 0 to 4294967295.
func CRC32(x string) int64 { return int64(crc32.ChecksumIEEE(sqlfn.View(x))) }

// XXHash64 is the 64 bit xxHash of x with seed 0, as an INTEGER in two's complement. It spreads keys well and keeps no secret.
func XXHash64(x string) int64 { return int64(xxhash.Sum64String(x)) }

// FNV1a64 is the 64 bit hash of Fowler, Noll and Vo in its form 1a, as an INTEGER in two's complement.
func FNV1a64(x string) int64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(x); i++ {
		h = (h ^ uint64(x[i])) * 1099511628211
	}
	return int64(h)
}

// MaskHash is the first 16 digits of the SHA-256 digest of salt and s.
func MaskHash(a *text.Arena, s, salt string) string {
	b := append(append(a.Room(len(salt)+len(s)), salt...), s...) // not kept
	sum := sha256.Sum256(b)
	return hexed(a, sum[:8])
}
