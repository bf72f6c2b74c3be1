package diag

import (
	"strings"
)

// Lint gives a warning a name, by which the comment `-- veloc:ignore name` silences it.
type Lint struct {
	Name string
	Code Code
}

// lints lists every warning. Names say what is wrong, in the words of the page.
var lints = []Lint{
	{"unknown-annotation", "VL0211"},
	{"idle-annotation", "VL0212"},
	{"stray-annotation", "VL0225"},
	{"many-label-values", "VL0250"},
	{"unused-ignore", "VL0252"},
	{"unused-name", "VL0334"},
	{"unused-column", "VL0350"},
	{"idle-type-parameter", "VL0409"},
	{"ungrouped-column", "VL0414"},
	{"null-comparison", "VL0420"},
	{"float-money", "VL0450"},
	{"updates-as-rows", "VL0506"},
	{"idle-emit", "VL0507"},
	{"idle-or-replace", "VL0512"},
	{"cross-join", "VL0524"},
	{"unordered-window", "VL0532"},
	{"idle-frame", "VL0535"},
	{"window-over-groups", "VL0538"},
	{"unseen-order", "VL0541"},
	{"missing-watermark", "VL0550"},
	{"volatile-key", "VL0552"},
	{"idle-property", "VL0607"},
	{"outdated-lock", "VL0620"},
	{"guessed-type", "VL0621"},
	{"made-here", "VL0629"},
	{"build-time-lookup", "VL0640"},
	{"unnamed-columns", "VL0633"},
	{"null-into-required", "VL0639"},
	{"key-is-not-the-group", "VL0701"},
	{"updates-without-key", "VL0702"},
	{"state-is-not-durable", "VL0704"},
	{"outside-transactions", "VL0705"},
	{"total-or-null", "VL0706"},
	{"star-into-keyed-sink", "VL0750"},
	{"hidden-function", "VL0816"},
	{"unsaved-aggregate", "VL0817"},
}

// Lints lists the warnings that have names, by code.
func Lints() []Lint { return lints }

// LintName is the name of a code's warning, or "".
func LintName(code Code) string {
	for _, l := range lints {
		if l.Code == code {
			return l.Name
		}
	}
	return ""
}

// LintCode is the code of a warning that is given by its name or by its code, in any case; "" if there is none.
func LintCode(name string) Code {
	for _, l := range lints {
		if strings.EqualFold(l.Name, name) || strings.EqualFold(string(l.Code), name) {
			return l.Code
		}
	}
	return ""
}
