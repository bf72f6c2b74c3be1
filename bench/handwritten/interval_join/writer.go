package main

import (
	"os"
	"slices"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// A writer writes pairs: each core a part of them.
type writer struct {
	join    *fast.Join
	out     *os.File
	quoted  fast.Quoted
	parts   []*part
	written int64
}

type part struct {
	text  []byte
	times fast.Times
}

func (w *writer) write(pairs []*fast.Pair) error {
	symbols := w.quoted.All(w.join.Names[0])
	for len(w.parts) < fast.Workers() {
		w.parts = append(w.parts, &part{})
	}
	size := (len(pairs) + len(w.parts) - 1) / len(w.parts)
	fast.InParallel(func(k int) {
		from := min(k*size, len(pairs))
		w.parts[k].format(w.join, symbols, pairs[from:min(from+size, len(pairs))])
	})
	w.written += int64(len(pairs))
	for _, part := range w.parts {
		if _, err := w.out.Write(part.text); err != nil {
			return err
		}
	}
	return nil
}

const fixed = 160 // keys and numbers of a row

func (w *part) format(join *fast.Join, symbols []fast.Str, pairs []*fast.Pair) {
	text := w.text[:0]
	for _, p := range pairs {
		text = append(text, `{"order_id":`...)
		text = join.AppendKey(text, p)
		symbol := symbols[p.Names[0]]
		text = slices.Grow(text, fixed+int(symbol.N))
		o, at := fast.P(unsafe.SliceData(text)), uintptr(len(text))
		at = fast.Lit(o, at, `,"symbol":`)
		at = fast.PutRaw(o, at, symbol.P, symbol.N)
		at = fast.Lit(o, at, `,"price":`)
		at = putPrice(o, at, p.Left, p.NoLeft)
		at = fast.Lit(o, at, `,"fill_price":`)
		at = putPrice(o, at, p.Right, p.NoRight)
		at = fast.Lit(o, at, `,"filled":`)
		at = w.times.Put(o, at, p.Time)
		at = fast.Lit(o, at, "}\n")
		text = text[:at]
	}
	w.text = text
}

func putPrice(o fast.P, at uintptr, price int64, null bool) uintptr {
	if null {
		return fast.Lit(o, at, "null")
	}
	return fast.PutDec4(o, at, price)
}
