// Command data writes the input files of the benchmarks. The same flags give the same bytes, whatever
// the number of cores.
//
//	go run ./bench/data -kind jsonl -rows 5000000 -out trades.jsonl
//
// Kinds:
//
//	jsonl  trades as JSON lines of about 160 bytes with nine fields, keys in one order
//	csv    the same trades as CSV with a header
//	weird  the same columns as irregular JSON lines: keys shuffled, missing, unknown and escaped, values
//	       null, nested, escaped, in exponent notation, white space, and a malformed line now and then
//	shuffled, missing, nested, escaped, mixed
//	       the trades of jsonl in other forms, in which nothing is wrong: keys in any order; keys and values that are not there; an
//	       object or array more; letters of keys and texts as \uXXXX; some of each
//	brc    station;temperature without a header, one decimal
//	fills  for each trade of jsonl one JSON line with its order_id, a price, and when it was filled: up to twenty minutes after the trade
//	orders CSV with the order of every fifth trade of jsonl: order_id, client, limit_price
//	traders
//	       CSV with the ten thousand traders of jsonl, whatever -rows says: trader_id, desk, credit
//
// The event times of trades span 100 minutes, whatever the number of rows, and are up to two seconds out
// of order; those of fills as well. Rows of trades with the same -rows and -seed are the same in all kinds.
package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
)

const kinds = "jsonl, csv, weird, shuffled, missing, nested, escaped, mixed, brc, fills, orders or traders"

// chunkRows is the number of rows with one random sequence. It is part of what a seed means.
const chunkRows = 1 << 16

func main() {
	kind := flag.String("kind", "jsonl", kinds)
	rows := flag.Int("rows", 0, "number of rows (default 5,000,000; weird 1,000,000; brc 100,000,000)")
	out := flag.String("out", "", "output file")
	seed := flag.Uint64("seed", 1, "seed of all random values")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := write(*kind, *rows, *out, *seed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A chunk appends rows [from, to) of rows to out.
type chunk func(out []byte, r *rand.Rand, from, to, rows int) []byte

func write(kind string, rows int, path string, seed uint64) error {
	header := ""
	var generate chunk
	market := newMarket(rand.New(rand.NewPCG(seed, 0)))
	defaultRows := 5_000_000
	switch kind {
	case "jsonl":
		generate = market.jsonLines
	case "csv":
		header = "order_id,symbol,side,price,quantity,venue,trader_id,event_time,flags\n"
		generate = market.csv
	case "weird":
		generate, defaultRows = market.irregular, 1_000_000
	case "brc":
		generate, defaultRows = measurements(rand.New(rand.NewPCG(seed, 0))), 100_000_000
	case "fills", "orders", "traders":
		return market.table(kind, cmp.Or(rows, defaultRows), path, seed)
	default:
		form, ok := oddities[kind]
		if !ok {
			return fmt.Errorf("unknown kind %q: use %s", kind, kinds)
		}
		generate = market.odd(form)
	}
	if rows == 0 {
		rows = defaultRows
	}
	return save(path, header, parts(generate, rows, seed))
}

// save writes a file of a header and chunks in order.
func save(path, header string, parts <-chan chan []byte) error {
	// Under a temporary name first: an interrupted run leaves nothing that looks finished.
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString(header)
	for part := range parts {
		w.Write(<-part)
	}
	if err := w.Flush(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// parts generates the chunks on all cores and delivers them in order.
func parts(generate chunk, rows int, seed uint64) <-chan chan []byte {
	parts := make(chan chan []byte, runtime.GOMAXPROCS(0)) // bounds how far the cores run ahead
	go func() {
		defer close(parts)
		for from := 0; from < rows; from += chunkRows {
			part := make(chan []byte, 1)
			parts <- part
			go func() {
				to := min(from+chunkRows, rows)
				r := rand.New(rand.NewPCG(seed, uint64(from/chunkRows)+1))
				part <- generate(nil, r, from, to, rows)
			}()
		}
	}()
	return parts
}
