package text

import (
	"bytes"
	"strconv"

	rt "github.com/velostream/veloc/runtime"
)

// KeyParts splits the key of a record into the texts of its columns, as many as there are in to. They are joined by '|'; a key of one column is its
// text, whatever is in it. The texts are in the arena: unlike the key itself they can be read as columns of rows are, by whole words.
func KeyParts(a *Arena, key []byte, to []string) error {
	if key == nil {
		return &rt.RowError{Code: "VR0113", Msg: "the record has neither a value nor a key, so it does not tell which row it deletes"}
	}
	if n := bytes.Count(key, []byte{'|'}) + 1; len(to) > 1 && n != len(to) {
		return &rt.RowError{Code: "VR0113", Value: string(key), Msg: "the key of a record without value has " + strconv.Itoa(n) + " parts; the primary key has " + strconv.Itoa(len(to)) + " columns"}
	}
	for i := range len(to) - 1 {
		end := bytes.IndexByte(key, '|')
		to[i], key = a.Copy(key[:end]), key[end+1:]
	}
	to[len(to)-1] = a.Copy(key)
	return nil
}
