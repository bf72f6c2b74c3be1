package connector

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// Kind tells sources from sinks.
type Kind uint8

// The kinds of connectors.
const (
	Source Kind = iota
	Sink
)

func (k Kind) String() string { return [...]string{"source", "sink"}[k] }

// Spec describes one connector.
type Spec struct {
	Name          string   // value of '<name>.type', for example "file_source"
	Aliases       []string // the same connector in Flink's 'connector' = '…' and in configuration files
	Schemes       []string // of URIs that mean this connector
	Kind          Kind
	Summary       string // one sentence
	Doc           string // paragraphs, Markdown
	Example       string // SQL that compiles, given its schema
	Options       []Option
	Formats       []Format // the first is the default when neither property nor file name says more; empty: rows are not encoded
	Bounded       bool     // its input ends by itself
	Partitioned   bool     // several partitions, read independently
	Replayable    bool     // can be read again from a remembered position
	Transactional bool     // output and positions can be committed together
	Records       bool     // a sink that takes records with keys rather than bytes
	Columns       string   // of a source whose rows always have the same: name TYPE, …
	Package       string   // import path of the Go package
	New           string   // function of Package that generated code calls: ConnectSource or ConnectSink
}

// Type is the type of a property's value.
type Type uint8

// The property types.
const (
	Text     Type = iota
	Path          // a file name; relative ones start from the folder of the SQL or configuration file
	Int           // a whole number
	Number        // a number, perhaps with a fraction
	Bool          // true, false, yes, no, on, off, 1, 0
	Duration      // 500ms, 5s, 1m, 2h, 1d; a bare number is milliseconds
	Size          // 1048576, 64KiB, 16MiB, 1GiB
	Enum          // one of Option.Values
	Char          // one ASCII character, or \t or tab, or one of Option.Values
	Column        // name of a column of the source
	List          // comma-separated names
)

func (t Type) String() string {
	return [...]string{"text", "path", "integer", "number", "boolean", "duration", "size", "one of", "character", "column", "list"}[t]
}

// Option describes one property.
type Option struct {
	Key      string   // without the prefix of the source or sink; a trailing ".*" takes any key with that prefix
	Aliases  []string // other spellings
	Type     Type
	Values   []string // Enum: the values, lower case unless they are written otherwise
	Min, Max int64    // Int: limits; both 0 means none. Max 0 with Min set means no upper limit
	Default  string   // as text; empty means that the property is absent
	Required bool
	Build    bool // fixed when the job is built: it shapes the code, so --config cannot change it
	Doc      string
	Example  string
	Later    string // not built yet: what to do today; a warning says so
	Scope    Scope  // of properties that do not belong to a connector
}

// Scope says where a property that belongs to no connector may stand.
type Scope uint8

// The scopes; a property may have several.
const (
	OfStatement Scope = 1 << iota // 'key' in a statement's WITH
	OfSource                      // '<source>.key'; without a prefix it is meant for the statement's only source
	OfSink                        // '<sink>.key'; without a prefix it is meant for the statement's sink
)

// Is tells whether key is the option's name or one of its other spellings.
func (o *Option) Is(key string) bool {
	if prefix, ok := strings.CutSuffix(o.Key, "*"); ok {
		return strings.HasPrefix(key, prefix) && len(key) > len(prefix)
	}
	return o.Key == key || slices.Contains(o.Aliases, key)
}

// Expects describes the values an option takes: "one of csv, json", "a duration such as 5s".
func (o *Option) Expects() string {
	switch o.Type {
	case Int:
		return "a whole number" + o.limits()
	case Number:
		return "a number"
	case Bool:
		return "true or false"
	case Duration:
		return "a duration such as 500ms, 5s, 1m, 2h or 1d"
	case Size:
		return "a number of bytes such as 1048576, 64KiB, 16MiB or 1GiB"
	case Enum:
		return "one of " + strings.Join(o.Values, ", ")
	case Char:
		return strings.Join(append([]string{`one ASCII character, or \t for a tab`}, o.Values...), ", or ")
	case Column:
		return "the name of a column"
	case List:
		return "names separated by commas"
	case Path:
		return "a file name"
	}
	return "text"
}

func (o *Option) limits() string {
	switch {
	case o.Min == 0 && o.Max == 0:
		return ""
	case o.Max == 0:
		return fmt.Sprintf(" of at least %d", o.Min)
	}
	return fmt.Sprintf(" from %d to %d", o.Min, o.Max)
}

// Valid tells whether value fits the option. Values with ${…} references fit: they are checked when the job starts.
func (o *Option) Valid(value string) bool {
	if strings.Contains(value, "${") {
		return true
	}
	v := strings.TrimSpace(value)
	switch o.Type {
	case Int:
		n, err := strconv.ParseInt(v, 10, 64)
		return err == nil && (o.Min == 0 && o.Max == 0 || n >= o.Min && (o.Max == 0 || n <= o.Max))
	case Number:
		_, err := strconv.ParseFloat(v, 64)
		return err == nil
	case Bool:
		return slices.Contains([]string{"true", "yes", "on", "1", "false", "no", "off", "0"}, strings.ToLower(v))
	case Duration:
		_, err := rt.ParseDuration(v)
		return err == nil
	case Size:
		_, err := rt.ParseSize(v)
		return err == nil
	case Enum:
		return o.value(v) != ""
	case Char:
		return len(value) == 1 && value[0] < 0x80 && value[0] >= ' ' || value == "\t" || v == `\t` || strings.EqualFold(v, "tab") || o.value(v) != ""
	case Path, Column, List:
		return v != ""
	}
	return true
}

// value is the spelling of an Enum value that the registry uses; case and the difference of "-" and "_" do not matter.
func (o *Option) value(v string) string {
	plain := strings.NewReplacer("-", "_")
	for _, want := range o.Values {
		if strings.EqualFold(plain.Replace(want), plain.Replace(v)) {
			return want
		}
	}
	return ""
}

// Normal is a valid value in the one spelling that later phases compare with: registry spelling of Enum values, "true" or
// "false", a bare tab. Values with ${…} references stay as they are.
func (o *Option) Normal(value string) string {
	if strings.Contains(value, "${") {
		return value
	}
	v := strings.TrimSpace(value)
	switch o.Type {
	case Enum:
		return o.value(v)
	case Bool:
		return strconv.FormatBool(slices.Contains([]string{"true", "yes", "on", "1"}, strings.ToLower(v)))
	case Char:
		if v == `\t` || strings.EqualFold(v, "tab") {
			return "\t"
		}
		return orElse(o.value(v), value)
	case Text:
		return value
	}
	return v
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Find looks a property up by any of its spellings.
func Find(options []Option, key string) (*Option, bool) {
	for i := range options {
		if options[i].Is(key) {
			return &options[i], true
		}
	}
	return nil, false
}

// HasOption tells whether some connector has an option of that name.
func HasOption(key string) bool {
	return slices.ContainsFunc(All(), func(s *Spec) bool {
		_, ok := Find(s.Options, key)
		return ok
	})
}

// Keys lists the names and other spellings of options, for suggestions.
func Keys(options []Option) []string {
	var keys []string
	for _, o := range options {
		if !strings.HasSuffix(o.Key, "*") {
			keys = append(append(keys, o.Key), o.Aliases...)
		}
	}
	return keys
}
