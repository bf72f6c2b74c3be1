package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A reader of JSON for samples: it keeps the order of keys and the text of numbers, which encoding/json gives only token by token and
// at ten times the cost. It accepts what encoding/json accepts; a fuzz test compares them.

// object is one JSON object with its keys in order. Of a repeated key the last value counts.
type object struct {
	keys   []string
	values []any
}

func (o *object) get(key string) (any, bool) {
	if i := slices.Index(o.keys, key); i >= 0 {
		return o.values[i], true
	}
	return nil, false
}

func (o *object) set(key string, v any) {
	if i := slices.Index(o.keys, key); i >= 0 {
		o.values[i] = v
		return
	}
	o.keys, o.values = append(o.keys, key), append(o.values, v)
}

// number is a JSON number as written.
type number string

var errEnd = errors.New("it ends too early")

// jsonReader reads values at data[i:].
type jsonReader struct {
	data []byte
	i    int
}

func (r *jsonReader) space() {
	for r.i < len(r.data) && (r.data[r.i] == ' ' || r.data[r.i] == '\t' || r.data[r.i] == '\n' || r.data[r.i] == '\r') {
		r.i++
	}
}

// peek is the next byte behind white space; 0 at the end.
func (r *jsonReader) peek() byte {
	if r.space(); r.i < len(r.data) {
		return r.data[r.i]
	}
	return 0
}

func (r *jsonReader) unexpected(wanted string) error {
	if r.i >= len(r.data) {
		return errEnd
	}
	return fmt.Errorf("expected %s, found %q", wanted, rune(r.data[r.i]))
}

func (r *jsonReader) accept(c byte) bool {
	if r.peek() != c || r.i >= len(r.data) {
		return false
	}
	r.i++
	return true
}

// value reads *object, []any, number, string, bool or nil.
func (r *jsonReader) value(depth int) (any, error) {
	if depth > 100 {
		return nil, errors.New("it is nested too deeply")
	}
	switch c := r.peek(); {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"':
		return r.text()
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	for word, v := range map[string]any{"true": true, "false": false, "null": nil} {
		if len(r.data)-r.i >= len(word) && string(r.data[r.i:r.i+len(word)]) == word {
			r.i += len(word)
			return v, nil
		}
	}
	return nil, r.unexpected("a value")
}

func (r *jsonReader) object(depth int) (any, error) {
	o := &object{}
	r.i++
	if r.accept('}') {
		return o, nil
	}
	for {
		if r.peek() != '"' {
			return nil, r.unexpected("a key in quotes")
		}
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		if !r.accept(':') {
			return nil, r.unexpected("`:`")
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.set(key, v)
		switch {
		case r.accept('}'):
			return o, nil
		case !r.accept(','):
			return nil, r.unexpected("`,` or `}`")
		}
	}
}

func (r *jsonReader) array(depth int) (any, error) {
	list := []any{}
	r.i++
	if r.accept(']') {
		return list, nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch {
		case r.accept(']'):
			return list, nil
		case !r.accept(','):
			return nil, r.unexpected("`,` or `]`")
		}
	}
}

// text reads a string; those with escapes go to encoding/json.
func (r *jsonReader) text() (string, error) {
	start, plain := r.i, true
	for r.i++; r.i < len(r.data); r.i++ {
		switch c := r.data[r.i]; {
		case c == '"':
			r.i++
			if plain {
				return string(r.data[start+1 : r.i-1]), nil
			}
			var s string
			err := json.Unmarshal(r.data[start:r.i], &s)
			return s, err
		case c == '\\':
			plain = false
			r.i++
		case c < ' ':
			return "", errors.New("a text holds a control character")
		case c >= 0x80:
			plain = false // encoding/json replaces what is not UTF-8
		}
	}
	r.i = len(r.data)
	return "", errEnd
}

func (r *jsonReader) number() (any, error) {
	start := r.i
	digits := func() int {
		n := r.i
		for r.i < len(r.data) && r.data[r.i] >= '0' && r.data[r.i] <= '9' {
			r.i++
		}
		return r.i - n
	}
	at := func(chars string) bool {
		for i := range len(chars) {
			if r.i < len(r.data) && r.data[r.i] == chars[i] {
				r.i++
				return true
			}
		}
		return false
	}
	at("-")
	zero := r.i < len(r.data) && r.data[r.i] == '0'
	n := digits()
	if n == 0 || zero && n > 1 {
		return nil, r.unexpected("a number")
	}
	if at(".") && digits() == 0 {
		return nil, r.unexpected("a digit")
	}
	if at("eE") {
		at("+-")
		if digits() == 0 {
			return nil, r.unexpected("a digit")
		}
	}
	return number(r.data[start:r.i]), nil
}
