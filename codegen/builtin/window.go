package builtin

import (
	"fmt"

	"github.com/velostream/veloc/compiler/types"
)

// WindowFunction looks at the rows around each row, which OVER (…) chooses. Aggregates take OVER as well and are not listed again.
type WindowFunction struct {
	Name    string
	Aliases []string
	Doc     string
	Sigs    []*types.Signature
}

func sigs(texts ...string) []*types.Signature {
	out := make([]*types.Signature, len(texts))
	for i, t := range texts {
		out[i] = types.MustSignature(t)
	}
	return out
}

// withCheck is a signature with what is required of its literal arguments.
func withCheck(text string, check func(literals []any) (int, error)) []*types.Signature {
	s := types.MustSignature(text)
	s.Check = check
	return []*types.Signature{s}
}

// isWeight checks that the second argument is a weight of the newest value.
func isWeight(literals []any) (int, error) {
	if w, ok := literals[1].(float64); ok && !(w > 0 && w <= 1) {
		return 1, fmt.Errorf("the weight of a row is above 0 and at most 1, not %v", w)
	}
	return 0, nil
}

// WindowFunctions lists all functions of windows in the order of the reference.
func WindowFunctions() []*WindowFunction { return windowFunctions }

var windowFunctions = []*WindowFunction{
	{Name: "ROW_NUMBER", Doc: "Numbers the rows of a partition from 1, in their order.", Sigs: sigs("ROW_NUMBER() -> INTEGER NOT NULL")},
	{Name: "RANK", Doc: "The number of the first row that is equal in order; behind equal rows numbers are left out.", Sigs: sigs("RANK() -> INTEGER NOT NULL")},
	{Name: "DENSE_RANK", Doc: "Numbers groups of rows that are equal in order, from 1 and without gaps.", Sigs: sigs("DENSE_RANK() -> INTEGER NOT NULL")},
	{Name: "PERCENT_RANK", Doc: "(RANK - 1) / (rows of the partition - 1); 0 in a partition of one row.", Sigs: sigs("PERCENT_RANK() -> FLOAT NOT NULL")},
	{Name: "CUME_DIST", Doc: "The share of rows of the partition that are not behind this one in order.", Sigs: sigs("CUME_DIST() -> FLOAT NOT NULL")},
	{Name: "NTILE", Doc: "Deals the rows of a partition into n groups of sizes as equal as can be, and numbers these from 1.", Sigs: sigs("NTILE(n INTEGER) -> INTEGER NOT NULL")},
	{Name: "LAG", Doc: "x of the row n rows before this one, by default the one before it; other, by default NULL, where there is none.",
		Sigs: sigs("LAG(x T) -> T NULL", "LAG(x T, n INTEGER) -> T NULL", "LAG(x T, n INTEGER, other T) -> T")},
	{Name: "LEAD", Doc: "x of the row n rows behind this one, by default the next; other, by default NULL, where there is none.",
		Sigs: sigs("LEAD(x T) -> T NULL", "LEAD(x T, n INTEGER) -> T NULL", "LEAD(x T, n INTEGER, other T) -> T")},
	{Name: "FIRST_VALUE", Doc: "x of the first row of the frame.", Sigs: sigs("FIRST_VALUE(x T) -> T NULL")},
	{Name: "LAST_VALUE", Doc: "x of the last row of the frame, which without a frame is this row or one that is equal to it in order.", Sigs: sigs("LAST_VALUE(x T) -> T NULL")},
	{Name: "NTH_VALUE", Doc: "x of row n of the frame, counted from 1; NULL where the frame is shorter.", Sigs: sigs("NTH_VALUE(x T, n INTEGER) -> T NULL")},
	{Name: "LOCF", Doc: "The last x up to this row that is not NULL (last observation carried forward): LAST_VALUE(x) IGNORE NULLS over ROWS UNBOUNDED PRECEDING.", Sigs: sigs("LOCF(x T) -> T NULL")},
	{Name: "RATIO_TO_REPORT", Doc: "x divided by the sum of x over the frame; NULL where the sum is 0.", Sigs: sigs("RATIO_TO_REPORT(x FLOAT) -> FLOAT NULL")},
	{Name: "CONDITIONAL_TRUE_EVENT", Doc: "How many rows up to this one meet the condition: numbers the parts that begin with such a row.",
		Sigs: sigs("CONDITIONAL_TRUE_EVENT(condition BOOLEAN) -> INTEGER NOT NULL")},
	{Name: "CONDITIONAL_CHANGE_EVENT", Doc: "How many times x has changed up to this row: numbers the parts with one value of x, from 0. NULL changes nothing.",
		Sigs: sigs("CONDITIONAL_CHANGE_EVENT(x T ORDERED) -> INTEGER NOT NULL")},
	{Name: "EXPONENTIAL_MOVING_AVERAGE", Doc: "An average in which x of this row weighs alpha, and the average of the rows before it weighs the rest. It begins with the first x that is not NULL, and NULL does not move it.",
		Sigs: withCheck("EXPONENTIAL_MOVING_AVERAGE(x FLOAT, alpha FLOAT LITERAL) -> FLOAT NULL", isWeight)},
}

// Window returns the overloads of a function of windows; nil if there is none of that name.
func (s set) Window(name string) []*types.Signature {
	if f := s.windows[name]; f != nil {
		return f.Sigs
	}
	return nil
}
