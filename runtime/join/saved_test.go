package join

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// word is a row of one text.
type word struct{ text string }

func (w *word) Append(dst []byte) []byte {
	dst, at := state.Begin(dst)
	return state.End(state.AppendText(dst, w.text), at)
}

func (w *word) Decode(src []byte) (rest []byte, err error) {
	r := state.Read(src)
	if *w = (word{}); r.Field() {
		w.text = r.Text()
	}
	return r.End()
}

// keeper is something that joins keep, as these tests use it. Two that did the same say the same.
type keeper interface {
	persister() state.Persister
	work(r *rand.Rand, now int64)
	String() string
}

var waitingKeys = []string{"", "a", "b", "exactly 16 bytes", "a key of more than sixteen bytes: 1", "a key of more than sixteen bytes: 2"}

type waitingKeeper struct {
	*Waiting[word]
	shown []string
}

func (k *waitingKeeper) persister() state.Persister {
	return PersistWaiting[word](k.Waiting, &state.Schema{})
}

func (k *waitingKeeper) work(r *rand.Rand, now int64) {
	key := keyOf(waitingKeys[r.IntN(len(waitingKeys))])
	switch id := k.First(key); {
	case id >= 0 && r.IntN(3) == 0:
		k.Drop(id)
	case id >= 0 && r.IntN(2) == 0:
		k.Meets(k.At(id), 1)
	case r.IntN(20) == 0:
		_ = k.End(now-50, func(e *Entry[word]) error {
			k.shown = append(k.shown, fmt.Sprint(e.Row.text, " ", e.Partners))
			return nil
		})
	default:
		k.Keep(key, now-r.Int64N(40)).Row = word{fmt.Sprint("row ", now)}
	}
}

func (k *waitingKeeper) String() string {
	var left []string
	for _, key := range waitingKeys {
		for id := k.First(keyOf(key)); id >= 0; id = k.Next(id) {
			left = append(left, fmt.Sprint(key, " ", k.At(id).Row.text, " ", k.At(id).Time, " ", k.At(id).Partners))
		}
	}
	return fmt.Sprint(k.Len(), k.Keys(), k.shown, strings.Join(left, "\n"))
}

type tableKeeper struct{ *Table[word] }

func (k tableKeeper) persister() state.Persister {
	return PersistTable[word](k.Table, &state.Schema{})
}

func (k tableKeeper) work(r *rand.Rand, now int64) {
	primary := keyOf(fmt.Sprint("a primary key of many bytes ", r.IntN(30)))
	if r.IntN(4) == 0 {
		k.Withdraw(primary)
		return
	}
	k.Put(primary, keyOf(fmt.Sprint("k", r.IntN(10))), now).Row = word{fmt.Sprint("row ", now)}
}

func (k tableKeeper) String() string {
	var b strings.Builder
	for i := range 10 {
		for id := k.First(keyOf(fmt.Sprint("k", i))); id >= 0; id = k.Next(id) {
			fmt.Fprintln(&b, i, k.At(id).Row, k.At(id).Time)
		}
	}
	for i := range 30 {
		fmt.Fprint(&b, k.primary.First(keyOf(fmt.Sprint("a primary key of many bytes ", i))) >= 0, " ")
	}
	return b.String()
}

type versionsKeeper struct{ *Versions[word] }

func (k versionsKeeper) persister() state.Persister {
	return PersistVersions[word](k.Versions, &state.Schema{})
}

func (k versionsKeeper) work(r *rand.Rand, now int64) {
	k.Put(keyOf(fmt.Sprint("k", r.IntN(10))), now-r.Int64N(30), now-40).Row = word{fmt.Sprint("row ", now)}
}

func (k versionsKeeper) String() string {
	var b strings.Builder
	for i := range 10 {
		for at := int64(0); at < 2000; at += 7 {
			if e := k.At(keyOf(fmt.Sprint("k", i)), at); e != nil {
				fmt.Fprintln(&b, i, at, e.Row, e.Time)
			}
		}
	}
	return fmt.Sprint(k.Len(), b.String())
}

type setsKeeper struct {
	*Sets[word]
	shown []int64
}

func (k *setsKeeper) persister() state.Persister { return PersistSets(k.Sets, &state.Schema{}) }

func (k *setsKeeper) work(r *rand.Rand, _ int64) {
	k.shown = append(k.shown, k.Change(keyOf(randomKey(r)), r.IntN(2), 1))
}

func (k *setsKeeper) String() string { return fmt.Sprint(k.Len(), k.shown) }

