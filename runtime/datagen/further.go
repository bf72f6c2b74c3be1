package datagen

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Columns of types for which there are no hints: times of day, spans, UUIDs, BYTES, JSON, and values made of others.

// further makes the values of such a column; it tells whether it knows the type.
func (c *column) further(o *Options) (bool, error) {
	whole := func(n uint64, unit int64) {
		c.make = func(_ *generator, _ int64, _ []value, r *random) value { return value{whole: int64(r.below(n)) * unit} }
	}
	switch c.Type {
	case "UUID":
		c.word(hints{"uuid": "true"})
	case "TIME":
		whole(86_400_000, 1e6)
	case "INTERVAL":
		whole(3_600_000, 1e6)
	case "INTERVAL YEAR TO MONTH":
		whole(36, 1)
	case "BYTES":
		c.make = func(_ *generator, _ int64, _ []value, r *random) value {
			var raw [8]byte
			for i := range raw {
				raw[i] = byte(r.next() >> 56)
			}
			return value{text: base64.StdEncoding.EncodeToString(raw[:])}
		}
	case "JSON":
		c.json = true
		c.make = func(_ *generator, _ int64, _ []value, r *random) value {
			return value{text: `{"` + strings.ToLower(c.Name) + `":` + strconv.Itoa(int(r.below(100))) + `}`}
		}
	case "ARRAY", "MAP", "STRUCT":
		c.json = true
		return true, c.nested(o)
	default:
		return false, nil
	}
	return true, nil
}

// mostParts is how many elements or entries are made at most.
const mostParts = 3

// nested makes ARRAYs and MAPs of up to mostParts elements, and STRUCTs, as JSON.
func (c *column) nested(o *Options) error {
	if want := map[string]int{"ARRAY": 1, "MAP": 2, "STRUCT": len(c.Parts)}[c.Type]; len(c.Parts) == 0 || len(c.Parts) != want {
		return fmt.Errorf("values of type %s cannot be made up without knowing what they are made of", c.Type)
	}
	var parts []*column
	for _, gc := range c.Parts {
		if gc.Name == "" {
			gc.Name = c.Name
		}
		p, err := newColumn(gc, o, func(string) (int, error) { return 0, fmt.Errorf("there are no columns here") })
		if err != nil {
			return err
		}
		parts = append(parts, p)
	}
	asJSON := &generator{}
	part := func(buf []byte, p *column, g *generator, row int64, r *random) []byte {
		v := p.make(g, row, nil, r)
		return asJSON.cell(buf, p, &v)
	}
	c.make = func(g *generator, row int64, _ []value, r *random) value {
		var buf []byte
		switch c.Type {
		case "STRUCT":
			for i, p := range parts {
				buf = append(asJSON.quote(separated(buf, '{', i), p.Name), ':')
				buf = part(buf, p, g, row, r)
			}
			return value{text: string(closed(buf, '{', '}'))}
		case "MAP":
			for i := range int(r.below(mostParts + 1)) {
				key := part(nil, parts[0], g, row, r)
				if key[0] != '"' {
					key = asJSON.quote(nil, string(key))
				}
				buf = append(append(separated(buf, '{', i), key...), ':')
				buf = part(buf, parts[1], g, row, r)
			}
			return value{text: string(closed(buf, '{', '}'))}
		}
		for i := range int(r.below(mostParts + 1)) {
			buf = part(separated(buf, '[', i), parts[0], g, row, r)
		}
		return value{text: string(closed(buf, '[', ']'))}
	}
	return nil
}

// separated begins part i of a value.
func separated(buf []byte, open byte, i int) []byte {
	if i == 0 {
		return append(buf, open)
	}
	return append(buf, ',')
}

// closed ends a value, which may have no parts.
func closed(buf []byte, open, closing byte) []byte {
	if len(buf) == 0 {
		buf = append(buf, open)
	}
	return append(buf, closing)
}
