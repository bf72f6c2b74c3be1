package nexmark

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/rttest"
)

func col(name, typ string, parts ...rt.GenColumn) rt.GenColumn {
	return rt.GenColumn{Name: name, Type: typ, Parts: parts}
}

// all are all columns with all fields.
func all() []rt.GenColumn {
	out := []rt.GenColumn{col("event_type", "INTEGER")}
	for _, k := range kinds {
		c := col(k.name, "STRUCT")
		for _, name := range sortedNames(k.fields) {
			c.Parts = append(c.Parts, col(name, k.fields[name].types[0]))
		}
		out = append(out, c)
	}
	return append(out, col("dateTime", "TIMESTAMP"))
}

func source(t testing.TB, o Options, columns []rt.GenColumn) rt.Source {
	t.Helper()
	s, err := NewSource(o, columns, false, rttest.NewClock(rttest.Start))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lines reads a bounded source.
func lines(t testing.TB, s rt.Source) []string {
	t.Helper()
	var b strings.Builder
	var c rt.Chunk
	for {
		err := s.Poll(context.Background(), &c)
		if errors.Is(err, io.EOF) {
			return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		b.Write(c.Data)
	}
}

// parsed is an event as a reader sees it.
type parsed struct {
	Type    int   `json:"event_type"`
	Time    int64 `json:"dateTime"`
	Person  *struct{ ID int64 }
	Auction *struct{ ID, Seller, Category, InitialBid, Reserve, Expires int64 }
	Bid     *struct {
		Auction, Bidder, Price int64
		Channel, URL, Extra    string
	}
}

func events(t testing.TB, o Options) (out []parsed) {
	for _, l := range lines(t, source(t, o, all())) {
		var e parsed
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		out = append(out, e)
	}
	return out
}

func TestEvents(t *testing.T) {
	o := Defaults
	o.Events = 50_000
	counts, hot, bids := [3]int{}, 0, 0
	persons, auctions := int64(0), int64(0)
	for i, e := range events(t, o) {
		counts[e.Type]++
		if want := o.Base + int64(i)/10; e.Time != want {
			t.Fatalf("event %d is at %d, not at %d", i, e.Time, want)
		}
		switch e.Type {
		case person:
			persons++
			if e.Auction != nil || e.Bid != nil || e.Person.ID != firstPerson+persons-1 {
				t.Fatalf("event %d: %+v", i, e.Person)
			}
		case auction:
			auctions++
			a := e.Auction
			if a.ID != firstAuction+auctions-1 || a.Category < 10 || a.Category > 14 || a.Reserve <= a.InitialBid || a.Expires <= e.Time || a.Seller < firstPerson {
				t.Fatalf("event %d: %+v", i, a)
			}
		case bid:
			bids++
			b := e.Bid
			if b.Auction%hotEvery == 0 {
				hot++
			}
			if b.Auction > firstAuction+auctions-1+lead+1 || b.Price < 100 || b.Price > 100_000_000 || b.Channel == "" || !strings.HasPrefix(b.URL, "https://www.nexmark.com/") {
				t.Fatalf("event %d: %+v", i, b)
			}
		}
	}
	if counts != [3]int{1000, 3000, 46_000} {
		t.Errorf("there are %v persons, auctions and bids", counts)
	}
	if share := float64(hot) / float64(bids); share < 0.45 || share > 0.55 {
		t.Errorf("%.2f of the bids are for hot auctions", share)
	}
}

// Values do not depend on what else is declared.
func TestDeclaredFields(t *testing.T) {
	o := Defaults
	o.Events = 500
	few := []rt.GenColumn{col("bid", "STRUCT", col("price", "INTEGER"), col("auction", "INTEGER"))}
	whole := events(t, o)
	for i, l := range lines(t, source(t, o, few)) {
		var e parsed
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if w := whole[i].Bid; (w == nil) != (e.Bid == nil) || w != nil && (w.Price != e.Bid.Price || w.Auction != e.Bid.Auction) {
			t.Fatalf("event %d is %s, not %+v", i, l, w)
		}
	}
	for want, c := range map[string]rt.GenColumn{
		"there is no column auctions":     col("auctions", "INTEGER"),
		"bid has no field amount":         col("bid", "STRUCT", col("amount", "INTEGER")),
		"column price is of type INTEGER": col("bid", "STRUCT", col("price", "STRING")),
		"column person is a ROW":          col("person", "STRING"),
	} {
		if _, err := NewSource(o, []rt.GenColumn{c}, false, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %s", err, want)
		}
	}
}

// The rate changes from one to the other and back.
func TestRates(t *testing.T) {
	o := Defaults
	o.FirstRate, o.NextRate, o.Period = 100, 300, 10*time.Second
	c := newClock(&o)
	for n, ms := range map[int64]int64{0: 0, 100: 1000, 500: 5000, 800: 6000, 2000: 10_000, 2100: 11_000, 2500: 15_000, 2800: 16_000} {
		if got := c.at(n) - o.Base; got != ms {
			t.Errorf("event %d is at %d ms, not at %d", n, got, ms)
		}
	}
	o.Shape = "SINE"
	c = newClock(&o)
	last := int64(0)
	for n := range int64(5000) {
		at := c.at(n)
		if at < last {
			t.Fatalf("event %d is before the one before it", n)
		}
		last = at
	}
	o = Defaults
	o.Events, o.Group, o.FirstRate, o.NextRate = 1000, 100, 1000, 1000
	late := 0
	seen := map[int64]bool{}
	for i, e := range events(t, o) {
		seen[e.Time] = true
		if e.Time != o.Base+int64(i) {
			late++
		}
		if d := e.Time - o.Base - int64(i); d < -100 || d > 100 {
			t.Fatalf("event %d is %d ms away from its time", i, d)
		}
	}
	if late < 900 || len(seen) != 1000 {
		t.Errorf("%d events of 1000 are out of order, at %d times", late, len(seen))
	}
}

func TestSourceContract(t *testing.T) {
	o := Defaults
	o.Events, o.Seed = 9000, 3
	rttest.Source(t, rttest.SourceCase{Unlocated: true,
		New:  func(t testing.TB) rt.Source { return source(t, o, all()) },
		Rows: map[int32][]string{0: lines(t, source(t, o, all()))}})
}

func BenchmarkBids(b *testing.B) {
	columns, err := columnsOf([]rt.GenColumn{col("event_type", "INTEGER"), col("bid", "STRUCT", col("auction", "INTEGER"), col("price", "INTEGER")), col("dateTime", "TIMESTAMP")})
	if err != nil {
		b.Fatal(err)
	}
	g := newGenerator(Defaults, columns)
	var buf []byte
	for n := int64(0); b.Loop(); n += 4096 {
		buf = g.rows(buf[:0], n, n+4096)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/event")
}
