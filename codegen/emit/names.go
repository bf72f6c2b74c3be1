package emit

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"
)

// Names gives out Go identifiers that are unique within a scope. Inner scopes avoid the names of outer ones.
type Names struct {
	outer  *Names
	used   map[string]bool
	inside map[string]bool // names that inner scopes use: taking one of them later would change what they mean
}

// NewNames is an outermost scope in which the given names are taken.
func NewNames(taken ...string) *Names {
	n := &Names{used: map[string]bool{}, inside: map[string]bool{}}
	for _, t := range taken {
		n.used[t] = true
	}
	return n
}

// Inner is a scope within n.
func (n *Names) Inner() *Names {
	return &Names{outer: n, used: map[string]bool{}, inside: map[string]bool{}}
}

func (n *Names) taken(s string) bool {
	for ; n != nil; n = n.outer {
		if n.used[s] {
			return true
		}
	}
	return false
}

// Take makes a name taken in this scope.
func (n *Names) Take(name string) { n.used[name] = true }

// Taken tells whether a name is in use in this scope or an outer one.
func (n *Names) Taken(name string) bool { return n.taken(name) }

// Unique is name, or name with the lowest number that makes it new in this scope.
func (n *Names) Unique(name string) string {
	if token.IsKeyword(name) || predeclared[name] {
		name += "_"
	}
	s := name
	for i := 2; n.taken(s) || n.inside[s]; i++ {
		s = name + strconv.Itoa(i)
	}
	n.used[s] = true
	for o := n.outer; o != nil; o = o.outer {
		o.inside[s] = true
	}
	return s
}

var predeclared = map[string]bool{
	"bool": true, "byte": true, "error": true, "float64": true, "int": true, "int64": true, "len": true, "cap": true, "max": true,
	"min": true, "nil": true, "new": true, "make": true, "append": true, "string": true, "true": true, "false": true, "any": true,
	"uint64": true, "uint32": true, "copy": true, "delete": true, "panic": true, "print": true, "iota": true, "clear": true, "close": true,
}

// Exported is the Go name of a SQL name, upper camel case: total_volume → TotalVolume, _event_time → EventTime, 5m → N5m.
func Exported(sql string) string {
	words := words(sql)
	for i, w := range words {
		if initialisms[strings.ToUpper(w)] {
			words[i] = strings.ToUpper(w)
			continue
		}
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		words[i] = string(r)
	}
	s := strings.Join(words, "")
	if s == "" || !unicode.IsLetter([]rune(s)[0]) {
		s = "N" + s
	}
	return s
}

// Local is the Go name of a SQL name, lower camel case: total_volume → totalVolume.
func Local(sql string) string {
	words := words(sql)
	for i, w := range words {
		switch {
		case i == 0:
			words[i] = strings.ToLower(w[:1]) + w[1:]
			if initialisms[strings.ToUpper(w)] {
				words[i] = strings.ToLower(w)
			}
		case initialisms[strings.ToUpper(w)]:
			words[i] = strings.ToUpper(w)
		default:
			r := []rune(w)
			r[0] = unicode.ToUpper(r[0])
			words[i] = string(r)
		}
	}
	s := strings.Join(words, "")
	if s == "" || !unicode.IsLetter([]rune(s)[0]) {
		s = "n" + s
	}
	return s
}

var initialisms = map[string]bool{"ID": true, "URL": true, "API": true, "JSON": true, "HTTP": true, "IP": true, "SQL": true, "UUID": true}

// words cuts a SQL name at everything that cannot stand in a Go name. All-upper-case names are lowered first.
func words(sql string) []string {
	if strings.ToUpper(sql) == sql {
		sql = strings.ToLower(sql)
	}
	return strings.FieldsFunc(sql, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
