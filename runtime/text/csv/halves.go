package csv

import (
	"bytes"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
)

// Halves divides the rows of a chunk for two cursors: the first row, the one that begins the second half, and the end. With quotes in the
// chunk a newline need not end a row, so there is no second half: it begins at the end.
func Halves(c *rt.Chunk) (begin, half, end text.Cursor) {
	begin, end = text.Bounds(c)
	if !c.Unquoted && bytes.IndexByte(c.Data, '"') >= 0 {
		return begin, end, end
	}
	n := len(c.Data) / 2
	return begin, begin.Add(uintptr(n + bytes.IndexByte(c.Data[n:], '\n') + 1)), end
}
