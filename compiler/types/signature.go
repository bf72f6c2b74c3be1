package types

import (
	"fmt"
	"strings"
)

// Class restricts what a parameter takes.
type Class uint8

// The classes. Concrete parameters name their type; the others are written in signatures as a word of their own (DECIMAL, ANY)
// or after a type variable (T NUMERIC).
const (
	Concrete   Class = iota // exactly Param.Type, or what converts to it implicitly
	AnyDecimal              // DECIMAL: any precision and scale; INTEGER counts as DECIMAL(19,0)
	Anything                // ANY: any type, unconverted
	Scalar                  // SCALAR: any type but ARRAY, MAP and STRUCT, unconverted
	Numeric                 // NUMERIC: INTEGER, FLOAT, DECIMAL; TIMESTAMP and INTERVAL read as milliseconds
	Orderable               // ORDERED: what < compares
	Keyable                 // KEY: what can be the key of a MAP
	AnyArray                // ARRAY: an ARRAY of anything, unconverted
	AnyMap                  // MAP: a MAP of anything, unconverted
	AnyStruct               // STRUCT: a STRUCT of any fields, unconverted
)

var classWords = map[string]Class{"NUMERIC": Numeric, "ORDERED": Orderable, "KEY": Keyable, "MAP": AnyMap}

// Param is one parameter of a function.
type Param struct {
	Name     string
	Var      string // type variable, such as T; all parameters of one variable get one common type
	Array    bool   // ARRAY<T>: an ARRAY whose elements the type variable stands for
	Keys     bool   // MAP<T>: a MAP whose keys the type variable stands for
	Class    Class
	Type     Type // if Class is Concrete and Var is empty
	Optional bool // may be left out, with all that follow
	Variadic bool // the last parameter: any number of arguments, none included
	Literal  bool // LITERAL: the argument must be a literal, because it decides what is generated
}

// Nulls says when a function's result can be NULL.
type Nulls uint8

// The rules. AnyNull is the default.
const (
	AnyNull    Nulls = iota // nullable if any argument is
	AllNull                 // nullable if all arguments are: "NULL IF ALL"
	NeverNull               // "NOT NULL"
	AlwaysNull              // nullable even if no argument is: "NULL"
)

// Signature is one overload of a function.
type Signature struct {
	Name   string
	Params []Param
	Result Param // Var, AnyDecimal (the type of the first DECIMAL argument) or Concrete
	Nulls  Nulls
	// Nullable, if set, decides whether the result can be NULL where no rule of Nulls fits.
	Nullable func(args []Arg) bool
	// Derive, if set, computes the result from the types of the converted arguments and the values of those that are literals
	// (nil for others), where the notation cannot say it.
	Derive func(params []Type, literals []any) Type
	// Check, if set, looks at the values of arguments that are literals (nil for others) and returns the position of one that is
	// wrong, and why.
	Check func(literals []any) (arg int, err error)
	// Fits, if set, does the same where what is right depends on the types of other arguments.
	Fits func(args []Arg) (arg int, err error)
	text string
}

// String is the signature as it was written.
func (s *Signature) String() string { return s.text }

// MustSignature reads a signature such as
//
//	ROUND(x DECIMAL, [n INTEGER]) -> DECIMAL
//	COALESCE(x T, y T...) -> T NULL IF ALL
//	LEAST(x T ORDERED, y T...) -> T NULL IF ALL
//	NOW() -> TIMESTAMP NOT NULL
//	DATE_FORMAT(ts TIMESTAMP, format STRING LITERAL) -> STRING
//
// A parameter in brackets is optional; "..." after the type of the last one repeats it; a single capital letter is a type
// variable. It panics if text is no signature: signatures are written by us.
func MustSignature(text string) *Signature {
	s, err := parseSignature(text)
	if err != nil {
		panic(fmt.Sprintf("bug: signature %q: %v", text, err))
	}
	return s
}

