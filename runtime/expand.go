package rt

import (
	"fmt"
	"strings"
)

// Expand resolves references to environment variables: ${V} (empty when unset), ${V:default}, ${V:-default}, ${V:?message}
// (an error when unset or empty) and ${A|B:default} (the first one that is set). "$$" is a dollar sign. Values are not expanded again.
func Expand(s string, lookup func(string) (string, bool)) (string, error) {
	if !strings.Contains(s, "$") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "$$"):
			b.WriteByte('$')
			i += 2
		case strings.HasPrefix(s[i:], "${"):
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return "", fmt.Errorf("`${` at position %d has no closing `}`", i+1)
			}
			v, err := expandOne(s[i+2:i+end], lookup)
			if err != nil {
				return "", err
			}
			b.WriteString(v)
			i += end + 1
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String(), nil
}

func expandOne(ref string, lookup func(string) (string, bool)) (string, error) {
	names, rest, hasDefault := strings.Cut(ref, ":")
	for _, n := range strings.Split(names, "|") {
		n = strings.TrimSpace(n)
		if n == "" {
			return "", fmt.Errorf("`${%s}` names no variable", ref)
		}
		if v, ok := lookup(n); ok && v != "" {
			return v, nil
		}
	}
	switch {
	case !hasDefault:
		return "", nil
	case strings.HasPrefix(rest, "?"):
		msg := rest[1:]
		if msg == "" {
			msg = "it is required"
		}
		return "", fmt.Errorf("environment variable %s is not set: %s", names, msg)
	}
	return strings.TrimPrefix(rest, "-"), nil
}
