package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// item is one output column in the making.
type item struct {
	name        string
	e           expr.Expr
	at          source.Span
	named       source.Span // of the alias, or the end of the expression
	key         bool        // PRIMARY KEY
	namedByUser bool        // by an alias, or because it is a column
}

// items binds the SELECT list over the virtual row; aliases become visible from left to right.
//
// An item without alias is called: a column, field or cast of one by its own name; a call by the function's name in lower case;
// anything else expr_N, N being its position. Of such names given twice, the later get _2, _3, …. An item that is called
// _event_time sets the time of the result's rows.
func (s *scope) items(sel *grammar.Select) []*item {
	var out []*item
	for _, it := range sel.Items {
		if it.Star != nil {
			if it.PrimaryKey {
				s.report(diag.KeyWithoutName(it.Span(), "name"))
			}
			out = append(out, s.star(it.Star)...)
			continue
		}
		e := s.expr(it.Expr)
		if e.Col().Type.Kind == types.Null {
			e = s.convert(e, types.TString) // a column of nothing but NULL has to have some type
		}
		if strings.EqualFold(it.Alias(), expr.MetaEventTime.String()) {
			e = s.asTime(it.Expr, e, expr.MetaEventTime.String())
		}
		next := &item{e: e, at: it.Span(), named: it.Expr.Span(), key: it.PrimaryKey}
		next.named.Start = next.named.End
		if alias := it.Alias(); alias != "" {
			next.name, next.namedByUser, next.named = alias, true, aliasSpan(it)
			s.define(alias, e)
		} else {
			next.name, next.namedByUser = autoName(it.Expr, len(out)+1)
		}
		out = append(out, next)
	}
	distinguish(out)
	return out
}

// declared is where the column gets its name: at its alias, else the whole item.
func (it *item) declared() source.Span {
	if it.named.Start < it.named.End {
		return it.named
	}
	return it.at
}

func aliasSpan(it *grammar.Item) source.Span {
	if it.As != nil {
		return it.As.Span()
	}
	return it.Bare.Span()
}

// autoName names an item without alias; user tells that the name is that of a column.
func autoName(e grammar.Expr, position int) (name string, user bool) {
	switch e := e.(type) {
	case *grammar.Column:
		return e.Parts[len(e.Parts)-1].Name, true
	case *grammar.Field:
		return e.Name.Name, true
	case *grammar.Cast:
		if name, user := autoName(e.X, position); user {
			return name, true
		}
	case *grammar.Call:
		return strings.ToLower(e.Name.Parts[len(e.Name.Parts)-1].Name), false
	case *grammar.Extract:
		return "extract", false
	}
	return "expr_" + strconv.Itoa(position), false
}

// distinguish numbers names that were given automatically and are taken.
func distinguish(items []*item) {
	taken := map[string]bool{}
	for _, it := range items {
		if it.namedByUser {
			taken[it.name] = true
		}
	}
	for _, it := range items {
		if it.namedByUser {
			continue
		}
		base := it.name
		for n := 2; taken[it.name]; n++ {
			it.name = base + "_" + strconv.Itoa(n)
		}
		taken[it.name] = true
	}
}

// duplicates reports names that the user gave twice.
func (b *binder) duplicates(items []*item) {
	first := map[string]*item{}
	for _, it := range items {
		prev, dup := first[it.name]
		if !dup {
			first[it.name] = it
			continue
		}
		free := it.name + "_2"
		for n := 3; slices.ContainsFunc(items, func(o *item) bool { return o.name == free }); n++ {
			free = it.name + "_" + strconv.Itoa(n)
		}
		b.report(diag.DuplicateColumn(it.at, it.name, prev.at, it.named, free))
	}
}

// star expands * and t.*, without what EXCEPT takes out and with what REPLACE computes instead. Of columns that USING makes one, and of a
// name that two relations have, the second occurrence is left out or numbered.
func (s *scope) star(st *grammar.Star) []*item {
	if s.broken {
		return nil
	}
	if len(s.inputs) == 0 {
		s.report(diag.StarWithoutFrom(st.Span()))
		return nil
	}
	inputs := s.inputs
	if st.Of != nil {
		in := s.named(st.Of.Name.Name)
		if in == nil {
			s.report(diag.UnknownQualifier(st.Of.Name.Span(), st.Of.Name.Name, s.qualifiers()))
			return nil
		}
		inputs = []input{*in}
	}
	names := map[string]bool{}
	for _, in := range inputs {
		for _, c := range s.schema[in.lo:in.hi] {
			names[c.Name] = true
		}
	}
	for _, x := range st.Except {
		if !names[x.Name] {
			s.unknown(x.Span(), x.Name)
		}
	}
	replaced := map[string]expr.Expr{}
	for _, r := range st.Replace {
		if !names[r.Name.Name] {
			s.unknown(r.Name.Span(), r.Name.Name)
		}
		replaced[r.Name.Name] = s.expr(r.Expr)
	}
	var out []*item
	taken := map[string]bool{}
	for _, in := range inputs {
		for i := in.lo; i < in.hi; i++ {
			name := s.schema[i].Name
			if slices.ContainsFunc(st.Except, func(x *grammar.Ident) bool { return x.Name == name }) || s.skip[i] && st.Of == nil {
				continue
			}
			e := s.columnAt(st.Span(), i, in.name)
			if m := s.merged[name]; m != nil && st.Of == nil {
				e = m
			}
			if r := replaced[name]; r != nil {
				e = r
			}
			out = append(out, &item{name: name, e: e, at: st.Span(), namedByUser: !taken[name]})
			taken[name] = true
		}
	}
	return out
}

// firstWord is the span of a word near the beginning of a clause, or the whole clause.
func firstWord(at source.Span, word string) source.Span {
	i := strings.Index(strings.ToUpper(at.Text()), word)
	if i < 0 {
		return at
	}
	return source.Span{File: at.File, Start: at.Start + i, End: at.Start + i + len(word)}
}