func parseSignature(text string) (*Signature, error) {
	head, result, ok := strings.Cut(text, "->")
	if !ok {
		return nil, fmt.Errorf("no result")
	}
	name, params, ok := strings.Cut(strings.TrimSpace(head), "(")
	if !ok || !strings.HasSuffix(params, ")") {
		return nil, fmt.Errorf("no parameter list")
	}
	s := &Signature{Name: name, text: strings.TrimSpace(text)}
	for _, p := range splitTop(strings.TrimSuffix(params, ")")) {
		param, err := parseParam(p)
		if err != nil {
			return nil, err
		}
		s.Params = append(s.Params, param)
	}
	return s, s.parseResult(strings.TrimSpace(result))
}

// splitTop cuts text at the commas outside of brackets of any kind.
func splitTop(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range text {
		switch r {
		case '(', '<':
			depth++
		case ')', '>':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[from:i])
				from = i + 1
			}
		}
	}
	if rest := strings.TrimSpace(text[from:]); rest != "" || len(parts) > 0 {
		parts = append(parts, rest)
	}
	return parts
}

func parseParam(text string) (Param, error) {
	text = strings.TrimSpace(text)
	var p Param
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		p.Optional = true
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	if rest, ok := strings.CutSuffix(text, "..."); ok {
		p.Variadic = true
		text = rest
	}
	if rest, ok := strings.CutSuffix(text, " LITERAL"); ok {
		p.Literal = true
		text = rest
	}
	name, typ, ok := strings.Cut(text, " ")
	if !ok {
		return p, fmt.Errorf("parameter %q has no type", text)
	}
	p.Name = name
	return p, p.setType(strings.TrimSpace(typ))
}

func (p *Param) setType(text string) error {
	if elem, ok := strings.CutPrefix(text, "ARRAY<"); ok && len(elem) > 1 && (elem[1] == '>' || elem[1] == ' ') { // of a type variable
		p.Array = true
		text = strings.TrimSuffix(elem, ">")
	}
	if key, ok := strings.CutPrefix(text, "MAP<"); ok && len(key) == 2 {
		p.Keys = true
		text = key[:1]
	}
	head, class, _ := strings.Cut(text, " ")
	switch {
	case len(head) == 1 && head[0] >= 'A' && head[0] <= 'Z':
		p.Var, p.Class = head, Anything
		if p.Keys {
			p.Class = Keyable
		}
		if class != "" {
			c, ok := classWords[class]
			if !ok {
				return fmt.Errorf("%s is no class of types", class)
			}
			p.Class = c
		}
		return nil
	case text == "ANY":
		p.Class = Anything
		return nil
	case text == "SCALAR":
		p.Class = Scalar
		return nil
	case text == "DECIMAL":
		p.Class = AnyDecimal
		return nil
	case text == "ARRAY":
		p.Class = AnyArray
		return nil
	case text == "MAP":
		p.Class = AnyMap
		return nil
	case text == "STRUCT":
		p.Class = AnyStruct
		return nil
	}
	t, _, err := Parse(text)
	p.Type = t
	return err
}

func (s *Signature) parseResult(text string) error {
	for suffix, rule := range map[string]Nulls{" NOT NULL": NeverNull, " NULL IF ALL": AllNull} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			text, s.Nulls = rest, rule
		}
	}
	if rest, ok := strings.CutSuffix(text, " NULL"); ok && s.Nulls == AnyNull {
		text, s.Nulls = rest, AlwaysNull
	}
	return s.Result.setType(strings.TrimSpace(text))
}

// typeName is how messages call what the parameter takes.
func (p Param) typeName() string {
	switch {
	case p.Array:
		return "an ARRAY"
	case p.Keys:
		return "a MAP"
	case p.Class == Numeric:
		return "a number"
	case p.Class == Orderable:
		return "a value that can be ordered"
	case p.Class == Keyable:
		return "a value that can be a key of a MAP"
	case p.Class == AnyDecimal:
		return "DECIMAL"
	case p.Class == Scalar:
		return "anything but ARRAY, MAP and STRUCT"
	case p.Class == AnyArray:
		return "an ARRAY"
	case p.Class == AnyMap:
		return "a MAP"
	case p.Class == AnyStruct:
		return "a STRUCT"
	case p.Class == Anything:
		return "any type"
	}
	return p.Type.String()
}
