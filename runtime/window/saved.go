package window

import (
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// savedPanes are windows as their owner saves them. There are three kinds of entries: how far windows are closed, that a pane has gone, and a group
// in a pane, with what tells its place in the order of groups.
type savedPanes[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]] struct {
	*panes[K, A]
	schema *state.Schema
	values state.Values
	// choose makes the pane of that identity the current one, if there can be one.
	choose func(id paneID) bool
	seen   bool   // groups stand in the order in which they were seen, rather than in that of the pane
	shown  *int64 // windows before have been shown; nil: when they close
	loaded func()

	closed, wasShown int64 // as they were saved
	// The snapshot under way has the panes before from, and the first groups of that one.
	started bool
	from    paneID
	groups  int
}

const (
	closedEntry = iota
	goneEntry
	groupEntry
)

// PersistTumbling makes windows a state.Persister. Whoever changes a group then says so by Change.
func PersistTumbling[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]](w *Tumbling[K, A], schema *state.Schema) state.Persister {
	return &savedPanes[K, A, PK, PA]{panes: &w.panes, schema: schema, choose: func(id paneID) bool {
		if FloorTo(id.n, w.size) != id.n {
			return false
		}
		w.choose(id.n)
		return true
	}}
}

// PersistSliced makes windows a state.Persister. Whoever changes a group then says so by Change.
func PersistSliced[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]](w *Sliced[K, A], schema *state.Schema) state.Persister {
	return &savedPanes[K, A, PK, PA]{panes: &w.panes, schema: schema, seen: true, loaded: w.loaded, choose: func(id paneID) bool {
		w.choose(id.n, id.first)
		return true
	}}
}

// PersistOverlapping makes windows a state.Persister. Whoever changes a group then says so by Change.
func PersistOverlapping[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]](w *Overlapping[K, A], schema *state.Schema) state.Persister {
	return &savedPanes[K, A, PK, PA]{panes: &w.panes, schema: schema, shown: &w.shown, loaded: w.loaded, choose: func(id paneID) bool {
		w.choose(id.n)
		return true
	}}
}

func (s *savedPanes[K, A, PK, PA]) Schema() *state.Schema { return s.schema }

func (s *savedPanes[K, A, PK, PA]) Size() (n int) {
	for _, p := range s.open {
		n += len(p.used)
	}
	return n
}

func (s *savedPanes[K, A, PK, PA]) Track() {
	s.saving, s.gone = true, nil
	s.headEntry(nil)
	for _, p := range s.open {
		p.changed = state.Track()
	}
}

// Delta puts panes that went in front: one that starts at the same time may have come since.
func (s *savedPanes[K, A, PK, PA]) Delta(dst []byte) []byte {
	for _, id := range s.gone {
		dst = id.append(append(dst, goneEntry))
	}
	s.gone = s.gone[:0]
	if s.closed != s.panes.closed || s.shown != nil && s.wasShown != *s.shown {
		dst = s.headEntry(dst)
	}
	for _, p := range s.open {
		for i, id := range p.used {
			if p.changed.Has(int(id)) {
				dst = s.entry(dst, p, i)
			}
		}
		clear(p.changed)
	}
	return dst
}

// headEntry says how far windows are closed and shown.
func (s *savedPanes[K, A, PK, PA]) headEntry(dst []byte) []byte {
	s.closed = s.panes.closed
	if s.shown != nil {
		s.wasShown = *s.shown
	}
	return state.AppendInt(state.AppendInt(append(dst, closedEntry), s.closed), s.wasShown)
}

func (s *savedPanes[K, A, PK, PA]) entry(dst []byte, p *Pane[A], i int) []byte {
	id := int(p.used[i])
	dst = p.id().append(append(dst, groupEntry))
	if s.seen {
		dst = state.AppendInt(dst, p.seen[id])
	} else {
		dst = state.AppendLen(dst, i)
	}
	dst = state.AppendKey(dst, s.Key(id))
	dst = state.AppendValue(dst, PK(&s.Keys[id]))
	return state.AppendValue(dst, PA(&p.acc[id]))
}

func (s *savedPanes[K, A, PK, PA]) Rewind() { s.started, s.groups = false, 0 }

