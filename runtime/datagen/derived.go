package datagen

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// formula is a compiled expression: numbers, columns, + - * /, parentheses, random(low, high), round(x, digits), abs(x), min(x, y), max(x, y).
type formula func(row []value, r *random) float64

// formulaParser reads an expression by recursive descent: sum, product, factor.
type formulaParser struct {
	text string
	at   int
	find func(column string) (int, error)
	uses []int // columns
}

func parseFormula(text string, find func(string) (int, error)) (formula, []int, error) {
	p := &formulaParser{text: text, find: find}
	f, err := p.sum()
	if err == nil && p.peek() != 0 {
		err = p.wrong("an operator")
	}
	return f, p.uses, err
}

func (p *formulaParser) wrong(expected string) error {
	found := "the end"
	if p.at < len(p.text) {
		found = strconv.Quote(p.text[p.at:])
	}
	return fmt.Errorf("expression %q: expected %s at %s", p.text, expected, found)
}

// peek skips spaces and returns the next byte, 0 at the end.
func (p *formulaParser) peek() byte {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *formulaParser) sum() (formula, error) {
	left, err := p.product()
	for err == nil && (p.peek() == '+' || p.peek() == '-') {
		op := p.peek()
		p.at++
		var right formula
		if right, err = p.product(); err == nil {
			left = arithmetic(op, left, right)
		}
	}
	return left, err
}

func (p *formulaParser) product() (formula, error) {
	left, err := p.factor()
	for err == nil && (p.peek() == '*' || p.peek() == '/') {
		op := p.peek()
		p.at++
		var right formula
		if right, err = p.factor(); err == nil {
			left = arithmetic(op, left, right)
		}
	}
	return left, err
}

func arithmetic(op byte, a, b formula) formula {
	switch op {
	case '+':
		return func(row []value, r *random) float64 { return a(row, r) + b(row, r) }
	case '-':
		return func(row []value, r *random) float64 { return a(row, r) - b(row, r) }
	case '*':
		return func(row []value, r *random) float64 { return a(row, r) * b(row, r) }
	}
	return func(row []value, r *random) float64 { return a(row, r) / b(row, r) }
}

func (p *formulaParser) factor() (formula, error) {
	switch c := p.peek(); {
	case c == '(':
		p.at++
		f, err := p.sum()
		if err == nil && p.peek() != ')' {
			err = p.wrong("`)`")
		}
		p.at++
		return f, err
	case c == '-':
		p.at++
		f, err := p.factor()
		return func(row []value, r *random) float64 { return -f(row, r) }, err
	case c >= '0' && c <= '9' || c == '.':
		return p.number()
	case letter(c):
		return p.name()
	}
	return nil, p.wrong("a number, a column or `(`")
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

func (p *formulaParser) number() (formula, error) {
	from := p.at
	for p.at < len(p.text) && strings.IndexByte("0123456789.", p.text[p.at]) >= 0 {
		p.at++
	}
	f, err := strconv.ParseFloat(p.text[from:p.at], 64)
	if err != nil {
		p.at = from
		return nil, p.wrong("a number")
	}
	return func([]value, *random) float64 { return f }, nil
}

func (p *formulaParser) name() (formula, error) {
	from := p.at
	for p.at < len(p.text) && (letter(p.text[p.at]) || p.text[p.at] >= '0' && p.text[p.at] <= '9') {
		p.at++
	}
	name := p.text[from:p.at]
	if p.peek() == '(' {
		p.at++
		return p.call(strings.ToLower(name))
	}
	i, err := p.find(name)
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", p.text, err)
	}
	p.uses = append(p.uses, i)
	return func(row []value, _ *random) float64 { return row[i].number }, nil
}

func (p *formulaParser) call(name string) (formula, error) {
	want := map[string]int{"random": 2, "round": 2, "min": 2, "max": 2, "abs": 1}[name]
	if want == 0 {
		return nil, fmt.Errorf("expression %q: there is no function %s; there are random(low, high), round(x, digits), abs(x), min(x, y) and max(x, y)", p.text, name)
	}
	var args []formula
	for {
		f, err := p.sum()
		if err != nil {
			return nil, err
		}
		args = append(args, f)
		if p.peek() != ',' {
			break
		}
		p.at++
	}
	if p.peek() != ')' {
		return nil, p.wrong("`)`")
	}
	p.at++
	if len(args) != want {
		return nil, fmt.Errorf("expression %q: %s takes %d arguments, not %d", p.text, name, want, len(args))
	}
	return function(name, args), nil
}

func function(name string, a []formula) formula {
	switch name {
	case "random":
		return func(row []value, r *random) float64 {
			low := a[0](row, r)
			return low + (a[1](row, r)-low)*r.unit()
		}
	case "round":
		return func(row []value, r *random) float64 {
			unit := math.Pow(10, math.Trunc(a[1](row, r)))
			return math.Round(a[0](row, r)*unit) / unit
		}
	case "min":
		return func(row []value, r *random) float64 { return math.Min(a[0](row, r), a[1](row, r)) }
	case "max":
		return func(row []value, r *random) float64 { return math.Max(a[0](row, r), a[1](row, r)) }
	}
	return func(row []value, r *random) float64 { return math.Abs(a[0](row, r)) }
}
