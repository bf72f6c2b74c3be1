package builtin

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// encodingFunctions write texts, bytes and numbers for other ends, and make digests of them.
var encodingFunctions = []*Function{
	{
		Name: "HEX", Aliases: []string{"TO_HEX"}, Category: Encoding,
		Doc: "Returns an INTEGER in hexadecimal, of a negative one the two's complement; or the octets of a text (in UTF-8) or of bytes, two digits each.",
		Overloads: append([]Overload{over("HEX(n INTEGER) -> STRING", arena("HexInteger"))},
			octets("HEX(x OCTETS) -> STRING", tryArena("Hex"))...),
		Examples: ex(`HEX(255)`, `'FF'`, `HEX('abc')`, `'616263'`, `HEX(-1)`, `'FFFFFFFFFFFFFFFF'`),
	},
	{
		Name: "UNHEX", Aliases: []string{"FROM_HEX"}, Category: Encoding,
		Doc:       "Reads pairs of hexadecimal digits as bytes.",
		Overloads: []Overload{over("UNHEX(s STRING) -> BYTES", tryArena("Unhex"))},
		Examples:  ex(`CAST(UNHEX('616263') AS STRING)`, `'abc'`),
	},
	{
		Name: "BIN", Aliases: []string{"TO_BINARY_DIGITS"}, Category: Encoding,
		Doc:       "Returns an INTEGER in binary, of a negative one the two's complement.",
		Overloads: []Overload{over("BIN(n INTEGER) -> STRING", arena("BinInteger"))},
		Examples:  ex(`BIN(10)`, `'1010'`, `BIN(0)`, `'0'`),
	},
	{
		Name: "OCT", Category: Encoding,
		Doc:       "Returns an INTEGER in octal, of a negative one the two's complement.",
		Overloads: []Overload{over("OCT(n INTEGER) -> STRING", arena("OctInteger"))},
		Examples:  ex(`OCT(64)`, `'100'`),
	},
	{
		Name: "TO_BASE", Category: Encoding,
		Doc: "Returns an INTEGER in digits of a base from 2 to 36, filled with zeros to at least width digits.",
		Overloads: []Overload{
			over("TO_BASE(n INTEGER, base INTEGER) -> STRING", func(c *Call) emit.Value {
				return c.B.Try("digits", c.Type, symbol("ToBase").Call(c.B.Arena(), c.Args[0].Arg(), c.Args[1].Arg(), jen.Lit(0)), c.Args...)
			}),
			over("TO_BASE(n INTEGER, base INTEGER, width INTEGER) -> STRING", tryArena("ToBase")),
		},
		Examples: ex(`TO_BASE(255, 16)`, `'FF'`, `TO_BASE(5, 2, 8)`, `'00000101'`),
	},
	{
		Name: "FROM_BASE", Category: Encoding,
		Doc:       "Reads an INTEGER in digits of a base from 2 to 36.",
		Overloads: []Overload{over("FROM_BASE(s STRING, base INTEGER) -> INTEGER", try("FromBase"))},
		Examples:  ex(`FROM_BASE('ff', 16)`, `255`, `FROM_BASE('-101', 2)`, `-5`),
	},
	{
		Name: "TO_BASE64", Aliases: []string{"BASE64"}, Category: Encoding,
		Doc:       "Returns the octets of a text (in UTF-8) or of bytes in Base64 with padding.",
		Overloads: octets("TO_BASE64(x OCTETS) -> STRING", tryArena("ToBase64")),
		Examples:  ex(`TO_BASE64('hello')`, `'aGVsbG8='`),
	},
	{
		Name: "FROM_BASE64", Aliases: []string{"UNBASE64"}, Category: Encoding,
		Doc:       "Reads Base64 as bytes: with the letters + and /, or - and _ as in addresses; padded or not.",
		Overloads: []Overload{over("FROM_BASE64(s STRING) -> BYTES", tryArena("FromBase64"))},
		Examples:  ex(`CAST(FROM_BASE64('aGVsbG8=') AS STRING)`, `'hello'`),
	},
	digest("MD5", nil, "MD5", "MD5 digest", `'900150983cd24fb0d6963f7d28e17f72'`),
	digest("SHA1", []string{"SHA"}, "SHA1", "SHA-1 digest", `'a9993e364706816aba3e25717850c26c9cd0d89d'`),
	digest("SHA224", nil, "SHA224", "SHA-224 digest", `'23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7'`),
	digest("SHA256", nil, "SHA256", "SHA-256 digest", `'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'`),
	digest("SHA384", nil, "SHA384", "SHA-384 digest", `'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'`),
	digest("SHA512", nil, "SHA512", "SHA-512 digest", `'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f'`),
	{
		Name: "SHA2", Category: Encoding,
		Doc:       "Returns the SHA-2 digest of x, a text (in UTF-8) or bytes, with 224, 256, 384 or 512 bits, in hexadecimal.",
		Overloads: checked(octets("SHA2(x OCTETS, bits INTEGER LITERAL) -> STRING", sha2), digestSize),
		Examples:  ex(`SHA2('abc', 256)`, `'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'`),
	},
	{
		Name: "HMAC", Category: Encoding,
		Doc:       "Returns the keyed digest of x under a key (RFC 2104), in hexadecimal. The algorithm is md5, sha1, sha256 or sha512.",
		Overloads: checked(octets("HMAC(x OCTETS, key OCTETS, algorithm STRING LITERAL) -> STRING", keyedDigest), hashName),
		Examples:  ex(`HMAC('what do ya want for nothing?', 'Jefe', 'sha256')`, `'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'`),
	},
	{
		Name: "CRC32", Category: Encoding,
		Doc:       "Returns the CRC-32 checksum (IEEE 802.3) of x, a text (in UTF-8) or bytes.",
		Overloads: octets("CRC32(x OCTETS) -> INTEGER", call("digest.CRC32")),
		Examples:  ex(`CRC32('123456789')`, `3421780262`),
	},
	{
		Name: "XXHASH64", Category: Encoding,
		Doc:       "Returns the 64 bit xxHash of x, a text (in UTF-8) or bytes: a fast hash that spreads keys well and keeps no secret.",
		Overloads: octets("XXHASH64(x OCTETS) -> INTEGER", call("digest.XXHash64")),
		Examples:  ex(`XXHASH64('abc')`, `4952883123889572249`),
	},
	{
		Name: "FNV1A64", Category: Encoding,
		Doc:       "Returns the 64 bit FNV-1a hash of x, a text (in UTF-8) or bytes.",
		Overloads: octets("FNV1A64(x OCTETS) -> INTEGER", call("digest.FNV1a64")),
		Examples:  ex(`FNV1A64('')`, `-3750763034362895579`, `FNV1A64('a')`, `-5808556873153909620`),
	},
	{
		Name: "MASK_HASH", Aliases: []string{"PSEUDONYM"}, Category: Encoding,
		Doc:       "Returns the first 16 hexadecimal digits of the SHA-256 digest of salt and s: a stable stand-in for a value that must not be shown. Keep the salt secret.",
		Overloads: []Overload{over("MASK_HASH(s STRING, salt STRING) -> STRING", arena("digest.MaskHash"))},
		Examples:  ex(`MASK_HASH('c', 'ab')`, `'ba7816bf8f01cfea'`),
	},
}

