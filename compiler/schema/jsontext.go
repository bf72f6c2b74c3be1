package schema

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// value is a JSON value with its place.
type value struct {
	at      source.Span
	text    string // strings and numbers; "true", "false", "null"
	str     bool   // it is a string
	object  bool
	array   bool
	members []member
	items   []*value
}

type member struct {
	key string
	at  source.Span // of the key, without quotes
	val *value
}

// get is a member of an object, or nil. Of repeated keys the last counts.
func (v *value) get(key string) *value {
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].key == key {
			return v.members[i].val
		}
	}
	return nil
}

// word is a member that is a string, or "".
func (v *value) word(key string) string {
	if m := v.get(key); m != nil && m.str {
		return m.text
	}
	return ""
}

// number is a member that is a whole number.
func (v *value) number(key string) (int, bool) {
	m := v.get(key)
	if m == nil || m.str {
		return 0, false
	}
	n, err := strconv.Atoi(m.text)
	return n, err == nil
}

// pointer follows a JSON pointer such as /properties/a; nil if it leads nowhere.
func (v *value) pointer(path string) *value {
	for _, step := range strings.Split(path, "/")[1:] {
		if v == nil {
			return nil
		}
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if i, err := strconv.Atoi(step); err == nil && v.array {
			if i < 0 || i >= len(v.items) {
				return nil
			}
			v = v.items[i]
			continue
		}
		v = v.get(step)
	}
	return v
}

// maxNesting keeps hostile input from exhausting the stack.
const maxNesting = 200

// parseJSON reads a JSON document.
func parseJSON(f *source.File) (*value, *Problem) {
	p := &jsonParser{f: f, dec: json.NewDecoder(strings.NewReader(f.Text))}
	p.dec.UseNumber()
	v, err := p.value(0)
	if err == nil {
		if _, end := p.dec.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("something follows the end of the schema")
		}
	}
	if err == nil {
		return v, nil
	}
	at := min(p.offset(), max(0, len(f.Text)-1))
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = max(0, min(int(syntax.Offset)-1, len(f.Text)-1))
	}
	text := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		text = "it ends too early"
	}
	return nil, &Problem{f.Span(at, min(at+1, len(f.Text))), "it is not JSON: " + text}
}

// jsonParser builds values from the tokens of encoding/json, which knows where each ends.
type jsonParser struct {
	f   *source.File
	dec *json.Decoder
}

func (p *jsonParser) offset() int { return int(p.dec.InputOffset()) }

// next is the next token with its place.
func (p *jsonParser) next() (json.Token, source.Span, error) {
	start := p.offset()
	t, err := p.dec.Token()
	for start < len(p.f.Text) && strings.IndexByte(" \t\r\n,:", p.f.Text[start]) >= 0 {
		start++
	}
	return t, p.f.Span(start, max(start, p.offset())), err
}

func (p *jsonParser) value(depth int) (*value, error) {
	t, at, err := p.next()
	if err != nil {
		return nil, err
	}
	if depth > maxNesting {
		return nil, errors.New("it is nested too deeply")
	}
	v := &value{at: at}
	switch t := t.(type) {
	case json.Delim:
		v.object, v.array = t == '{', t == '['
		if v.object {
			err = p.members(v, depth)
		} else {
			err = p.items(v, depth)
		}
	case string:
		v.text, v.str = t, true
		v.at = unquoted(at)
	case json.Number:
		v.text = t.String()
	case bool:
		v.text = strconv.FormatBool(t)
	default:
		v.text = "null"
	}
	return v, err
}

func (p *jsonParser) members(v *value, depth int) error {
	for p.dec.More() {
		key, at, err := p.next()
		if err != nil {
			return err
		}
		val, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.members = append(v.members, member{key.(string), unquoted(at), val})
	}
	_, end, err := p.next()
	v.at = v.at.To(end)
	return err
}

func (p *jsonParser) items(v *value, depth int) error {
	for p.dec.More() {
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	_, end, err := p.next()
	v.at = v.at.To(end)
	return err
}

func unquoted(at source.Span) source.Span {
	if at.End-at.Start >= 2 {
		at.Start, at.End = at.Start+1, at.End-1
	}
	return at
}
