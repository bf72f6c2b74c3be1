package diag

import (
	"fmt"

	"github.com/velostream/veloc/grammar/source"
)

// Functions that users write in Go: family 08, what a build takes in.

// NotGo is VL0810: CREATE FUNCTION in another language.
func NotGo(at source.Span, language string) Diagnostic {
	return Diagnostic{Code: "VL0810", Span: at, Message: fmt.Sprintf("functions are written in Go, not in %s", language)}.
		WithGuess(at, "GO", "write it in Go: `LANGUAGE GO AS 'module/package.Func'`")
}

// NoGoPackage is VL0811: the package of a function cannot be loaded. Why is what Go says.
func NoGoPackage(at source.Span, path, why string) Diagnostic {
	return Diagnostic{Code: "VL0811", Span: at, Message: fmt.Sprintf("the Go package `%s` cannot be loaded: %s", path, why)}.
		WithNote("packages are looked up from the go.mod in the folder of the SQL, or above it")
}

// NoGoSymbol is VL0812: the package does not define what AS names.
func NoGoSymbol(at source.Span, symbol, why string, exported []string) Diagnostic {
	d := Diagnostic{Code: "VL0812", Span: at, Message: fmt.Sprintf("there is no Go function `%s`: %s", symbol, why)}
	if near := Nearest(symbol, exported); near != "" {
		d = d.WithNote("did you mean `" + near + "`?")
	}
	return d
}

// GoMismatch is VL0813: the Go function is not what the SQL declares. Want is what the SQL needs, have what the package defines.
func GoMismatch(at source.Span, symbol, signature, want, have string) Diagnostic {
	return Diagnostic{Code: "VL0813", Span: at, Message: fmt.Sprintf("`%s` does not fit %s: %s", symbol, signature, have)}.
		WithNote("it takes " + want)
}

// FunctionTwice is VL0814: two declarations of one function.
func FunctionTwice(at source.Span, name string, first source.Span) Diagnostic {
	return Diagnostic{Code: "VL0814", Span: at, Message: fmt.Sprintf("the function `%s` is declared twice", name)}.WithLabel(first, "declared here")
}

// HiddenFunction is VL0816, a warning: a declaration takes the place of a function of the language.
func HiddenFunction(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0816", Severity: Warning, Span: at, Message: fmt.Sprintf("in this file `%s` is this function, not that of the language", name)}.
		WithNote("`veloc functions " + name + "` describes the one that it hides")
}

// NotForGo is VL0815: a type that functions in Go cannot take or give.
func NotForGo(at source.Span, typ string) Diagnostic {
	return Diagnostic{Code: "VL0815", Span: at, Message: fmt.Sprintf("functions in Go do not take or give %s", typ)}.
		WithNote("they take BOOLEAN as bool, INTEGER as int64, FLOAT as float64, DECIMAL as *big.Rat, STRING as string, BYTES as []byte, TIMESTAMP and DATE as time.Time, TIME and INTERVAL as time.Duration, UUID as [16]byte, ARRAY as a slice, MAP as a map, STRUCT as a struct of yours, and pointers to these for what can be NULL")
}

// NotSaved is VL0817, a warning: an aggregate whose state cannot be saved, in a job that saves its state.
func NotSaved(at source.Span, name, symbol string) Diagnostic {
	return Diagnostic{Code: "VL0817", Severity: Warning, Span: at, Message: fmt.Sprintf("the state of `%s` cannot be saved, and this job has a 'state.dir': a statement that uses it will not start", name)}.
		WithNote("give the Go type two methods more: func (s *" + symbol + ") Append(dst []byte) []byte and func (s *" + symbol + ") Decode(src []byte) error")
}
