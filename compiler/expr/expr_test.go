package expr_test

import (
	"math/big"
	"testing"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// Short constructors; spans do not matter here.
func node(t types.Type) expr.Node { return expr.Node{T: types.Col{Type: t}} }
func col(i int, name string) expr.Expr {
	return &expr.Column{Node: node(types.TInteger), Index: i, Name: name}
}
func num(v int64) expr.Expr { return &expr.Lit{Node: node(types.TInteger), Val: v} }
func bin(op expr.Op, l, r expr.Expr) expr.Expr {
	return &expr.Binary{Node: node(types.TInteger), Op: op, L: l, R: r}
}
func cmpr(op expr.CmpOp, l, r expr.Expr) expr.Expr {
	return &expr.Compare{Node: node(types.TBoolean), Op: op, L: l, R: r}
}
func logic(op expr.LogicOp, args ...expr.Expr) expr.Expr {
	return &expr.Logic{Node: node(types.TBoolean), Op: op, Args: args}
}

// all is one node of every kind, each different from the others.
func all() []expr.Expr {
	a, text := col(0, "a"), &expr.Lit{Node: node(types.TString), Val: "it's"}
	cond := cmpr(expr.Lt, a, num(1))
	return []expr.Expr{
		a, text,
		&expr.Meta{Node: node(types.TTimestamp), Field: expr.MetaEventTime},
		&expr.Field{Node: node(types.TInteger), X: a, Index: 1, Name: "f"},
		&expr.Element{Node: node(types.TInteger), X: a, Index: num(1)},
		&expr.Make{Node: node(types.TArray(types.Col{Type: types.TInteger})), Parts: []expr.Expr{num(1), a}},
		&expr.Make{Node: node(types.TStruct(types.Field{Name: "f", Col: types.Col{Type: types.TInteger}})), Parts: []expr.Expr{a}},
		&expr.Unary{Node: node(types.TInteger), Op: expr.Neg, X: num(-1)},
		bin(expr.Mul, bin(expr.Add, a, num(2)), num(3)),
		cond,
		logic(expr.Or, logic(expr.And, cond, cond), logic(expr.Not, logic(expr.Or, cond, cond))),
		&expr.IsNull{Node: node(types.TBoolean), X: cond, Not: true},
		&expr.IsBool{Node: node(types.TBoolean), X: cond, Want: false},
		&expr.In{Node: node(types.TBoolean), X: a, List: []expr.Expr{num(1), num(2)}, Not: true},
		&expr.Like{Node: node(types.TBoolean), X: text, Pattern: text, Escape: '\\', Fold: true},
		&expr.Case{Node: node(types.TInteger), Whens: []expr.When{{Cond: cond, Then: a}}, Else: num(0)},
		&expr.Cast{Node: node(types.TString), X: a, Try: true},
		&expr.Cast{Node: node(types.TFloat), X: bin(expr.Sub, a, num(1)), Implicit: true},
		&expr.Call{Node: node(types.TString), Name: "UPPER", Args: []expr.Expr{text}},
	}
}

func TestString(t *testing.T) {
	want := []string{
		"a", "'it''s'", "_event_time", "a.f", "a[1]", "ARRAY[1, a]", "STRUCT(a AS f)", "-(-1)", "(a + 2) * 3", "a < 1", "a < 1 AND a < 1 OR NOT (a < 1 OR a < 1)",
		"(a < 1) IS NOT NULL", "(a < 1) IS FALSE", "a NOT IN (1, 2)", `'it''s' ILIKE 'it''s' ESCAPE '\'`,
		"CASE WHEN a < 1 THEN a ELSE 0 END", "TRY_CAST(a AS STRING)", "(a - 1)::FLOAT", "UPPER('it''s')",
	}
	for i, e := range all() {
		if got := expr.String(e); got != want[i] {
			t.Errorf("node %d prints as %s, want %s", i, got, want[i])
		}
	}
}

func TestLiterals(t *testing.T) {
	second := int64(1e9)
	for _, c := range []struct {
		t    types.Type
		v    any
		want string
	}{
		{types.TNull, nil, "NULL"},
		{types.TBoolean, true, "TRUE"},
		{types.TFloat, 1.0, "1e0"},
		{types.TFloat, 2.5, "2.5"},
		{types.TDecimal(5, 2), big.NewInt(-5), "-0.05"},
		{types.TDecimal(5, 0), big.NewInt(7), "7"},
		{types.TBytes, []byte{1, 255}, "X'01ff'"},
		{types.TDate, int64(-1), "DATE '1969-12-31'"},
		{types.TTime, 3661 * second, "TIME '01:01:01'"},
		{types.TTimestamp, second / 2, "TIMESTAMP '1970-01-01 00:00:00.5'"},
		{types.TInterval, 90 * second, "INTERVAL '1m30s'"},
	} {
		if got := expr.String(&expr.Lit{Node: node(c.t), Val: c.v}); got != c.want {
			t.Errorf("%s %v prints as %s, want %s", c.t, c.v, got, c.want)
		}
	}
}

// Every node equals itself rebuilt, differs from every other, and comes back unchanged from a Map that changes nothing.
func TestEveryNode(t *testing.T) {
	again := all()
	for i, e := range all() {
		for j, other := range again {
			if expr.Equal(e, other) != (i == j) {
				t.Errorf("%s and %s: Equal is %v", expr.String(e), expr.String(other), i != j)
			}
		}
		if same := expr.Map(e, func(x expr.Expr) expr.Expr { return x }); same != e {
			t.Errorf("%s was rebuilt", expr.String(e))
		}
		moved := expr.Map(e, func(x expr.Expr) expr.Expr {
			if c, ok := x.(*expr.Column); ok {
				return col(c.Index+1, "b")
			}
			return x
		})
		used, before := map[int]bool{}, map[int]bool{}
		expr.Columns(e, before)
		expr.Columns(moved, used)
		if before[0] != used[1] || used[0] {
			t.Errorf("%s: column 0 is still read after it moved", expr.String(moved))
		}
		nullable := expr.WithCol(e, types.Col{Type: e.Col().Type, Nullable: true})
		if !nullable.Col().Nullable || expr.String(nullable) != expr.String(e) {
			t.Errorf("%s lost something with its new type", expr.String(e))
		}
	}
}

func TestConjuncts(t *testing.T) {
	a, b, c := cmpr(expr.Eq, col(0, "a"), num(1)), cmpr(expr.Eq, col(1, "b"), num(2)), logic(expr.Or)
	parts := expr.Conjuncts(logic(expr.And, a, logic(expr.And, b, c)))
	if len(parts) != 3 || parts[0] != a || parts[1] != b || parts[2] != c {
		t.Errorf("conjuncts are %v", parts)
	}
	if expr.Conjunction(nil) != nil || expr.Conjunction(parts[:1]) != a {
		t.Error("no condition is nil, one is itself")
	}
	if got := expr.String(expr.Conjunction(parts[:2])); got != "a = 1 AND b = 2" {
		t.Errorf("conjunction is %s", got)
	}
}
