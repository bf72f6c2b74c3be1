package digest

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/text"
)

// Test vectors: RFC 1321, FIPS 180-4, RFC 4231, xxHash and FNV reference values.
func TestVectors(t *testing.T) {
	var a text.Arena
	for _, tt := range []struct{ name, got, want string }{
		{"MD5", MD5(&a, ""), "d41d8cd98f00b204e9800998ecf8427e"},
		{"SHA1", SHA1(&a, ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"SHA224", SHA224(&a, ""), "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"},
		{"SHA256", SHA256(&a, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"SHA384", SHA384(&a, "")[:16], "38b060a751ac9638"},
		{"SHA512", SHA512(&a, "")[:16], "cf83e1357eefb8bd"},
		{"HMAC", HMAC(&a, sha256.New, "Hi There", strings.Repeat("\x0b", 20)), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s = %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	if got := CRC32(""); got != 0 {
		t.Errorf("CRC32 of nothing is %d", got)
	}
	if got := uint64(XXHash64("")); got != 0xef46db3751d8e999 {
		t.Errorf("XXHash64 of nothing is %#x", got)
	}
	if got := uint64(FNV1a64("foobar")); got != 0x85944171f73967e8 {
		t.Errorf("FNV1a64 of foobar is %#x", got)
	}
}

func TestNoAllocations(t *testing.T) {
	var a text.Arena
	a.Room(1000)
	if n := testing.AllocsPerRun(100, func() {
		a.Reset()
		MD5(&a, "abc")
		SHA256(&a, "abc")
		SHA512(&a, "abc")
		MaskHash(&a, "abc", "salt")
		CRC32("abc")
		XXHash64("abc")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
