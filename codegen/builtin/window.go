package builtin

import "github.com/velostream/veloc/compiler/types"

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
}

// Window returns the overloads of a function of windows; nil if there is none of that name.
func (s set) Window(name string) []*types.Signature {
	if f := s.windows[name]; f != nil {
		return f.Sigs
	}
	return nil
}
