package builtin

import (
	"slices"

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
	d := &distinction{Aggregate: a, cols: slices.Clone(args)}
	for i := range args {
		d.cols[i].Nullable = args[i].Nullable && a.NullsToo
		if !sig.Params[min(i, len(sig.Params)-1)].Literal {
			d.columns = append(d.columns, i)
		}
	}
	fields := []jen.Code{jen.Id("Seen").Qual(emit.SQLFn, "Tally").Types(d.keyType())}
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
	var remove func(b *emit.Block, f *jen.Statement, args []emit.Value)
	if !slices.ContainsFunc(a.Fields, func(f emit.StateField) bool { return f.Retract == nil }) {
		remove = d.remove
	}
	return emit.Aggregate{
		Ordered: a.Ordered || a.OrderSensitive, NullsToo: a.NullsToo,
		Fields: []emit.StateField{{
			Name: "different", Key: key, Type: jen.Struct(fields...), Form: emit.InnerForm(names, forms), Grows: true,
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				for _, i := range d.columns {
					args[i] = b.Let("x", args[i])
				}
				d.add(b, f, args)
			},
			Merge: d.merge, Retract: remove,
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
		return emit.FieldType(d.cols[d.columns[0]])
	}
	var fields []jen.Code
	for _, i := range d.columns {
		fields = append(fields, jen.Id(keyField(i)).Add(emit.FieldType(d.cols[i])))
	}
	return jen.Struct(fields...)
}

// form is how what is kept stands in a snapshot.
func (d *distinction) form() emit.Form {
	if len(d.columns) == 1 {
		return emit.StateOfForm(d.cols[d.columns[0]])
	}
	var members []emit.Member
	for _, i := range d.columns {
		members = append(members, emit.Member{Name: keyField(i), Col: d.cols[i]})
	}
	return emit.StateOfRowForm("different", members)
}

func keyField(i int) string { return string(rune('A' + i)) }

// kept is what is kept of a row, in memory of its own.
func (d *distinction) kept(b *emit.Block, args []emit.Value) *jen.Statement {
	one := func(i int) *jen.Statement {
		x := args[i]
		if x.Type.Kind == types.Float { // -0 is 0
			x = emit.Of(x.Type, emit.PrecAdd, x.Expr(emit.PrecAdd).Op("+").Lit(0)).With(x.Valid)
		}
		return element(b, d.cols[i], x)
	}
	if len(d.columns) == 1 {
		return one(d.columns[0])
	}
	return d.keyType().ValuesFunc(func(g *jen.Group) {
		for _, i := range d.columns {
			g.Add(one(i))
		}
	})
}

// add adds a row if its arguments are new.
func (d *distinction) add(b *emit.Block, f *jen.Statement, args []emit.Value) {
	var vals []emit.Value
	for _, i := range d.columns {
		vals = append(vals, args[i])
	}
	seen := jen.Add(f).Dot("Seen")
	key := b.Key(vals...)
	in := b.Inner()
	in.Add(jen.Add(seen).Dot("Keep").Call(d.kept(in, args)))
	d.feed(in, f, args)
	b.Add(jen.If(jen.Add(seen).Dot("Add").Call(key)).Block(in.Code()...))
}

// remove takes back a row; the state of the aggregate loses it with the last of equal ones.
func (d *distinction) remove(b *emit.Block, f *jen.Statement, args []emit.Value) {
	var vals []emit.Value
	for _, i := range d.columns {
		args[i] = b.Let("x", args[i])
		vals = append(vals, args[i])
	}
	key := b.Key(vals...)
	in := b.Inner()
	for _, inner := range d.Fields {
		inner.Retract(in, jen.Add(f).Dot(emit.Exported(inner.Name)), args)
	}
	b.Add(jen.If(jen.Add(f).Dot("Seen").Dot("Remove").Call(key)).Block(in.Code()...))
}

// feed adds a row to the state of the aggregate.
func (d *distinction) feed(b *emit.Block, f *jen.Statement, args []emit.Value) {
	for _, inner := range d.Fields {
		inner.Add(b, jen.Add(f).Dot(emit.Exported(inner.Name)), args)
	}
}

// merge adds the rows of src that are new in dst.
func (d *distinction) merge(b *emit.Block, dst, src *jen.Statement) {
	in := b.Inner()
	i := in.Names.Unique("i")
	list := jen.Add(src).Dot("Seen").Dot("List").Call()
	args := make([]emit.Value, len(d.cols))
	for _, k := range d.columns {
		code := jen.Add(list).Index(jen.Id(i))
		if len(d.columns) > 1 {
			code = code.Dot(keyField(k))
		}
		args[k] = emit.Field(d.cols[k], code)
	}
	d.feed(in, dst, args)
	taken := jen.Add(dst).Dot("Seen").Dot("Take").Call(jen.Op("&").Add(src).Dot("Seen"), jen.Id(i))
	b.Add(jen.For(jen.Id(i).Op(":=").Range().Add(list)).Block(jen.If(taken).Block(in.Code()...)))
}
