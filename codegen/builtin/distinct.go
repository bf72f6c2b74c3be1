package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// distinction is an aggregate with DISTINCT: it keeps the different arguments beside the state of the aggregate, and when states are merged adds those that
// are new. What it keeps of several arguments is a struct of them; those that must be literals are not among them.
type distinction struct {
	emit.Aggregate
	cols    []types.Col
	columns []int // the arguments that may differ from row to row
}

// once makes an aggregate take equal arguments once.
func once(a emit.Aggregate, sig *types.Signature, args []types.Col) emit.Aggregate {
	d := &distinction{Aggregate: a, cols: args}
	for i := range args {
		if !sig.Params[min(i, len(sig.Params)-1)].Literal {
			d.columns = append(d.columns, i)
		}
	}
	fields := []jen.Code{jen.Id("Seen").Qual(emit.SQLFn, "Seen").Types(d.keyType())}
	names, forms := []string{"Seen"}, []emit.Form{d.form()}
	key := "distinct"
	for _, inner := range a.Fields {
		names, forms = append(names, emit.Exported(inner.Name)), append(forms, inner.Form)
		fields = append(fields, jen.Id(emit.Exported(inner.Name)).Add(inner.Type))
		if inner.Key == "" || inner.Args != nil { // not to be shared, or with others than equal calls
			key = ""
		}
		if key != "" {
			key += " " + inner.Key
		}
	}
	return emit.Aggregate{
		Ordered: a.Ordered || a.OrderSensitive,
		Fields: []emit.StateField{{
			Name: "different", Key: key, Type: jen.Struct(fields...), Form: emit.InnerForm(names, forms),
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				for _, i := range d.columns {
					args[i] = b.Let("x", args[i])
				}
				d.add(b, f, args)
			},
			Merge: d.merge,
		}},
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			var inside []*jen.Statement
			for _, inner := range a.Fields {
				inside = append(inside, jen.Add(f[0]).Dot(emit.Exported(inner.Name)))
			}
			return a.Final(b, inside)
		},
	}
}

// keyType is the Go type of what is kept of a row.
func (d *distinction) keyType() *jen.Statement {
	if len(d.columns) == 1 {
		return emit.GoType(d.cols[d.columns[0]].Type)
	}
	var fields []jen.Code
	for _, i := range d.columns {
		fields = append(fields, jen.Id(keyField(i)).Add(emit.GoType(d.cols[i].Type)))
	}
	return jen.Struct(fields...)
}

// form is how what is kept stands in a snapshot.
func (d *distinction) form() emit.Form {
	if len(d.columns) == 1 {
		return emit.StateOfForm(types.Col{Type: d.cols[d.columns[0]].Type})
	}
	var members []emit.Member
	for _, i := range d.columns {
		members = append(members, emit.Member{Name: keyField(i), Col: types.Col{Type: d.cols[i].Type}})
	}
	return emit.StateOfRowForm("different", members)
}

func keyField(i int) string { return string(rune('A' + i)) }

// key is what is kept of a row, or what a row is compared by: with the texts as they are, or copied.
func (d *distinction) key(args []emit.Value, copied bool) *jen.Statement {
	one := func(x emit.Value) *jen.Statement {
		switch {
		case isText(x.Type) && copied:
			return jen.Qual(emit.Text, "Keep").Call(x.Arg())
		case x.Type.Kind == types.Float: // -0 is 0
			return x.Expr(emit.PrecAdd).Op("+").Lit(0)
		}
		return x.Arg()
	}
	if len(d.columns) == 1 {
		return one(args[d.columns[0]])
	}
	return d.keyType().ValuesFunc(func(g *jen.Group) {
		for _, i := range d.columns {
			g.Add(one(args[i]))
		}
	})
}

// add adds a row whose arguments are new.
func (d *distinction) add(b *emit.Block, f *jen.Statement, args []emit.Value) {
	seen := jen.Add(f).Dot("Seen")
	in := b.Inner()
	fresh := jen.Add(seen).Dot("Add").Call(d.key(args, true))
	for _, i := range d.columns {
		if isText(d.cols[i].Type) { // copy only what is new
			in.Add(fresh)
			fresh = jen.Op("!").Add(seen).Dot("Has").Call(d.key(args, false))
			break
		}
	}
	for _, inner := range d.Fields {
		inner.Add(in, jen.Add(f).Dot(emit.Exported(inner.Name)), args)
	}
	b.Add(jen.If(fresh).Block(in.Code()...))
}

// merge adds the rows of src that are new in dst.
func (d *distinction) merge(b *emit.Block, dst, src *jen.Statement) {
	in := b.Inner()
	x := in.Names.Unique("x")
	args := make([]emit.Value, len(d.cols))
	for _, i := range d.columns {
		code := jen.Id(x)
		if len(d.columns) > 1 {
			code = jen.Id(x).Dot(keyField(i))
		}
		args[i] = emit.Named(d.cols[i].Type, code)
	}
	d.add(in, dst, args)
	b.Add(jen.For(jen.List(jen.Id("_"), jen.Id(x)).Op(":=").Range().Add(src).Dot("Seen").Dot("List").Call()).Block(in.Code()...))
}
