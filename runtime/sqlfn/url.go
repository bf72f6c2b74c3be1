package sqlfn

import (
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// Parts of addresses (RFC 3986). Texts that are no addresses have no parts: nothing here fails.

// URLPart finds a part of the address s: 'P' protocol, 'A' authority, 'U' user info, 'H' host, 'N' port, 'T' path, 'Q' query, 'F' fragment,
// 'L' what a server is asked for: path and query.
func URLPart(s string, part byte) (string, bool) {
	s, fragment, hasFragment := strings.Cut(s, "#")
	if part == 'F' {
		return fragment, hasFragment
	}
	protocol, rest, hasProtocol := cutProtocol(s)
	if part == 'P' {
		return protocol, hasProtocol
	}
	authority := ""
	after, hasAuthority := strings.CutPrefix(rest, "//")
	if hasAuthority {
		n := strings.IndexAny(after, "/?")
		if n < 0 {
			n = len(after)
		}
		authority, rest = after[:n], after[n:]
	}
	path, query, hasQuery := strings.Cut(rest, "?")
	switch part {
	case 'T':
		return path, true
	case 'Q':
		return query, hasQuery
	case 'L':
		return rest, true
	case 'A':
		return authority, hasAuthority
	}
	return authorityPart(authority, part)
}

// cutProtocol cuts s behind a protocol: a letter, then letters, digits, + - and dots, then a colon.
func cutProtocol(s string) (protocol, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		switch {
		case c >= 'a' && c <= 'z':
		case i > 0 && s[i] == ':':
			return s[:i], s[i+1:], true
		case i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.'):
		default:
			return "", s, false
		}
	}
	return "", s, false
}

func authorityPart(authority string, part byte) (string, bool) {
	at := strings.LastIndexByte(authority, '@')
	if part == 'U' {
		return authority[:max(at, 0)], at >= 0
	}
	host := authority[at+1:]
	colon := strings.LastIndexByte(host, ':')
	if colon < strings.IndexByte(host, ']') { // [::1] has colons of its own
		colon = -1
	}
	if part == 'N' {
		if colon < 0 {
			return "", false
		}
		return host[colon+1:], host[colon+1:] != ""
	}
	if colon >= 0 {
		host = host[:colon]
	}
	return host, host != ""
}

// URLPort is the port that the address s names.
func URLPort(s string) (int64, bool) {
	port, ok := URLPart(s, 'N')
	n := int64(0)
	for i := 0; i < len(port); i++ {
		if port[i] < '0' || port[i] > '9' || n > 65535 {
			return 0, false
		}
		n = n*10 + int64(port[i]-'0')
	}
	return n, ok && n <= 65535
}

// URLParameter is the value of the first parameter of that name in the query of the address s, decoded.
func URLParameter(a *text.Arena, s, name string) (string, bool) {
	query, ok := URLPart(s, 'Q')
	for ok && query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, value, _ := strings.Cut(pair, "=")
		if key == name || unescapedEqual(key, name) {
			v, err := URLDecode(a, value)
			return v, err == nil
		}
	}
	return "", false
}

// unescapedEqual tells whether s, decoded, is want.
func unescapedEqual(s, want string) bool {
	if !strings.ContainsAny(s, "%+") {
		return false
	}
	for i := 0; i < len(s); i++ {
		c, n, ok := unescape(s[i:])
		if !ok || want == "" || want[0] != c {
			return false
		}
		want, i = want[1:], i+n-1
	}
	return want == ""
}

// unescape is the first octet of s, decoded, and how many octets it takes there.
func unescape(s string) (c byte, n int, ok bool) {
	switch s[0] {
	case '+':
		return ' ', 1, true
	case '%':
		if len(s) < 3 {
			return 0, 0, false
		}
		hi, lo := hexDigit(s[1]), hexDigit(s[2])
		return hi<<4 | lo, 3, hi < 16 && lo < 16
	}
	return s[0], 1, true
}

// hexDigit is the value of a hexadecimal digit, or 255.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// URLEncode is s with all octets but letters, digits and - _ . ~ written as %XX.
func URLEncode(a *text.Arena, s string) (string, error) {
	n := 0
	for i := 0; i < len(s); i++ {
		if !unreserved(s[i]) {
			n++
		}
	}
	if n == 0 {
		return s, nil
	}
	if len(s)+2*n > maxResult {
		return "", tooLong("URL_ENCODE")
	}
	b := a.Room(len(s) + 2*n)
	for i := 0; i < len(s); i++ {
		if c := s[i]; unreserved(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return a.Keep(b), nil
}

func unreserved(c byte) bool {
	return c-'0' < 10 || c|0x20-'a' < 26 || c == '-' || c == '_' || c == '.' || c == '~'
}

// URLDecode reads what URLEncode and forms write: %XX, and + for a space.
func URLDecode(a *text.Arena, s string) (string, error) {
	if !strings.ContainsAny(s, "%+") {
		return s, nil
	}
	b := a.Room(len(s))
	for i := 0; i < len(s); {
		c, n, ok := unescape(s[i:])
		if !ok {
			return "", Error(quoted(s) + " has a % that is not followed by two hexadecimal digits")
		}
		b, i = append(b, c), i+n
	}
	if out := a.Keep(b); utf8.ValidString(out) {
		return out, nil
	}
	return "", Error(quoted(s) + " does not stand for text in UTF-8")
}
