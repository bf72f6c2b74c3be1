package diag

import (
	"fmt"

	"github.com/velostream/veloc/grammar/source"
)

// The codes of the family 02 that the syntax of annotations raises.
const (
	CodeAnnotationValue Code = "VL0201"
)

// AnnotationValue is a value that does not have the form its annotation needs,
// such as a list with a stray comma.
func AnnotationValue(at source.Span, want, got string) Diagnostic {
	message := fmt.Sprintf("expected %s, found `%s`", want, got)
	if got == "" {
		message = fmt.Sprintf("expected %s, found nothing", want)
	}
	return Diagnostic{Code: CodeAnnotationValue, Span: at, Message: message}
}
