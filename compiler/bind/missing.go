package bind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// A table can say what becomes of rows that find no partner in it ('join.missing'). Skip and nulls say what JOIN and LEFT JOIN do anyway, so
// that they only check it.

// missingOf is what the table on the right of a join says; nil: nothing.
func missingOf(right plan.Node) *catalog.Property {
	if scan, ok := right.(*plan.Scan); ok {
		if p, said := scan.Source.Props["join.missing"]; said && scan.Source.Role == "table" {
			return &p
		}
	}
	return nil
}

// missing takes over what the table on the right says of rows without partner.
func (f *fromBinder) missing(spec *plan.JoinSpec, right plan.Node, at source.Span) {
	scan, ok := right.(*plan.Scan)
	if !ok {
		return
	}
	defaults, given := scan.Source.Props["join.defaults"]
	p := missingOf(right)
	if given && (p == nil || p.Value != "defaults") {
		f.diags.Add(diag.IdleProperty(defaults.At, defaults.Key, "only `'join.missing' = 'defaults'` asks for it"))
	}
	if p == nil {
		return
	}
	wrong := func(why, fix string) { f.report(diag.MissingStrategy(p.At, at, p.Value, why, fix)) }
	switch inner := spec.Kind == plan.InnerJoin; {
	case spec.Form != plan.LookupJoin:
		wrong("it is no lookup of a stream in a table", "rows that can still find a partner are not missing")
	case !inner && p.Value == "skip":
		wrong("a LEFT JOIN keeps every row of the left", "write JOIN, which drops the rows without partner")
	case inner && (p.Value == "nulls" || p.Value == "defaults"):
		wrong("a JOIN drops rows without partner", "write LEFT JOIN, which keeps them")
	case p.Value == "fail_fast":
		spec.Missing = plan.FailMissing
	case p.Value == "defaults" && !given:
		f.report(diag.MissingProperty(p.At, scan.Source.Name, "table with defaults", "join.defaults", "name=unknown, lot=1"))
	case p.Value == "defaults":
		spec.Missing, spec.Defaults = plan.DefaultMissing, f.defaults(scan, defaults)
	}
}

// defaults reads the values of join.defaults: column=value, separated by commas. A value is written as CSV has it.
func (f *fromBinder) defaults(scan *plan.Scan, p catalog.Property) (out []plan.Named) {
	var names []string
	for _, c := range scan.P.Schema {
		names = append(names, c.Name)
	}
	for _, part := range strings.Split(p.Value, ",") {
		name, text, has := strings.Cut(part, "=")
		name, text = strings.TrimSpace(name), strings.TrimSpace(text)
		i := slices.Index(names, name)
		if !has || i < 0 {
			f.report(diag.BadProperty(p.At, p.Key, strings.TrimSpace(part), "column=value, separated by commas; columns are "+strings.Join(names, ", "), ""))
			return nil
		}
		col := scan.P.Schema[i].Col.Type
		v := f.plainValue(p.At, text, col)
		if _, isLit := v.(*expr.Lit); !isLit {
			f.report(diag.BadProperty(p.At, p.Key, text, "a value of "+name+", which is "+col.String(), ""))
			return nil
		}
		out = append(out, plan.Named{Name: name, E: v})
	}
	return out
}

// plainValue is the value of a type that text is without quotes; no literal if it is none.
func (f *fromBinder) plainValue(at source.Span, text string, t types.Type) expr.Expr {
	switch {
	case t.Kind == types.Boolean:
		if b, err := strconv.ParseBool(text); err == nil {
			return literal(at, t, b)
		}
	case t.Numeric():
		digits, negative := strings.CutPrefix(text, "-")
		if _, err := strconv.ParseFloat(digits, 64); err == nil && digits[0] >= '0' && digits[0] <= '9' {
			return f.scope.convert(f.scope.number(at, digits, negative), t)
		}
	case t.Kind == types.String || types.TextLiteral(t):
		return f.scope.convert(literal(at, types.TString, text), t)
	}
	return nil
}