// octets makes overloads of a signature in which OCTETS is STRING, or BYTES.
func octets(sig string, e Emitter) []Overload {
	return []Overload{over(strings.ReplaceAll(sig, "OCTETS", "STRING"), e), over(strings.ReplaceAll(sig, "OCTETS", "BYTES"), e)}
}

func digest(name string, aliases []string, fn, what, example string) *Function {
	return &Function{
		Name: name, Aliases: aliases, Category: Encoding, Doc: "Returns the " + what + " of x, a text (in UTF-8) or bytes, in hexadecimal.",
		Overloads: octets(name+"(x OCTETS) -> STRING", arena("digest."+fn)),
		Examples:  ex(name+`('abc')`, example),
	}
}

func sha2(c *Call) emit.Value {
	fn := fmt.Sprintf("digest.SHA%d", c.Args[1].Const)
	c.Args = c.Args[:1]
	return arena(fn)(c)
}

func digestSize(literals []any) (int, error) {
	switch literals[1] {
	case nil, int64(224), int64(256), int64(384), int64(512):
		return 0, nil
	}
	return 1, fmt.Errorf("SHA-2 has digests of 224, 256, 384 and 512 bits, not %v", literals[1])
}

// hashes are the algorithms of HMAC and how Go's library calls them.
var hashes = map[string]string{"MD5": "crypto/md5", "SHA1": "crypto/sha1", "SHA256": "crypto/sha256", "SHA512": "crypto/sha512"}

func hashName(literals []any) (int, error) {
	if name, ok := literals[2].(string); ok && hashes[strings.ToUpper(name)] == "" {
		return 2, fmt.Errorf("'%s' is no known algorithm (known: %s)", name, strings.ToLower(strings.Join(sortedKeys(hashes), ", ")))
	}
	return 0, nil
}

func keyedDigest(c *Call) emit.Value {
	h := jen.Qual(hashes[strings.ToUpper(c.text(2))], "New")
	return c.sure(symbol("digest.HMAC").Call(c.B.Arena(), h, c.Args[0].Arg(), c.Args[1].Arg()))
}
