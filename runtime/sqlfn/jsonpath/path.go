package jsonpath

import (
	"strconv"
	"strings"

	"github.com/velostream/veloc/runtime/sqlfn"
)

// Path is a way from the top of a JSON text to a value in it, or with [*] to several.
type Path struct {
	steps    []step
	wildcard bool
}

// step is a member of an object or an element of an array. A step without a bracket that is a number, as in items.0, is both.
type step struct {
	key   string
	index int // -1 is the last element
	kind  kind
}

type kind uint8

const (
	member kind = iota
	element
	either
	all
)

// Compile reads a path: $.a.b, a.b, $.items[0].price, $.items[-1], $['a key'], $.items[*].price; $ is the whole text.
func Compile(path string) (*Path, error) {
	s := strings.TrimSpace(path)
	p := &Path{}
	rest := strings.TrimPrefix(s, "$")
	if rest == s && s != "" && s[0] != '[' {
		rest = "." + s
	}
	for rest != "" {
		var st step
		var err error
		st, rest, err = nextStep(rest)
		if err != nil {
			return nil, sqlfn.Error("the path '" + path + "': " + err.Error())
		}
		p.wildcard = p.wildcard || st.kind == all
		p.steps = append(p.steps, st)
	}
	return p, nil
}

func nextStep(s string) (st step, rest string, err error) {
	switch {
	case strings.HasPrefix(s, ".."):
		return st, "", sqlfn.Error("`..` is not supported; write the whole way")
	case s[0] == '.':
		n := strings.IndexAny(s[1:], ".[") + 1
		if n == 0 {
			n = len(s)
		}
		name := s[1:n]
		if strings.HasPrefix(name, `"`) {
			return quotedMember(s[1:])
		}
		if name == "" {
			return st, "", sqlfn.Error("a name is missing behind `.`")
		}
		if name == "*" {
			return step{kind: all}, s[n:], nil
		}
		if name == "**" {
			return st, "", sqlfn.Error("`**` is not supported; write the whole way, with `*` for each step that can be any")
		}
		st = step{key: name}
		if i, err := strconv.Atoi(name); err == nil && i >= 0 {
			st.kind, st.index = either, i
		}
		return st, s[n:], nil
	case s[0] == '[':
		return bracket(s)
	}
	return st, "", sqlfn.Error("expected `.` or `[` before `" + s + "`")
}

// quotedMember reads ."a key".
func quotedMember(s string) (st step, rest string, err error) {
	end := strings.IndexByte(s[1:], '"')
	if end < 0 {
		return st, "", sqlfn.Error("the quote `\"` has no end")
	}
	return step{key: s[1 : 1+end]}, s[end+2:], nil
}

// bracket reads [0], [-1], [*], ['a key'] and ["a key"].
func bracket(s string) (st step, rest string, err error) {
	if len(s) > 1 && (s[1] == '\'' || s[1] == '"') {
		end := strings.Index(s[2:], string(s[1])+"]")
		if end < 0 {
			return st, "", sqlfn.Error("the quote behind `[` has no end")
		}
		return step{key: s[2 : 2+end]}, s[end+4:], nil
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return st, "", sqlfn.Error("`[` without `]`")
	}
	inside := strings.TrimSpace(s[1:end])
	if inside == "*" {
		return step{kind: all}, s[end+1:], nil
	}
	i, err := strconv.Atoi(inside)
	if err != nil {
		return st, "", sqlfn.Error("expected a number, * or a name in quotes in `[" + inside + "]`; filters are not supported")
	}
	return step{kind: element, index: i}, s[end+1:], nil
}

// find follows the path to its first goal, a range of s.
func (p *Path) find(s string) (from, to int, ok bool) {
	ok = false
	p.each(s, func(a, b int) bool {
		from, to, ok = a, b, true
		return false
	})
	return from, to, ok
}

// each calls found with the range of each value that the path leads to, while it returns true.
func (p *Path) each(s string, found func(from, to int) bool) {
	follow(s, space(s, 0), p.steps, found)
}

// follow goes on from the value at s[i:]. It returns false to stop.
func follow(s string, i int, steps []step, found func(from, to int) bool) bool {
	if len(steps) == 0 {
		end, ok := skip(s, i)
		return !ok || found(i, end)
	}
	st := steps[0]
	if i >= len(s) {
		return true
	}
	switch s[i] {
	case '{':
		if st.kind == element {
			return true
		}
		more := true
		members(s, i, func(key string, escaped bool, at int) bool {
			switch {
			case st.kind == all:
				more = follow(s, at, steps[1:], found)
				return more
			case key == st.key || escaped && unescapedEqual(key, st.key):
				more = follow(s, at, steps[1:], found)
				return false // the first of that name
			}
			return true
		})
		return more
	case '[':
		if st.kind == member {
			return true
		}
		want := st.index
		if want < 0 && st.kind == element {
			want += count(s, i)
		}
		n, more := 0, true
		elements(s, i, func(at int) bool {
			n++
			switch {
			case st.kind == all:
				more = follow(s, at, steps[1:], found)
				return more
			case n-1 == want:
				more = follow(s, at, steps[1:], found)
				return false
			}
			return true
		})
		return more
	}
	return true
}
