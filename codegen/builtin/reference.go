package builtin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Scalars lists all scalar functions in the order of the reference.
func Scalars() []*Function {
	return slices.Concat(textFunctions, composeFunctions, formatFunctions, regexpFunctions, similarityFunctions, encodingFunctions, urlFunctions, mathFunctions, angleFunctions, numberFunctions, bitFunctions, timeFunctions,
		calendarFunctions, zoneFunctions, jsonFunctions, arrayFunctions, conditionalFunctions, randomFunctions)
}

// Aggregates lists all aggregates in the order of the reference.
func Aggregates() []*Aggregate {
	return slices.Concat(basicAggregates, statisticalAggregates, orderAggregates, collectingAggregates, gatheringAggregates)
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// categories of scalar functions in the order of the reference.
var categories = []Category{Text, Patterns, Similarity, Encoding, URLs, Math, Bits, Time, Zones, JSONText, Arrays, Conditional, Random}

// aggregateCategories are those of aggregates.
var aggregateCategories = []Category{Aggregation, Statistics, Percentiles, Collecting}

var introductions = map[Category]string{
	Text:        "\nText is counted in characters, not in bytes.\n",
	Aggregation: "\nRows in which an argument is NULL are skipped, unless an entry says otherwise. All take FILTER (WHERE …) behind the call, DISTINCT before an argument, and ORDER BY behind the arguments or in WITHIN GROUP (…), which matters where the result depends on the order of rows; with IGNORE NULLS behind the call FIRST, LAST and NTH skip NULLs.\n",
	JSONText:    "\nPaths name the way from the top: $.a.b or a.b, $.items[0] (-1 is the last), items.0, $['a key'], and [*] for all. Text that is no JSON has no parts.\n",
	Zones:       "\nZones have names of the IANA database, such as Europe/Berlin, or are offsets, such as +02:00.\n",
	Time:        "\nAll times are UTC. Where a function takes a TIMESTAMP it also takes an INTEGER, which counts milliseconds since 1970.\n",
}

// Reference is the documentation of all functions in Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Functions\n\n<!-- Written from codegen/builtin. Do not edit: change the entries there and run `make docs`. -->\n\nUnless an entry says otherwise, the result is NULL if an argument is NULL. Names can be written in any case. ")
	b.WriteString("Parameters in brackets can be left out, `...` repeats the last one, and one capital letter stands for one type throughout a signature; ")
	b.WriteString("LITERAL arguments must be written out, because they decide how the job is compiled. ")
	b.WriteString("INTEGER arguments convert to DECIMAL and FLOAT where these are required, DECIMAL to FLOAT, DATE to TIMESTAMP, and where a number is required TIMESTAMP and INTERVAL read as milliseconds.\n")
	for _, cat := range categories {
		fmt.Fprintf(&b, "\n## %s\n", cat)
		b.WriteString(introductions[cat])
		for _, f := range Scalars() {
			if f.Category == cat {
				f.reference(&b)
			}
		}
	}
	for _, cat := range aggregateCategories {
		fmt.Fprintf(&b, "\n## %s\n", cat)
		b.WriteString(introductions[cat])
		for _, a := range Aggregates() {
			if a.Category == cat {
				a.reference(&b)
			}
		}
	}
	b.WriteString("\n## Functions of windows\n\nThey look at the rows around each row, which OVER (…) chooses; aggregates take OVER as well.\n")
	for _, w := range WindowFunctions() {
		heading(&b, w.Name, w.Aliases)
		for _, s := range w.Sigs {
			fmt.Fprintf(&b, "    %s\n", s)
		}
		fmt.Fprintf(&b, "\n%s\n", w.Doc)
	}
	return b.String()
}

func (f *Function) reference(b *strings.Builder) {
	heading(b, f.Name, f.Aliases)
	for _, o := range f.Overloads {
		if !millisTwin(f, o) {
			fmt.Fprintf(b, "    %s\n", o.Sig)
		}
	}
	fmt.Fprintf(b, "\n%s\n", f.Doc)
	if len(f.Examples) > 0 {
		b.WriteString("\n```sql\n")
		for _, e := range f.Examples {
			fmt.Fprintf(b, "%s  -- %s\n", e.SQL, e.Want)
		}
		b.WriteString("```\n")
	}
}

// millisTwin tells whether an overload only repeats another with milliseconds for a TIMESTAMP, which the introduction of the
// category says once.
func millisTwin(f *Function, o Overload) bool {
	if f.Category != Time && f.Category != Zones {
		return false
	}
	for _, other := range f.Overloads {
		if other.Sig == o.Sig || len(other.Sig.Params) != len(o.Sig.Params) {
			continue
		}
		twin := false
		for i, p := range o.Sig.Params {
			q := other.Sig.Params[i]
			if p.Type.Equal(q.Type) {
				continue
			}
			if p.Type.String() != "INTEGER" || q.Type.String() != "TIMESTAMP" {
				twin = false
				break
			}
			twin = true
		}
		if twin {
			return true
		}
	}
	return false
}

func (a *Aggregate) reference(b *strings.Builder) {
	heading(b, a.Name, a.Aliases)
	for _, o := range a.Overloads {
		sig := o.Sig.String()
		if len(o.Sig.Params) == 0 {
			sig = strings.Replace(sig, "()", "(*)", 1)
		}
		fmt.Fprintf(b, "    %s\n", sig)
	}
	fmt.Fprintf(b, "\n%s\n\n```sql\n", a.Doc)
	for _, e := range a.Examples {
		fmt.Fprintf(b, "%s  -- over %s: %s\n", e.SQL, strings.Join(e.Rows, ", "), e.Want)
	}
	b.WriteString("```\n")
}

func heading(b *strings.Builder, name string, aliases []string) {
	fmt.Fprintf(b, "\n### %s\n\n", name)
	if len(aliases) > 0 {
		fmt.Fprintf(b, "Also called %s.\n\n", strings.Join(aliases, ", "))
	}
}
