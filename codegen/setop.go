package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// setOperation is UNION, INTERSECT or EXCEPT while it is being written. UNION ALL passes rows on as they come; the others count equal rows.
type setOperation struct {
	t     *task
	m     *physical.Meeting
	op    *plan.SetOp
	row   *rowType
	name  string // method that takes a row of the result through what follows
	state string // field that counts rows; empty: none
	keep  string // function that puts a row into memory of its own
}

func (t *task) newSetOperation(m *physical.Meeting, op *plan.SetOp) meeting {
	base := emit.Local(m.Out.Statement.Name)
	u := &setOperation{t: t, m: m, op: op, row: t.g.schemaRow(base+"Row", op.Props().Schema), name: t.names.Unique("take" + upperFirst(base))}
	t.g.rows = append(t.g.rows, u.row.declare("// "+u.row.name+" is a row of one of the inputs of the "+u.word()+" in "+m.Out.Statement.Name+"."))
	if kind := u.counts(); kind != "" {
		u.state = t.names.Unique(base + "Rows")
		of := jen.Types(jen.Id(u.row.name))
		t.fields = append(t.fields, jen.Id(u.state).Op("*").Qual(emit.Join, "Sets").Add(of).Comment("how often each row is in either input"))
		t.inits = append(t.inits, jen.Id("t").Dot(u.state).Op("=").Qual(emit.Join, "NewSets").Add(of).Call(jen.Qual(emit.Join, kind)))
		u.table()
	}
	return u
}

// table makes what the operation keeps a table.
func (u *setOperation) table() {
	s := Table{Name: u.t.tableName(u.m.Name), Rows: rowsInto(u.op) + "; " + plan.Describe(u.op)}
	for _, f := range u.row.fields {
		s.Key = append(s.Key, TableField{f.sql, f.col.String()})
	}
	persist := "PersistSets"
	if u.atEnd() {
		persist, s.Row = "PersistGathered", u.t.g.savedRow(u.row)
	}
	u.t.table(s, func(schema *jen.Statement) *jen.Statement {
		return jen.Qual(emit.Join, persist).Call(jen.Id("t").Dot(u.state), schema)
	})
}

func (u *setOperation) word() string {
	return map[plan.SetOpKind]string{plan.Union: "UNION", plan.Intersect: "INTERSECT", plan.Except: "EXCEPT"}[u.op.Kind]
}

// counts is the way to count rows; empty for UNION ALL.
func (u *setOperation) counts() string {
	kind := u.op.Kind.String()
	switch {
	case !u.op.All:
		return kind
	case u.op.Kind == plan.Union:
		return ""
	}
	return kind + "All"
}

// atEnd tells whether rows are shown when the inputs have ended: one of EXCEPT can be taken away until then.
func (u *setOperation) atEnd() bool { return u.op.Kind == plan.Except && u.op.P.Mode == plan.Append }

func (u *setOperation) arrive(b *emit.Block, side int, s *scope, ctx rowContext) {
	if u.state != "" {
		b.Comment(u.t.g.line(u.op.At, u.op.At.Text()))
	}
	row := u.t.localRow(b, u.row, "all", s.cols)
	if u.state == "" {
		b.Add(u.taken(opOf(ctx), timeOfRow(ctx), row))
		return
	}
	key := u.t.key(b, s.cols[:len(u.row.fields)])
	state := jen.Id("t").Dot(u.state)
	switch {
	case u.atEnd():
		kept := jen.Add(row)
		if owns(u.row) {
			if u.keep == "" {
				u.keep = u.t.keepRow(u.row, false)
			}
			kept = jen.Id(u.keep).Call(row)
		}
		b.Add(jen.If(jen.Id("kept").Op(":=").Add(state).Dot("Gather").Call(key, jen.Lit(side)), jen.Id("kept").Op("!=").Nil()).Block(jen.Op("*").Id("kept").Op("=").Add(kept)))
	case u.m.Changes:
		n := b.Names.Unique("n")
		b.Add(jen.Id(n).Op(":=").Add(state).Dot("Change").Call(key, jen.Lit(side), jen.Int64().Parens(opOf(ctx))))
		b.Add(jen.For(jen.Empty(), jen.Id(n).Op(">").Lit(0), jen.Id(n).Op("--")).Block(u.taken(emit.RT("Insert"), timeOfRow(ctx), row)))
		b.Add(jen.For(jen.Empty(), jen.Id(n).Op("<").Lit(0), jen.Id(n).Op("++")).Block(u.taken(emit.RT("Delete"), timeOfRow(ctx), row)))
	default:
		b.Add(jen.For(jen.Range().Add(state).Dot("Change").Call(key, jen.Lit(side), jen.Lit(1))).Block(u.taken(nil, timeOfRow(ctx), row)))
	}
}

