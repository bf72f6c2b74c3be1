package expr

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/types"
)

// Binding strengths, weakest first, as in the grammar.
const (
	precOr = iota + 1
	precAnd
	precNot
	precCompare
	precConcat
	precAdd
	precMul
	precUnary
	precPrimary
)

// String prints e as SQL with the fewest parentheses. What SQL does not say is made visible: implicit conversions print as
// `x::TYPE`, explicit ones as CAST.
func String(e Expr) string {
	var p printer
	p.expr(e, 0)
	return p.String()
}

type printer struct{ strings.Builder }

// expr prints e, in parentheses if it binds weaker than its surroundings need.
func (p *printer) expr(e Expr, need int) {
	if e == nil {
		p.WriteString("<nil>")
		return
	}
	if prec(e) < need {
		p.WriteByte('(')
		defer p.WriteByte(')')
	}
	p.bare(e)
}

func prec(e Expr) int {
	switch e := e.(type) {
	case *Logic:
		return [...]int{And: precAnd, Or: precOr, Not: precNot}[e.Op]
	case *Compare, *IsNull, *IsBool, *In, *Like:
		return precCompare
	case *Binary:
		return binaryPrec(e.Op)
	case *Unary:
		return precUnary
	case *Lit:
		if strings.HasPrefix(literal(e), "-") {
			return precUnary // a second sign before it would begin a comment
		}
	}
	return precPrimary
}

func binaryPrec(op Op) int {
	switch op {
	case Concat:
		return precConcat
	case Add, Sub:
		return precAdd
	}
	return precMul
}

func (p *printer) bare(e Expr) {
	switch e := e.(type) {
	case *Column:
		p.WriteString(e.Name)
	case *Meta:
		p.WriteString(e.Field.String())
	case *Field:
		p.expr(e.X, precPrimary)
		p.WriteString("." + e.Name)
	case *Element:
		p.expr(e.X, precPrimary)
		p.WriteByte('[')
		p.expr(e.Index, 0)
		p.WriteByte(']')
	case *Make:
		p.make(e)
	case *Lit:
		p.WriteString(literal(e))
	case *Unary:
		p.WriteByte('-')
		p.expr(e.X, precPrimary)
	case *Binary:
		own := binaryPrec(e.Op)
		p.expr(e.L, own)
		p.WriteString(" " + e.Op.String() + " ")
		p.expr(e.R, own+1)
	case *Logic:
		p.logic(e)
	case *Compare:
		p.expr(e.L, precCompare+1)
		p.WriteString(" " + e.Op.String() + " ")
		p.expr(e.R, precCompare+1)
	case *IsNull:
		p.expr(e.X, precCompare+1)
		p.WriteString(" IS " + not(e.Not) + "NULL")
	case *IsBool:
		p.expr(e.X, precCompare+1)
		p.WriteString(" IS " + not(e.Not) + strings.ToUpper(strconv.FormatBool(e.Want)))
	case *In:
		p.expr(e.X, precCompare+1)
		p.WriteString(" " + not(e.Not) + "IN (")
		p.list(e.List)
	case *Like:
		p.like(e)
	case *Case:
		p.cases(e)
	case *Cast:
		p.cast(e)
	case *Call:
		p.WriteString(e.Name + "(")
		p.list(e.Args)
	default:
		panic(unhandled(e))
	}
}

// make prints ARRAY[…], MAP[key, value, …] or STRUCT(… AS name, …).
func (p *printer) make(e *Make) {
	t := e.T.Type
	if t.Kind == types.Struct {
		p.WriteString("STRUCT(")
		for i, x := range e.Parts {
			if i > 0 {
				p.WriteString(", ")
			}
			p.expr(x, 0)
			p.WriteString(" AS " + t.Fields[i].Name)
		}
		p.WriteByte(')')
		return
	}
	p.WriteString(t.Kind.String() + "[")
	for i, x := range e.Parts {
		if i > 0 {
			p.WriteString(", ")
		}
		p.expr(x, 0)
	}
	p.WriteByte(']')
}

