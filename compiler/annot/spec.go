package annot

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Scope says what an annotation describes.
type Scope uint8

// The scopes. Settings of OfFile and OfBoth that stand in the file's header hold for every statement that does not say otherwise.
const (
	OfFile Scope = iota
	OfStatement
	OfBoth
)

func (s Scope) String() string { return [...]string{"file", "statement", "file or statement"}[s] }

// Kind is the grammar of an annotation's value.
type Kind uint8

// The kinds of values.
const (
	Text       Kind = iota // anything; quotes around it are taken off
	Enum                   // one of Spec.Values
	Int                    // a whole number
	Rate                   // a number above 0 and at most 1
	Bool                   // true or false
	Names                  // names separated by commas, brackets around them allowed
	MetricName             // letters, digits, _ and :
	Path                   // a column, or column.field.field
	Paths                  // paths separated by commas
	Condition              // a boolean SQL expression
	Numbers                // numbers separated by commas, brackets around them allowed
	KeyValue               // key=value
	DataHint               // see Hints
)

func (k Kind) String() string {
	return [...]string{"text", "one of", "integer", "number above 0, up to 1", "true or false", "names", "metric name", "column",
		"columns", "condition", "ascending numbers", "key=value", "data hint"}[k]
}

// Spec describes one annotation.
type Spec struct {
	Name     string
	Aliases  []string // other names; names are compared without regard to case
	Scope    Scope
	Kind     Kind
	Values   []string // of Enum
	Min, Max int64    // of Int; Max 0 means no upper limit
	Default  string
	Doc      string
	Example  string // the whole comment without "-- "
	Property string // the WITH property that it sets, if it is another way to write one
	Idle     string // not empty: it has no effect, for this reason
}

// Expects describes the values that fit, for messages.
func (s *Spec) Expects() string {
	switch s.Kind {
	case Enum:
		return "one of " + strings.Join(s.Values, ", ")
	case Int:
		if s.Max > 0 {
			return fmt.Sprintf("a whole number from %d to %d", s.Min, s.Max)
		}
		return fmt.Sprintf("a whole number of at least %d", s.Min)
	case Rate:
		return "a number greater than 0 and at most 1"
	case Bool:
		return "true or false"
	case Names:
		return "names separated by commas"
	case MetricName:
		return "a name"
	case Path:
		return "a column of the result"
	case Paths:
		return "columns of the result, separated by commas"
	case Condition:
		return "a condition over the columns of the result"
	case Numbers:
		return "ascending numbers separated by commas"
	case KeyValue:
		return "a property and its value, such as max_retries=3"
	}
	return "some text"
}

var keyValue = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*\s*=`)

// fits tells whether a value that is not empty belongs to the kind. Names, paths and numbers are checked where they are read, with
// the place of each part.
func (s *Spec) fits(v string) bool {
	if s.Property != "" && strings.Contains(v, "${") {
		return true // the property is checked when the environment is known
	}
	switch s.Kind {
	case Enum:
		return s.value(v) != ""
	case Int:
		n, err := strconv.ParseInt(v, 10, 64)
		return err == nil && n >= s.Min && (s.Max == 0 || n <= s.Max)
	case Rate:
		f, err := strconv.ParseFloat(v, 64)
		return err == nil && f > 0 && f <= 1
	case KeyValue:
		return keyValue.MatchString(v)
	case Bool:
		return strings.EqualFold(v, "true") || strings.EqualFold(v, "false")
	}
	return true
}

// value is the registry's spelling of an Enum value, or "".
func (s *Spec) value(v string) string {
	i := slices.IndexFunc(s.Values, func(want string) bool { return strings.EqualFold(want, v) })
	if i < 0 {
		return ""
	}
	return s.Values[i]
}

// Lookup finds the spec of an annotation; families such as @data.price.type are found by their first word.
func Lookup(name string) (*Spec, bool) {
	name = strings.ToLower(name)
	all := All()
	for i := range all {
		if all[i].Name == name || slices.Contains(all[i].Aliases, name) {
			return &all[i], true
		}
	}
	for i := range all {
		if family, ok := strings.CutSuffix(all[i].Name, "*"); ok && strings.HasPrefix(name, family) && len(name) > len(family) {
			return &all[i], true
		}
	}
	return nil, false
}

// names lists every name that can be meant, for suggestions.
func names() []string {
	var out []string
	for _, s := range All() {
		if !strings.HasSuffix(s.Name, "*") {
			out = append(append(out, s.Name), s.Aliases...)
		}
	}
	return out
}
