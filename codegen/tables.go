package codegen

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// What survives a restart is in the tables of a task: each is a state.Persister with a schema that tells whether saved state is its own.

// Table is the schema of a table, as state.Schema has it.
type Table struct {
	Name, Rows      string
	Key, Row, Value []TableField
}

// TableField is a part of a table's keys or values.
type TableField struct{ Name, Type string }

// table adds a table to the task: persist makes it a state.Persister of its schema, whose variable it is given.
func (t *task) table(s Table, persist func(schema *jen.Statement) *jen.Statement) {
	g := t.g
	g.tables = append(g.tables, s)
	name := g.names.Unique(emit.Local(s.Name) + "Table")
	fields := []jen.Code{jen.Id("Name").Op(":").Lit(s.Name), jen.Id("Rows").Op(":").Lit(s.Rows)}
	list := func(name string, fs []TableField) {
		if len(fs) == 0 {
			return
		}
		fields = append(fields, jen.Id(name).Op(":").Index().Qual(emit.State, "Field").ValuesFunc(func(v *jen.Group) {
			for _, f := range fs {
				v.Line().Values(jen.Id("Name").Op(":").Lit(f.Name), jen.Id("Type").Op(":").Lit(f.Type))
			}
			v.Line()
		}))
	}
	list("Key", s.Key)
	list("Row", s.Row)
	list("Value", s.Value)
	g.states = append(g.states, jen.Comment("// "+name+" is what identifies "+s.Name+" when a restart reads it.").Line().
		Var().Id(name).Op("=").Qual(emit.State, "Schema").Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, fields...).Line())
	t.tables = append(t.tables, persist(jen.Op("&").Id(name)))
}

// unsaved notes why state of the task cannot be saved.
func (t *task) unsaved(what string) {
	if t.notSaved == "" {
		t.notSaved = what
	}
}

