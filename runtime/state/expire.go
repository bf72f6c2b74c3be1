package state

// Entries can be forgotten when no row has come to them for a time. Which of them are over follows from the rows alone, so it does not matter
// when their memory is taken back: a table looks at a few of its entries, in turns, whenever one is added, and so it is at most about twice as
// large as what has to be kept.

// LastRow is when the newest row of an entry was, in nanoseconds since 1970. Its zero value is that of an entry without a row.
type LastRow struct {
	at    int64
	known bool
}

// Over tells whether the newest row lies more than ttl before now.
func (l LastRow) Over(now, ttl int64) bool {
	return l.known && now > l.at && uint64(now-l.at) > uint64(ttl) // a distance of times can be greater than an int64
}

// Come notes a row.
func (l *LastRow) Come(now int64) {
	if !l.known || now > l.at {
		l.at, l.known = now, true
	}
}

// Append implements State.
func (l *LastRow) Append(dst []byte) []byte {
	if !l.known {
		return dst
	}
	return AppendInt(dst, l.at)
}

// Decode implements State.
func (l *LastRow) Decode(src []byte) (rest []byte, err error) {
	r := Read(src)
	l.at, l.known = r.Int(), true
	return r.End()
}

// Glances is how many entries a table looks at when one is added.
const Glances = 2

// Expire forgets groups that are over, if they are among the next few. Call it before a group is added: ids move.
func (g *Groups[K, A]) Expire(over func(*A) bool) {
	for range min(Glances, g.Len()) {
		if g.hand >= g.Len() {
			g.hand = 0
		}
		if over(g.At(g.hand)) {
			g.Remove(g.hand)
		} else {
			g.hand++
		}
	}
}

// Remove forgets a group. The last one takes its id.
func (g *Groups[K, A]) Remove(id int) {
	last := g.Len() - 1
	if g.changed != nil {
		g.gone = AppendKey(AppendBool(g.gone, false), g.Key(id))
		g.changed.Move(last, id)
	}
	g.Drop(id)
	var columns K
	g.Keys[id], g.Keys[last] = g.Keys[last], columns
	g.first[id] = g.first[last]
	g.Keys, g.first = g.Keys[:last], g.first[:last]
}

// Move lets id take the place of last, which goes. It counts as changed: a snapshot under way may have passed it.
func (c *Changes) Move(last, id int) {
	if last>>6 < len(*c) {
		(*c)[last>>6] &^= 1 << (last & 63)
	}
	if id != last {
		c.Note(id)
	}
}

// Drop forgets a key. The last one takes its id.
func (t *Slots[V]) Drop(id int) {
	last := int(t.n) - 1
	hole := uint64(t.at[id])
	for h := hole; ; { // keys behind the hole move into it, unless that is before their home
		h = (h + 1) & t.mask
		s := &t.slots[h]
		if s.id == 0 {
			break
		}
		if home := t.home(s.a, s.b); (h-home)&t.mask >= (h-hole)&t.mask {
			t.slots[hole] = *s
			t.at[s.id-1] = uint32(hole)
			hole = h
		}
	}
	t.slots[hole] = slot[V]{n: opaque}
	if id != last {
		t.at[id] = t.at[last]
		t.slots[t.at[id]].id = uint32(id) + 1
	}
	t.at = t.at[:last]
	if t.text != nil {
		t.text[id] = t.text[last]
		t.text[last] = ""
		t.text = t.text[:last]
	}
	t.n--
}

// Recent is a set of keys that forgets those that have not come for a time.
type Recent struct {
	Slots[LastRow]
	hand    int
	changed Changes // keys that have come since they were saved; nil: nobody saves them
	gone    []byte  // entries of those that went
	sliced  int     // keys that the snapshot under way has
}

// Come notes a key and tells whether it is new: it has not come before, or more than ttl ago. No later one comes before watermark, except late ones.
func (r *Recent) Come(k Key, now, watermark, ttl int64) (fresh bool) {
	id := r.Probe(k)
	if id < 0 {
		r.expire(watermark, ttl)
		id, fresh = r.Find(k)
	}
	last := r.valueOf(id)
	fresh = fresh || last.Over(now, ttl)
	last.Come(now)
	if r.changed != nil {
		r.changed.Note(id)
	}
	return fresh
}

// expire forgets keys that are over, if they are among the next few.
func (r *Recent) expire(watermark, ttl int64) {
	for range min(Glances, r.Len()) {
		if r.hand >= r.Len() {
			r.hand = 0
		}
		if !r.valueOf(r.hand).Over(watermark, ttl) {
			r.hand++
			continue
		}
		if r.changed != nil {
			r.gone = AppendKey(AppendBool(r.gone, false), r.Key(r.hand))
			r.changed.Move(r.Len()-1, r.hand)
		}
		r.Drop(r.hand)
	}
}

// savedRecent is a Recent as its owner saves it. An entry holds the key, and when it came last.
type savedRecent struct {
	*Recent
	schema *Schema
}

// PersistRecent makes r a Persister.
func PersistRecent(r *Recent, schema *Schema) Persister { return &savedRecent{r, schema} }

func (s *savedRecent) Schema() *Schema { return s.schema }
func (s *savedRecent) Size() int       { return s.Len() }
func (s *savedRecent) Track()          { s.changed = Track() }
func (s *savedRecent) Rewind()         { s.sliced = 0 }
func (s *savedRecent) Loaded()         {}

func (s *savedRecent) Delta(dst []byte) []byte {
	dst = append(dst, s.gone...)
	s.gone = s.gone[:0]
	s.changed.Take(func(id int) { dst = s.entry(dst, id) })
	return dst
}

func (s *savedRecent) Slice(dst []byte, limit int) (_ []byte, more bool) {
	for limit += len(dst); s.sliced < s.Len() && len(dst) < limit; s.sliced++ {
		dst = s.entry(dst, s.sliced)
	}
	return dst, s.sliced < s.Len()
}

func (s *savedRecent) entry(dst []byte, id int) []byte {
	return AppendInt(AppendKey(AppendBool(dst, true), s.Key(id)), s.valueOf(id).at)
}

func (s *savedRecent) Load(entries []byte, _ Arrange) error {
	for r := Read(entries); len(r.src) > 0 || r.Failed(); {
		there, k, at := r.Bool(), r.Key(), int64(0)
		if there {
			at = r.Int()
		}
		switch {
		case r.Failed():
			return r.err
		case there:
			id, _ := s.Find(k)
			*s.valueOf(id) = LastRow{at, true}
		default:
			if id := s.Get(k); id >= 0 {
				s.Drop(id)
			}
		}
	}
	return nil
}
