package json

import (
	"github.com/velostream/veloc/runtime/text"
)

// Finder finds the step for a key that is not the one that the next step expects: because keys come in another order, are missing, are not
// known, or are written with escapes or spaces. It remembers which keys the row had.
type Finder struct {
	seen [maxSteps / 64]uint64 // a bit for each step whose key the row had, with a value that is not null, since the finder was first asked
	name []byte                // a key without its escapes
}

// maxSteps is how many steps, and the end, a finder can tell apart. It finds nothing for decoders with more of them.
const maxSteps = 256

// comma is what stands between a value and a key, as a half-word.
const comma = ',' | '"'<<8

// unknown is the slot of a key that is not known.
var unknown slot

// Step goes on in a row at p, behind its last value or, with to = 0, at its beginning. It passes over keys that no step reads and over nulls,
// and returns the step of the next key and the place where the step would have found it in a regular row, so far in front of the value; or
// the number behind the last step and the place behind the row. The nil Cursor: the row is malformed, or has something of another kind
// than a step wants. The steps from, or 1, to to, exclusively, have been done since the last call, whose result from is; it is 0 in the first call for
// a row.
func (f *Finder) Step(k *Keys, p text.Cursor, from, to uint) (uint, text.Cursor) {
	if from == 0 {
		f.seen = [maxSteps / 64]uint64{}
		from = 1
	}
	if to|63 == 63 && from <= to {
		f.seen[0] |= 1<<to - 1<<from
	} else {
		f.mark(from, to)
	}
	switch {
	case to == 0:
		p = firstKey(k, p)
	case p.Half(0)&0xffff == comma:
		p = p.Add(1)
	default:
		p = nextKey(p)
	}
	for p.OK() && p.Byte(0) == '"' {
		var s *slot
		if s, p = k.pass(p); s.step > 0 {
			v := p.Add(s.length + 1)
			if v.Byte(0) == ' ' {
				v = v.Add(1)
			}
			if s.follows(v) {
				return s.step, v.Back(s.length + 2)
			}
		}
		if p.Byte(0) == '}' {
			break
		}
		v := p.Add(s.length + 1)
		if s.length == 0 {
			if s, v = f.odd(k, p.Add(1)); !v.OK() {
				break
			}
		}
		if v.Byte(0) <= ' ' {
			v = space(v)
		}
		if s.step > 0 {
			if lead := s.length + 2; s.follows(v) && v.Since(p)+1 >= lead {
				return s.step, v.Back(lead)
			}
			// NULL, as if the key were not there; or something that is an error.
			if !IsNull(v) {
				break
			}
			f.seen[s.step/64] &^= 1 << (s.step % 64)
		}
		if p = Skip(v); p.OK() {
			p = nextKey(p)
		}
	}
	if p.OK() && p.Byte(0) == '}' {
		if p = space(p.Add(1)); p.Byte(0) == '\n' {
			return uint(len(k.steps)) + 1, p.Add(1)
		}
	}
	return 0, text.Cursor{}
}

// firstKey is the place of the first key, or of the brace that closes an object without keys; the nil Cursor if no row begins at p, or
// none whose keys a finder could tell apart.
func firstKey(k *Keys, p text.Cursor) text.Cursor {
	if p = space(p); p.Byte(0) != '{' || len(k.steps) >= maxSteps {
		return text.Cursor{}
	}
	if p = space(p.Add(1)); p.Byte(0) != '"' && p.Byte(0) != '}' {
		return text.Cursor{}
	}
	return p
}

// nextKey is the place of the next key, or of the brace that closes the object; the nil Cursor if neither follows the value that ends at p.
func nextKey(p text.Cursor) text.Cursor {
	if p = space(p); p.Byte(0) == '}' {
		return p
	}
	if p.Byte(0) != ',' {
		return text.Cursor{}
	}
	if p = space(p.Add(1)); p.Byte(0) != '"' {
		return text.Cursor{}
	}
	return p
}

// odd is the slot of the key whose first character is at p, however it is written, and the place behind its colon; the nil Cursor if the
// key is malformed.
func (f *Finder) odd(k *Keys, p text.Cursor) (*slot, text.Cursor) {
	switch end := Plain(p); {
	case end.Half(0)&0xffff == '"'|':'<<8 && !k.late: // or it would be in the table
		return &unknown, end.Add(2)
	case end.Half(0)&0xffff == '\\'|'u'<<8:
		if s, v := k.escaped(p, end.Since(p)); v.OK() {
			return s, v
		}
	}
	const room = 32 // behind the name
	o, b := text.Reserve(f.name[:0], shortText+room)
	o, end := unescape(o, p, shortText)
	if end.Since(p) >= shortText {
		n := int(textLen(p))
		o, b = text.Reserve(b[:0], n+room)
		o, end = unescape(o, p, uintptr(n)+1)
	}
	if end.Byte(0) != '"' {
		return nil, text.Cursor{}
	}
	v := space(end.Add(1))
	if v.Byte(0) != ':' {
		return nil, text.Cursor{}
	}
	f.name = o.Done(b)
	o.Byte('"').Byte(':').Word(0).Word(0)
	// Found as if it stood there plainly; but where it has a quote itself, what was found may be longer.
	if s := k.probe(text.Start(f.name)); s.length == uintptr(len(f.name)+len(`":`)) {
		return s, v.Add(1)
	}
	if s := k.byName[string(f.name)]; s != nil {
		return s, v.Add(1)
	}
	return &unknown, v.Add(1)
}

// mark notes that the steps from a to b, exclusively, have been done.
func (f *Finder) mark(a, b uint) {
	for ; a < b; a++ {
		f.seen[a/64%uint(len(f.seen))] |= 1 << (a % 64)
	}
}

// Lacks tells whether the row had no key, or a null, for one of the steps.
func (f *Finder) Lacks(k *Keys) bool { return f.seen != k.all }

// Has tells whether the row had a key and a value for the step.
func (f *Finder) Has(step uint) bool { return f.seen[step/64]>>(step%64)&1 != 0 }
