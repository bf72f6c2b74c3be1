package codegen

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// How what OVER and ORDER BY keep survives a restart: rows one by one, and with each partition what is new in it.

// partField is a field of a partition, and how it is saved.
type partField struct {
	name string
	kind partKind
}

type partKind uint8

const (
	partNumber  partKind = iota // an int64
	partState                   // a state.State, such as an accumulator
	partRows                    // an over.Ring of rows
	partKept                    // an over.Ring of rows that are kept elsewhere
	partPlaces                  // an over.Ring of places
	partGather                  // an over.Gathered
	partBuffer                  // an over.Buffer
	partRanking                 // an over.Ranking
)

// field gives the partition a field that is saved.
func (u *overUnit) field(name string, typ *jen.Statement, comment string, kind partKind) {
	u.scratch(name, typ, comment)
	u.saves = append(u.saves, partField{name, kind})
}

// scratch gives the partition a field that means something only while results are computed.
func (u *overUnit) scratch(name string, typ *jen.Statement, comment string) {
	u.fields = append(u.fields, jen.Id(name).Add(typ).Comment(comment))
}

// persist makes what the unit keeps a table.
func (u *overUnit) persist() {
	t := u.t
	if t.pipe.Inputs == nil {
		return
	}
	parts := u.savedParts()
	if len(parts) == 0 {
		return
	}
	t.table(u.schema(), func(schema *jen.Statement) *jen.Statement {
		if len(parts) == 1 {
			return parts[0](schema)
		}
		return jen.Qual(emit.State, "PersistTogether").CallFunc(func(g *jen.Group) {
			g.Add(schema)
			for _, p := range parts {
				g.Line().Add(p(jen.Nil()))
			}
			g.Line()
		})
	})
}

// schema says what the unit keeps, and of which rows.
func (u *overUnit) schema() Table {
	t := u.t
	s := Table{}
	if u.sort != nil {
		s.Name = t.tableName(u.f.Statement.Name + ".order")
		s.Rows = rowsInto(u.sort) + "; " + plan.Describe(u.sort)
		if u.top > 0 {
			s.Rows += fmt.Sprintf("; the first %d", u.top)
		}
	} else {
		s.Name = t.tableName(u.f.Statement.Name + ".over")
		s.Rows = rowsInto(u.ops[0].Over)
		for _, op := range u.ops {
			s.Rows += "; " + plan.Describe(op.Over)
		}
	}
	for _, k := range u.spec.Partition {
		s.Key = append(s.Key, TableField{expr.String(k), k.Col().String()})
	}
	if u.savesRows() {
		s.Row = t.g.savedKept(u.row, u.when == plan.TopRows, u.more...)
	}
	return s
}

// savesRows tells whether rows are saved; otherwise there are only numbers.
func (u *overUnit) savesRows() bool { return u.deferred() || u.keepsRows() }

// savedParts are what makes the parts of the unit state.Persisters, of which each is given its schema.
func (u *overUnit) savedParts() (parts []func(schema *jen.Statement) *jen.Statement) {
	add := func(fn, field string, more ...jen.Code) {
		parts = append(parts, func(schema *jen.Statement) *jen.Statement {
			return jen.Qual(emit.Over, fn).Call(append([]jen.Code{jen.Op("&").Id("t").Dot(field), schema}, more...)...)
		})
	}
	parted := len(u.spec.Partition) > 0
	switch {
	case u.sort != nil:
	case u.gathers():
		if parted {
			add("PersistPartitionKeys", u.name)
		}
		add("PersistWhole", u.name+"All", jen.Func().Params(jen.Id("r").Op("*").Id(u.row.name)).Int().Block(jen.Return(jen.Id("r").Dot("part"))))
		return parts
	case len(u.saves) > 0:
		for _, op := range u.ops {
			if !op.saveSums() {
				return nil
			}
		}
		u.partMethods()
		add(map[bool]string{true: "PersistPartitions", false: "PersistPartition"}[parted], u.name)
	}
	switch {
	case u.when == plan.InTime:
		add("PersistHold", u.name+"Held")
		if u.sort == nil && u.reach() > 0 {
			add("PersistRing", u.name+"Waiting")
		}
	case u.sort != nil && u.top > 0:
		add("PersistTop", u.name)
	case u.sort != nil:
		add("PersistGathered", u.name)
	}
	return parts
}

// gathers tells whether rows are kept until their partitions are complete.
func (u *overUnit) gathers() bool { return u.when == plan.WholeInput || u.when == plan.WholeWindow }

// saveSums writes the methods that save what the partition keeps of the rows of a frame.
func (op *overOp) saveSums() bool {
	a := op.sliding
	if a == nil || op.u.whole() {
		return true
	}
	names, forms, ok := a.forms()
	if ok {
		op.u.t.g.states = append(op.u.t.g.states, emit.SnapshotMethods(a.acc, op.u.t.g.statics, names, forms))
	}
	return ok
}

// partMethods write the methods that save a partition.
func (u *overUnit) partMethods() {
	g := u.t.g
	dst, r := jen.Id("dst"), jen.Id("r")
	var write, read []jen.Code
	list := func(fn string, at *jen.Statement, more ...jen.Code) {
		write = append(write, jen.Qual(emit.Over, "Append"+fn).Call(dst, jen.Op("&").Add(at), jen.Id("all")))
		read = append(read, jen.Qual(emit.Over, "Decode"+fn).Call(append([]jen.Code{r, jen.Op("&").Add(at)}, more...)...))
	}
	for _, f := range u.saves {
		at := jen.Id("p").Dot(f.name)
		switch f.kind {
		case partNumber:
			write = append(write, jen.Qual(emit.State, "AppendInt").Call(dst, at))
			read = append(read, jen.Add(at).Op("=").Add(r).Dot("Int").Call())
		case partState:
			write = append(write, jen.Add(at).Dot("Append").Call(dst))
			read = append(read, jen.Add(r).Dot("Into").Call(jen.Op("&").Add(at)))
		case partRows:
			list("Ring", at)
		case partKept:
			list("Kept", at)
		case partPlaces:
			list("Places", at)
		case partGather:
			list("Gathered", at)
		case partBuffer:
			list("Buffer", at, jen.Id(u.comparison()))
		case partRanking:
			list("Ranking", at, jen.Lit(int(u.spec.Top)), jen.Id(u.comparison()))
		}
	}
	last := len(write) - 1
	for i, w := range write[:last] {
		write[i] = jen.Add(dst).Op("=").Add(w)
	}
	write[last] = jen.Return(write[last])
	bytes := jen.Index().Byte()
	receiver := jen.Id("p").Op("*").Id(u.part)
	g.states = append(g.states, jen.Comment("// Append writes what is new in p since it was saved last, or all of it.").Line().
		Func().Params(receiver).Id("Append").Params(jen.Id("dst").Add(bytes), jen.Id("all").Bool()).Add(bytes).Block(write...).Line().Line().
		Comment("// Decode adds what Append wrote.").Line().
		Func().Params(receiver).Id("Decode").Params(jen.Id("src").Add(bytes)).Params(jen.Id("rest").Add(bytes), jen.Err().Error()).
		Block(append(append([]jen.Code{jen.Add(r).Op(":=").Qual(emit.State, "Read").Call(jen.Id("src"))}, read...), jen.Return(jen.Add(r).Dot("End").Call()))...).Line())
}
