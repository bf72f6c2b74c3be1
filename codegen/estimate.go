package codegen

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/compiler/plan"
)

// StateOf is about how many bytes an aggregate keeps of a group, and whether it keeps more with each row or each different value. With changes
// rows can be taken back from it.
func StateOf(fns Functions, agg plan.Agg, changes bool) (bytes int64, grows bool) {
	code := AggregateOf(fns, agg)
	if changes {
		code = retractingOf(fns, agg)
	}
	for _, f := range code.Fields {
		bytes += fieldBytes(fmt.Sprintf("%#v", f.Type))
		grows = grows || f.Grows
	}
	return bytes, grows
}

// fieldBytes is about how much memory a field of an accumulator takes, what it points to included, as far as that does not grow.
func fieldBytes(goType string) int64 {
	switch {
	case goType == "int64" || goType == "float64":
		return 8
	case strings.HasSuffix(goType, "Int128"), strings.HasSuffix(goType, "Least"), strings.HasSuffix(goType, "Greatest"):
		return 16
	case strings.HasSuffix(goType, "KeptText"):
		return 64
	case strings.HasSuffix(goType, "quantile.Sketch"):
		return 4 << 10
	case strings.HasSuffix(goType, "cardinality.Counter"):
		return 16 << 10
	}
	return 24
}
