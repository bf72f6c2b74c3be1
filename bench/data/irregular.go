package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// An oddity is one way in which rows of JSON can differ from the first ones.
type oddity struct {
	shuffled bool // keys in another order in each row
	missing  int  // one of so many values is not there, nor is its key; 0: none
	nested   int  // one of so many rows has an object or an array under a key that nobody asked for
	escaped  int  // one of so many keys, and of so many texts, has a letter written as \uXXXX
	spaced   int  // one of so many keys has a space behind its colon
}

// oddities are the kinds of data in which nothing is wrong but the form. But for what is missing, the rows are those of kind jsonl.
var oddities = map[string]oddity{
	"shuffled": {shuffled: true},
	"missing":  {missing: 8},
	"nested":   {nested: 1},
	"escaped":  {escaped: 4},
	"mixed":    {shuffled: true, missing: 8, nested: 4, escaped: 20, spaced: 10},
}

// odd writes trades in the form that o describes.
func (m *market) odd(o oddity) chunk {
	return func(_ []byte, r *rand.Rand, from, to, rows int) []byte {
		form := rand.New(rand.NewPCG(uint64(from), uint64(rows))) // of its own, so that the trades are those of regular rows
		out := make([]byte, 0, (to-from)*220)
		for i := from; i < to; i++ {
			out = append(o.write(out, form, string(m.trade(r, i, rows).appendJSON(nil))), '\n')
		}
		return out
	}
}

// write writes a row, given in its regular form.
func (o oddity) write(out []byte, r *rand.Rand, regular string) []byte {
	oneOf := func(n int) bool { return n > 0 && r.IntN(n) == 0 }
	var fields []string
	for field := range strings.SplitSeq(strings.Trim(regular, "{}\n"), ",") {
		key, value, _ := strings.Cut(field, ":")
		if oneOf(o.missing) {
			continue
		}
		if oneOf(o.escaped) {
			key = escapeLetter(r, key)
		}
		if value[0] == '"' && oneOf(o.escaped) {
			value = escapeLetter(r, value)
		}
		if oneOf(o.spaced) {
			value = " " + value
		}
		fields = append(fields, key+":"+value)
	}
	if oneOf(o.nested) {
		at := r.IntN(len(fields) + 1)
		fields = slices.Insert(fields, at, nested[r.IntN(len(nested))])
	}
	if o.shuffled {
		r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	}
	return append(append(append(out, '{'), strings.Join(fields, ",")...), '}')
}

var nested = []string{`"meta":{"source":"feed-7","hops":[1,2,3],"checked":{"by":"gate","ok":true}}`, `"tags":["late","manual",null,"reviewed by hand"]`,
	`"route":{"from":{"name":"a \"quoted\" name","id":17},"to":{"symbol":"none","price":-1.5e-3}}`, `"none":{}`}

// escapeLetter writes one character of a text in quotes as \uXXXX.
func escapeLetter(r *rand.Rand, quoted string) string {
	i := 1 + r.IntN(len(quoted)-2)
	return fmt.Sprintf(`%s\u%04x%s`, quoted[:i], quoted[i], quoted[i+1:])
}

// irregular writes valid JSON that no reader expects, and in 1 of 1000 lines JSON that is malformed.
func (m *market) irregular(_ []byte, r *rand.Rand, from, to, rows int) []byte {
	out := make([]byte, 0, (to-from)*220)
	for i := from; i < to; i++ {
		t := m.trade(r, i, rows)
		switch r.IntN(10) {
		case 0: // regular: the reader must find back
			out = t.appendJSON(out)
		default:
			out = append(out, t.odd(r)...)
			out = append(out, '\n')
		}
	}
	return out
}

var (
	oddSymbols = []string{`A\"B`, `back\\slash`, `tab\there`, `\u00e4\u00f6`, "Zürich", `\ud83d\ude00`, `sl\/ash`, `nul\u0000byte`,
		`bell\u0007`, `a rather long symbol that no key table holds inline`, ``, `line\nfeed`, `\u0041BC`}
	unknown = []string{`"note":"a \"quoted\" word"`, `"nested":{"a":[1,2,{"b":null}],"symbol":"inner"}`, `"list":[]`, `"empty":{}`,
		`"ok":true`, `"ratio":-1.5e-3`, `"price2":1`, `"braces":"}{]["`, `"":0`}
	malformed = []string{`{"order_id":"1","symbol":"CUT`, `{"order_id":1,,}`, `not json`, `{"price":01}`, `{"quantity":12abc}`, `[1,2]`,
		`{"symbol":"X","price":}`, `{"a":{"b":1}`, `{"symbol":"X"} trailing`, `{'symbol':'X'}`}
)

// odd writes the trade with its keys shuffled, some of them gone, and values in unusual notations. The
// event time is always there and a plain number: without it a row belongs to no window.
func (t trade) odd(r *rand.Rand) string {
	if r.IntN(1000) == 0 {
		return malformed[r.IntN(len(malformed))]
	}
	quoted := func(s string) string { return `"` + s + `"` }
	symbol := t.symbol
	if r.IntN(20) == 0 {
		symbol = oddSymbols[r.IntN(len(oddSymbols))]
	}
	fields := []string{
		field(r, "order_id", quoted(fmt.Sprintf("%012x", t.orderID))),
		field(r, "symbol", orNull(r, quoted(symbol))),
		field(r, "side", orNull(r, quoted(t.side))),
		field(r, "price", orNull(r, t.oddPrice(r))),
		field(r, "quantity", orNull(r, strconv.Itoa(t.quantity*(1-2*(r.IntN(50)/49))))),
		field(r, "venue", orNull(r, quoted(t.venue))),
		field(r, "trader_id", quoted("T"+strconv.Itoa(t.trader))),
		field(r, "flags", strconv.Itoa(t.flags)),
	}
	if r.IntN(4) == 0 {
		fields = append(fields, unknown[r.IntN(len(unknown))])
	}
	r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	if r.IntN(5) == 0 {
		fields = fields[:len(fields)-1-r.IntN(4)]
	}
	at := r.IntN(len(fields) + 1)
	fields = append(fields[:at], append([]string{`"event_time":` + strconv.FormatInt(t.eventTime, 10)}, fields[at:]...)...)
	comma := []string{",", ", ", " ,\t"}[r.IntN(3)]
	space := []string{"", "", " "}[r.IntN(3)]
	return space + "{" + space + strings.Join(fields, comma) + space + "}" + space
}

func (t trade) oddPrice(r *rand.Rand) string {
	plain := string(appendPrice(nil, t.price, t.decimals))
	switch r.IntN(12) {
	case 0:
		return string(appendPrice(nil, t.price, 4)) + strconv.Itoa(r.IntN(1000)) // more decimals than the column has
	case 1:
		return strconv.FormatInt(t.price, 10) + "e-4"
	case 2:
		return "-" + plain
	case 3:
		return strconv.FormatInt(t.price/10000, 10)
	case 4:
		return strconv.FormatInt(t.price/10000, 10) + "0000000000E-10"
	}
	return plain
}

func orNull(r *rand.Rand, value string) string {
	if r.IntN(30) == 0 {
		return "null"
	}
	return value
}

func field(r *rand.Rand, key, value string) string {
	if r.IntN(10) == 0 { // escape one letter of the key
		i := r.IntN(len(key))
		key = fmt.Sprintf(`%s\u%04x%s`, key[:i], key[i], key[i+1:])
	}
	return `"` + key + `"` + []string{":", ": ", " : "}[r.IntN(3)] + value
}