// tablesMethod writes Tables.
func (t *task) tablesMethod() *jen.Statement {
	if t.pipe.Inputs == nil || len(t.tables) == 0 && t.notSaved == "" {
		return nil
	}
	body := jen.Return(jen.Index().Qual(emit.State, "Persister").ValuesFunc(func(v *jen.Group) {
		for _, c := range t.tables {
			v.Line().Add(c)
		}
		v.Line()
	}), jen.Nil())
	if t.notSaved != "" {
		body = jen.Return(jen.Nil(), emit.RT("Error").Call(jen.Lit(t.notSaved)))
	}
	return jen.Comment("// Tables is the state that survives a restart.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id("Tables").Params().Params(jen.Index().Qual(emit.State, "Persister"), jen.Error()).Block(body).Line()
}

// persist makes the groups or windows of an aggregate a table.
func (a *aggregation) persist() {
	t, g := a.t, a.t.g
	if t.pipe.Inputs == nil {
		return
	}
	what, fn := ".groups", "PersistGroups"
	pkg := emit.State
	if a.op.Window != nil {
		what, fn, pkg = ".window", "Persist"+windowKind[a.form()], emit.WindowP
	}
	s := Table{Name: t.tableName(a.f.Statement.Name + what), Rows: rowsInto(a.op)}
	var names []string
	var forms []emit.Form
	for i, k := range a.op.Keys {
		f := a.key.fields[i]
		names, forms = append(names, f.name), append(forms, emit.ValueForm(f.col))
		s.Key = append(s.Key, TableField{expr.String(k), k.Col().String()})
	}
	g.states = append(g.states, emit.SnapshotMethods(a.key.name, g.statics, names, forms))
	names, forms, ok := a.forms()
	if !ok {
		return
	}
	s.Value = []TableField{{"rows", "int64"}}
	if a.remembersShown() {
		s.Value = append(s.Value, TableField{"shown", "bool"})
	}
	if a.ttl() > 0 {
		s.Value = append(s.Value, TableField{"last row", "int64"})
	}
	for i, f := range a.fields[1:] {
		s.Value = append(s.Value, TableField{a.fieldTitle(i + 1), fmt.Sprintf("%#v", f.Type)})
	}
	g.states = append(g.states, emit.SnapshotMethods(a.acc, g.statics, names, forms))
	t.table(s, func(schema *jen.Statement) *jen.Statement {
		return jen.Qual(pkg, fn).Call(jen.Id("t").Dot(a.name), schema)
	})
}

// forms are the fields of the accumulator and how they stand in snapshots; ok is false if one does not.
func (a *aggregation) forms() (names []string, forms []emit.Form, ok bool) {
	names, forms = []string{"Rows"}, []emit.Form{emit.ValueForm(types.Col{Type: types.TInteger})}
	if a.op != nil && a.remembersShown() {
		names, forms = append(names, "Shown"), append(forms, emit.ValueForm(types.Col{Type: types.TBoolean}))
	}
	if a.op != nil && a.ttl() > 0 {
		names, forms = append(names, "Last"), append(forms, emit.StateForm())
	}
	for _, f := range a.fields[1:] {
		if f.Form.Append == nil {
			a.t.unsaved(fmt.Sprintf("%s: what %s keeps cannot be saved", a.f.Statement.Name, callText(a.aggs[f.agg].Agg)))
			return nil, nil, false
		}
		names, forms = append(names, f.name), append(forms, f.Form)
	}
	return names, forms, true
}

// tableName is the name of a table, made unique: a statement can have several of a kind.
func (t *task) tableName(name string) string {
	for n, s := range t.g.tables {
		if s.Name == name {
			return t.tableName(fmt.Sprintf("%s_%d", strings.TrimRight(name, "_0123456789"), n+2))
		}
	}
	return name
}

// fieldTitle says what a field of the accumulator holds: the same in any program that keeps it, whichever aggregates share it.
func (a *aggregation) fieldTitle(i int) string {
	f := a.fields[i]
	agg := a.op.Aggs[f.agg]
	what := f.Key
	if what == "" {
		what = strings.ToLower(f.Name)
	}
	var args []string
	for _, x := range inputsOf(agg) {
		args = append(args, expr.String(x)+" "+x.Col().String())
	}
	text := what + "(" + strings.Join(args, ", ") + ")"
	if agg.Distinct {
		text = "distinct " + text
	}
	if agg.IgnoreNulls {
		text += " ignore nulls"
	}
	if agg.Filter != nil {
		text += " filter " + expr.String(agg.Filter)
	}
	for n, other := range a.fields[:i] { // two of a kind
		if n > 0 && other.agg != f.agg && a.fieldTitle(n) == text {
			return text + " " + f.name
		}
	}
	return text
}

// rowsInto is the SQL that decides which rows an operator takes, and how an aggregate groups them by time.
func rowsInto(n plan.Node) string {
	var parts []string
	for _, in := range n.Inputs() {
		parts = append(parts, chainText(in))
	}
	if a, ok := n.(*plan.Aggregate); ok && a.Window != nil {
		parts = append(parts, plan.WindowText(a.Window))
	}
	return strings.Join(parts, "; ")
}

func chainText(n plan.Node) string {
	own := plan.Describe(n)
	switch n := n.(type) {
	case *plan.Scan:
		return "FROM " + n.Source.Name
	case *plan.Ref:
		return chainText(n.Statement.Root)
	}
	var parts []string
	for _, in := range n.Inputs() {
		parts = append(parts, chainText(in))
	}
	return strings.Join(append(parts, own), "; ")
}

// seenTable is the table of what DISTINCT has passed, which persist makes a state.Persister.
func (t *task) seenTable(f *physical.Flow, seen *jen.Statement, persist string, op *plan.Distinct) {
	if t.pipe.Inputs == nil {
		return
	}
	s := Table{Name: t.tableName(f.Statement.Name + ".distinct"), Rows: rowsInto(op)}
	for _, i := range op.Columns() {
		c := op.P.Schema[i]
		s.Key = append(s.Key, TableField{c.Name, c.Col.String()})
	}
	if persist == "PersistRecent" {
		s.Value = []TableField{{"last row", "int64"}}
	}
	t.table(s, func(schema *jen.Statement) *jen.Statement {
		return jen.Qual(emit.State, persist).Call(seen, schema)
	})
}

// numberTable is the table of how many rows LIMIT still lets pass, or OFFSET still leaves out.
func (t *task) numberTable(f *physical.Flow, what, name string, op *plan.Limit) {
	if t.pipe.Inputs == nil {
		return
	}
	s := Table{Name: t.tableName(f.Statement.Name + what), Rows: rowsInto(op) + "; " + plan.Describe(op), Value: []TableField{{"left", "int64"}}}
	t.table(s, func(schema *jen.Statement) *jen.Statement {
		return jen.Qual(emit.State, "PersistNumber").Call(jen.Op("&").Id("t").Dot(name), schema)
	})
}
