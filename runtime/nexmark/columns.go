package nexmark

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// column is a column or a field that a job declares.
type column struct {
	key   []byte // ,"name":
	salt  uint64
	of    int // kind of event that has it; -1: every one
	write func(g *generator, e *event, buf []byte) []byte
}

// field makes a value.
type field struct {
	types []string // that it can be declared as
	write func(g *generator, e *event, buf []byte) []byte
}

var (
	wholes = []string{"INTEGER", "DECIMAL"}
	times  = []string{"TIMESTAMP", "INTEGER"}
	texts  = []string{"STRING"}
)

func dateTime(g *generator, e *event, buf []byte) []byte { return number(buf, e.at) }

var top = map[string]field{
	"event_type": {wholes, func(g *generator, e *event, buf []byte) []byte { return append(buf, byte('0'+e.kind)) }},
	"dateTime":   {times, dateTime},
}

// kindColumn is a column that only one kind of event has.
type kindColumn struct {
	name   string
	fields map[string]field
}

// kinds are these columns by their kind.
var kinds = []kindColumn{
	person: {"person", map[string]field{
		"id":           {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, e.id) }},
		"name":         {texts, personName},
		"emailAddress": {texts, email},
		"creditCard":   {texts, creditCard},
		"city": {texts, func(g *generator, e *event, buf []byte) []byte {
			return quotedText(buf, cities[e.below(int64(len(cities)))])
		}},
		"state": {texts, func(g *generator, e *event, buf []byte) []byte {
			return quotedText(buf, states[e.below(int64(len(states)))])
		}},
		"dateTime": {times, dateTime},
		"extra": {texts, func(g *generator, e *event, buf []byte) []byte {
			return append(g.extra(append(buf, '"'), e, 8+15+17+19+8+2, g.PersonSize), '"')
		}},
	}},
	auction: {"auction", map[string]field{
		"id": {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, e.id) }},
		"itemName": {texts, func(g *generator, e *event, buf []byte) []byte {
			return append(g.word(append(buf, '"'), e, 20), '"')
		}},
		"description": {texts, func(g *generator, e *event, buf []byte) []byte {
			return append(g.word(append(buf, '"'), e, 100), '"')
		}},
		"initialBid": {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, g.somePrice(e)) }},
		"reserve": {wholes, func(g *generator, e *event, buf []byte) []byte {
			initial := event{random: random{e.base ^ initialSalt}}
			return number(buf, g.somePrice(&initial)+g.somePrice(e))
		}},
		"dateTime": {times, dateTime},
		"expires":  {times, func(g *generator, e *event, buf []byte) []byte { return number(buf, g.expires(e)) }},
		"seller":   {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, g.seller(e)) }},
		"category": {wholes, func(g *generator, e *event, buf []byte) []byte {
			return number(buf, firstCategory+e.below(categories))
		}},
		"extra": {texts, func(g *generator, e *event, buf []byte) []byte {
			return append(g.extra(append(buf, '"'), e, 8+20+100+8*6, g.AuctionSize), '"')
		}},
	}},
	bid: {"bid", map[string]field{
		"auction":  {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, g.auctionOfBid(e)) }},
		"bidder":   {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, g.bidder(e)) }},
		"price":    {wholes, func(g *generator, e *event, buf []byte) []byte { return number(buf, g.somePrice(e)) }},
		"channel":  {texts, channelName},
		"url":      {texts, address},
		"dateTime": {times, dateTime},
		"extra": {texts, func(g *generator, e *event, buf []byte) []byte {
			return append(g.extra(append(buf, '"'), e, 8*4, g.BidSize), '"')
		}},
	}},
}

// saltOf sets the random numbers of a field apart from those of others, so that its values are the same whatever else is declared.
func saltOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // cannot fail
	return h.Sum64()
}

var (
	channelSalt = saltOf("bid.channel")
	initialSalt = saltOf("auction.initialBid")
)

func personName(g *generator, e *event, buf []byte) []byte {
	buf = append(append(buf, '"'), firstNames[e.below(int64(len(firstNames)))]...)
	buf = append(append(buf, ' '), lastNames[e.below(int64(len(lastNames)))]...)
	return append(buf, '"')
}