// taken hands a row of the result on.
func (u *setOperation) taken(op, ts, row *jen.Statement) *jen.Statement {
	args := []jen.Code{ts, jen.Op("&").Add(row)}
	if u.m.Changes {
		args = append([]jen.Code{op}, args...)
	}
	return returned(jen.Id("t").Dot(u.name).Call(args...))
}

func (u *setOperation) result() {
	t := u.t
	finished := len(t.finish)
	r := jen.Id("r")
	var cols []emit.Value
	for i := range u.row.fields {
		cols = append(cols, u.row.read(i, r))
	}
	b := t.resultBlock()
	b.Names = t.localNames("t", "ts", "r", "err", "op")
	t.takeResult(b, u.m, u.name, "takes a row of the "+u.word()+" through "+u.m.Out.Statement.Name+".",
		[]jen.Code{jen.Id("ts").Int64(), jen.Id("r").Op("*").Id(u.row.name)}, cols)
	if !u.atEnd() {
		return
	}
	show := jen.Func().Params(jen.Id("r").Op("*").Id(u.row.name)).Error().Block(jen.Return(jen.Id("t").Dot(u.name).Call(jen.Qual("math", "MinInt64"), jen.Id("r"))))
	end := returned(jen.Id("t").Dot(u.state).Dot("End").Call(show))
	t.finish = append(t.finish[:finished:finished], append([]jen.Code{end}, t.finish[finished:]...)...)
}

// localRow fills a variable of a row type, and selects it.
func (t *task) localRow(b *emit.Block, row *rowType, hint string, cols []emit.Value) *jen.Statement {
	name := b.Names.Unique(hint)
	b.Add(jen.Var().Id(name).Id(row.name))
	for i := range row.fields {
		row.assign(b, i, jen.Id(name), cols[i])
	}
	return jen.Id(name)
}

// owns tells whether a row has columns whose values are views that do not outlive the chunk.
func owns(row *rowType) bool {
	for _, f := range row.fields {
		if emit.Owns(f.col.Type) || f.col.Type.Nested() {
			return true
		}
	}
	return false
}

// keepRow writes the function that puts a row into memory of its own; of its texts into blocks, if it is given up in the order of its time.
func (t *task) keepRow(row *rowType, inBlocks bool) string {
	name := t.g.names.Unique("keep" + upperFirst(row.name))
	b := t.block(returnError, nil)
	b.Names = t.localNames("r", "texts")
	keep := func(v emit.Value) *jen.Statement {
		if inBlocks && !v.Type.Nested() {
			return jen.Id("texts").Dot("Keep").Call(v.Arg())
		}
		return b.Kept(v)
	}
	for i, f := range row.fields {
		if !emit.Owns(f.col.Type) && !f.col.Type.Nested() {
			continue
		}
		v := row.read(i, jen.Id("r"))
		valid := v.Valid
		v.Valid = nil
		set := jen.Id("r").Dot(f.name)
		if valid == nil {
			b.Add(set.Op("=").Add(keep(v)))
			continue
		}
		b.Add(jen.If(jen.Add(valid)).Block(set.Dot("V").Op("=").Add(keep(v))))
	}
	b.Add(jen.Return(jen.Id("r")))
	params := []jen.Code{jen.Id("r").Id(row.name)}
	if inBlocks {
		params = append(params, jen.Id("texts").Op("*").Qual(emit.Text, "Blocks"))
	}
	t.g.states = append(t.g.states, jen.Comment("// "+name+" is r in memory of its own.").Line().
		Func().Id(name).Params(params...).Id(row.name).Block(b.Code()...).Line())
	return name
}
