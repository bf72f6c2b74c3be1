package diag

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// The codes of the family 01: the text is not SQL of the dialect.
const (
	CodeUnexpected      Code = "VL0101"
	CodeUnclosed        Code = "VL0102"
	CodeDuplicateClause Code = "VL0103"
	CodeMisplacedClause Code = "VL0104"
	CodeNotAStatement   Code = "VL0105"
	CodeTooDeep         Code = "VL0106"
	CodeBadCharacter    Code = "VL0107"
	CodeBadDuration     Code = "VL0108"
	CodeBadWindow       Code = "VL0109"
	CodeChainedCompare  Code = "VL0110"
	CodeDuplicateKey    Code = "VL0111"
)

// maxExpected is how many alternatives a message lists; more would be noise.
const maxExpected = 6

// Unexpected is a token that cannot stand where it is. Got is the token in words
// ("`FORM`", "the end of the statement"), expected what could have stood there.
func Unexpected(at source.Span, got string, expected []string) Diagnostic {
	message := "unexpected " + got
	if len(expected) > 0 {
		message += ", expected " + alternatives(expected)
	}
	return Diagnostic{Code: CodeUnexpected, Span: at, Message: message}
}

// OddMap is the last key of a MAP[…] that has no value.
func OddMap(at source.Span) Diagnostic {
	return Diagnostic{
		Code: CodeUnexpected, Span: at,
		Message: "this key has no value",
		Notes:   []string{"a MAP lists its entries as MAP[key, value, key, value]"},
	}
}

// alternatives joins words as "a, b or c".
func alternatives(words []string) string {
	tail := ""
	if len(words) > maxExpected {
		words, tail = words[:maxExpected], ", …"
	}
	n := len(words)
	if n == 1 || tail != "" {
		return strings.Join(words, ", ") + tail
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// Unclosed is a string, comment or name whose end is missing.
func Unclosed(at source.Span, what, closing string) Diagnostic {
	return Diagnostic{
		Code: CodeUnclosed, Span: at,
		Message: fmt.Sprintf("this %s is never closed", what),
		Notes:   []string{fmt.Sprintf("it ends with %s", closing)},
	}
}

// DuplicateClause is a clause that is written twice.
func DuplicateClause(second, first source.Span, name string) Diagnostic {
	return Diagnostic{
		Code: CodeDuplicateClause, Span: second,
		Message: fmt.Sprintf("%s is written twice", name),
		Labels:  []Label{{Span: first, Text: "first here"}},
	}
}

// MisplacedClause is a clause that stands after one that it must precede.
func MisplacedClause(at, other source.Span, name, otherName string) Diagnostic {
	return Diagnostic{
		Code: CodeMisplacedClause, Span: at,
		Message: fmt.Sprintf("%s must come before %s", name, otherName),
		Labels:  []Label{{Span: other, Text: otherName + " is here"}},
	}
}

// ClauseInside is a clause about the whole result in a part of a set operation.
func ClauseInside(at source.Span, name, op string) Diagnostic {
	return Diagnostic{
		Code: CodeMisplacedClause, Span: at,
		Message: fmt.Sprintf("%s must come after the last SELECT of a %s", name, op),
		Notes:   []string{"it applies to the whole result; put the SELECT in parentheses to apply it to that part alone"},
	}
}

// NotAStatement is a first word that begins no statement.
func NotAStatement(at source.Span, word string) Diagnostic {
	return Diagnostic{
		Code: CodeNotAStatement, Span: at,
		Message: fmt.Sprintf("`%s` does not begin a statement", word),
		Notes:   []string{"a statement begins with CREATE, SELECT, INSERT, WITH, VALUES, SET, EXPLAIN, SHOW, DESCRIBE or DROP"},
	}
}

// TooDeep is text nested or chained beyond the limit.
func TooDeep(at source.Span, what string, limit int) Diagnostic {
	return Diagnostic{
		Code: CodeTooDeep, Span: at,
		Message: fmt.Sprintf("%s more than %d deep", what, limit),
		Notes:   []string{"move a part into a statement of its own: CREATE VIEW or CREATE STREAM"},
	}
}

// BadCharacter is text that is no token at all. The hint may be "".
func BadCharacter(at source.Span, message, hint string) Diagnostic {
	d := Diagnostic{Code: CodeBadCharacter, Span: at, Message: message}
	if hint != "" {
		d.Notes = []string{hint}
	}
	return d
}

// BadDuration is a length of time that cannot be understood.
func BadDuration(at source.Span, text, why string) Diagnostic {
	return Diagnostic{
		Code: CodeBadDuration, Span: at,
		Message: fmt.Sprintf("`%s` is not a length of time: %s", text, why),
		Notes:   []string{"write 5m, 500ms, INTERVAL '5' MINUTE or INTERVAL 5 MINUTES"},
	}
}

// BadWindow is a WINDOW with arguments that do not fit its kind.
func BadWindow(at source.Span, message, usage string) Diagnostic {
	return Diagnostic{
		Code: CodeBadWindow, Span: at, Message: message,
		Notes: []string{"the form is " + usage},
	}
}

// ChainedCompare is a = b = c.
func ChainedCompare(second, first source.Span) Diagnostic {
	return Diagnostic{
		Code: CodeChainedCompare, Span: second,
		Message: "comparisons do not chain",
		Labels:  []Label{{Span: first, Text: "the first comparison"}},
		Notes:   []string{"write `a < b AND b < c`, or put one comparison in parentheses"},
	}
}

// DuplicateKey is a property that one WITH list sets twice.
func DuplicateKey(second, first source.Span, key string) Diagnostic {
	return Diagnostic{
		Code: CodeDuplicateKey, Span: second,
		Message: fmt.Sprintf("property `%s` is set twice", key),
		Labels:  []Label{{Span: first, Text: "first here"}},
	}
}