// Slice goes through the panes in their order: those that go or come meanwhile stand in the deltas.
func (s *savedPanes[K, A, PK, PA]) Slice(dst []byte, limit int) (_ []byte, more bool) {
	limit += len(dst)
	if !s.started {
		closed, shown := s.closed, s.wasShown // the next delta still has to tell
		dst = s.headEntry(dst)
		s.closed, s.wasShown = closed, shown
	}
	for _, p := range s.open {
		switch order := p.id().compare(s.from); {
		case s.started && order < 0:
			continue
		case !s.started || order > 0:
			s.started, s.from, s.groups = true, p.id(), 0
		}
		for ; s.groups < len(p.used); s.groups++ {
			if len(dst) >= limit {
				return dst, true
			}
			dst = s.entry(dst, p, s.groups)
		}
	}
	return dst, false
}

func (s *savedPanes[K, A, PK, PA]) Load(entries []byte, values state.Arrange) (err error) {
	s.values.Arrange = values
	for err == nil && len(entries) > 0 {
		entries, err = s.load(entries[0], state.Read(entries[1:]))
	}
	return err
}

// load takes one entry over.
func (s *savedPanes[K, A, PK, PA]) load(kind byte, r *state.Reader) (rest []byte, err error) {
	id := paneID{r.Int(), r.Int()}
	if kind == groupEntry {
		return s.loadGroup(id, r)
	}
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	switch kind {
	case closedEntry:
		if s.panes.closed = id.n; s.shown != nil {
			*s.shown = id.first
		}
	case goneEntry:
		if i, found := s.find(id); found {
			s.open = slices.Delete(s.open, i, i+1)
		}
	default:
		return nil, state.ErrDamaged
	}
	return rest, nil
}

func (s *savedPanes[K, A, PK, PA]) loadGroup(pane paneID, r *state.Reader) (rest []byte, err error) {
	var place int
	var seen int64
	if s.seen {
		seen = r.Int()
	} else {
		place = r.Number()
	}
	k := r.Key()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	if !s.choose(pane) {
		return nil, state.ErrDamaged
	}
	id, fresh := s.Find(k)
	if fresh {
		var columns K
		s.Keys = append(s.Keys, columns)
	}
	var columns state.Values
	if rest, err = columns.Decode(rest, PK(&s.Keys[id])); err != nil {
		return nil, err
	}
	acc := s.At(id)
	if s.seen {
		s.cur.loadSeen(uint32(id), seen)
	} else {
		s.cur.loadUsed(uint32(id), place)
	}
	return s.values.Decode(rest, PA(acc))
}

// unknown is the id of a place that no entry has told.
const unknown = 1<<32 - 1

// loadUsed puts a group into its place. Groups of a pane are numbered without gaps, but a snapshot may lack those of a pane that went before it
// came to it; the deltas say so.
func (p *Pane[A]) loadUsed(id uint32, place int) {
	for len(p.used) <= place {
		p.used = append(p.used, unknown)
	}
	p.used[place] = id
}

func (p *Pane[A]) dropUnknown() {
	p.used = slices.DeleteFunc(p.used, func(id uint32) bool { return id == unknown })
}

// loadSeen notes when a group was seen first; 0 is no time at which one was.
func (p *Pane[A]) loadSeen(id uint32, seen int64) {
	if int(id) < len(p.seen) && p.seen[id] != 0 {
		p.seen[id] = seen
		return
	}
	p.appear(id, seen)
}

// Loaded lets the first row ask for its pane.
func (s *savedPanes[K, A, PK, PA]) Loaded() {
	for _, p := range s.open {
		p.dropUnknown()
	}
	if s.drop(); s.loaded != nil {
		s.loaded()
	}
}

// loaded goes on where windows have been shown, and lets groups that come be seen behind all others.
func (w *Sliced[K, A]) loaded() {
	w.unshown = w.shape.ended(less(w.closed, w.lateness))
	for _, p := range w.open {
		for _, id := range p.used {
			w.since = max(w.since, (p.seen[id]>>32+1)<<32)
		}
	}
	w.touches = w.since
}

func (w *Overlapping[K, A]) loaded() {
	for _, p := range w.open {
		p.Fired = p.n < w.shown
	}
}
