package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// raw writes a decoder of lines of text. It has the form of all decoders, but every line is a row: it reports no errors.
func (d *decoder) raw() {
	d.g.codec = append(d.g.codec, jen.Comment("// "+d.name+" reads rows of "+d.src.Name+", lines of text.").Line().Type().Id(d.name).Struct().Line())
	line := jen.Id("_")
	if i, need := d.needed(0); need {
		line = d.field(i)
	}
	d.g.codec = append(d.g.codec, d.method("row", "row reads the line at the cursor and returns the cursor behind it.",
		jen.List(line, jen.Id("at")).Op("=").Qual(emit.Text, "Line").Call(jen.Id("at")),
		jen.Return(jen.Id("at"), jen.Nil())))
}
