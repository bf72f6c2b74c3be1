package sqlfn

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/velostream/veloc/runtime/text"
)

// CompileRegexp compiles a pattern in RE2 syntax. flags may hold i (ignore case), s (. matches newlines) and m (^ and $ match at
// lines); g is for RegexpReplace and means nothing here.
func CompileRegexp(pattern, flags string) (*regexp.Regexp, error) {
	set := ""
	for _, f := range flags {
		switch f {
		case 'i', 's', 'm':
			set += string(f)
		case 'g':
		default:
			return nil, Error(fmt.Sprintf("unknown flag %q of a regular expression (known: g, i, m, s)", f))
		}
	}
	if set != "" {
		pattern = "(?" + set + ")" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, Error(strings.TrimPrefix(err.Error(), "error parsing regexp: ") + " in a regular expression")
	}
	return re, nil
}

// RegexpReplace replaces the first match of re in s, or with all every match. In to, $1 is the first group and ${name} a named
// one.
func RegexpReplace(a *text.Arena, re *regexp.Regexp, s, to string, all bool) string {
	if all {
		if !re.MatchString(s) {
			return s
		}
		return keep(a, re.ReplaceAllString(s, to))
	}
	m := re.FindStringSubmatchIndex(s)
	if m == nil {
		return s
	}
	b := append([]byte(nil), s[:m[0]]...)
	b = re.ExpandString(b, to, s, m)
	return keep(a, string(append(b, s[m[1]:]...)))
}

// keep puts a text that was made elsewhere into the arena.
func keep(a *text.Arena, s string) string { return a.Keep(append(a.Room(len(s)), s...)) }

// RegexpExtract is group (0: all of it) of the first match of re in s, and whether there is one.
func RegexpExtract(re *regexp.Regexp, s string, group int64) (string, bool) {
	m := re.FindStringSubmatchIndex(s)
	if group < 0 || 2*group+1 >= int64(len(m)) || m[2*group] < 0 {
		return "", false
	}
	return s[m[2*group]:m[2*group+1]], true
}

// RegexpCount is how often re matches in s.
func RegexpCount(re *regexp.Regexp, s string) int64 { return int64(len(re.FindAllStringIndex(s, -1))) }

// RegexpInstr is where the first match of re starts in s, in characters from 1; 0 if there is none.
func RegexpInstr(re *regexp.Regexp, s string) int64 {
	m := re.FindStringIndex(s)
	if m == nil {
		return 0
	}
	return Length(s[:m[0]]) + 1
}

// RegexpEscape is a pattern that matches just s.
func RegexpEscape(a *text.Arena, s string) string {
	b := a.Room(2 * len(s))
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(`\.+*?()|[]{}^$`, s[i]) >= 0 {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return a.Keep(b)
}
