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
	// DropElement empties a place, if it is not empty.
	DropElement(place int)
	// Loaded makes the collection ready after the last of these calls.
	Loaded()
}

// Dirty is a set of places whose elements have changed since they were saved. It is empty where nobody saves.
type Dirty struct{ places Changes }

// Note adds a place.
func (d *Dirty) Note(place int) {
	if d.places != nil {
		d.places.Note(place)
	}
}

// Changed is what collections that embed the set have to tell: see Elements.
func (d *Dirty) Changed() *Dirty { return d }

// savedElements are elements as their owner saves them. An entry holds whether there is an element, its place and itself.
type savedElements struct {
	Elements
	schema *Schema
	values Values
	sliced int // places that the snapshot under way has
}

// PersistElements makes a collection a Persister.
func PersistElements(e Elements, schema *Schema) Persister {
	return &savedElements{Elements: e, schema: schema}
}

func (s *savedElements) Schema() *Schema { return s.schema }
func (s *savedElements) Size() int       { return s.Len() }
func (s *savedElements) Track()          { s.Changed().places = Track() }
func (s *savedElements) Rewind()         { s.sliced = 0 }

func (s *savedElements) Delta(dst []byte) []byte {
	places := s.Places()
	s.Changed().places.Take(func(place int) {
		at, there := len(dst), false
		dst = AppendLen(AppendBool(dst, true), place)
		if place < places {
			dst, there = s.AppendElement(dst, place)
		}
		dst[at] = byte(BoolInt(there))
	})
	return dst
}

func (s *savedElements) Slice(dst []byte, limit int) (_ []byte, more bool) {
	for limit += len(dst); s.sliced < s.Places() && len(dst) < limit; s.sliced++ {
		at, there := len(dst), false
		dst = AppendLen(AppendBool(dst, true), s.sliced)
		if dst, there = s.AppendElement(dst, s.sliced); !there {
			dst = dst[:at]
		}
	}
	return dst, s.sliced < s.Places()
}

func (s *savedElements) Load(entries []byte, values Arrange) (err error) {
	s.values.Arrange = values
	for err == nil && len(entries) > 0 {
		r := Read(entries)
		there, place := r.Bool(), r.Number()
		if entries, err = r.End(); err != nil {
			return err
		}
		if there {
			entries, err = s.DecodeElement(place, entries, &s.values)
		} else {
			s.DropElement(place)
		}
	}
	return err
}