func not(yes bool) string {
	if yes {
		return "NOT "
	}
	return ""
}

// list prints the items and the closing parenthesis.
func (p *printer) list(items []Expr) {
	for i, x := range items {
		if i > 0 {
			p.WriteString(", ")
		}
		p.expr(x, 0)
	}
	p.WriteByte(')')
}

func (p *printer) logic(e *Logic) {
	if e.Op == Not {
		p.WriteString("NOT ")
		p.expr(e.Args[0], precNot)
		return
	}
	for i, a := range e.Args {
		if i > 0 {
			p.WriteString(" " + e.Op.String() + " ")
		}
		p.expr(a, prec(e)+1)
	}
}

func (p *printer) like(e *Like) {
	p.expr(e.X, precCompare+1)
	word := "LIKE "
	if e.Fold {
		word = "ILIKE "
	}
	p.WriteString(" " + not(e.Not) + word)
	p.expr(e.Pattern, precCompare+1)
	if e.Escape != 0 {
		p.WriteString(" ESCAPE " + quote(string(e.Escape)))
	}
}

func (p *printer) cases(e *Case) {
	p.WriteString("CASE")
	for _, w := range e.Whens {
		p.WriteString(" WHEN ")
		p.expr(w.Cond, 0)
		p.WriteString(" THEN ")
		p.expr(w.Then, 0)
	}
	p.WriteString(" ELSE ")
	p.expr(e.Else, 0)
	p.WriteString(" END")
}

func (p *printer) cast(e *Cast) {
	if e.Implicit {
		p.expr(e.X, precPrimary)
		p.WriteString("::" + e.T.Type.String())
		return
	}
	if e.Try {
		p.WriteString("TRY_")
	}
	p.WriteString("CAST(")
	p.expr(e.X, 0)
	p.WriteString(" AS " + e.T.Type.String() + ")")
}

// String is the name of the system column.
func (f MetaField) String() string {
	return [...]string{"_timestamp", "_event_time", "_partition", "_offset", "_key", "_topic"}[f]
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func literal(l *Lit) string {
	switch v := l.Val.(type) {
	case nil:
		return "NULL"
	case bool:
		return strings.ToUpper(strconv.FormatBool(v))
	case string:
		if k := l.T.Type.Kind; k == types.UUID || k == types.JSON {
			return k.String() + " " + quote(v)
		}
		return quote(v)
	case []byte:
		return fmt.Sprintf("X'%x'", v)
	case *big.Int:
		return DecimalText(v, l.T.Type.Scale)
	case float64:
		return floatText(v)
	case int64:
		return intText(v, l.T.Type.Kind)
	}
	panic(fmt.Sprintf("bug: literal of Go type %T", l.Val))
}

func floatText(v float64) string {
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, "e.nI") {
		s += "e0" // a number with a point alone would read as DECIMAL
	}
	return s
}

func intText(v int64, k types.Kind) string {
	at := time.Unix(0, v).UTC()
	switch k {
	case types.Date:
		return "DATE '" + time.Unix(v*86400, 0).UTC().Format(time.DateOnly) + "'"
	case types.Timestamp:
		return "TIMESTAMP '" + at.Format("2006-01-02 15:04:05.999999999") + "'"
	case types.Time:
		return "TIME '" + at.Format("15:04:05.999999999") + "'"
	case types.Interval:
		return "INTERVAL '" + time.Duration(v).String() + "'"
	case types.YearMonth:
		return "INTERVAL '" + strconv.FormatInt(v, 10) + "' MONTH"
	}
	return strconv.FormatInt(v, 10)
}

// DecimalText writes a mantissa at its scale: (-5, 2) is -0.05.
func DecimalText(mantissa *big.Int, scale int) string {
	digits := new(big.Int).Abs(mantissa).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if scale > 0 {
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if mantissa.Sign() < 0 {
		return "-" + digits
	}
	return digits
}
