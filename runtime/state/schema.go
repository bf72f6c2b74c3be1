package state

import (
	"fmt"
	"slices"
	"strings"
)

// Schema says what a table holds, so that a program that goes on from saved state knows whether it is its own.
type Schema struct {
	Name string // stable: the statement and what it keeps, as in totals.groups
	// Rows is the SQL that decides which rows reach the table, and how they are grouped.
	Rows string
	Key  []Field
	// Row is what is kept of each row, where rows are kept one by one. A row cannot be completed later, so another program has to keep the same.
	Row []Field `json:",omitempty"`
	// Value is what is kept of the rows of a key. Its fields are known by their names, so that those that both programs have survive when an
	// aggregate is added, dropped or moved.
	Value []Field
}

// Field is a part of a key or value.
type Field struct{ Name, Type string }

func (f Field) String() string { return f.Name + " " + f.Type }

// Change is what becomes of a table when a program goes on from the state of another one.
type Change struct {
	Added, Dropped []Field // of the value
	Arrange        Arrange // nil: values stay as they are
}

// Arrange brings saved values into the form that a program expects: for each of its fields the place of the saved one, -1 where there is none.
type Arrange []int

// Compare tells what becomes of saved state. An error says why nothing of it can be kept.
func Compare(saved, now *Schema) (c Change, err error) {
	switch {
	case !slices.Equal(saved.Key, now.Key):
		return c, fmt.Errorf("its key was %s and is %s", fieldList(saved.Key), fieldList(now.Key))
	case !slices.Equal(saved.Row, now.Row):
		return c, fmt.Errorf("of each row it kept %s, and now keeps %s", fieldList(saved.Row), fieldList(now.Row))
	case saved.Rows != now.Rows:
		return c, fmt.Errorf("the rows that it is made of have changed, from\n    %s\n  to\n    %s", saved.Rows, now.Rows)
	}
	same := len(saved.Value) == len(now.Value)
	for i, f := range now.Value {
		at := slices.IndexFunc(saved.Value, func(s Field) bool { return s.Name == f.Name })
		if at >= 0 && saved.Value[at].Type != f.Type {
			return c, fmt.Errorf("%s was kept as %s and is now kept as %s", f.Name, saved.Value[at].Type, f.Type)
		}
		if at < 0 {
			c.Added = append(c.Added, f)
		}
		same = same && at == i
		c.Arrange = append(c.Arrange, at)
	}
	for _, f := range saved.Value {
		if !slices.Contains(now.Value, f) {
			c.Dropped = append(c.Dropped, f)
		}
	}
	if same {
		c.Arrange = nil
	}
	return c, nil
}

func fieldList(fs []Field) string {
	if len(fs) == 0 {
		return "(none)"
	}
	var names []string
	for _, f := range fs {
		names = append(names, f.String())
	}
	return strings.Join(names, ", ")
}

// value brings the fields of a value into form, in memory that the next call uses again.
func (a Arrange) value(scratch, fields []byte) (_ []byte, err error) {
	var parts [][]byte
	for rest := fields; len(rest) > 0; {
		from := rest
		if _, rest, err = item(rest); err != nil {
			return nil, err
		}
		parts = append(parts, from[:len(from)-len(rest)])
	}
	scratch = scratch[:0]
	for _, place := range a {
		if place >= 0 && place < len(parts) {
			scratch = append(scratch, parts[place]...)
		} else {
			scratch = append(scratch, 0)
		}
	}
	return scratch, nil
}

// Values reads the items of values that another program may have written.
type Values struct {
	Arrange
	scratch []byte
}

// Decode sets s to the value whose item stands at the beginning of src.
func (v *Values) Decode(src []byte, s State) (rest []byte, err error) {
	fields, rest, err := item(src)
	if err == nil && v.Arrange != nil {
		fields, err = v.value(v.scratch, fields)
		v.scratch = fields
	}
	if err != nil {
		return nil, err
	}
	left, err := s.Decode(fields)
	if err == nil && len(left) > 0 {
		err = ErrDamaged
	}
	return rest, err
}

// AppendValue appends the item of a value.
func AppendValue(dst []byte, s State) []byte {
	dst, at := Begin(dst)
	return End(s.Append(dst), at)
}
