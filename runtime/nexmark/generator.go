package nexmark

import (
	"math"
	"strconv"
)

// What the benchmark fixes.
const (
	firstPerson   = 1000
	firstAuction  = 1000
	firstCategory = 10
	categories    = 5
	hotEvery      = 100    // one person and one auction of so many are hot
	activePersons = 1000   // that bid and sell
	inFlight      = 100    // auctions that bids are for
	lead          = 10     // persons and auctions that do not exist yet but are already bid for
	channels      = 10_000 // besides the four hot ones
)

var (
	states      = []string{"AZ", "CA", "ID", "OR", "WA", "WY"}
	cities      = []string{"Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent", "Cheyenne"}
	firstNames  = []string{"Ada", "Bela", "Chen", "Dora", "Emil", "Fay", "Gil", "Hana", "Ivo", "Jun", "Kai"}
	lastNames   = []string{"Abbot", "Baker", "Cole", "Doyle", "Evans", "Frost", "Grant", "Hale", "Irwin"}
	hotChannels = []string{"Google", "Facebook", "Baidu", "Apple"}
)

// kinds of events, as event_type has them.
const (
	person = iota
	auction
	bid
)

// random makes the random numbers of one event: splitmix64 (Steele, Lea, Flood 2014), started from seed and number.
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	x := r.state
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below is uniform in [0, n); n > 0 and less than 2^32.
func (r *random) below(n int64) int64 { return int64((r.next() >> 32) * uint64(n) >> 32) }

// generator makes events.
type generator struct {
	Options
	seed    uint64
	total   int64 // events of a round: persons, auctions, bids
	when    clock
	columns []column
	letters []byte // random letters, of which texts are pieces
	prices  []int64
}

const (
	letterCount = 1 << 16
	priceCount  = 1 << 14
)

func newGenerator(o Options, columns []column) *generator {
	g := &generator{Options: o, seed: uint64(o.Seed), total: o.PersonProportion + o.AuctionProportion + o.BidProportion, when: newClock(&o), columns: columns}
	r := random{g.seed ^ 0x6c657474657273}
	for range letterCount + 4096 {
		g.letters = append(g.letters, byte('a'+r.below(26)))
	}
	for i := range priceCount { // 10^u for u evenly between 0 and 6, in cents
		g.prices = append(g.prices, int64(math.Round(math.Pow(10, 6*(float64(i)+0.5)/priceCount)*100)))
	}
	return g
}

// event is one event before it is written.
type event struct {
	random
	base        uint64 // of its random numbers
	kind        int
	at          int64 // ms
	id          int64 // of a person or an auction
	lastPerson  int64 // the last person that exists, counted from 0
	lastAuction int64 // the same; -1: none
	number      int64
}

// start finds what event n is.
func (g *generator) start(e *event, n int64) {
	*e = event{random: random{g.seed}, number: n}
	e.state = e.next() ^ uint64(n)*0xd1342543de82ef95
	e.base = e.next()
	timed := n
	if g.Group > 1 { // 953 is a prime: each event of a group gets another's time
		timed = n/g.Group*g.Group + n*953%g.Group
	}
	e.at = g.when.at(timed)
	round, offset := n/g.total, n%g.total
	e.lastPerson = round*g.PersonProportion + min(offset, g.PersonProportion-1)
	e.lastAuction = round*g.AuctionProportion + min(max(offset-g.PersonProportion, -1), g.AuctionProportion-1)
	switch {
	case offset < g.PersonProportion:
		e.kind, e.id = person, e.lastPerson+firstPerson
	case offset < g.PersonProportion+g.AuctionProportion:
		e.kind, e.id = auction, e.lastAuction+firstAuction
	default:
		e.kind = bid
	}
}

// somePerson is one of those who were active last, or will be soon.
func (g *generator) somePerson(e *event) int64 {
	active := min(e.lastPerson+1, activePersons)
	return e.lastPerson + 1 - active + e.below(active+lead) + firstPerson
}

func (g *generator) seller(e *event) int64 {
	if e.below(g.HotSellers) > 0 {
		return e.lastPerson/hotEvery*hotEvery + firstPerson
	}
	return g.somePerson(e)
}

func (g *generator) bidder(e *event) int64 {
	if e.below(g.HotBidders) > 0 {
		return e.lastPerson/hotEvery*hotEvery + 1 + firstPerson
	}
	return g.somePerson(e)
}

// auctionOfBid is one that was opened last, or will be soon.
func (g *generator) auctionOfBid(e *event) int64 {
	last := max(e.lastAuction, 0)
	if e.below(g.HotAuctions) > 0 {
		return last/hotEvery*hotEvery + firstAuction
	}
	oldest := max(last-inFlight, 0)
	return oldest + e.below(last-oldest+1+lead) + firstAuction
}

func (g *generator) somePrice(e *event) int64 { return g.prices[e.below(priceCount)] }

// expires is when an auction ends: so that about inFlight of them run at once.
func (g *generator) expires(e *event) int64 {
	later := g.when.at(e.number + inFlight*g.total/g.AuctionProportion)
	return e.at + 1 + e.below(max(2*(later-e.at), 1))
}

// word appends n random letters.
func (g *generator) word(buf []byte, e *event, n int) []byte {
	at := e.below(letterCount)
	for n > 4096 {
		buf, n = append(buf, g.letters[at:at+4096]...), n-4096
	}
	return append(buf, g.letters[at:at+int64(n)]...)
}

// extra fills an event up to its size, a fifth more or less.
func (g *generator) extra(buf []byte, e *event, size, average int) []byte {
	rest := average - size
	if rest <= 0 {
		return buf
	}
	spread := int64(rest) * 2 / 5
	return g.word(buf, e, rest-int(spread/2)+int(e.below(spread+1)))
}

// rows appends the events from up to (not including) to.
func (g *generator) rows(buf []byte, from, to int64) []byte {
	var e event
	for n := from; n < to; n++ {
		g.start(&e, n)
		mark := len(buf)
		for i := range g.columns {
			if c := &g.columns[i]; c.of < 0 || c.of == e.kind {
				buf = append(buf, c.key...)
				buf = c.write(g, &e, buf)
			}
		}
		if len(buf) == mark {
			buf = append(buf, '{')
		} else {
			buf[mark] = '{'
		}
		buf = append(buf, '}', '\n')
	}
	return buf
}

func quotedText(buf []byte, s string) []byte {
	return append(append(append(buf, '"'), s...), '"')
}

func number(buf []byte, n int64) []byte { return strconv.AppendInt(buf, n, 10) }
