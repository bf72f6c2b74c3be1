package types

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse reads a type from text, as schema files, lock files and function signatures spell it: "decimal(10, 2)",
// "ARRAY<STRING>", "MAP<STRING, INTEGER>", "STRUCT<a INTEGER NOT NULL, b STRING>"; parentheses may stand for the angle
// brackets of ARRAY and MAP. Notes are the remarks that Named makes. It reads back whatever Type.String writes.
func Parse(text string) (t Type, notes []string, err error) {
	p := typeParser{rest: text}
	t, err = p.parse(0)
	if err == nil && p.peek() != "" {
		err = fmt.Errorf("unexpected `%s` after the type %s", p.peek(), t)
	}
	if err != nil {
		return TInvalid, nil, err
	}
	return t, p.notes, nil
}

// maxNesting keeps hostile input from exhausting the stack.
const maxNesting = 50

type typeParser struct {
	rest  string
	notes []string
}

// peek is the next word, number or sign; empty at the end.
func (p *typeParser) peek() string {
	p.rest = strings.TrimLeft(p.rest, " \t\r\n")
	if p.rest == "" {
		return ""
	}
	n := strings.IndexFunc(p.rest, func(r rune) bool { return strings.ContainsRune(" \t\r\n()<>,", r) })
	switch n {
	case -1:
		return p.rest
	case 0:
		return p.rest[:1]
	}
	return p.rest[:n]
}

func (p *typeParser) next() string {
	w := p.peek()
	p.rest = p.rest[len(w):]
	return w
}

// accept skips the next token if it is w, in any case.
func (p *typeParser) accept(w string) bool {
	if !strings.EqualFold(p.peek(), w) {
		return false
	}
	p.next()
	return true
}

func (p *typeParser) expect(w, where string) error {
	if p.accept(w) {
		return nil
	}
	if got := p.peek(); got != "" {
		return fmt.Errorf("expected `%s` %s, not `%s`", w, where, got)
	}
	return fmt.Errorf("expected `%s` %s", w, where)
}

func (p *typeParser) parse(depth int) (Type, error) {
	if depth > maxNesting {
		return TInvalid, fmt.Errorf("types are nested more than %d deep", maxNesting)
	}
	name := strings.ToUpper(p.next())
	switch name {
	case "":
		return TInvalid, fmt.Errorf("expected a type such as STRING, INTEGER or DECIMAL(18,4)")
	case "ARRAY", "MAP":
		return p.collection(name, depth)
	case "STRUCT", "ROW":
		return p.structure(name, depth)
	}
	name = p.words(name)
	params, err := p.params(name)
	if err != nil {
		return TInvalid, err
	}
	name = p.words(name) // TIMESTAMP(3) WITH TIME ZONE
	t, note, err := Named(name, params...)
	if note != "" {
		p.notes = append(p.notes, note)
	}
	return t, err
}

// words extends name while the longer name, or one that starts with it, is that of a type.
func (p *typeParser) words(name string) string {
	for {
		longer := name + " " + strings.ToUpper(p.peek())
		found := false
		for n := range spellings {
			if p.peek() != "" && (n == longer || strings.HasPrefix(n, longer+" ")) {
				found = true
			}
		}
		if !found {
			return name
		}
		p.next()
		name = longer
	}
}

func (p *typeParser) params(name string) ([]int, error) {
	if !p.accept("(") {
		return nil, nil
	}
	var params []int
	for {
		w := p.next()
		n, err := strconv.Atoi(w)
		if err != nil {
			return nil, fmt.Errorf("the parameters of %s are whole numbers, not `%s`", name, w)
		}
		params = append(params, n)
		if !p.accept(",") {
			return params, p.expect(")", "after the parameters of "+name)
		}
	}
}

// collection reads what follows ARRAY or MAP.
func (p *typeParser) collection(name string, depth int) (Type, error) {
	closing := ">"
	if p.accept("(") {
		closing = ")"
	} else if err := p.expect("<", "after "+name); err != nil {
		return TInvalid, err
	}
	elem, err := p.column(depth)
	if err != nil {
		return TInvalid, err
	}
	t := TArray(elem)
	if name == "MAP" {
		if err := p.expect(",", "after the key type of MAP"); err != nil {
			return TInvalid, err
		}
		if !elem.Type.MapKey() {
			return TInvalid, fmt.Errorf("keys of a MAP have a text of their own: STRING, INTEGER, DECIMAL, BOOLEAN, DATE, TIME, TIMESTAMP or UUID, not %s", elem.Type)
		}
		val, err := p.column(depth)
		if err != nil {
			return TInvalid, err
		}
		t = TMap(elem.Type, val)
	}
	return t, p.expect(closing, "after the element type of "+name)
}

// column reads a type with its nullability.
func (p *typeParser) column(depth int) (Col, error) {
	t, err := p.parse(depth + 1)
	if err != nil {
		return Col{}, err
	}
	if p.accept("NOT") {
		return Col{Type: t}, p.expect("NULL", "after NOT")
	}
	return Col{Type: t, Nullable: true}, nil
}

// fieldName reads the name of a field; backticks may stand around it.
func (p *typeParser) fieldName() (string, bool) {
	if p.peek(); !strings.HasPrefix(p.rest, "`") {
		f := p.next()
		return strings.TrimSuffix(f, ":"), f != "" && !strings.ContainsAny(f, "()<>,")
	}
	name := ""
	for p.rest = p.rest[1:]; ; {
		part, rest, ok := strings.Cut(p.rest, "`")
		if !ok {
			return "", false
		}
		name, p.rest = name+part, rest
		if !strings.HasPrefix(rest, "`") {
			return name, true
		}
		name, p.rest = name+"`", rest[1:]
	}
}

// structure reads what follows STRUCT.
func (p *typeParser) structure(name string, depth int) (Type, error) {
	closing := ">"
	if p.accept("(") {
		closing = ")"
	} else if err := p.expect("<", "after "+name); err != nil {
		return TInvalid, err
	}
	t := Type{Kind: Struct}
	for {
		f, ok := p.fieldName()
		if !ok {
			return TInvalid, fmt.Errorf("expected the name of a field of %s", name)
		}
		p.accept(":") // Hive and Spark write a colon
		c, err := p.column(depth)
		if err != nil {
			return TInvalid, err
		}
		t.Fields = append(t.Fields, Field{Name: f, Col: c})
		if !p.accept(",") {
			return t, p.expect(closing, "after the fields of "+name)
		}
	}
}