func email(g *generator, e *event, buf []byte) []byte {
	buf = append(g.word(append(buf, '"'), e, 7), '@')
	return append(g.word(buf, e, 5), `.com"`...)
}

func creditCard(g *generator, e *event, buf []byte) []byte {
	buf = append(buf, '"')
	for i := range 4 {
		if i > 0 {
			buf = append(buf, ' ')
		}
		n := e.below(10_000)
		buf = append(buf, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	}
	return append(buf, '"')
}

// pickChannel is the channel of a bid: one of the hot ones for half of them, else a number.
func pickChannel(e *event) (hot string, cold int64) {
	r := random{e.base ^ channelSalt}
	if n := r.next(); n&1 == 0 {
		return hotChannels[n>>1&3], 0
	} else {
		return "", int64(n >> 1 % channels)
	}
}

func channelName(g *generator, e *event, buf []byte) []byte {
	hot, cold := pickChannel(e)
	if hot != "" {
		return quotedText(buf, hot)
	}
	return append(number(append(buf, `"channel-`...), cold), '"')
}

// address is the page of an auction: three folders, and for all but the hot channels and one in ten of the others the number of the channel.
func address(g *generator, e *event, buf []byte) []byte {
	hot, cold := pickChannel(e)
	buf = append(buf, `"https://www.nexmark.com/`...)
	e.below(letterCount) // the columns behind it stay what they are
	at := cold * 6 % letterCount
	if hot != "" { // a hot channel has one page
		at = int64(hot[0]) * 64
	}
	for i := range int64(3) {
		buf = append(buf, g.letters[at+5*i:at+5*i+5]...)
		buf = append(buf, '/')
	}
	buf = append(buf, `item.htm?query=1`...)
	if hot == "" && cold%10 != 0 {
		buf = number(append(buf, `&channel_id=`...), cold)
	}
	return append(buf, '"')
}

// columnsOf finds the columns and fields that a job declares among those that there are.
func columnsOf(declared []rt.GenColumn) ([]column, error) {
	var out []column
	for _, c := range declared {
		i := slices.IndexFunc(kinds, func(k kindColumn) bool { return k.name == c.Name })
		switch f, ok := top[c.Name]; {
		case ok:
			if err := f.check(c); err != nil {
				return nil, err
			}
			out = append(out, column{key: key(c.Name), of: -1, write: f.write})
		case i < 0:
			return nil, fmt.Errorf("there is no column %s; there are event_type, person, auction, bid and dateTime", c.Name)
		case c.Type != "STRUCT":
			return nil, fmt.Errorf("column %s is a ROW, not of type %s", c.Name, c.Type)
		default:
			w, err := structOf(c, kinds[i])
			if err != nil {
				return nil, err
			}
			out = append(out, column{key: key(c.Name), of: i, write: w})
		}
	}
	return out, nil
}

func key(name string) []byte { return []byte(`,"` + name + `":`) }

func (f field) check(c rt.GenColumn) error {
	if !slices.Contains(f.types, c.Type) {
		return fmt.Errorf("column %s is of type %s, not %s", c.Name, strings.Join(f.types, " or "), c.Type)
	}
	return nil
}

// structOf writes an object of the fields that are declared.
func structOf(c rt.GenColumn, k kindColumn) (func(g *generator, e *event, buf []byte) []byte, error) {
	var list []column
	for _, p := range c.Parts {
		f, ok := k.fields[p.Name]
		if !ok {
			names := sortedNames(k.fields)
			return nil, fmt.Errorf("%s has no field %s; it has %s", c.Name, p.Name, strings.Join(names, ", "))
		}
		if err := f.check(p); err != nil {
			return nil, err
		}
		list = append(list, column{key: key(p.Name), salt: saltOf(c.Name + "." + p.Name), write: f.write})
	}
	return func(g *generator, e *event, buf []byte) []byte {
		mark := len(buf)
		for i := range list {
			c := &list[i]
			e.state = e.base ^ c.salt
			buf = append(buf, c.key...)
			buf = c.write(g, e, buf)
		}
		buf[mark] = '{'
		return append(buf, '}')
	}, nil
}

func sortedNames(fields map[string]field) []string { return slices.Sorted(maps.Keys(fields)) }