type gatheringKeeper struct{ *Sets[word] }

func (k gatheringKeeper) persister() state.Persister {
	return PersistGathered[word](k.Sets, &state.Schema{})
}

func (k gatheringKeeper) work(r *rand.Rand, now int64) {
	if row := k.Gather(keyOf(randomKey(r)), r.IntN(2)); row != nil {
		row.text = fmt.Sprint("row ", now)
	}
}

func (k gatheringKeeper) String() string {
	var b strings.Builder
	_ = k.End(func(r *word) error {
		b.WriteString(r.text + "\n")
		return nil
	})
	return b.String()
}

// What joins keep goes on after a restart as if there had been none, whatever happens between the slices of a snapshot.
func TestSaved(t *testing.T) {
	for name, build := range map[string]func() keeper{
		"waiting": func() keeper { return &waitingKeeper{Waiting: NewWaiting[word](20)} },
		"forever": func() keeper { return &waitingKeeper{Waiting: NewWaiting[word](Forever)} },
		"table":   func() keeper { return tableKeeper{NewTable[word]()} },
		"version": func() keeper { return versionsKeeper{NewVersions[word]()} },
		"sets":    func() keeper { return &setsKeeper{Sets: NewSets[word](IntersectAll)} },
		"gather":  func() keeper { return gatheringKeeper{NewSets[word](Except)} },
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(30) {
				restarts(t, build, seed)
			}
		})
	}
}

func restarts(t *testing.T, build func() keeper, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 4))
	straight, r1 := build(), rand.New(rand.NewPCG(seed, 5))
	broken, r2 := build(), rand.New(rand.NewPCG(seed, 5))
	p := broken.persister()
	p.Track()
	now := int64(100)
	work := func() {
		for range chance.IntN(100) {
			now++
			straight.work(r1, now)
			broken.work(r2, now)
		}
	}
	var snapshot, deltas []byte
	for range 5 {
		work()
		deltas = p.Delta(deltas)
		if chance.IntN(2) == 0 {
			p.Rewind()
			snapshot, deltas = nil, nil
			for more := true; more; {
				snapshot, more = p.Slice(snapshot, chance.IntN(1000))
				work()
				if chance.IntN(2) == 0 {
					deltas = p.Delta(deltas)
				}
			}
		}
		deltas = p.Delta(deltas)
		if n := len(p.Delta(nil)); n != 0 {
			t.Fatalf("seed %d: %d bytes have changed after all", seed, n)
		}
		again := build()
		switch k := again.(type) { // what was shown is in the output
		case *waitingKeeper:
			k.shown = slices.Clone(broken.(*waitingKeeper).shown)
		case *setsKeeper:
			k.shown = slices.Clone(broken.(*setsKeeper).shown)
		}
		p = again.persister()
		for _, entries := range [][]byte{snapshot, deltas} {
			if err := p.Load(entries, nil); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		p.Loaded()
		p.Track()
		if got, want := again.String(), straight.String(); got != want {
			t.Fatalf("seed %d: after a restart\n%s\nwithout\n%s", seed, got, want)
		}
		broken = again
	}
	if w, ok := broken.(*waitingKeeper); ok { // the order in which rows end
		for _, k := range []*waitingKeeper{w, straight.(*waitingKeeper)} {
			_ = k.End(math.MaxInt64, func(e *Entry[word]) error {
				k.shown = append(k.shown, e.Row.text)
				return nil
			})
		}
	}
	if got, want := broken.String(), straight.String(); got != want {
		t.Fatalf("seed %d: in the end\n%s\nwithout a restart\n%s", seed, got, want)
	}
}

// A delta is about what has changed, and where nobody saves nothing is noted.
func TestDeltaIsSmall(t *testing.T) {
	w := NewWaiting[word](Forever)
	p := PersistWaiting[word](w, &state.Schema{})
	p.Track()
	for i := range 10000 {
		w.Keep(keyOf("one key"), int64(i)).Row = word{"a row of some length"}
	}
	if n := len(p.Delta(nil)); n < 10000*20 {
		t.Errorf("%d bytes for 10000 rows", n)
	}
	w.Keep(keyOf("one key"), 1)
	w.Meets(w.At(17), 1)
	w.Drop(5000)
	if n := len(p.Delta(nil)); n > 150 {
		t.Errorf("%d bytes for three changes", n)
	}
	x := NewIndex[word]()
	x.Remove(x.Add(keyOf("k"), 1))
	if x.order.of != nil {
		t.Error("rows are numbered that nobody saves")
	}
}
