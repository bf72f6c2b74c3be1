package state

// Elements is a collection whose elements have places: small numbers that are theirs while they are there, and those of others later. How
// elements belong together, such as in lists or heaps, is not saved: Loaded finds it out again, so an element has what tells its order.
type Elements interface {
	// Len is how many elements there are.
	Len() int
	// Places is above all places that are taken.
	Places() int
	// Changed is where the collection notes the places whose elements come, change or go.
	Changed() *Dirty
	// AppendElement appends the element at a place; there is false, and dst as it was, if there is none.
	AppendElement(dst []byte, place int) (_ []byte, there bool)
	// DecodeElement puts the element in front of src into a place, instead of the one that is there. values reads what another program may have
	// written with other fields.
	DecodeElement(place int, src []byte, values *Values) (rest []byte, err error)
	// DropElement empties a place, if it is not empty. Places are filled or emptied for the first time one after the other: none is left out.
	DropElement(place int)
	// Loaded makes the collection ready after the last of these calls.
	Loaded()
}

// Growing is a collection whose elements are lists: a delta has what is new in one, and DecodeElement adds it to what is there.
type Growing interface {
	Elements
	// AppendChange appends what has changed in the element at a place since the last call.
	AppendChange(dst []byte, place int) []byte
}

// Dirty is a set of places whose elements have changed since they were saved. It is empty where nobody saves.
type Dirty struct{ places Changes }

// Note adds a place.
func (d *Dirty) Note(place int) {
	if d.places != nil {
		d.places.Note(place)
	}
}

// Kept tells whether somebody saves the collection.
func (d *Dirty) Kept() bool { return d.places != nil }

// Changed is what collections that embed the set have to tell: see Elements.
func (d *Dirty) Changed() *Dirty { return d }

// savedElements are elements as their owner saves them. An entry holds whether there is an element, its place and itself.
type savedElements struct {
	Elements
	schema *Schema
	values Values
	known  int // places that were loaded
	sliced int // places that the snapshot under way has
}

// PersistElements makes a collection a Persister.
func PersistElements(e Elements, schema *Schema) Persister {
	return &savedElements{Elements: e, schema: schema}
}

func (s *savedElements) Schema() *Schema { return s.schema }
func (s *savedElements) Size() int       { return s.Len() }
func (s *savedElements) Rewind()         { s.sliced = 0 }

func (s *savedElements) Track() {
	s.Changed().places = Track()
	for place := s.known; place < s.Places(); place++ { // there from the start
		s.Changed().Note(place)
	}
}

func (s *savedElements) Delta(dst []byte) []byte {
	lists, growing := s.Elements.(Growing)
	s.Changed().places.Take(func(place int) {
		if growing {
			dst = lists.AppendChange(AppendLen(AppendBool(dst, true), place), place)
			return
		}
		dst = s.entry(dst, place)
	})
	return dst
}

// Slice goes through empty places, too: so places that are loaded have no gaps, and one that would make some is damage.
func (s *savedElements) Slice(dst []byte, limit int) (_ []byte, more bool) {
	for limit += len(dst); s.sliced < s.Places() && len(dst) < limit; s.sliced++ {
		dst = s.entry(dst, s.sliced)
	}
	return dst, s.sliced < s.Places()
}

func (s *savedElements) entry(dst []byte, place int) []byte {
	at, there := len(dst), false
	dst = AppendLen(AppendBool(dst, true), place)
	if place < s.Places() {
		dst, there = s.AppendElement(dst, place)
	}
	dst[at] = byte(BoolInt(there))
	return dst
}

func (s *savedElements) Load(entries []byte, values Arrange) (err error) {
	s.values.Arrange = values
	for err == nil && len(entries) > 0 {
		r := Read(entries)
		there, place := r.Bool(), r.Number()
		if place > s.known {
			r.Fail()
		}
		if entries, err = r.End(); err != nil {
			return err
		}
		s.known = max(s.known, place+1)
		if there {
			entries, err = s.DecodeElement(place, entries, &s.values)
		} else {
			s.DropElement(place)
		}
	}
	return err
}
